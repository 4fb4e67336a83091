"""Unanswered questions that ask for the same, brought together: plainly, so that a journal always gives the same.

    a question -> slips mended -> its terms, as the engine sees them (names are terms, synonyms are one term)
    same reason, same names, same kind of answer wanted, and at least half of all terms in common -> one cluster

The question asked most often leads a cluster; others join the first leader that they are close enough to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.engine import Engine
from bot.model import GIVEN_KINDS, Kind
from bot.query import build, message
from bot.records import dataclass, replace
from bot.remarks import Feedback, Unanswered
from bot.replies import Answer
from bot.text import clean, fold

ALIKE = 0.5  # of 1: the share of all terms of two questions that they have in common; "half" is easy to explain


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that found no answer: how often, when first and last (seconds since the epoch), and how the engine
    reads it. `question` is the wording that was used most."""

    question: str
    reason: str
    nearest: tuple[str, ...]
    times: int
    first: float
    last: float
    terms: frozenset[str]
    names: frozenset[str]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that ask for the same, the leading one first. `answered` are the facts that answer it by now."""

    gaps: tuple[Gap, ...]
    answered: tuple[str, ...] = ()

    @property
    def lead(self) -> Gap:
        return self.gaps[0]

    @property
    def times(self) -> int:
        """How often it was asked, in whatever words."""
        return sum(gap.times for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Voted:
    """How often people liked an answer made of these facts, and how often they did not."""

    facts: tuple[str, ...]
    up: int
    down: int


def clusters(heard: Iterable[tuple[Unanswered, float]], engine: Engine, today: date) -> tuple[Cluster, ...]:
    """The questions in clusters, those asked most often first."""
    gaps = sorted(_gaps(heard, engine, today), key=lambda gap: (-gap.times, gap.first, gap.question))
    found: list[Cluster] = []
    for gap in gaps:
        home = next((n for n, cluster in enumerate(found) if close(cluster.lead, gap)), None)
        if home is None:
            found.append(Cluster((gap,), _answering(gap, engine, today)))
        else:
            found[home] = replace(found[home], gaps=(*found[home].gaps, gap))
    return tuple(sorted(found, key=lambda cluster: (-cluster.times, cluster.lead.first, cluster.lead.question)))


def close(one: Gap, other: Gap) -> bool:
    """Whether two questions are taken to ask for the same."""
    if (one.reason, one.names) != (other.reason, other.names):
        return False
    if one.kind is not other.kind and Kind.ANY not in (one.kind, other.kind):
        return False
    return len(one.terms & other.terms) >= ALIKE * len(one.terms | other.terms)


def _gaps(heard: Iterable[tuple[Unanswered, float]], engine: Engine, today: date) -> Iterator[Gap]:
    """Each question once for every reason; wordings that differ only in case and signs are one question."""
    same: dict[tuple[str, str], list[tuple[Unanswered, float]]] = {}
    for gap, at in heard:
        form = " ".join("".join(c if c.isalnum() else " " for c in fold(clean(gap.question))).split())
        same.setdefault((form, gap.reason), []).append((gap, at))
    for (form, reason), asked in same.items():
        wordings = [gap.question for gap, _ in asked]
        question = max(dict.fromkeys(wordings), key=wordings.count)
        read, _ = engine.speller.correct(clean(question))
        query = build(message(read, engine.language), engine.retrieval.lexicon, today)
        terms = frozenset(term.alternatives[0] for term in query.weighty)
        times = sorted(at for _, at in asked)
        yield Gap(
            question=question,
            reason=reason,
            nearest=asked[-1][0].nearest,
            times=len(asked),
            first=times[0],
            last=times[-1],
            terms=terms or frozenset({form}),  # "and in 2025?": nothing to compare but the words themselves
            names=frozenset(entity for m in query.mentions for entity in m.entities) - {engine.knowledge.topic.subject},
            kind=query.kind if query.kind in GIVEN_KINDS else Kind.ANY,
        )


def _answering(gap: Gap, engine: Engine, today: date) -> tuple[str, ...]:
    """The facts that answer the whole question by now; none as long as a part of it is open."""
    reply = engine.ask(gap.question, today=today).reply
    return reply.facts if isinstance(reply, Answer) and not reply.lacking else ()


def votes(thumbs: Sequence[tuple[Feedback, float]]) -> tuple[Voted, ...]:
    """The thumbs by what they were about, most thumbs down first."""
    found: dict[tuple[str, ...], list[bool]] = {}
    for thumb, _ in thumbs:
        found.setdefault(thumb.facts, []).append(thumb.up)
    counted = (Voted(facts, sum(ups), len(ups) - sum(ups)) for facts, ups in found.items())
    return tuple(sorted(counted, key=lambda voted: (-voted.down, voted.up, voted.facts)))
