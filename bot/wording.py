"""Checks of what curators write: a fact's sentence stands alone, is finished, says what it promises and can be found.

Each rule takes the knowledge and yields a problem for every place that breaks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from bot import periods, text
from bot.english import ENGLISH
from bot.errors import Problem
from bot.model import Fact, Kind, Knowledge, Place
from bot.nodes import shown

LANGUAGE = ENGLISH  # the one that facts are written in

# One claim that is read at a glance: the readability rule of thumb is 25 words a sentence; names with
# their posts and a date take another nine.
MAX_WORDS = 34
MAX_WORDS_WITH_ITEMS = 60  # an enumeration of some twenty members comes on top
MIN_ASKS = 3  # fewer ways of asking leave a fact to be found by its own words alone
# Likeness, 0 to 100, of sentences with their words sorted: above it they differed by a word or two in
# thirty when the knowledge was first checked, which is one claim written twice.
SAME = 92

_YEAR = re.compile(r"\b[12][0-9]{3}\b")


def long_texts(knowledge: Knowledge) -> Iterable[Problem]:
    """A text is one claim, short enough to read at a glance."""
    for fact in knowledge.facts.values():
        words, most = len(fact.text.split()), MAX_WORDS_WITH_ITEMS if fact.items else MAX_WORDS
        if words > most:
            mend = "split it into facts of one claim each"
            yield fact.where("text").problem(f"the text has {words} words, at most {most} are read at a glance", mend)


def pronoun_starts(knowledge: Knowledge) -> Iterable[Problem]:
    """A text names what it is about: there is no sentence before it."""
    for fact in knowledge.facts.values():
        first = text.spelled(fact.text, LANGUAGE.cased).split()[0]  # "US" is no "us"
        if text.fold(first).partition("'")[0].strip(",") in LANGUAGE.pronoun_starts:
            yield fact.where("text").problem(f"the text opens with {shown(first)}", "name who or what is meant")


def open_sentences(knowledge: Knowledge) -> Iterable[Problem]:
    """A text is a whole sentence."""
    for fact in knowledge.facts.values():
        if not fact.text.endswith("."):
            yield fact.where("text").problem("the text does not end in a full stop", "write a sentence that does")


def drafts(knowledge: Knowledge) -> Iterable[Problem]:
    """Nothing unfinished is published."""
    for place, written in _texts(knowledge):
        folded = text.fold(written)
        for mark in sorted(LANGUAGE.draft_marks):
            # A mark is a word of its own, as in "TODO: ask"; "???" is one wherever it stands.
            pattern = rf"\b{mark}\b" if mark.isalpha() else re.escape(mark)
            if re.search(pattern, folded):
                yield place.problem(f"draft mark {shown(mark)} in {shown(written)}", "finish it or take it out")


def _texts(knowledge: Knowledge) -> Iterator[tuple[Place, str]]:
    topic = knowledge.topic
    for written in (topic.title, topic.description, topic.greeting, *topic.suggested):
        yield topic.place, written
    for source in knowledge.sources.values():
        yield source.place, f"{source.title}, {source.publisher}"
    for fact in knowledge.facts.values():
        yield fact.where("text"), fact.text
        for number, ask in enumerate(fact.asks):
            yield fact.where(f"asks.{number}"), ask


def near_duplicates(knowledge: Knowledge) -> Iterable[Problem]:
    """A claim is written once: nearly equal texts are one claim with two ids, but for one series'
    facts and for facts about different entities, which may share their wording."""
    facts = tuple(knowledge.facts.values())
    texts = [" ".join(sorted(text.fold(fact.text).split())) for fact in facts]
    for number, fact in enumerate(facts):
        for _, likeness, place in process.extract_iter(
            texts[number], texts[number + 1 :], scorer=fuzz.ratio, score_cutoff=SAME
        ):
            other = facts[number + 1 + int(place)]
            if _parallel(fact, other):
                continue
            what = f"the text is like that of {shown(fact.id)} ({likeness:.0f} of 100)"
            yield other.where("text").problem(what, "take one of the two out, or say what is different")


def _parallel(one: Fact, other: Fact) -> bool:
    about, others = set(one.about), set(other.about)
    return not (about <= others or others <= about) or bool(one.series and one.series == other.series)


def few_asks(knowledge: Knowledge) -> Iterable[Problem]:
    """A fact can be found by several ways of asking."""
    for fact in knowledge.facts.values():
        if len(fact.asks) < MIN_ASKS:
            what = f"{len(fact.asks)} ways of asking, at least {MIN_ASKS} make a fact easy to find"
            yield fact.where("asks").problem(what, "add how people ask for it in their own words")


def shared_asks(knowledge: Knowledge) -> Iterable[Problem]:
    """A way of asking leads to one fact."""
    owners: dict[str, str] = {}
    for fact in knowledge.facts.values():
        for number, ask in enumerate(fact.asks):
            form = " ".join(re.findall(r"\w+", text.fold(ask)))
            if form in owners:
                what = f"{shown(ask)} is asked of {shown(owners[form])} too"
                yield fact.where(f"asks.{number}").problem(what, "leave it to the fact that answers it better")
            owners.setdefault(form, fact.id)


def broken_promises(knowledge: Knowledge) -> Iterable[Problem]:
    """A text holds what `gives` promises: a date has a year, a count and an amount have a number."""
    for fact in (fact for fact in knowledge.facts.values() if not fact.gap):
        if Kind.DATE in fact.gives and not _YEAR.search(fact.text):
            yield _promise(fact, Kind.DATE, "a year")
        rest = _without_dates(fact, knowledge)
        if Kind.COUNT in fact.gives and not fact.items and not _counts(rest):
            yield _promise(fact, Kind.COUNT, "a number outside of dates")
        if Kind.AMOUNT in fact.gives and not re.search("[0-9]", rest):
            yield _promise(fact, Kind.AMOUNT, "a sum in digits")


def _without_dates(fact: Fact, knowledge: Knowledge) -> str:
    """The folded text without its dates, whose numbers count nothing."""
    folded = text.fold(fact.text)
    for period in reversed(periods.find(folded, knowledge.topic.reviewed, LANGUAGE.calendar)):
        folded = folded[: period.start] + ", " + folded[period.end :]
    return folded


def _counts(folded: str) -> bool:
    """Whether there is a number in digits or words."""
    words = LANGUAGE.multipliers.keys() | LANGUAGE.count_words
    return any(not token.is_word or token.text in words for token in text.tokenise(folded, LANGUAGE))


def _promise(fact: Fact, kind: Kind, holds: str) -> Problem:
    number = fact.gives.index(kind)
    what = f"the fact gives {kind.value}, but its text is without {holds}"
    return fact.where(f"gives.{number}").problem(what, f"write {holds} in the text or take {kind.value} out")
