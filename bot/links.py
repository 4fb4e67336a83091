"""Whether the addresses of sources are still reachable: the one room of the checks that uses the network.

Each address is asked for its head, or where a server refuses that, for its body, which is not read. A server is
never asked twice within `Pace.pause`; different servers are asked at the same time.
"""

from __future__ import annotations

import http.client
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from bot.errors import Problem
from bot.model import Knowledge
from bot.nodes import shown
from bot.records import dataclass

# Said by servers that let people in but no programs: the page is there.
REFUSALS = frozenset({401, 402, 403, 405, 406, 429, 451, 999})
_FIRST_MOVED = 300  # statuses below it bring the page
NO_HEAD = frozenset({400, 403, 404, 405, 406, 501})  # servers that know no HEAD say one of these; GET decides
# The browsers' form, with a name to look for in the server's log: many servers refuse other forms.
AGENT = "Mozilla/5.0 (compatible; link-check)"
_URL_SIGNS = "%/:=&?~#+!$,;'@()*[]"  # stay as they are in an address; all else is escaped


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard servers are asked: seconds between two requests to one, seconds that one may take to answer,
    servers asked at a time, and how often one that fails is asked again."""

    pause: float = 1.0  # what crawlers keep where a site asks for nothing else
    timeout: float = 15.0  # slow sites answer within; longer looks like a dead one to a reader, too
    servers: int = 8
    repeats: int = 1  # a lost packet or a restart is no dead link


def dead_links(knowledge: Knowledge, pace: Pace, tick: Callable[[], None]) -> tuple[Problem, ...]:
    """A warning for every source whose address is not reachable; `tick` is called once a source."""
    faults = unreachable((source.url for source in knowledge.sources.values()), pace, tick)
    mend = "give the address at which the page is now, or another source"
    return tuple(
        source.place.problem(f"the address of {shown(source.id)} {faults[source.url]}", mend)
        for source in knowledge.sources.values()
        if source.url in faults
    )


def unreachable(urls: Iterable[str], pace: Pace, tick: Callable[[], None] = lambda: None) -> Mapping[str, str]:
    """What is wrong with each address that cannot be reached, by address."""
    servers: defaultdict[str, list[str]] = defaultdict(list)
    for url in urls:
        servers[urlsplit(url).netloc.casefold()].append(url)

    def ask(of_server: list[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, url in enumerate(dict.fromkeys(of_server)):
            if number:
                time.sleep(pace.pause)
            fault = _fault(url, pace)
            if fault:
                found[url] = fault
        for _ in of_server:
            tick()
        return found

    with ThreadPoolExecutor(pace.servers) as pool:
        return {url: fault for found in pool.map(ask, servers.values()) for url, fault in found.items()}


def _fault(url: str, pace: Pace) -> str:
    """What is wrong with an address, "" when it is reachable."""
    fault = _asked(url, pace)
    for _ in range(pace.repeats):
        if fault:
            time.sleep(pace.pause)
            fault = _asked(url, pace)
    return fault


def _asked(url: str, pace: Pace) -> str:
    status = _status("HEAD", url, pace.timeout)
    if status in NO_HEAD:
        time.sleep(pace.pause)
        status = _status("GET", url, pace.timeout)
    if isinstance(status, str):
        return f"cannot be reached ({status})"
    # What is moved was followed; a status of moving that is left leads round or to what is no web page.
    return f"is answered with {status}" if status >= _FIRST_MOVED and status not in REFUSALS else ""


def _status(method: str, url: str, timeout: float) -> int | str:
    """The status of the last answer, after redirections; what happened when there is none."""
    try:
        request = Request(_ascii(url), method=method, headers={"User-Agent": AGENT, "Accept": "*/*"})
        with urlopen(request, timeout=timeout) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code
    except TimeoutError:
        return f"no answer within {timeout:g} s"
    except URLError as error:
        return _said(error.reason, timeout)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _said(error, timeout)


def _ascii(url: str) -> str:
    """The address as HTTP takes it: other letters are escaped, in the server's name by IDNA."""
    parts = urlsplit(url)
    server = (parts.hostname or "").encode("idna").decode("ascii")
    port = f":{parts.port}" if parts.port else ""
    netloc = parts.netloc if parts.netloc.isascii() else server + port
    return quote(parts._replace(netloc=netloc).geturl(), safe=_URL_SIGNS)


def _said(reason: object, timeout: float) -> str:
    if isinstance(reason, TimeoutError):
        return f"no answer within {timeout:g} s"
    strerror = getattr(reason, "strerror", None)
    return " ".join(str(strerror or reason).split()) or type(reason).__name__
