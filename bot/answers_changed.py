"""What a new fact does to answers: the fixed questions before and after, and whether its own `asks` find it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import reach
from bot.difference import Difference, differences
from bot.engine import Engine
from bot.english import ENGLISH
from bot.english_pages import PAGE_PHRASES
from bot.model import Knowledge
from bot.questions import Item
from bot.rows import Role, Row, Span, row
from bot.streams import World
from bot.tables import progress

MOST_SHOWN = 12  # changed replies: about a screen
_CUT = 100  # characters of a question, about a line


def answers_changed(
    old: Engine, known: Knowledge, new: str, items: Sequence[Item] | None, world: World
) -> Iterator[Row]:
    """Rows for the questions whose reply the fact `new` changes, the worst first, and for asks that miss it."""
    engine = Engine(known, world.today())
    asked = reach.askings(engine, world.today(), [known.facts[new]])
    for warning in reach.astray(asked, engine):
        yield row(f"asks: {warning.what}; {warning.mend}", Role.STRONG)
    if items is None:
        yield row(ENGLISH.phrases["new_no_questions"], Role.WORDS)
        return
    with progress(world.stderr, ENGLISH.phrases["new_asking"], len(items)) as tick:
        found = sorted(differences(items, (), old, engine, tick), key=_harm)
    count = sum(len(item.turns) for item in items)
    said = {"asked": f"{count:,}", "changed": str(len(found)), "day": ENGLISH.say(known.topic.reviewed)}
    yield row(ENGLISH.phrases["new_asked"].format(**said), Role.WORDS)
    for difference in found[:MOST_SHOWN]:
        yield _row(difference)
    if found[MOST_SHOWN:]:
        yield row(ENGLISH.phrases["new_more"].format(count=len(found) - MOST_SHOWN), Role.DETAIL)


def _harm(difference: Difference) -> int:
    """The changes stand in the order of harm."""
    return list(type(difference.change)).index(difference.change)


def _row(difference: Difference) -> Row:
    said = PAGE_PHRASES[f"change_{difference.change}"]
    facts = " → ".join(side.facts[0] if side.facts else side.kind for side in (difference.old, difference.new))
    return Row((Span(f"{said}: {difference.question[:_CUT]} ({facts})"),), Span("-", Role.LABEL), 2)
