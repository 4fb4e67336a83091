"""Knowledge that several hosts serve: the same replies, and nothing but that where a host does not answer."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import run

from bot import knowledge
from bot.evaluation import replies
from bot.questions import Item
from bot.render import Renderer

if os.environ.get("REQUIRE_XAPIAN") != "1":
    pytest.importorskip("xapian")
    if shutil.which("xapian-tcpsrv") is None:
        pytest.skip("there is no xapian-tcpsrv", allow_module_level=True)

from bot import compiling, large, shards  # noqa: E402
from bot.engine import Engine, Turn  # noqa: E402
from bot.english import ENGLISH  # noqa: E402
from bot.reaching import Reaching  # noqa: E402

ASKED = "who leads the coalition"
UNREACHABLE = "Part of the knowledge is unreachable, so I cannot answer now. Ask again in a moment."
MOST_WAIT = 2_000  # milliseconds within which it is told that a part is unreachable


class Host:
    """A host that serves a part of the knowledge, on a port of its own."""

    def __init__(self, part: Path) -> None:
        self._part = part
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, until `stop`."""
        command = ["xapian-tcpsrv", "--quiet", "--interface", "127.0.0.1", "--port", str(self.port), str(self._part)]
        # In a session of its own: it signals its whole group when it ends.
        self._served = subprocess.Popen(command, start_new_session=True)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"{self.address} does not serve")

    def stop(self) -> None:
        """End it, and every connection to it."""
        os.killpg(self._served.pid, signal.SIGKILL)
        self._served.wait()


def compiled(place: Path, number: int) -> Path:
    compiling.compile_folder(knowledge.default_folder(), place, number, lambda bytes: None)
    return place


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[list[Host]]:
    """As many hosts as the test asks for."""
    number: int = request.param
    place = compiled(tmp_path_factory.mktemp("shards") / "out", number)
    started = [Host(place / f"shard-{n + 1}") for n in range(number)]
    yield started
    for host in started:
        host.stop()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The same in one index."""
    place = compiled(tmp_path_factory.mktemp("whole") / "out", 1)
    known, searchable = large.opened(shards.on_disk(str(place)))
    return Engine(known, known.topic.reviewed, searchable=searchable)


def connected(hosts: list[Host]) -> Reaching:
    known, searchable = large.opened(shards.served(",".join(host.address for host in hosts)))
    return Reaching(known, known.topic.reviewed, searchable=searchable)


def said(engine: Engine, question: str = ASKED) -> str:
    turn: Turn = engine.ask(question, today=engine.knowledge.topic.reviewed)
    return Renderer(engine.knowledge, ENGLISH).plain(turn)


@pytest.mark.parametrize("hosts", [2, 4], indirect=True)
def test_every_reply_is_that_of_one_index(
    hosts: list[Host], whole: Engine, items: tuple[Item, ...], nightly: bool
) -> None:
    several, asked = connected(hosts), items if nightly else items[::6]
    for item in asked:
        for one, other in zip(replies(item, whole), replies(item, several), strict=True):
            expected = Renderer(whole.knowledge, ENGLISH).json(one.turn, 0)
            assert Renderer(several.knowledge, ENGLISH).json(other.turn, 0) == expected
            scores = [[(hit.fact.id, hit.score, hit.coverage) for hit in step.hits] for step in one.turn.steps]
            assert scores == [[(h.fact.id, h.score, h.coverage) for h in step.hits] for step in other.turn.steps]


@pytest.mark.parametrize("hosts", [2], indirect=True)
def test_the_command_asks_the_hosts(hosts: list[Host]) -> None:
    environment = {"KNOWLEDGE_SHARDS": ", ".join(host.address for host in hosts)}
    asked = run("ask", ASKED, environment=environment)
    assert asked == run("ask", ASKED)
    assert run("fact", "no-such", environment=environment).code == 1
    chat = run(stdin=f"{ASKED}\n/sources\n/why\n", environment=environment)
    assert (chat.code, chat.err) == (0, "") and asked.out.splitlines()[0] in chat.out


@pytest.mark.parametrize("hosts", [2], indirect=True)
def test_a_dead_host_is_told_and_comes_back(hosts: list[Host], whole: Engine) -> None:
    """Whether it dies before or between questions; never half an answer."""
    several = connected(hosts)
    expected = said(several)
    assert expected == said(whole)
    for host in hosts:
        host.stop()
        assert said(several, "when was the coalition founded") == UNREACHABLE
        environment = {"KNOWLEDGE_SHARDS": ",".join(one.address for one in hosts)}
        ran = run("ask", ASKED, environment=environment)
        assert (ran.code, ran.out) == (1, "")
        assert "part of the knowledge is unreachable" in ran.err
        host.start()
        assert said(several, "when was the coalition founded") == said(whole, "when was the coalition founded")
    assert said(several) == expected


@pytest.mark.parametrize("hosts", [2], indirect=True)
def test_what_a_person_meets_while_a_host_is_dead(hosts: list[Host]) -> None:
    """The chat goes on, and `ask` ends as for other failures."""
    environment = {"KNOWLEDGE_SHARDS": ",".join(host.address for host in hosts)}
    several = connected(hosts)
    hosts[1].stop()
    try:
        turn = several.ask(ASKED, today=several.knowledge.topic.reviewed)
        told = Renderer(several.knowledge, ENGLISH).json(turn, 0)
        assert (told["kind"], told["reason"]) == ("abstention", "part of the knowledge unreachable")
        assert turn.conversation == several.ask("hello", today=several.knowledge.topic.reviewed).conversation
        assert "unreachable" in run(stdin="hello\n", environment=environment).err
    finally:
        hosts[1].start()


@pytest.mark.parametrize("hosts", [2], indirect=True)
def test_a_silent_host_is_not_waited_for(hosts: list[Host]) -> None:
    assert 2 * shards.PATIENCE < MOST_WAIT
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        ran = run("ask", ASKED, environment={"KNOWLEDGE_SHARDS": f"{hosts[0].address},{address}"})
    assert ran.code == 1 and "part of the knowledge is unreachable" in ran.err and address.split(":")[1] in ran.err


@pytest.mark.parametrize("hosts", [2], indirect=True)
def test_hosts_that_do_not_belong_together(hosts: list[Host]) -> None:
    first, second = (host.address for host in hosts)
    for wrong in (first, second, f"{second},{first}", f"{first},{first}", f"{first},{second},{first}"):
        ran = run("ask", ASKED, environment={"KNOWLEDGE_SHARDS": wrong})
        assert (ran.code, ran.out) == (1, "")
        assert "name each once, in order" in ran.err


@pytest.mark.parametrize("wrong", ["nowhere", "host:", "host:0", "host:99999", ":80", "a:1,b"])
def test_what_is_no_list_of_places(wrong: str) -> None:
    ran = run("ask", ASKED, environment={"KNOWLEDGE_SHARDS": wrong})
    assert (ran.code, ran.out) == (2, "") and "write host:port,host:port" in ran.err
