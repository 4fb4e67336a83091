"""One process a question, against a bare interpreter: processor time of the process, round after round side by side.

Code is compiled and the cache is warm, as after an installation and a first question. "The tutorial way" is what
introductions show: `yaml.safe_load` and rank-bm25 over the same facts, for every question anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import MILLISECONDS, Measured

ROOT = Path(__file__).parent.parent
ROUNDS = 20
SLOW_ROUNDS = 3  # of what takes seconds
MOST_TIMES, MOST_TIMES_HELP = 6.0, 4.0  # a bare interpreter (issue 6)
TUTORIAL = """
import sys, yaml
from pathlib import Path
from rank_bm25 import BM25Okapi
facts = [fact for path in Path("knowledge/facts").glob("*.yaml") for fact in yaml.safe_load(path.read_text("utf-8"))]
scores = BM25Okapi([fact["text"].lower().split() for fact in facts]).get_scores(sys.argv[1].lower().split())
print(facts[scores.argmax()]["text"])
"""
QUESTION = "how many members are there"
# A name, the arguments of Python, the limit, and what is set in the environment.
WARM: tuple[tuple[str, list[str], float | None], ...] = (
    ("a bare interpreter", ["-c", "pass"], None),
    ("coalition-bot --help", ["-m", "bot", "--help"], MOST_TIMES_HELP),
    ("ask, an answer", ["-m", "bot", "ask", QUESTION], MOST_TIMES),
    ("ask, a slip of the finger", ["-m", "bot", "ask", "who is the latvian defnce minister"], MOST_TIMES),
    ("ask, an unknown word", ["-m", "bot", "ask", "what is the weather in the mountains"], MOST_TIMES),
    ("ask --json", ["-m", "bot", "ask", "--json", QUESTION], None),
)
SLOW: tuple[tuple[str, list[str], Mapping[str, str]], ...] = (
    ("ask, COMPILED=off", ["-m", "bot", "ask", QUESTION], {"COMPILED": "off"}),
    ("the tutorial way", ["-c", TUTORIAL, QUESTION], {}),
)


def measure() -> Iterator[Measured]:
    """All, side by side."""
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{folder}/code", "XDG_CACHE_HOME": f"{folder}/cache"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _, arguments, _ in WARM:
            _spent(arguments, environment)
        rounds = [[_spent(arguments, environment) for _, arguments, _ in WARM] for _ in range(ROUNDS)]
        bare = Measured("processes", WARM[0][0], tuple(spent[0] for spent in rounds))
        yield bare
        for column, (name, _, limit) in enumerate(WARM[1:], 1):
            values = tuple(spent[column] for spent in rounds)
            yield Measured("processes", name, values, bare.median, most_times=limit)
        for name, arguments, further in SLOW:
            values = tuple(_spent(arguments, {**environment, **further}) for _ in range(SLOW_ROUNDS))
            yield Measured("processes", name, values, bare.median)


def _spent(arguments: list[str], environment: Mapping[str, str]) -> float:
    """The processor time of a process, the system's included, in milliseconds."""
    command = [sys.executable, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return MILLISECONDS * (usage.ru_utime + usage.ru_stime)
