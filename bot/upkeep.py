"""What good knowledge needs from time to time: warnings, which keep nothing from being used.

Each rule takes the knowledge and the day of the check and yields a warning, as a problem with place and mend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from bot import dates, timeline
from bot.errors import Problem
from bot.model import Fact, Knowledge
from bot.nodes import shown

# Days after which a state wants to be confirmed again: posts and memberships seldom change within half a year.
STALE_DAYS = 180


def warnings(knowledge: Knowledge, today: date, stale_days: int = STALE_DAYS) -> tuple[Problem, ...]:
    """What all rules warn of on the day `today`, in the order of the files."""
    found = [
        *stale_facts(knowledge, today, stale_days),
        *ended_series(knowledge, today),
        *undecided_disputes(knowledge),
        *undated_sources(knowledge),
    ]
    return tuple(sorted(set(found)))


def stale_facts(knowledge: Knowledge, today: date, days: int) -> Iterable[Problem]:
    """A fact that still holds was confirmed within so many days; one that ended needs it no more."""
    oldest = today - timedelta(days=min(days, today.toordinal() - 1))
    for fact in knowledge.facts.values():
        if fact.confirmed and fact.confirmed < oldest and fact.when.open_end:
            age = (today - fact.confirmed).days
            mend = "look for a newer source: renew 'confirmed', or end its 'when'"
            yield fact.where("confirmed").problem(f"last confirmed {age} days ago, on {fact.confirmed}", mend)


def ended_series(knowledge: Knowledge, today: date) -> Iterable[Problem]:
    """A series of states has one in force. Series of mere observations (a count of one day) have none."""
    for facts in _series(knowledge).values():
        last = facts[-1]
        if last.when.end < today and last.when.start < last.when.end and not _one_date(last):
            what = f"nothing of series {shown(last.series)} holds since {last.when.end}, when {shown(last.id)} ended"
            yield last.where("when").problem(what, "add the fact that follows it, or take it out of the series")


def _series(knowledge: Knowledge) -> dict[str, list[Fact]]:
    """The facts of each series that nothing of the series is preferred to, in the order in which they end."""
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in sorted(knowledge.facts.values(), key=lambda fact: (fact.when.end, *timeline.start(fact))):
        if fact.series and not fact.disputes:
            found[fact.series].append(fact)
    return dict(found)


def _one_date(fact: Fact) -> bool:
    """Whether `when` is no more than one date that is not known to the day: a month or a year."""
    start = fact.when.start
    spans = (dates.Interval.month(start.year, start.month), dates.Interval.year(start.year))
    return any((span.start, span.end) == (start, fact.when.end) for span in spans)


def undecided_disputes(knowledge: Knowledge) -> Iterable[Problem]:
    """A dispute leads to the side that is preferred: it is no gap, gives way to no other, and has more support."""
    for fact in knowledge.facts.values():
        for number, disputed in enumerate(fact.disputes):
            other = knowledge.facts[disputed]
            if other.gap:
                why = "says that nothing is established"
            elif other.disputes:
                why = "gives way to another fact itself"
            elif len(other.sources) < len(fact.sources):
                why = f"has fewer sources ({len(other.sources)}) than this fact ({len(fact.sources)}), and stands first"
            else:
                continue
            mend = "let 'disputes' lead from the weaker fact to the one to be shown first, or add its sources"
            place = fact.where(f"disputes.{number}")
            yield place.problem(f"the disputed {shown(disputed)} {why}", mend)


def undated_sources(knowledge: Knowledge) -> Iterable[Problem]:
    """A source has the date that its page shows."""
    for source in knowledge.sources.values():
        if not source.published:
            mend = "add 'published: ' if the page shows a date"
            yield source.place.problem(f"{shown(source.id)} has no date", mend)
