"""`coalition-bot new fact | source | topic`: additions to a knowledge folder, shown before they are made.

A field is an option or is asked for in the terminal. Nothing is written that `check` would not pass.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from yaml import Node

from bot import curating, fact_form, knowledge, proposals, schema, splicing, starter
from bot.answers_changed import answers_changed
from bot.console import Pipe
from bot.curating import Change
from bot.engine import Engine
from bot.english import ENGLISH
from bot.errors import BotError, FaultyKnowledge, Problem, UsageError
from bot.fact_form import FactForm
from bot.interview import Filled, Form, Interview, Unfinished, filled, problem_rows
from bot.model import Fact, Knowledge
from bot.questions import Item, folder_of, load, unknown_facts
from bot.render import Renderer
from bot.rows import BLANK, Role, Row, row
from bot.source_form import ID, SourceForm
from bot.streams import World

DONE, FAILED = 0, 1  # exit codes
FACT, SOURCE, TOPIC = "fact", "source", "topic"

Show = Callable[[Sequence[Row]], None]


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
    """Add what is new; FAILED when it was not written though it was to be."""
    return int(arguments.new(arguments, world))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where a curator works: how rows are shown, and the interview, where there is a person to ask."""

    show: Show
    interview: Interview | None

    def say(self, key: str) -> None:
        self.show([_words(key)])


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written and what to see first; with problems it cannot be."""

    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    written: tuple[Row, ...]  # what to see once it is written


def _desk(arguments: Namespace, known: Knowledge, world: World, words: Sequence[str]) -> _Desk:
    """A terminal whose words complete what is typed, or lines without anybody to ask."""
    renderer = Renderer(known, ENGLISH)
    if arguments.yes or not (world.stdin.isatty() and world.stdout.isatty()):
        return _Desk(Pipe(renderer, world).show, None)
    from bot.terminal import Terminal  # rich and prompt_toolkit take time to import

    face = Terminal(renderer, world, words)
    return _Desk(face.show, Interview(face.show, face.heard(), ENGLISH))


def _good(folder: Path) -> Knowledge:
    """The knowledge. Raises BotError while it has problems: what they hide could not be judged."""
    known, problems = curating.judged(folder, ())
    if known is None or problems:
        raise FaultyKnowledge(str(folder), problems)
    return known


def _fact(arguments: Namespace, world: World) -> int:
    folder: Path = arguments.knowledge
    known = _good(folder)
    engine = Engine(known, world.today())
    items = _items(arguments, known)
    desk = _desk(arguments, known, world, sorted([*known.entities, *known.sources, *known.facts]))
    form = FactForm(engine, world.today(), assumes=desk.interview is not None)

    def plan(fields: Filled) -> _Plan:
        planned = _fact_plan(form, fields, engine, items, arguments.file, folder, world)
        near = () if desk.interview else form.notes("text", fields)  # a person saw them when writing the text
        return replace(planned, rows=(*near, *([BLANK] if near else ()), *planned.rows))

    return _filled_and_written(FACT, form, arguments, desk, plan)


def _source(arguments: Namespace, world: World) -> int:
    folder: Path = arguments.knowledge
    known = _good(folder)
    form = SourceForm(known, ENGLISH)

    def plan(fields: Filled) -> _Plan:
        own = {name: fields[name] for name in schema.SOURCE_FIELDS if name in fields}
        id, path = str(fields[ID].value), folder / knowledge.SOURCES
        changes = curating.add_source(path, id, own)
        after, problems = curating.judged(folder, changes)
        line = after.sources[id].place.line if after else 1
        place = _words("new_place", file=path, line=line)
        block = [row(text) for text in splicing.keyed(id, splicing.record(own))]
        said = (_words("new_written", file=path, line=line), _words("new_cite", source=id))
        return _Plan(changes, (place, *block), problems, said)

    return _filled_and_written(SOURCE, form, arguments, _desk(arguments, known, world, ()), plan)


def _filled_and_written(
    what: str, form: Form, arguments: Namespace, desk: _Desk, plan: Callable[[Filled], _Plan]
) -> int:
    """Fill the form from the options and by asking, show the plan, and carry it out."""
    try:
        fields = _from_options(form, arguments, desk)
        if fields is None:
            return FAILED
        steps: Iterable[str] = [step for step in form.steps if step not in fields]
        if desk.interview:
            desk.interview.say(f"new_{what}")
        while True:
            fields = desk.interview.fill(form, fields, steps) if desk.interview else _completed(form, fields)
            planned = plan(fields)
            desk.show([*planned.rows, *problem_rows(planned.problems)])
            answer = _answer(arguments, desk, form, fields, planned)
            if not isinstance(answer, str):
                break
            steps = [answer]
    except Unfinished as left:
        _show_unfinished(what, left.fields, desk)
        return FAILED
    if planned.problems or not answer:
        desk.say("new_dry" if arguments.dry_run and not planned.problems else "new_unwritten")
        return FAILED if planned.problems or not arguments.dry_run else DONE
    curating.save(planned.changes)
    desk.show(planned.written)
    return DONE


def _answer(arguments: Namespace, desk: _Desk, form: Form, fields: Filled, planned: _Plan) -> bool | str:
    """Whether to write it, or the field that is to be changed first."""
    if arguments.dry_run:
        return False
    return desk.interview.confirmed(form, fields, not planned.problems) if desk.interview else True


def _from_options(form: Form, arguments: Namespace, desk: _Desk) -> Filled | None:
    """The fields that the options fill; None, with every problem shown, when one is wrong and nobody can be asked.

    Where somebody can be asked, wrong ones are shown and asked for again.
    """
    fields: Filled = {}
    faulty: list[Problem] = []
    given = [step for step in form.steps if getattr(arguments, step)]
    # The steps stand in the order in which what is wrong with one can be told from those before.
    for step in given:
        tried, problems = filled(form, step, getattr(arguments, step), fields)
        if any(problem.file == step for problem in problems):
            faulty += problems
        else:
            fields = tried
    faulty = faulty or list(form.problems(fields))
    if faulty:
        desk.show(problem_rows(dict.fromkeys(faulty)))
    if faulty and not desk.interview:
        desk.say("new_unwritten")
        return None
    return fields


def _completed(form: Form, fields: Filled) -> Filled:
    """The fields with the proposed id. Raises UsageError when one is missing that only a person can fill."""
    missing = [s for s in form.steps if s not in fields and s != ID and form.needed(s) and form.wanted(s, fields)]
    if missing:
        proposed = ((step, form.proposed(step, fields)) for step in missing)
        options = ", ".join(f"--{step}" + (f" (perhaps {some})" if some else "") for step, some in proposed)
        raise UsageError(f"these are missing: {options}; give them, or run the command in a terminal to be asked")
    if ID in fields:
        return fields
    tried, problems = filled(form, ID, [form.proposed(ID, fields)], fields)
    if problems:
        raise BotError(f"{problems[0].what}; {problems[0].mend}")
    return tried


def _show_unfinished(what: str, fields: Filled, desk: _Desk) -> None:
    """What was filled in, to be copied, so that it is not lost."""
    own = fact_form.written(fields) if what == FACT else fields
    desk.show([*(row(line) for line in splicing.listed(splicing.record(own))), BLANK, _words("new_unwritten")])


def _fact_plan(
    form: FactForm,
    fields: Filled,
    engine: Engine,
    items: Sequence[Item] | None,
    file: str | None,
    folder: Path,
    world: World,
) -> _Plan:
    own, fact, ended = fact_form.written(fields), form.fact(fields), form.ended(fields)
    path, home = _home(fact, form.near(fields), engine.knowledge, folder, file)
    changes = curating.add_fact(path, own, home, ended)
    after, problems = curating.judged(folder, changes)
    line = after.facts[fact.id].place.line if after else 1
    rows = [_words("new_place", file=path, line=line), *_block(own)]
    said = [_words("new_written", file=path, line=line)]
    if ended:
        place = after.facts[ended.id].where("text") if after else ended.where("text")
        end = {"fact": ended.id, "end": ended.when.end.isoformat(), "file": place.file, "line": str(place.line)}
        rows += [BLANK, _words("new_ends", **end)]
    if after and not problems:
        rows += [BLANK, *answers_changed(engine, after, fact.id, items, world)]
        said.append(_words("new_try", ask=fact.asks[0]))
    return _Plan(changes, tuple(rows), problems, tuple(said))


def _block(fields: dict[str, Node]) -> list[Row]:
    return [row(line) for line in splicing.listed(splicing.record(fields))]


def _home(
    fact: Fact, near: Sequence[proposals.Near], known: Knowledge, folder: Path, file: str | None
) -> tuple[Path, Fact | None]:
    """The file that the fact goes into, and the fact behind which."""
    if file is None:
        home = proposals.home(fact, near, known) or tuple(known.facts.values())[-1]
        return Path(home.place.file), home
    path = folder / knowledge.FACTS / file
    if path.parent != folder / knowledge.FACTS or path.suffix != ".yaml" or file.startswith("."):
        raise UsageError(f"--file {file}: is no name in {knowledge.FACTS}/; write one such as money.yaml")
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


def _words(key: str, **values: object) -> Row:
    return row(ENGLISH.phrases[key].format(**values), Role.WORDS)


def _topic(arguments: Namespace, world: World) -> int:
    known, asked = starter.write(arguments.folder)
    counts = {"facts": len(known.facts), "sources": len(known.sources), "questions": asked}
    question = known.topic.suggested[0].rstrip("?")
    said = ENGLISH.phrases["new_topic"].format(folder=arguments.folder, question=question, **counts)
    world.stdout.write(said + "\n")
    return DONE
