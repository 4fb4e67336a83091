"""How a reply came about, for a person: what was read, what was found, which gates it passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.engine import Engine, Step, Turn
from bot.hits import Hit
from bot.lexicon import Term
from bot.periods import Period
from bot.query import Query
from bot.render import kind
from bot.replies import Abstention, Answer, Clarification, Phrase
from bot.rows import BLANK, Role, Row, field, row
from bot.streams import one_line

MOST_HITS = 5  # shown for each part of a question: the answer stands among the first
_PERCENT = 100


def explain(turn: Turn, engine: Engine) -> list[Row]:
    """The trace of a turn as rows."""
    return list(_Trace(turn, engine).rows())


class _Trace:
    def __init__(self, turn: Turn, engine: Engine) -> None:
        self._turn = turn
        self._engine = engine

    def rows(self) -> Iterator[Row]:
        """The whole trace: the question, each part of it, the reply."""
        yield self._field("question", one_line(self._turn.question))
        if self._turn.corrections:
            yield self._field("corrections", ", ".join(f"{c.written} → {c.read}" for c in self._turn.corrections))
        if not self._turn.steps:
            yield row(self._say("why_at_once"), Role.WORDS)
        for step in self._turn.steps:
            yield BLANK
            yield from self._part(step)
        yield BLANK
        yield from self._reply()

    def _part(self, step: Step) -> Iterator[Row]:
        query = step.query
        yield row(self._say("why_part", part=query.text), Role.STRONG)
        yield self._field("kind", str(query.kind) if query.explicit else self._say("why_kind_guessed", kind=query.kind))
        yield from self._listed("terms", map(self._term, query.terms))
        yield from self._listed("names", self._names(query))
        yield from self._listed("time", map(self._period, query.periods))
        if query.order:
            yield self._field("order", query.order)
        if step.completed:
            taken = [term.surface for term in query.context]
            if query.focus:
                taken.append(self._say("why_focus", entities=", ".join(sorted(query.focus))))
            yield self._field("context", ", ".join(taken) or self._say("why_completed"))
        yield from self._hits(step)

    def _term(self, term: Term) -> str:
        """What is looked for, and its weight if a fact must have it: "#member 2.3"."""
        looked_for = "|".join(term.alternatives)
        return f"({looked_for})" if term.light else f"{looked_for} {self._engine.retrieval.weight(term):.1f}"

    def _names(self, query: Query) -> Iterator[str]:
        for mention in query.mentions:
            read = f"{mention.surface} = {' | '.join(mention.entities)}"
            yield self._say("why_recipient", name=read) if mention.recipient else read

    def _period(self, period: Period) -> str:
        return f"{period.relation.value} {self._engine.language.say_interval(period.interval)}"

    def _hits(self, step: Step) -> Iterator[Row]:
        if not step.hits:
            yield self._field("hits", self._say("why_no_hits"))
        for position, hit in enumerate(step.hits[:MOST_HITS]):
            label = self._say("why_hits") if position == 0 else ""
            yield field(label, f"{hit.fact.id}: {self._measured(hit)}; {self._gates(step.query, hit)}")
        if len(step.hits) > MOST_HITS:
            yield field("", self._say("why_more", count=str(len(step.hits) - MOST_HITS)), Role.DETAIL)

    def _measured(self, hit: Hit) -> str:
        return self._say("why_score", score=f"{hit.score:.2f}", coverage=f"{hit.coverage * _PERCENT:.0f}")

    def _gates(self, query: Query, hit: Hit) -> str:
        """Which of the hard constraints and gates the hit fails, and the words that it lacks."""
        passed = {
            "entity": hit.entity,
            "kind": hit.kind,
            "period": hit.period,
            "coverage": self._engine.policy.leader.enough(query, hit),
        }
        failed = [self._say(f"why_gate_{gate}") for gate, passes in passed.items() if not passes]
        said = self._say("why_fails", gates=", ".join(failed)) if failed else self._say("why_fits")
        if hit.missing:
            said += "; " + self._say("why_lacks", terms=", ".join(term.surface for term in hit.missing))
        return said

    def _reply(self) -> Iterator[Row]:
        reply = self._turn.reply
        named: Iterable[str] = ()
        if isinstance(reply, Answer):
            named = reply.facts
        elif isinstance(reply, Abstention):
            named = [reply.reason]
        elif isinstance(reply, Clarification):
            named = [fact.id for fact in reply.choices]
        yield self._field("reply", ": ".join(filter(None, [kind(reply), ", ".join(named)])), Role.STRONG)
        if isinstance(reply, Answer):
            yield self._field("as_of", reply.as_of.isoformat())

    def _listed(self, name: str, values: Iterable[str]) -> Iterator[Row]:
        """A field with the values, each once; none if there are none."""
        found = ", ".join(dict.fromkeys(values))
        if found:
            yield self._field(name, found)

    def _field(self, name: str, value: str, role: Role = Role.TEXT) -> Row:
        return field(self._say(f"why_{name}"), value, role)

    def _say(self, key: str, **values: str) -> str:
        phrase = Phrase.of(key, **values)
        return self._engine.language.phrases[key].format(**dict(phrase.values))
