"""`coalition-bot diff`: what a change of the knowledge does to answers, before it goes live."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Sequence
from difflib import ndiff
from pathlib import Path
from typing import Any, TextIO

from bot import questions, remark_book
from bot.difference import Change, Difference, Said, counts, differences, harm, idle
from bot.difference_page import difference_page
from bot.engine import Engine
from bot.english_pages import say
from bot.errors import BotError
from bot.revisions import Side, sides
from bot.streams import one_line, printable
from bot.tables import print_table, progress

ACCEPTED = "accepted.txt"  # in the questions folder
SUCCEEDED, HARMED = 0, 1  # exit codes
_CUT = 160  # characters of a question that a list shows, about two lines


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `diff` takes."""
    where = "a folder of knowledge, a checkout with one in it, or a git revision"
    parser.add_argument("old", metavar="OLD", help=f"the knowledge before: {where}")
    parser.add_argument("new", metavar="NEW", help="the knowledge after: the same")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page to look at, too")
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="ask also what people asked in vain: the questions in this journal",
    )
    parser.add_argument(
        "--accepted",
        type=Path,
        metavar="FILE",
        help=f"questions whose lost or flipped answers are meant, a key a line (default: {ACCEPTED} beside them)",
    )


def run(args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print every question whose reply differs; 1 when an answer is lost or flipped that nobody accepted."""
    asked_in_vain = remark_book.read(args.journal).unanswered if args.journal else ()
    heard = tuple(dict.fromkeys(gap.question for gap, _ in asked_in_vain))
    with sides(args.old, args.new) as (old, new):
        folder = args.questions or questions.folder_of(new.folder)
        items = questions.load(folder)
        accepted_file = args.accepted or folder / ACCEPTED
        accepted = _accepted(accepted_file, required=args.accepted is not None)
        found = _found(items, heard, old, new, err)
    asked = sum(len(item.turns) for item in items) + len(heard)
    harmed = harm(found, accepted)
    if args.html:  # before what is printed: nobody may read that to its end
        args.html.write_text(difference_page((args.old, args.new), asked, found, accepted), encoding="utf-8")
    if args.json:
        print(json.dumps(_as_json(args, asked, found, accepted), ensure_ascii=False), file=out)
    else:
        _print(asked, found, accepted, out)
    for name in idle(found, accepted):
        print(f"{accepted_file}: {one_line(name)} is neither lost nor flipped; take it out", file=err)
    if harmed:
        print(say("diff_harm", count=str(len(harmed)), file=str(accepted_file)), file=err)
    return HARMED if harmed else SUCCEEDED


def _found(
    items: Sequence[questions.Item], heard: Sequence[str], old: Side, new: Side, err: TextIO
) -> tuple[Difference, ...]:
    before, after = old.load(), new.load()
    today = after.topic.reviewed  # of both: only the knowledge may make a difference
    with progress(err, "asking both", len(items) + len(heard)) as tick:
        return tuple(differences(items, heard, Engine(before, today), Engine(after, today), tick))


def _accepted(path: Path, required: bool) -> tuple[str, ...]:
    """The keys that a file names, one a line; lines that begin with # say why."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        if not required:
            return ()
        raise BotError(f"{path}: there is no such file; name one with a question's key a line") from error
    except UnicodeDecodeError as error:
        raise BotError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _print(asked: int, found: Sequence[Difference], accepted: Collection[str], out: TextIO) -> None:
    if found:
        rows = [(say(f"change_{change}"), str(count)) for change, count in counts(found).items()]
        print_table(say("diff_title"), ("", "n"), rows, out)
    for change in Change:
        some = [one for one in found if one.change is change]
        if some:
            print(f"{say(f'change_{change}')}: {say(f'change_{change}_means')}", file=out)
        for one in some:
            excused = f" ({say('diff_accepted')})" if one.harmful and one.key in accepted else ""
            asked_as = "" if one.key == one.question else f": {one_line(one.question)[:_CUT]}"
            print(f"\n  {one_line(one.key)[:_CUT]}{asked_as}{excused}", file=out)
            for line in _lines(one):
                print(f"    {printable(line)}", file=out)
        if some:
            print(file=out)
    print(say("diff_summary", changed=str(len(found)), asked=str(asked)) if found else say("diff_none"), file=out)


def _lines(one: Difference) -> Iterator[str]:
    """What is gone of the reply and its sources, with -, and what has come, with +."""
    for old, new in ((one.old.lines, one.new.lines), (one.old.sources, one.new.sources)):
        yield from (line for line in ndiff(old, new) if line[0] in "-+")
    if one.old.facts != one.new.facts:
        yield f"({', '.join(one.old.facts) or one.old.kind} → {', '.join(one.new.facts) or one.new.kind})"


def _as_json(args: Namespace, asked: int, found: Sequence[Difference], accepted: Collection[str]) -> dict[str, Any]:
    return {
        "old": args.old,
        "new": args.new,
        "asked": asked,
        "counts": dict(counts(found)),
        "changes": [
            {
                "key": one.key,
                "question": one.question,
                "change": one.change,
                "accepted": one.key in accepted,
                "old": _side(one.old),
                "new": _side(one.new),
            }
            for one in found
        ],
    }


def _side(said: Said) -> dict[str, Any]:
    return {
        "kind": said.kind,
        "outcome": said.outcome,
        "facts": list(said.facts),
        "lines": list(said.lines),
        "citations": [list(cited) for cited in said.citations],
    }
