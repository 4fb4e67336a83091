"""The knowledge at a glance: when its facts are, how its series run, and what the fixed questions reach of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot import timeline
from bot.axis import Axis
from bot.coverage import Coverage, Covered, Touch, by_file, short
from bot.dates import Interval
from bot.english_pages import say
from bot.language import Language
from bot.model import Fact, Knowledge, Place, Value
from bot.pages import Html, Part, folded, section, table, tag
from bot.svg import Bar, bars, box, dot, key, ruled, stroke, svg, tip, words

RUN = 56  # pixels: high enough for steps of one in twenty to be seen
STRIP = 12  # pixels: states without numbers need no height
AXIS = 22  # pixels: a line of small text
SLIVER = 0.006  # of the width: what lasts a day is still seen
ADJACENT = 31  # days: states that follow each other within a month are one run (sources often know only the month)
_TOUCH = {Touch.SHOWN: "good", Touch.EXPECTED: "warn", Touch.UNTOUCHED: "idle"}


def sections(knowledge: Knowledge, language: Language, found: Coverage) -> Iterator[Html]:
    """The parts of a page about the knowledge."""
    facts = tuple(knowledge.facts.values())
    axis = Axis.over(fact.when.start for fact in facts if not fact.when.open_start)
    yield section(say("time_title"), _undated(facts), _timeline(facts, axis), id_="timeline")
    yield section(say("series_title"), say("series_lead"), _all_series(facts, axis, language), id_="series")
    yield section(say("coverage_title"), _reach(found), _map(found), *_missed(found), id_="coverage")


def _undated(facts: Sequence[Fact]) -> str:
    count = sum(fact.when.open_start for fact in facts)
    return say("time_lead") + (say("time_undated", count=str(count)) if count else "")


def _timeline(facts: Iterable[Fact], axis: Axis) -> Iterator[Part]:
    numbers: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if not fact.when.open_start:
            numbers[axis.number(fact.when.start)][_tone(fact)] += 1
    tones = {"good": say("time_stated"), "bad": say("time_disputing"), "idle": say("time_gap")}
    drawn = []
    for number in range(axis.count):
        count = numbers[number]
        told = "; ".join(f"{count[tone]} {name}" for tone, name in tones.items() if count[tone])
        drawn.append(Bar(tuple((count[tone], tone) for tone in tones), f"{axis.label(number)}: {told}"))
    yield tag("div", bars(drawn, say("time_title")), _dates(axis), class_="card")
    yield key(*tones.items())


def _tone(fact: Fact) -> str:
    return "idle" if fact.gap else "bad" if fact.disputes else "good"


def _dates(axis: Axis) -> Html:
    return svg(AXIS, say("axis"), ruled(axis.marks(), AXIS))


def _all_series(facts: Iterable[Fact], axis: Axis, language: Language) -> Iterator[Part]:
    by_name: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.series:
            by_name[fact.series].append(fact)
    # The longest first: they have most to show.
    names = sorted(by_name, key=lambda name: (-len(by_name[name]), name))
    cards = (_series(name, sorted(by_name[name], key=timeline.start), axis, language) for name in names)
    yield key(("good", say("series_state")), ("bad", say("time_disputing")), ("idle", say("series_other_unit")))
    yield tag("div", cards, class_="pair")


def _series(name: str, facts: Sequence[Fact], axis: Axis, language: Language) -> Html:
    ids = {fact.id for fact in facts}
    against = [fact for fact in facts if not ids.isdisjoint(fact.disputes)]
    states = [fact for fact in facts if fact not in against]
    unit = _unit(states)
    drawn = _run(states, against, unit, axis) if unit else _strip(states, against, axis)
    height = RUN if unit else STRIP
    chart = svg(height + AXIS, name, ruled(axis.marks(), height + AXIS), drawn)
    rows = ([language.say_interval(fact.when), tag("code", fact.id), *_told(fact, fact in against)] for fact in facts)
    listed = table(map(say, ("head_when", "head_fact", "head_text")), rows)
    count = say("series_count", count=str(len(facts)), unit=unit) if unit else say("facts_count", count=str(len(facts)))
    return tag("div", tag("h3", name), chart, folded(tag("span", count, class_="soft"), listed), class_="card")


def _told(fact: Fact, against: bool) -> Iterator[Part]:
    badge = tag("span", say("time_disputing"), class_="badge bad")
    yield (fact.text, " ", badge) if against else fact.text


def _unit(states: Iterable[Fact]) -> str:
    """What most of the states are counted in, if two or more are; the first such in the order of the states."""
    found = Counter(unit for fact in states for unit in {_unit_of(value): None for value in fact.values})
    unit, count = found.most_common(1)[0] if found else ("", 0)
    return unit if count > 1 else ""


def _unit_of(value: Value) -> str:
    return value.currency or value.unit


def _number(fact: Fact, unit: str) -> float | None:
    return next((value.number for value in fact.values if _unit_of(value) == unit), None)


def _run(states: Sequence[Fact], against: Sequence[Fact], unit: str, axis: Axis) -> Iterator[Html]:
    """States with numbers as steps over each other: what one is, a step high, until the next."""
    highest = max(_number(fact, unit) or 0.0 for fact in (*states, *against)) or 1.0
    levels = {fact.id: RUN * (1 - max(0.0, _number(fact, unit) or 0.0) / highest * 0.8) for fact in (*states, *against)}
    yield stroke(0, RUN, 1, RUN, "line")
    before: Fact | None = None
    for fact in states:
        x, width = _reach_of(fact.when, axis)
        if _number(fact, unit) is None:
            yield box(x, width, RUN - 3, 3, "idle", tip(_tip(fact)))
            continue
        y = levels[fact.id]
        yield box(x, width, y, RUN - y, "pale", tip(_tip(fact)))
        if before and (fact.when.start - min(before.when.end, fact.when.start)).days <= ADJACENT:
            yield tag("g", stroke(x, levels[before.id], x, y, "good"), class_="step")
        yield tag("g", stroke(x, y, x + width, y, "good"), class_="step")
        before = fact
    numbered = [fact for fact in states if _number(fact, unit) is not None]
    yield from _figures(numbered, levels, unit, axis)
    for fact in against:
        yield dot(axis.share(fact.when.start), min(levels[fact.id], RUN - 5), "bad", tip(_tip(fact)))


def _figures(states: Sequence[Fact], levels: dict[str, float], unit: str, axis: Axis) -> Iterator[Html]:
    """The first and the last number above their steps; between them the steps tell enough."""
    for fact in dict.fromkeys((states[0].id, states[-1].id)):
        state = next(one for one in states if one.id == fact)
        x, y = axis.share(max(state.when.start, date(1, 1, 2))), levels[fact]
        anchor = "start" if x < 0.75 else "end"
        yield words(x if anchor == "start" else 1, y - 4, f"{_number(state, unit):,.15g}", anchor)


def _strip(states: Sequence[Fact], against: Sequence[Fact], axis: Axis) -> Iterator[Html]:
    """States without numbers as stretches behind each other."""
    for number, fact in enumerate(states):
        x, width = _reach_of(fact.when, axis)
        yield box(x, width, 0, STRIP, "mid" if number % 2 else "good", tip(_tip(fact)))
    for fact in against:
        yield dot(axis.share(fact.when.start), STRIP / 2, "bad", tip(_tip(fact)))


def _reach_of(when: Interval, axis: Axis) -> tuple[float, float]:
    """Where a state begins and how wide it is, as shares of the axis."""
    x = min(axis.share(when.start), 1 - SLIVER)
    return x, max(axis.share(when.end) - x, SLIVER)


def _tip(fact: Fact) -> str:
    return f"{fact.id}: {fact.text}"


def _reach(found: Coverage) -> str:
    shown = len(found.of(Touch.SHOWN))
    return f"{say('coverage_lead')} {say('coverage_sum', shown=str(shown), facts=str(len(found.facts)))}"


def _map(found: Coverage) -> Iterator[Part]:
    """A square for every fact, a heap for every file."""
    yield key(*((tone, say(f"touch_{touch}")) for touch, tone in _TOUCH.items()))
    for file, facts in by_file(found).items():
        shown = sum(covered.touch is Touch.SHOWN for covered in facts)
        count = tag("span", f" {shown}/{len(facts)}", class_="soft num")
        squares = (tag("i", class_=f"b-{_TOUCH[covered.touch]}", title=_square(covered)) for covered in facts)
        yield tag("h3", short(file), count)
        yield tag("div", squares, class_="map")


def _square(covered: Covered) -> str:
    numbers = {"cited": str(covered.cited), "expected": str(covered.expected)}
    return f"{covered.fact.id}: {say('touch_numbers', **numbers)}"


def _missed(found: Coverage) -> Iterator[Part]:
    """What is not reached, with its address."""
    lists: dict[str, list[tuple[str, Place]]] = {
        f"missed_{touch}": [(covered.fact.id, covered.fact.place) for covered in found.of(touch)]
        for touch in (Touch.UNTOUCHED, Touch.EXPECTED)
    }
    lists["missed_series"] = list(found.series)
    lists["missed_lists"] = [(fact.id, fact.where("items")) for fact in found.lists]
    for name, missed in lists.items():
        if missed:
            rows = ([tag("code", f"{short(place.file)}:{place.line}"), id] for id, place in missed)
            yield folded(say(name, count=str(len(missed))), table(map(say, ("head_place", "head_name")), rows))
