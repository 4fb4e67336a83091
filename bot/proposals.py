"""What is proposed for a new fact: whom it is about, its series and id, what is said already, where it belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from bot import timeline
from bot.dates import Interval
from bot.engine import Engine
from bot.model import Fact, Knowledge
from bot.records import dataclass
from bot.text import fold

MOST_NEAR = 3  # facts shown as near-duplicates: more are not read
MOST_SERIES = 3  # proposed: those of the nearest facts
# Nearest facts whose series are looked at. Of 100 facts taken out of their series, 79 had it proposed so; with 12, 62.
_SEARCHED = 60
_ID_WORDS = 4  # of a text that make its id: enough to tell facts apart, short enough to type


@dataclass(frozen=True, slots=True)
class Near:
    """A fact that says something like the new one; `likeness` of the sentences, 0 to 100."""

    fact: Fact
    likeness: int


def entities(text: str, engine: Engine, today: date) -> tuple[str, ...]:
    """The entities that a text names, in its order: what it is likely to be about."""
    mentions = engine.retrieval.lexicon.analyse(text, today).mentions
    return tuple(dict.fromkeys(mention.entities[0] for mention in mentions))


def near(text: str, engine: Engine, today: date, most: int = MOST_NEAR) -> tuple[Near, ...]:
    """The facts that BM25 finds for the text, nearest first."""
    terms = engine.retrieval.lexicon.analyse(text, today).terms
    ranked = engine.retrieval.search(tuple((key, 1.0) for key in term.alternatives) for term in terms)
    facts = (fact for fact, _ in ranked[:most])
    return tuple(Near(fact, round(fuzz.token_sort_ratio(fold(text), fold(fact.text)))) for fact in facts)


def series(new: Fact, engine: Engine, today: date) -> tuple[str, ...]:
    """Series that the fact may belong to: those of near facts about the same that first of all give the same."""
    about, gives = set(new.about), new.gives[:1]
    found = (one.fact for one in near(new.text, engine, today, _SEARCHED))
    kin = (fact for fact in found if about & set(fact.about) and fact.gives[:1] == gives)
    return tuple(dict.fromkeys(fact.series for fact in kin if fact.series))[:MOST_SERIES]


def replaced(new: Fact, knowledge: Knowledge) -> Fact | None:
    """The fact of its series that holds until further notice, and that the new one seems to take the place of."""
    for old in sorted(knowledge.facts.values(), key=timeline.start, reverse=True):
        open_state = old.series == new.series and old.when.open_end and not old.disputes
        if new.series and open_state and not new.disputes and old.when.start < new.when.start:
            return old
    return None


def propose_id(values: Mapping[str, Any], engine: Engine) -> str:
    """An id that no fact has: its series or the first telling words of its text, and its date."""
    language, when = engine.language, values.get("when")
    words = re.findall(r"[a-z0-9]+", fold(str(values.get("text", "new fact"))).replace("'", ""))
    telling = [word for word in words if word not in language.stop and not re.fullmatch("[12][0-9]{3}", word)]
    stem = [str(values["series"])] if values.get("series") else (telling or words)[:_ID_WORDS]
    dated = [_dated(when)] if isinstance(when, Interval) and not when.open_start else []
    proposed = "-".join([*stem, *dated])
    known, number = engine.knowledge.facts, 2
    unique = proposed
    while unique in known:
        unique, number = f"{proposed}-{number}", number + 1
    return unique


def _dated(when: Interval) -> str:
    """The month in which it begins, or the year that it lasts."""
    year = Interval.year(when.start.year)
    return str(when.start.year) if (when.start, when.end) == (year.start, year.end) else f"{when.start:%Y-%m}"


def home(new: Fact, nearest: Sequence[Near], knowledge: Knowledge) -> Fact | None:
    """The fact behind which the new one belongs: the one before it in its series, else the nearest one about the
    same, else the nearest. None when there is none near."""
    facts = sorted(knowledge.facts.values(), key=timeline.start)
    kin = [old for old in facts if new.series and old.series == new.series]
    if kin:
        return ([old for old in kin if old.when.start <= new.when.start] or kin[:1])[-1]
    quiet = {knowledge.topic.subject, *knowledge.topic.ambient}
    about = set(new.about) - quiet
    same = [one.fact for one in nearest if about & set(one.fact.about)]
    return next(iter([*same, *(one.fact for one in nearest)]), None)
