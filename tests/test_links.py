"""Links, against a server on the loopback device that answers in every way that servers do."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from worlds import ORCHARD, run

from bot import links
from bot.links import Pace, unreachable

QUICK = Pace(pause=0.0, timeout=0.5, repeats=0)


class Site(ThreadingHTTPServer):
    """A site that notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.asked: list[tuple[str, str]] = []
        self.release = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Page(BaseHTTPRequestHandler):
    """/STATUS is answered with that status; other paths say what they do."""

    server: Site

    def do_HEAD(self) -> None:
        self.server.asked.append((self.command, self.path))
        name = self.path.strip("/").partition("?")[0]
        if name == "silent":
            self.server.release.wait(10)
        elif name == "closed":
            self.connection.close()
        elif name == "nonsense":
            self.wfile.write(b"this is no HTTP\r\n\r\n")
        elif name == "moved":
            self._say(301, self.server.url("/200"))
        elif name == "round":
            self._say(302, self.server.url("/round"))
        elif name == "moved-to-file":
            self._say(301, "file:///etc/passwd")
        elif name == "get-only":
            self._say(405 if self.command == "HEAD" else 200)
        elif name == "once":
            self._say(503 if self.server.asked.count((self.command, self.path)) == 1 else 200)
        else:
            self._say(int(name) if name.isdecimal() else 200)

    do_GET = do_HEAD

    def _say(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the test's output is its own."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


# A page, and what is said of it; "" where it is reachable.
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/200", ""),
        ("/moved", ""),
        ("/get-only", ""),
        ("/403", ""),
        ("/429", ""),
        ("/Ķīļis?a=b c", ""),
        ("/404", "is answered with 404"),
        ("/410", "is answered with 410"),
        ("/500", "is answered with 500"),
        ("/once", "is answered with 503"),
        ("/round", "is answered with 302"),
        ("/moved-to-file", "is answered with 301"),
        ("/silent", "cannot be reached (no answer within 0.5 s)"),
        ("/closed", "cannot be reached (Remote end closed connection without response)"),
        ("/nonsense", "cannot be reached (this is no HTTP)"),
    ],
)
def test_pages(path: str, said: str, site: Site) -> None:
    url = site.url(path)
    found = unreachable([url], QUICK)
    assert found == ({url: said} if said else {})


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as listener:  # bound, but not listening
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        assert unreachable([url], QUICK) == {url: "cannot be reached (Connection refused)"}


@pytest.mark.parametrize("url", ["http://" + "a" * 70 + ".example/", "http://127.0.0.1:99999/"])
def test_an_address_that_cannot_be_asked_is_told(url: str) -> None:
    [said] = unreachable([url], QUICK).values()
    assert said.startswith("cannot be reached (")


def test_a_page_is_read_by_its_head_and_once(site: Site) -> None:
    assert unreachable([site.url("/200"), site.url("/200"), site.url("/get-only")], QUICK) == {}
    assert site.asked == [("HEAD", "/200"), ("HEAD", "/get-only"), ("GET", "/get-only")]


def test_what_fails_is_asked_again(site: Site) -> None:
    assert unreachable([site.url("/once")], Pace(pause=0.0, timeout=0.5, repeats=1)) == {}
    assert site.asked == [("HEAD", "/once")] * 2


def test_a_server_gets_its_pauses(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(links.time, "sleep", slept.append)
    urls = [site.url("/200"), site.url("/404"), site.url("/get-only")]
    assert list(unreachable(urls, Pace(pause=3.0, timeout=0.5, repeats=1))) == [site.url("/404")]
    # Between any two requests to it: HEAD 200; HEAD and GET 404, twice; HEAD and GET of the last.
    assert len(site.asked) == 7
    assert slept == [3.0] * 6


def test_check_asks_the_network_only_when_told(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "Pace", lambda: QUICK)
    shutil.copytree(ORCHARD, tmp_path / "x")
    path = tmp_path / "x" / "sources.yaml"
    text = path.read_text()
    for number, (old, new) in enumerate(
        [("gazette.example/keeper", "/404"), ("orchard.example/visit", "/200"), ("almanac.example/orchards", "/403")]
    ):
        text = text.replace(f"https://{old}", site.url(new) + "?" * bool(number))
    text = text.replace("https://county.example/orchards", site.url("/moved"))
    path.write_text(text)
    assert "404" not in run("check", str(tmp_path / "x"), "--today", "2025-06-01").out
    assert site.asked == []
    ran = run("check", str(tmp_path / "x"), "--today", "2025-06-01", "--links")
    assert (ran.code, ran.err) == (0, "")
    assert [line for line in ran.out.splitlines() if "address" in line] == [
        f'{path}:1:1: warning: the address of "gazette" is answered with 404; give the address at which the page is now, '
        "or another source"
    ]
