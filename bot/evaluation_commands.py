"""`coalition-bot eval` and `coalition-bot diff`: the fixed questions from the command line.

Each has a function that declares its arguments, and one that runs it with them and returns its exit code.
rich is imported only where a terminal shows its tables and bars.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar

from bot import ablation, knowledge, questions
from bot import evaluation_report as report
from bot.engine import Engine
from bot.evaluation import Graded, Outcome, before_sources, evaluate, replies
from bot.model import Knowledge
from bot.questions import HALVES, FaultyQuestions, Item
from bot.render import Renderer
from bot.replies import Answer

BOTH = "both"
BASELINE = "baseline.json"  # in the questions folder
_CUT = 160  # characters of a question and of a reply that a list shows, about two lines

T = TypeVar("T")


def eval_arguments(parser: ArgumentParser) -> None:
    """Declare what `eval` takes."""
    parser.add_argument(
        "--half", choices=(*HALVES, BOTH), default=BOTH, help="which half of the questions (default: both)"
    )
    parser.add_argument(
        "--ablate", action="store_true", help="switch each part off in turn, to see what it contributes"
    )
    parser.add_argument("--failures", action="store_true", help="show every question that is not right, with its reply")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--write-baseline", action="store_true", help="keep these outcomes to compare later runs with")
    _questions_argument(parser)


def diff_arguments(parser: ArgumentParser) -> None:
    """Declare what `diff` takes."""
    parser.add_argument("old", type=Path, metavar="OLD")
    parser.add_argument("new", type=Path, metavar="NEW")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    _questions_argument(parser)


def _questions_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--questions", type=Path, metavar="DIR", help="the fixed questions (default: tests/questions of the checkout)"
    )


def run_eval(args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print the report; 1 when a floor is not reached or the questions are faulty."""
    try:
        return _eval(args, out, err)
    except FaultyQuestions as error:
        return _tell(error, err)


def run_diff(args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print every fixed question whose answer differs; 1 only when the questions are faulty."""
    try:
        return _diff(args, out, err)
    except FaultyQuestions as error:
        return _tell(error, err)


def _tell(error: FaultyQuestions, err: TextIO) -> int:
    """All problems, one a line."""
    for problem in error.problems:
        print(problem, file=err)
    return 1


def _eval(args: Namespace, out: TextIO, err: TextIO) -> int:
    folder = args.questions or questions.default_folder()
    halves = HALVES if args.half == BOTH else (args.half,)
    items = questions.load(folder, halves)
    known = knowledge.load_or_raise(Path(args.knowledge))
    strangers = questions.unknown_facts(items, known)
    if strangers:
        raise FaultyQuestions(strangers)
    if args.ablate:
        return _ablate(items, known, args.json, out, err)
    with progress(err, "asking", sum(len(item.turns) for item in items)) as tick:
        graded = list(ticked(evaluate(items, Engine(known, known.topic.reviewed)), tick))
    now = report.outcomes(graded)
    baseline = report.read_baseline(folder / BASELINE)
    comparison = None if baseline is None else report.compared(now, baseline, complete=args.half == BOTH)
    failures = report.below_floors(graded)
    if args.json:
        print(json.dumps(_as_json(graded, comparison, failures), ensure_ascii=False), file=out)
    else:
        _print_report(graded, comparison, args.failures, out)
    for failure in failures:
        print(f"below the floor: {failure}", file=err)
    if args.write_baseline:
        report.write_baseline(folder / BASELINE, {**(baseline or {}), **now} if args.half != BOTH else now)
    return 1 if failures else 0


def _as_json(graded: Sequence[Graded], comparison: report.Comparison | None, failures: Sequence[str]) -> dict[str, Any]:
    return {
        "halves": {half: [report.as_json(row) for row in report.rows(some)] for half, some in _by_half(graded)},
        "outcomes": report.outcomes(graded),
        "comparison": comparison and {name: list(getattr(comparison, name)) for name in comparison.__slots__},
        "below_floors": list(failures),
    }


def _by_half(graded: Sequence[Graded]) -> Iterator[tuple[str, list[Graded]]]:
    for half in dict.fromkeys(g.half for g in graded):
        yield half, [g for g in graded if g.half == half]


def _print_report(graded: Sequence[Graded], comparison: report.Comparison | None, failures: bool, out: TextIO) -> None:
    for half, some in _by_half(graded):
        print_table(half, report.HEADINGS, [report.cells(row) for row in report.rows(some)], out)
    questions_by_key = {g.key: g for g in graded}
    if comparison is None:
        print("No baseline to compare with yet; write one with --write-baseline.", file=out)
    else:
        for name in comparison.__slots__:
            keys = getattr(comparison, name)
            print(f"{name} since the baseline: {len(keys)}", file=out)
            for key in keys if name in ("fixed", "broken") else ():
                print(f"  {key}: {questions_by_key[key].expected.question[:_CUT]}", file=out)
    for g in graded if failures else ():
        if g.outcome is not Outcome.RIGHT:
            _print_failure(g, out)


def _print_failure(g: Graded, out: TextIO) -> None:
    expected = ", ".join(g.expected.facts) or f"no answer ({g.expected.reason})"
    print(f"\n{g.key} {g.outcome}: {g.expected.question[:_CUT]}", file=out)
    print(f"  expected {expected[:_CUT]}", file=out)
    for line in g.head.splitlines():
        print(f"  | {line[:_CUT]}", file=out)


def _ablate(items: Sequence[Item], known: Knowledge, as_json: bool, out: TextIO, err: TextIO) -> int:
    with progress(err, "switching off", len(ablation.settings())) as tick:
        effects = list(ablation.effects(items, known, tick))
    if as_json:
        print(json.dumps([{name: getattr(effect, name) for name in effect.__slots__} for effect in effects]), file=out)
    else:
        print_table(
            "each part switched off in turn", ablation.HEADINGS, [ablation.cells(effect) for effect in effects], out
        )
    return 0


def _diff(args: Namespace, out: TextIO, err: TextIO) -> int:
    items = questions.load(args.questions or questions.default_folder())
    old, new = knowledge.load_or_raise(args.old), knowledge.load_or_raise(args.new)
    with progress(err, "asking both", 2 * len(items)) as tick:
        before, after = (dict(_answers(items, folder, tick)) for folder in (old, new))
    changed = [(key, *before[key], after[key][1]) for key in before if before[key][1] != after[key][1]]
    if args.json:
        names = ("key", "question", "old", "new")
        print(json.dumps([dict(zip(names, change, strict=True)) for change in changed], ensure_ascii=False), file=out)
        return 0
    for key, question, was, is_now in changed:
        print(f"{key}: {question[:_CUT]}", file=out)
        for sign, text in (("-", was), ("+", is_now)):
            for line in text.splitlines():
                print(f"  {sign} {line}", file=out)
    print(f"{len(changed)} of {len(before)} fixed questions change their answer.", file=out)
    return 0


def _answers(
    items: Iterable[Item], known: Knowledge, tick: Callable[[], None]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each question's key with the question and what the reply says, in conversation order."""
    engine = Engine(known, known.topic.reviewed)
    renderer = Renderer(known, engine.language)
    for item in items:
        for number, asked in enumerate(replies(item, engine)):
            said = before_sources(asked.turn, renderer)
            ids = asked.turn.reply.facts if isinstance(asked.turn.reply, Answer) else ()
            yield item.key(number), (item.turns[number].question, said + (f"\n({', '.join(ids)})" if ids else ""))
        tick()


def ticked(values: Iterable[T], tick: Callable[[], None]) -> Iterator[T]:
    """The values, with a tick after each."""
    for value in values:
        yield value
        tick()


@contextmanager
def progress(err: TextIO, what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing elsewhere; call what it yields once per step."""
    if not err.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=err), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def print_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    """A rich table on a terminal, aligned columns elsewhere; all columns but the first hold numbers."""
    if out.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(title=title)
        for number, heading in enumerate(headings):
            table.add_column(heading, justify="right" if number else "left", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        Console(file=out).print(table)
        return
    lines = [headings, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    print(title, file=out)
    for line in lines:
        first, *others = (
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join([first, *others]).rstrip(), file=out)
    print(file=out)
