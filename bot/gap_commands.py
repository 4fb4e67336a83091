"""`coalition-bot gaps`: what people asked in vain, ready to be made into facts.

What is printed is a file of facts to be filled in, with everything that is known about each gap in comments.
"""

from __future__ import annotations

import csv
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot import knowledge, proposals
from bot.engine import Engine
from bot.english import ENGLISH
from bot.gap_clusters import Cluster, Voted, clusters, votes
from bot.model import Kind
from bot.remark_book import Remarks
from bot.splicing import record, scalar, sequence
from bot.streams import World, one_line, printable
from bot.wording import MIN_ASKS

MOST = 20  # gaps shown: more than a curator fills at a sitting
MOST_WORDINGS = 5  # of one gap, the most frequent
MOST_ASKS = 8  # of a fact, as knowledge/README.md says
CSV = "csv"
HEADINGS = ("kind", "group", "times", "question", "reason", "facts", "first", "last", "answered_by")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is computed by spreadsheets, and strangers wrote it


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `gaps` takes."""
    what = "the journal's file (default: JOURNAL, a file or a database, else the Telegram bot's own)"
    parser.add_argument("--journal", type=Path, metavar="FILE", help=what)
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help=f"gaps to show (default: {MOST})")
    parser.add_argument("--export", choices=(CSV,), help="every question and thumb, as a table")


def run(args: Namespace, world: World) -> int:
    """Print the gaps; 0 whatever they are. Raises UsageError where there is no journal to look into."""
    from bot import journals  # what the Telegram bot is made of takes time to load

    found = journals.remarks(args.journal, world.environment)
    engine = Engine(knowledge.load_or_raise(args.knowledge), world.today())
    groups = clusters(found.unanswered, engine, world.today())
    if args.export == CSV:
        write = csv.writer(world.stdout, lineterminator="\n")
        write.writerows([HEADINGS, *([_cell(value) for value in row] for row in _rows(groups, found))])
    else:
        shown = _shown(groups, votes(found.feedback), engine, world.today(), max(args.most, 0))
        world.stdout.write(printable("\n".join(line.rstrip() for line in shown)) + "\n")
    return 0


def _say(key: str, **values: object) -> str:
    return ENGLISH.phrases[f"gaps_{key}"].format(**values)


def _shown(
    groups: Sequence[Cluster], voted: Sequence[Voted], engine: Engine, today: date, most: int
) -> Iterator[str]:
    """The lines of the file, in which all but the facts are comments."""
    open_, done = [g for g in groups if not g.answered], [g for g in groups if g.answered]
    if open_:
        times = sum(group.times for group in open_)
        first = min(gap.first for group in open_ for gap in group.gaps)
        last = max(gap.last for group in open_ for gap in group.gaps)
        told = {"clusters": len(open_), "times": f"{times:,}", "first": _day(first), "last": _day(last)}
        yield f"# {_say('title', **told)}"
        yield f"# {_say('how')}"
    else:
        yield f"# {_say('none')}"
    ids: set[str] = set()
    for number, group in enumerate(open_[:most], 1):
        yield ""
        yield from (f"# {line}" for line in _told(group, number, engine))
        hint = _hint if number == 1 else _no_hint
        yield from _skeleton(group, engine, today, ids, hint)
    if open_[most:]:
        yield f"\n# {_say('more', count=len(open_) - most, all=len(open_))}"
    if done:
        yield f"\n# {_say('answered', count=len(done))}"
        yield from (f"#   {_say('answered_by', question=g.lead.question, facts=', '.join(g.answered))}" for g in done)
    disliked = [one for one in voted if one.down]
    if disliked:
        sums = {"up": sum(one.up for one in voted), "down": sum(one.down for one in voted)}
        yield f"\n# {_say('thumbs', **sums)}"
        yield from (f"#   {_say('voted', facts=', '.join(v.facts), down=v.down, up=v.up)}" for v in disliked)


def _told(group: Cluster, number: int, engine: Engine) -> Iterator[str]:
    """What is known about a gap."""
    lead = group.lead
    times = _say("once") if group.times == 1 else _say("times", times=f"{group.times:,}")
    yield _say("lead", number=number, times=times, question=one_line(lead.question))
    for gap in group.gaps[1:MOST_WORDINGS]:
        yield "   " + _say("also", question=one_line(gap.question))
    yield "   " + _say("reason", reason=lead.reason)
    known = engine.knowledge.facts
    for fact in [known[id] for id in lead.nearest if id in known][:1]:
        yield "   " + _say("nearest", fact=fact.id, text=fact.text)


def _skeleton(group: Cluster, engine: Engine, today: date, ids: set[str], hint: Callable[[str], str]) -> Iterator[str]:
    """A fact to be filled in: what is proposed is written, what is not known is empty, so that it cannot go live."""
    lead, asks = group.lead, [one_line(gap.question) for gap in group.gaps[:MOST_ASKS]]
    id = proposals.propose_id({"text": lead.question}, engine)
    names = [name for name in proposals.entities(lead.question, engine, today) if name in engine.knowledge.entities]
    about = names or [engine.knowledge.topic.subject]
    gives = [] if lead.kind is Kind.ANY else [lead.kind.value]
    yield from (f"{'  ' if n else '- '}{line}" for n, line in enumerate(record({"id": scalar(_unique(id, ids))})))
    yield f"  text:{hint('text')}"
    yield f"  when:{hint('when')}"
    yield f"  # confirmed:{hint('confirmed')}"
    yield f"  {record({'about': sequence(about)})[0]}"
    yield f"  {record({'gives': sequence(gives)})[0]}{hint('gives')}"
    yield f"  asks:{hint('asks')}"
    yield from (f"    - {record({'x': scalar(ask)})[0].partition(': ')[2]}" for ask in asks)
    yield from ["    -"] * (MIN_ASKS - len(asks))
    yield f"  sources: []{hint('sources')}"


def _hint(field: str) -> str:
    """A comment that says what goes into a field."""
    return f"  # {_say(field)}"


def _no_hint(field: str) -> str:
    return ""


def _unique(id: str, ids: set[str]) -> str:
    """An id that no skeleton above has."""
    tried, number = id, 2
    while tried in ids:
        tried, number = f"{id}-{number}", number + 1
    ids.add(tried)
    return tried


def _day(at: float) -> str:
    return ENGLISH.say(datetime.fromtimestamp(at, UTC).date())


def _rows(groups: Sequence[Cluster], found: Remarks) -> Iterator[Sequence[object]]:
    """A row for every question and every answer that got thumbs."""
    for number, group in enumerate(groups, 1):
        for gap in group.gaps:
            times = (_moment(gap.first), _moment(gap.last))
            near, answered = " ".join(gap.nearest), " ".join(group.answered)
            yield ("unanswered", number, gap.times, one_line(gap.question), gap.reason, near, *times, answered)
    for up, kind in ((False, "down"), (True, "up")):
        given = [(thumb.facts, at) for thumb, at in found.feedback if thumb.up is up]
        for facts in sorted({facts for facts, _ in given}):
            at = [at for other, at in given if other == facts]
            yield (kind, "", len(at), "", "", " ".join(facts), _moment(min(at)), _moment(max(at)), "")


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _cell(value: object) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    text = str(value)
    return "'" + text if text.startswith(FORMULA) else text
