"""`coalition-bot eval`, and the arguments of `coalition-bot diff`: the fixed questions from the command line.

Each has a function that declares its arguments, and one that runs it with them and returns its exit code.
rich is imported only where a terminal shows its tables and bars.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from bot import ablation, coverage, difference_command, knowledge, questions
from bot import evaluation_report as report
from bot.coverage import Coverage, Touch
from bot.engine import Engine
from bot.english_pages import say
from bot.evaluation import Graded, Outcome, evaluate, replies
from bot.evaluation_page import Evaluated, evaluation_page, keys_to_explain
from bot.explain import explain
from bot.model import Knowledge
from bot.questions import HALVES, FaultyQuestions, Item
from bot.rows import Row, field, plain
from bot.streams import one_line
from bot.tables import print_table, progress, ticked

BOTH = "both"
BASELINE = "baseline.json"  # in the questions folder
_CUT = 160  # characters of a question and of a reply that a list shows, about two lines


def eval_arguments(parser: ArgumentParser) -> None:
    """Declare what `eval` takes."""
    parser.add_argument(
        "--half", choices=(*HALVES, BOTH), default=BOTH, help="which half of the questions (default: both)"
    )
    parser.add_argument(
        "--ablate", action="store_true", help="switch each part off in turn, to see what it contributes"
    )
    parser.add_argument("--coverage", action="store_true", help="show what no question reaches, by file and line")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the whole report as a page to look at, too")
    parser.add_argument("--failures", action="store_true", help="show every question that is not right, with its reply")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--write-baseline", action="store_true", help="keep these outcomes to compare later runs with")
    _questions_argument(parser)


def diff_arguments(parser: ArgumentParser) -> None:
    """Declare what `diff` takes."""
    difference_command.add_arguments(parser)
    _questions_argument(parser)


def _questions_argument(parser: ArgumentParser) -> None:
    where = f"{questions.OWN} in the knowledge folder, else tests/questions of the checkout"
    parser.add_argument("--questions", type=Path, metavar="DIR", help=f"the fixed questions (default: {where})")


def run_eval(args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print the report, on `args.engine` or, without one, on the folder; 1 when a floor is not reached or the questions
    are faulty."""
    try:
        return _eval(args, out, err)
    except FaultyQuestions as error:
        return _tell(error, err)


def run_diff(args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print every question whose reply differs; 1 when answers are lost or the questions are faulty."""
    try:
        return difference_command.run(args, out, err)
    except FaultyQuestions as error:
        return _tell(error, err)


def _tell(error: FaultyQuestions, err: TextIO) -> int:
    """All problems, one a line."""
    for problem in error.problems:
        print(problem, file=err)
    return 1


def _eval(args: Namespace, out: TextIO, err: TextIO) -> int:
    place: Path = args.knowledge
    folder = args.questions or questions.folder_of(place)
    halves = HALVES if args.half == BOTH else (args.half,)
    items = questions.load(folder, halves)
    made: Engine | None = args.engine
    known = knowledge.load_or_raise(place) if made is None else made.knowledge
    strangers = questions.unknown_facts(items, known)
    if strangers:
        raise FaultyQuestions(strangers)
    if args.ablate:
        return _ablate(items, known, args.json, out, err)
    engine = made or Engine(known, known.topic.reviewed)
    with progress(err, "asking", sum(len(item.turns) for item in items)) as tick:
        graded = list(ticked(evaluate(items, engine), tick))
    reached = coverage.coverage(known, graded)
    now = report.outcomes(graded)
    baseline = report.read_baseline(folder / BASELINE)
    comparison = None if baseline is None else report.compared(now, baseline, complete=args.half == BOTH)
    failures = report.below_floors(graded)
    if args.html:
        traces = _traces(items, engine, keys_to_explain(graded))
        done = Evaluated(known, engine.language, graded, comparison, failures, reached, traces)
        args.html.write_text(evaluation_page(done), encoding="utf-8")
    if args.json:
        found = _as_json(graded, comparison, failures)
        if args.coverage:
            found["coverage"] = coverage.as_json(reached)
        print(json.dumps(found, ensure_ascii=False), file=out)
    elif args.coverage:
        _print_coverage(reached, out)
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


def _traces(items: Sequence[Item], engine: Engine, keys: Collection[str]) -> dict[str, str]:
    """How the replies to the named questions came about. They are asked once more: a reply depends on nothing
    but the question, and to keep how each of all the replies came about would take much memory."""
    return {
        item.key(number): plain([*_earlier(item, number), *explain(asked.turn, engine)])
        for item in items
        if any(item.key(number) in keys for number in range(len(item.turns)))
        for number, asked in enumerate(replies(item, engine))
        if item.key(number) in keys
    }


def _earlier(item: Item, number: int) -> Iterator[Row]:
    """What was asked before in the same conversation."""
    for expected in item.turns[:number]:
        yield field(say("earlier"), one_line(expected.question))


def _print_coverage(reached: Coverage, out: TextIO) -> None:
    """What no reply cites, an address a line, then how much of each file is reached."""
    for touch in (Touch.UNTOUCHED, Touch.EXPECTED):
        for covered in reached.of(touch):
            print(f"{covered.fact.place}: {covered.fact.id}: {say(f'touch_{touch}')}", file=out)
    for name, place in reached.series:
        print(f"{place}: {say('series_unused', name=name)}", file=out)
    for fact in reached.lists:
        print(f"{fact.where('items')}: {say('list_unused', name=fact.id)}", file=out)
    print_table(say("coverage_title"), coverage.HEADINGS, coverage.rows(reached), out)
    print(say("coverage_sum", shown=str(len(reached.of(Touch.SHOWN))), facts=str(len(reached.facts))), file=out)


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
