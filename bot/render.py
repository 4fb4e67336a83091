"""Reply -> words: plain text with numbered citations, and the JSON of the contract.

The fixed words come from the language's catalogue; everything else is curated text, verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine import Turn
from bot.language import Language
from bot.model import Fact, Knowledge, Source
from bot.query import Query
from bot.records import dataclass, replace
from bot.replies import Abstention, Answer, Clarification, Phrase, Reply, SmallTalk, Statement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_CORRECTIONS = 5  # that a reply tells: more are not read
MOST_CITATIONS = 3  # of one statement, best first; `fact ID` shows all


@dataclass(frozen=True, slots=True)
class Line:
    """One statement with its citation numbers, or (without a fact) fixed words."""

    text: str
    fact: Fact | None = None
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A reply laid out: lines, then the cited sources in the order of their numbers."""

    lines: tuple[Line, ...]
    sources: tuple[Source, ...]
    choices: tuple[str, ...] = ()


class Renderer:
    """Lays replies out for one knowledge folder and language."""

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self.knowledge = knowledge
        self.language = language

    def cutoff(self) -> str:
        """Until when the facts are complete, the last that came later, and when all were looked through."""
        topic = self.knowledge.topic
        begun = (f.when.start for f in self.knowledge.facts.values() if not f.gap and f.when.start <= topic.reviewed)
        latest = max(begun, default=topic.covers_until)
        phrase = "cutoff_later" if latest > topic.covers_until else "cutoff"
        days = {"date": topic.covers_until, "latest": latest, "reviewed": topic.reviewed}
        return self.say(Phrase.of(phrase, **{name: self.language.say(day) for name, day in days.items()}))

    def page(self, turn: Turn) -> Page:
        """The reply of a turn, laid out."""
        sources: dict[str, int] = {}
        lines = [*self._notes(turn), *self._lines(turn.reply, sources), *self._readings(turn)]
        cited = tuple(self.knowledge.sources[source] for source in sources)
        return Page(tuple(lines), cited, choices(turn.reply))

    def _notes(self, turn: Turn) -> Iterator[Line]:
        """How the question was read, where that differs from how it was written."""
        if turn.corrections:
            told = dict.fromkeys(f"{c.written} → {c.read}" for c in turn.corrections)
            read = ", ".join(list(told)[:MOST_CORRECTIONS])
            yield Line(self.say(Phrase.of("corrected", corrections=read)))

    def _readings(self, turn: Turn) -> Iterator[Line]:
        """How a follow-up was completed from the conversation before it was answered."""
        for step in turn.steps if isinstance(turn.reply, Answer) else ():
            reading = self._reading(step.query) if step.completed else ""
            if reading:
                yield Line(self.say(Phrase.of("completed", reading=reading)))

    def _reading(self, query: Query) -> str:
        """What the query looks for, in words: its own, the names that it means, its times."""
        names = [m.entities[-1] for m in query.mentions] or sorted(query.focus)
        named = {m.surface for m in query.mentions}
        words = [term.surface for term in query.weighty if term.surface not in named]
        words += [self.knowledge.entities[name].name(self.language.code) for name in names]
        return ", ".join(dict.fromkeys((*words, *(self.language.say_interval(p.interval) for p in query.periods))))

    def _lines(self, reply: Reply, sources: dict[str, int]) -> Iterator[Line]:
        if isinstance(reply, Answer):
            said = None
            for statement in reply.statements:
                again = statement.lead == said  # "Sources differ:" leads over to all that follow
                said = statement.lead
                yield from self._statement(replace(statement, lead=None) if again else statement, sources)
            if reply.confirmed:
                yield Line(self.say(Phrase.of("confirmed", date=self.language.say(reply.confirmed))))
            for lacking in reply.lacking:
                yield Line(self.say(Phrase("missing_part")))
                yield from self._lines(lacking, sources)
        elif isinstance(reply, Abstention):
            yield Line(self.say(reply.phrase))
            if reply.stated:
                yield from self._statement(reply.stated, sources)
            if reply.nearest:
                yield Line(self.say(Phrase("nearest")))
                for fact in reply.nearest:
                    yield Line(f"- {fact.asks[0]}")
        elif isinstance(reply, Clarification):
            yield Line(self.say(Phrase("choose")))
            for number, fact in enumerate(reply.choices, 1):
                yield Line(f"{number}. {fact.asks[0]}")
        elif isinstance(reply, SmallTalk):
            yield Line(self.say(reply.phrase))

    def _statement(self, statement: Statement, sources: dict[str, int]) -> Iterator[Line]:
        if statement.lead:
            yield Line(self.say(statement.lead))
        cited = statement.fact.sources[:MOST_CITATIONS]
        numbers = tuple(sources.setdefault(source, len(sources) + 1) for source in cited)
        yield Line(statement.fact.text, statement.fact, numbers)

    def say(self, phrase: Phrase) -> str:
        """The words of a phrase."""
        return self.language.phrases[phrase.key].format(**dict(phrase.values))

    def source(self, number: int, source: Source) -> str:
        """A source's line in the numbered list."""
        published = source.published or self.language.phrases["undated"]
        return f"[{number}] {source.publisher}, “{source.title}”, {published}, {source.url}"

    def plain(self, turn: Turn) -> str:
        """The reply as plain text: the statements with their numbers, then the list of sources."""
        page = self.page(turn)
        lines = [cited(line) for line in page.lines]
        if page.sources:
            lines.append(self.language.phrases["sources"])
            lines += [self.source(number, source) for number, source in enumerate(page.sources, 1)]
        return "\n".join(lines)

    def json(self, turn: Turn, elapsed_ms: float) -> dict[str, Any]:
        """The reply as the JSON object that outsiders rely on (its keys are fixed)."""
        page, reply = self.page(turn), turn.reply
        return {
            "question": turn.question,
            "kind": kind(reply),
            "text": self.plain(turn),
            "statements": [
                {"fact": line.fact.id, "text": line.text, "citations": list(line.citations)}
                for line in page.lines
                if line.fact
            ],
            "citations": [
                {
                    "number": number,
                    "source": s.id,
                    "title": s.title,
                    "publisher": s.publisher,
                    "url": s.url,
                    "published": s.published or None,
                }
                for number, s in enumerate(page.sources, 1)
            ],
            "as_of": reply.as_of.isoformat() if isinstance(reply, Answer) else None,
            "reason": str(reply.reason) if isinstance(reply, Abstention) else None,
            "nearest": [fact.id for fact in reply.nearest] if isinstance(reply, Abstention) else [],
            "choices": [{"fact": fact.id, "text": fact.asks[0]} for fact in reply.choices]
            if isinstance(reply, Clarification)
            else [],
            "corrections": [{"written": c.written, "read": c.read} for c in turn.corrections],
            "language": self.language.code,
            "elapsed_ms": round(elapsed_ms, 3),
        }


def cited(line: Line) -> str:
    """A line with its citation numbers behind it."""
    return " ".join([line.text, "".join(f"[{number}]" for number in line.citations)]).strip()


def leads_over(line: Line, page: Page) -> bool:
    """Whether fixed words stand right before a fact, as in "Sources differ:"."""
    position = next(number for number, other in enumerate(page.lines) if other is line)
    following = page.lines[position + 1 : position + 2]
    return bool(following) and following[0].fact is not None


def choices(reply: Reply) -> tuple[str, ...]:
    """The readings that a digit chooses from."""
    return tuple(fact.asks[0] for fact in reply.choices) if isinstance(reply, Clarification) else ()


def kind(reply: Reply) -> str:
    """The reply's kind in the contract's word."""
    return type(reply).__name__.lower()
