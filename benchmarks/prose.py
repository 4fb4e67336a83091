"""Real sentences and what they are about: the docstrings of Python's standard library and of some packages.

A sentence is kept once. What it is about is the module, class or function whose docstring has it, or what is public
around it. The same Python with the same packages gives the same sentences in the same order.
"""

from __future__ import annotations

import ast
import re
import sys
import sysconfig
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rapidfuzz import fuzz

from bot import text
from bot.english import ENGLISH

PACKAGES = (
    "numpy", "telegram", "prompt_toolkit", "pygments", "rich", "httpx", "anyio", "simplemma", "rapidfuzz", "tornado",
    "matplotlib", "fontTools", "PIL", "pyparsing", "dateutil", "hypothesis", "_pytest", "aiohttp", "sortedcontainers",
)  # fmt: skip
WITHOUT = {"site-packages", "test", "tests", "idlelib", "_vendor", "lib2to3"}  # folders whose prose repeats itself
FEWEST_WORDS, MOST_WORDS = 5, 24  # of a sentence
ALIKE = 75  # of 100: one of two sentences of an object that differ by less is left out; `check` calls 92 a duplicate

_SENTENCE = re.compile(r"""[A-Z][A-Za-z0-9 ,;:'"()./=<>+_-]*\.""")
_MARKED = re.compile(r":\w+:`[~!]?([^`<]*)`|[`*]+|\s*<[^>]*>`_")  # reStructuredText's marks
_BETWEEN = re.compile(r"(?<=\.)\s+(?=[A-Z])")
# Addresses, what was underlined as a heading, and what `check` takes for a draft.
_ODD = re.compile(r"://|---|\b(?:" + "|".join(filter(str.isalpha, ENGLISH.draft_marks)) + r")\b", re.IGNORECASE)


@dataclass(frozen=True)
class Thing:
    """A module, class or function: the names people use, the first of which texts use, and its module."""

    id: str
    names: tuple[str, ...]
    module: str


@dataclass(frozen=True)
class Said:
    """A sentence of a docstring, without its full stop, the thing it is about, and its words that carry a topic."""

    sentence: str
    about: Thing
    words: tuple[str, ...]


def sentences() -> Iterator[Said]:
    """Every different sentence once."""
    seen: set[str] = set()
    ids: dict[str, str] = {}
    by_thing: defaultdict[str, list[str]] = defaultdict(list)
    for module, tree in _modules():
        for name, documented in _documented(tree, module):
            thing = _thing(name, module)
            if thing is None or ids.setdefault(thing.id, thing.names[0]) != thing.names[0]:
                continue
            kept = by_thing[thing.id]
            for sentence in _sentences(documented):
                words = _topical(sentence)
                if sentence in seen or len(words) < 3 or any(fuzz.ratio(sentence, one) > ALIKE for one in kept):
                    continue
                seen.add(sentence)
                kept.append(sentence)
                yield Said(sentence, thing, words)


def _modules() -> Iterator[tuple[str, ast.Module]]:
    """The name and syntax of each module of the standard library, then of each package that is there."""
    library = Path(sysconfig.get_paths()["stdlib"])
    specs = filter(None, map(find_spec, PACKAGES))
    folders = [Path(place) for spec in specs for place in spec.submodule_search_locations or ()]
    for folder, above in ((library, library), *((folder, folder.parent) for folder in folders)):
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(above).with_suffix("").parts
            if WITHOUT.isdisjoint(parts):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # about escapes in other people's code
                    try:
                        tree = ast.parse(path.read_bytes())
                    except (SyntaxError, ValueError):  # a template, or a file that is bad on purpose
                        continue
                yield ".".join(part for part in parts if part != "__init__"), tree


def _documented(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    """The module, its classes, functions and methods that have a docstring, with it."""
    left: list[tuple[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, str]] = [(tree, module)]
    while left:
        node, name = left.pop()
        documented = ast.get_docstring(node)
        if documented:
            yield name, documented
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
            left += [(one, f"{name}.{one.name}") for one in node.body if isinstance(one, inner)]


def _thing(name: str, module: str) -> Thing | None:
    """What is called so, or what is public around it; None where nothing is."""
    parts = list(takewhile(lambda part: not part.startswith("_"), name.removeprefix("_").split(".")))
    name, module = ".".join(parts), module.removeprefix("_").partition("._")[0]
    if not name.isascii() or not name:
        return None
    if len(parts) == 1:
        return Thing(slug(name) + "-module", (f"The {name} module", f"{name} module"), name)
    return Thing(slug(name), (name,), module)


def slug(name: str) -> str:
    """The name as an id."""
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")


def _sentences(documented: str) -> Iterator[str]:
    """The whole sentences of plain prose, without their full stops."""
    for paragraph in re.split(r"\n\s*\n", documented):
        for one in _BETWEEN.split(" ".join(_MARKED.sub(r"\1", paragraph).split())):
            plain = _SENTENCE.fullmatch(one) and not _ODD.search(one)
            if plain and FEWEST_WORDS <= len(one.split()) <= MOST_WORDS:
                yield one[:-1]


def _topical(sentence: str) -> tuple[str, ...]:
    """The words of a sentence that say what it is about, in their order."""
    tokens = text.tokenise(text.fold(sentence), ENGLISH)
    small = ENGLISH.stop | ENGLISH.light
    return tuple(dict.fromkeys(token.text for token in tokens if token.is_word and token.text not in small))
