"""Question -> Query: what is asked, taken out of how it is asked.

A message is freed of courtesy and of sentences that ask nothing, cut into its parts, and each part becomes
a `Query`: terms to look for, entities, periods and the kind of answer that is wanted.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from itertools import pairwise

from bot.dates import Interval
from bot.language import Form, Language
from bot.lexicon import Analysis, Lexicon, Mention, Term
from bot.model import Kind
from bot.patterns import lazy
from bot.periods import Period, Relation
from bot.records import dataclass, replace
from bot.text import clean, fold, spelled

_SENTENCE = lazy(r"(?<=[.!?…])\s+(?=\S)|\s*\n+\s*")
LONG_MESSAGE = 22  # words; nobody asks one plain question in so many
SHORTEST_CLAUSE = 3  # words; fewer ask for nothing by themselves
# Kinds of question that what is so answers, too: "did they never pay?", "why is it not on the list?".
UNDENIED = frozenset({Kind.YES_NO, Kind.REASON, Kind.OVERVIEW})
COUNT_DIGITS = 3  # a longer number or one with a multiplier is told apart by itself
_EDGES = " \t,;:.!-–—…\"'()[]*_#>"


class Order(StrEnum):
    """Which state of several the question asks for, when it names no date."""

    ANY = ""
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Query:
    """One question, ready to be looked up. `terms` leave out what `kind`, `periods` and `order` already say."""

    text: str
    kind: Kind
    explicit: bool  # the kind was asked for in words, not guessed
    terms: tuple[Term, ...]
    mentions: tuple[Mention, ...]
    periods: tuple[Period, ...]
    order: Order = Order.ANY
    holder: bool = False  # asked for a person by post or name, so that no country will do
    negated: bool = False  # asks who did not, or what is not
    forms: frozenset[Form] = frozenset()
    context: tuple[Term, ...] = ()  # of the conversation: they help ranking, and a fact need not have them
    focus: frozenset[str] = frozenset()  # entities of the conversation: a fact must be about one of them

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(key[1:] for term in self.terms for key in term.alternatives if key[0] == "#")

    @property
    def named(self) -> frozenset[str]:
        """The entities that its names may stand for."""
        return frozenset(entity for mention in self.mentions for entity in mention.entities)

    @property
    def weighty(self) -> tuple[Term, ...]:
        """The terms that a fact must explain."""
        return tuple(term for term in self.terms if not term.light)

    @property
    def content(self) -> tuple[Term, ...]:
        """The terms that say something: the weighty ones, and what the asked kind already implies."""
        return tuple(term for term in self.terms if not term.light or not term.is_word)

    @property
    def period(self) -> Period | None:
        return self.periods[0] if self.periods else None


def message(text: str, language: Language) -> str:
    """The asking part of a message: without courtesy, reports of who said so, and sentences around it."""
    kept = _sentences(text, language)
    if len(kept) > 1:
        kept = _asking(kept, language) or kept
    return " ".join(_stripped(s, language) for s in kept).strip(_EDGES)


def background(text: str, language: Language) -> str:
    """What the message tells besides what it asks: the sentences that `message` leaves out."""
    sentences = _sentences(text, language)
    asking = _asking(sentences, language) or sentences
    return " ".join(s for s in sentences if s not in asking)


def _sentences(text: str, language: Language) -> list[str]:
    return [s for s in _SENTENCE.split(spelled(clean(text), language.cased)) if s.strip(_EDGES)]


def _asking(sentences: list[str], language: Language) -> list[str]:
    """The sentences with a question mark, else those with a question word; none means all."""
    marked = [s for s in sentences if language.question_mark.search(s)]
    if marked and all(_is_hollow(s, language) for s in marked):
        position = sentences.index(marked[0])
        return sentences[max(position - 1, 0) : position + 1]
    return marked or [s for s in sentences if language.wanting.search(fold(s))]


def asking_clauses(asked: str, language: Language) -> tuple[str, ...]:
    """The clauses of a long message that ask for something, the last one first.

    People tell their story and ask at its end. A shorter message whose asker begins with himself does so, too, where
    the clause stands for itself.
    """
    folded = fold(spelled(asked, language.cased))
    short = len(folded.split()) < LONG_MESSAGE
    if short and not language.preamble.match(folded):
        return ()
    patterns = [language.question_word, *(pattern for _, pattern in language.kinds)]
    starts = sorted({match.start() for pattern in patterns for match in pattern.finditer(folded)})
    ends = [m.start() for m in language.clause_end.finditer(folded)] + [len(folded)]
    first: dict[int, int] = {}  # of each clause, by its end
    for start in starts:
        first.setdefault(next(end for end in ends if end > start), start)
    clauses = [folded[start:end].strip(_EDGES + "?") for end, start in sorted(first.items(), reverse=True)]
    pointing = (language.object_pronoun, language.plural_pronoun, language.person_pronoun)
    whole = (c for c in clauses if c != folded and not (short and any(p.search(c) for p in pointing)))
    return tuple(dict.fromkeys(clause for clause in whole if len(clause.split()) >= SHORTEST_CLAUSE))


def _is_hollow(sentence: str, language: Language) -> bool:
    words = (word.replace("'", "") for word in re.findall(r"[\w']+", fold(sentence)))
    return all(word in language.stop or word in language.light for word in words)


def _stripped(sentence: str, language: Language) -> str:
    asker, colon, asked = sentence.rpartition(": ")
    if colon and language.preamble.match(fold(asker)) and language.question_word.match(fold(asked)):
        sentence = asked
    for pattern in (language.courtesy, language.reporting):
        match = pattern.match(fold(sentence))
        # Folding may change lengths ("ß"), so a match is only trusted where it did not.
        if match and len(fold(sentence)) == len(sentence) and sentence[match.end() :].strip(_EDGES + "?"):
            sentence = sentence[match.end() :]
    return sentence


def parts(asked: str, language: Language) -> tuple[str, ...]:
    """The questions that one message asks, each standing for itself: "when and where" stays one."""
    folded = fold(spelled(asked, language.cased))
    cuts = [match.span() for match in language.part_break.finditer(folded)]
    pieces: list[str] = []
    start = 0
    for cut_start, cut_end in cuts:
        pieces.append(folded[start:cut_start])
        start = cut_end
    pieces.append(folded[start:])
    stripped = [piece for piece in (p.strip(_EDGES + "?") for p in pieces) if piece]
    if len(stripped) > 1 and not language.wanting.search(stripped[0]):
        stripped[:2] = [f"{stripped[0]}, {stripped[1]}"]
    for i in reversed(range(len(stripped) - 1)):
        # "when and where was it": the bare question word asks of what the next one asks of.
        word = language.question_word.match(stripped[i + 1])
        if word and language.question_word.fullmatch(stripped[i]):
            stripped[i] += stripped[i + 1][word.end() :]
    return tuple(stripped)


def build(asked: str, lexicon: Lexicon, today: date) -> Query:
    """The query for one part of a message."""
    language = lexicon.language
    analysis = lexicon.analyse(asked, today)
    kind, explicit, span = _kind(analysis, language)
    terms, periods = _terms(analysis, language, span), _asked_periods(analysis, today, language)
    doubted = _doubted(analysis, kind, language)
    if doubted:  # "the 12th or the 15th?", "13 or 15?": neither is given, one of them is asked for
        terms = tuple(replace(term, light=True) if term.alternatives[0][0] == "=" else term for term in terms)
        kind, explicit, periods = doubted, True, () if doubted is Kind.DATE else periods
    return Query(
        text=asked,
        kind=kind,
        explicit=explicit,
        terms=tuple(_implied(term, kind, lexicon) for term in terms),
        mentions=analysis.mentions,
        periods=periods,
        order=_order(analysis, kind, language),
        holder=bool(language.holder.search(analysis.folded)),
        forms=frozenset(form for form, pattern in language.forms.items() if pattern.search(analysis.folded)),
        negated=kind not in UNDENIED and analysis.says(language.negated, span[0]),
    )


def _asked_periods(analysis: Analysis, today: date, language: Language) -> tuple[Period, ...]:
    """The periods that the text names, but for "today"; "the next one" is what comes after today."""
    if not analysis.periods and (match := language.ahead.search(analysis.folded)):
        return (Period(Interval.day(today), Relation.AFTER, *match.span()),)
    return tuple(p for p in analysis.periods if not _is_now(p, analysis, today, language))


def _doubted(analysis: Analysis, kind: Kind, language: Language) -> Kind | None:
    """The kind of which two values are offered, or None: days, or plain numbers, joined by "or"; of a yes-no question
    that compares nothing any times ("was it in May or in June?")."""
    any_time = kind is Kind.YES_NO and not language.comparative.search(analysis.folded)
    days = [(p.start, p.end) for p in analysis.periods if any_time or p.interval.start == p.interval.end]
    small = [t for t in analysis.terms if t.alternatives[0][0] == "=" and len(t.surface) <= COUNT_DIGITS]
    numbers = [(t.start, t.end) for t in small]
    for kind, spans in ((Kind.DATE, days), (Kind.COUNT, numbers)):
        for (_, end), (start, _) in pairwise(spans):
            if language.alternatives.fullmatch(f" {analysis.folded[end:start].strip(' ,')} "):
                return kind
    return None


def _is_now(period: Period, analysis: Analysis, today: date, language: Language) -> bool:
    """Whether the period is "today": the state that is asked for is then the last one known."""
    return period.interval == Interval.day(today) and bool(
        language.present.search(analysis.folded[period.start : period.end])
    )


def _kind(analysis: Analysis, language: Language) -> tuple[Kind, bool, tuple[int, int]]:
    """The kind whose words come first in the text, and where they stand."""
    yes_no = language.yes_no.match(analysis.folded)
    if yes_no and (language.disputing.search(analysis.folded) or not language.embedded.search(analysis.folded)):
        return Kind.YES_NO, True, yes_no.span()
    for patterns in (language.kinds, language.fallback_kinds):
        found = [
            (m.start(), rank, kind, m.span())
            for rank, (kind, p) in enumerate(patterns)
            if (m := p.search(analysis.folded))
        ]
        if found:
            _, _, kind, span = min(found)
            return kind, kind is not Kind.ANY, span
    return Kind.ANY, False, (0, 0)


def _terms(analysis: Analysis, language: Language, kind_span: tuple[int, int]) -> tuple[Term, ...]:
    """The analysis' terms, each once. Figures inside the kind's pattern ("which two countries") and words of
    order ("latest") need not be in a fact."""
    ordering = [
        m.span() for p in (language.first, language.bare_first, language.bare_last) for m in p.finditer(analysis.folded)
    ]
    seen: dict[tuple[str, ...], Term] = {}
    for term in analysis.terms:
        asks = kind_span[0] <= term.start and term.end <= kind_span[1] and term.alternatives[0][0] in "=$"
        orders = any(start <= term.start and term.end <= end for start, end in ordering)
        if (asks or orders) and not term.light:
            term = Term(term.alternatives, term.surface, term.start, term.end, light=True)
        seen.setdefault(term.alternatives, term)
    return tuple(seen.values())


def _implied(term: Term, kind: Kind, lexicon: Lexicon) -> Term:
    """A concept that the asked kind already says ("worth" of an amount) need not be in a fact."""
    if kind in lexicon.implied.get(term.alternatives[0], ()):
        return replace(term, light=True)
    return term


def _order(analysis: Analysis, kind: Kind, language: Language) -> Order:
    """First or last of several, said outright or by an adjective that is not part of a name or a date.

    The present tense asks for the last state, except where an event or a cause is asked for.
    """
    if language.first.search(analysis.folded):
        return Order.FIRST
    taken = [(t.start, t.end) for t in analysis.terms if not t.is_word] + [(p.start, p.end) for p in analysis.periods]
    for order, pattern in ((Order.FIRST, language.bare_first), (Order.LAST, language.bare_last)):
        for match in pattern.finditer(analysis.folded):
            if not any(start <= match.start() < end for start, end in taken):
                return order
    eventful = kind in (Kind.DATE, Kind.PLACE, Kind.REASON, Kind.DEFINITION)
    return Order.LAST if language.present.search(analysis.folded) and not eventful else Order.ANY
