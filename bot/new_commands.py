"""`coalition-bot new fact | source | topic`: additions to a knowledge folder, shown before they are made.

A field is an option or is asked for in the terminal. Nothing is written that `check` would not pass.
"""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from bot import curating, fact_form, knowledge, proposals, schema, source_form, starter
from bot.answers_changed import answers_changed
from bot.desk import DONE, ID, Desk, Given, Plan, words
from bot.engine import Engine
from bot.english import ENGLISH
from bot.errors import BotError, FaultyKnowledge, UsageError
from bot.fact_form import FactForm
from bot.interview import Filled, Form
from bot.model import Fact, Knowledge
from bot.questions import Item, folder_of, load, unknown_facts
from bot.records import replace
from bot.rows import BLANK, row
from bot.source_form import SourceForm
from bot.streams import World

FACT, SOURCE, TOPIC = "fact", "source", "topic"


def add_arguments(parser: ArgumentParser) -> Sequence[ArgumentParser]:
    """Declare what `new` takes: what is new, then the options of its fields. Returns a parser for each."""
    kinds = parser.add_subparsers(title="what is new", metavar="WHAT", required=True)
    fact = kinds.add_parser(FACT, help="add a fact", allow_abbrev=False)
    for name, field in schema.FACT_FIELDS.items():
        several = "; may be repeated" if field.shape.startswith(("a list", "one ")) else ""
        fact.add_argument(f"--{name}", action="append", metavar="TEXT", help=field.shape + several)
    fact.add_argument("--replaces", action="append", metavar="ID", help="the fact that ends when this one begins")
    fact.add_argument("--file", metavar="NAME", help="the file in facts/ (default: where what is near to it stands)")
    fact.add_argument("--questions", type=Path, metavar="DIR", help="the fixed questions to ask before and after")
    fact.set_defaults(new=_fact)
    source = kinds.add_parser(SOURCE, help="add a source", allow_abbrev=False)
    for name, field in {ID: schema.FACT_FIELDS[ID], **schema.SOURCE_FIELDS}.items():
        source.add_argument(f"--{name}", action="append", metavar="TEXT", help=field.shape)
    source.set_defaults(new=_source)
    for one in (fact, source):
        one.add_argument("--yes", action="store_true", help="ask nothing: take what the options say, and write it")
        one.add_argument("--dry-run", action="store_true", help="show what would be written, and write nothing")
    topic = kinds.add_parser(TOPIC, help="write a small working folder for another topic", allow_abbrev=False)
    topic.add_argument("folder", type=Path, metavar="DIR", help="the folder to make")
    topic.set_defaults(new=_topic)
    return fact, source, topic


def run(arguments: Namespace, world: World) -> int:
    """Add what is new; returns the exit code."""
    return int(arguments.new(arguments, world))


def _good(folder: Path) -> Knowledge:
    """The knowledge. Raises BotError while it has problems, which hide what could not be judged, and where what is
    written would be lost."""
    if knowledge.is_installed(folder):
        mend = "copy it, and give the copy (--knowledge DIR or KNOWLEDGE_DIR)"
        raise BotError(f"{folder}: is part of the installed program, and lost with its next version; {mend}")
    known, problems = curating.judged(folder, ())
    if known is None or problems:
        raise FaultyKnowledge(str(folder), problems)
    return known


def _given(form: Form, arguments: Namespace) -> Given:
    return {step: getattr(arguments, step) for step in form.steps if getattr(arguments, step)}


def _fact(arguments: Namespace, world: World) -> int:
    folder: Path = arguments.knowledge
    known = _good(folder)
    path = None if arguments.file is None else _fact_file(folder, arguments.file)
    engine = Engine(known, world.today())
    items = _items(arguments, known)
    names = sorted([*known.entities, *known.sources, *known.facts])
    desk = Desk.of(known, world, asks=not arguments.yes, dry=arguments.dry_run, words=names)
    form = FactForm(engine, world.today(), assumes=desk.interview is not None)

    def plan(fields: Filled) -> Plan:
        planned = _fact_plan(form, fields, engine, items, path, folder, world)
        near = () if desk.interview else form.notes("text", fields)  # a person saw them when writing the text
        return replace(planned, rows=(*near, *([BLANK] if near else ()), *planned.rows))

    return desk.work(form, _given(form, arguments), plan)


def _fact_plan(
    form: FactForm,
    fields: Filled,
    engine: Engine,
    items: Sequence[Item] | None,
    path: Path | None,
    folder: Path,
    world: World,
) -> Plan:
    fact, ended = form.fact(fields), form.ended(fields)
    path, home = _home(fact, form.near(fields), engine.knowledge, path)
    changes = curating.add_fact(path, fact_form.written(fields), home, ended)
    after, problems = curating.judged(folder, changes)
    line = after.facts[fact.id].place.line if after else 1
    rows = [words("new_place", file=path, line=line), *map(row, form.lines(fields))]
    said = [words("new_written", file=path, line=line)]
    if ended:
        place = after.facts[ended.id].where("text") if after else ended.where("text")
        end = words("new_ends", fact=ended.id, end=ended.when.end.isoformat(), file=place.file, line=place.line)
        rows += [BLANK, end]
    if after and not problems:
        rows += [BLANK, *answers_changed(engine, after, fact.id, items, world)]
        said.append(words("new_try", ask=fact.asks[0]))
    return Plan(changes, tuple(rows), problems, tuple(said))


def _fact_file(folder: Path, name: str) -> Path:
    """The file of facts with this name, which need not be there."""
    path = folder / knowledge.FACTS / name
    if path.parent != folder / knowledge.FACTS or path.suffix != ".yaml" or name.startswith("."):
        raise UsageError(f"--file {name}: is no name in {knowledge.FACTS}/; write one such as money.yaml")
    return path


def _home(
    fact: Fact, near: Sequence[proposals.Near], known: Knowledge, path: Path | None
) -> tuple[Path, Fact | None]:
    """The file that the fact goes into (`path`, where it is given), and the fact behind which."""
    if path is None:
        home = proposals.home(fact, near, known) or tuple(known.facts.values())[-1]
        return Path(home.place.file), home
    here = {fact.id: fact for fact in known.facts.values() if Path(fact.place.file) == path}
    beside = [one for one in near if one.fact.id in here]
    return path, proposals.home(fact, beside, replace(known, facts=here))


def _items(arguments: Namespace, known: Knowledge) -> Sequence[Item] | None:
    """The fixed questions that are about this knowledge; None when there are none."""
    folder = arguments.questions or folder_of(arguments.knowledge)
    if arguments.questions is None and not folder.is_dir():
        return None
    items = load(folder)
    return None if arguments.questions is None and unknown_facts(items, known) else items


def _source(arguments: Namespace, world: World) -> int:
    folder: Path = arguments.knowledge
    known = _good(folder)
    form = SourceForm(known, ENGLISH)

    def plan(fields: Filled) -> Plan:
        id, path = str(fields[ID].value), folder / knowledge.SOURCES
        changes = curating.add_source(path, id, source_form.written(fields))
        after, problems = curating.judged(folder, changes)
        line = after.sources[id].place.line if after else 1
        rows = (words("new_place", file=path, line=line), *map(row, form.lines(fields)))
        return Plan(changes, rows, problems, (words("new_written", file=path, line=line), words("new_cite", source=id)))

    desk = Desk.of(known, world, asks=not arguments.yes, dry=arguments.dry_run, words=())
    return desk.work(form, _given(form, arguments), plan)


def _topic(arguments: Namespace, world: World) -> int:
    known, asked = starter.write(arguments.folder)
    counts = {"facts": len(known.facts), "sources": len(known.sources), "questions": asked}
    question = known.topic.suggested[0].rstrip("?")
    said = ENGLISH.phrases["new_topic"].format(
        folder=arguments.folder, quoted=shlex.quote(str(arguments.folder)), question=question, **counts
    )
    world.stdout.write(said + "\n")
    return DONE
