"""One fact with everything about it, and the list of sources, for a person who checks the knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot import lookups
from bot.model import Fact, Source, Value
from bot.render import MOST_CITATIONS, Renderer
from bot.rows import Role, Row, Span, field, row

MOST_NEAR = 3  # ids offered in place of an unknown one
_LIKE = 60.0  # percent, rapidfuzz's ratio: below it two ids have hardly a word in common


def fact_card(fact: Fact, renderer: Renderer) -> list[Row]:
    """A fact with its fields, named as in the knowledge folder."""
    sources = [renderer.knowledge.sources[source] for source in fact.sources]
    return [row(fact.id, Role.STRONG), row(fact.text), *_fields(fact, renderer), *source_rows(sources, renderer)]


def _fields(fact: Fact, renderer: Renderer) -> Iterator[Row]:
    language = renderer.language
    disputed_by = [f.id for f in lookups.disputing(renderer.knowledge.facts, fact.id)]
    values = {
        "when": language.say_interval(fact.when),
        "confirmed": language.say(fact.confirmed) if fact.confirmed else "",
        "series": fact.series,
        "about": ", ".join(fact.about),
        "gives": ", ".join(fact.gives),
        "value": ", ".join(map(value_text, fact.values)),
        "items": ", ".join(fact.items.ids) if fact.items else "",
        "disputes": ", ".join(fact.disputes),
        language.phrases["card_disputed"]: ", ".join(disputed_by),
        "asks": "; ".join(fact.asks),
    }
    for name, value in values.items():
        if value:
            yield field(name, value)


def value_text(value: Value) -> str:
    """A figure with its currency or unit."""
    return " ".join(filter(None, [value.currency, f"{value.number:,.15g}", value.unit]))


def every_source(facts: Iterable[Fact], renderer: Renderer) -> list[Source]:
    """Every source of the facts of an answer, first those with the numbers that the answer showed."""
    facts = list(facts)
    shown = [id for fact in facts for id in fact.sources[:MOST_CITATIONS]]
    every = [id for fact in facts for id in fact.sources]
    return [renderer.knowledge.sources[id] for id in dict.fromkeys([*shown, *every])]


def source_rows(sources: Iterable[Source], renderer: Renderer) -> Iterator[Row]:
    """Sources in full: number, publisher, title and date, then the address on a row of its own."""
    for number, source in enumerate(sources, 1):
        label = Span(f"[{number}]", Role.CITATION)
        indent = len(label.text) + 1
        phrases = renderer.language.phrases
        said = f"{source.publisher}, “{source.title}”, {source.published or phrases['undated']}"
        said += ", " + phrases["accessed"].format(day=source.accessed) if source.accessed else ""
        yield Row((Span(said, link=source.url),), label, indent)
        yield address_row(source, indent)


def address_row(source: Source, indent: int) -> Row:
    """A source's address, never broken, so that it can be clicked and copied."""
    return Row((Span(source.url, Role.DETAIL, source.url),), Span(""), indent, whole=True)


def near_ids(wanted: str, renderer: Renderer) -> list[str]:
    """The ids of facts that are most like `wanted`."""
    from rapidfuzz import fuzz, process  # takes time to import, and an id is mostly right

    known = lookups.ids(renderer.knowledge.facts)  # in one order, so that equally near ones are the same in every run
    found = process.extract(wanted, known, scorer=fuzz.ratio, limit=MOST_NEAR, score_cutoff=_LIKE)
    return [id for id, _, _ in found]
