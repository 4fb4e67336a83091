"""Differences between replies -> a page to look at, the harmful ones first, with the changed words marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from bot.difference import Change, Difference, Said, counts
from bot.english_pages import PAGE_PHRASES
from bot.pages import Html, Part, joined, page, section, tag

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")  # blanks, words, signs: what is marked as changed is one of these
_TONE = {Change.FLIPPED: "bad", Change.LOST: "bad", Change.GAINED: "good"}


def difference_page(names: tuple[str, str], asked: int, found: Sequence[Difference], accepted: Collection[str]) -> Html:
    """The page. `names` are those of the old and the new side, `asked` is the number of questions."""
    lead = _say("diff_lead", old=names[0], new=names[1], asked=f"{asked:,}", changed=f"{len(found):,}")
    tiles = tag("div", (_tile(change, count) for change, count in counts(found).items()), class_="tiles")
    sections = (
        _section(change, [one for one in found if one.change is change], names, accepted)
        for change, count in counts(found).items()
        if count
    )
    return page(_say("diff_title"), lead, tiles, sections if found else tag("p", _say("diff_none")))


def _tile(change: Change, count: int) -> Html:
    number = tag("b", str(count), class_=_TONE.get(change, "") if count else "soft")
    return tag("div", number, tag("span", _say(f"change_{change}")), class_="tile")


def _section(change: Change, some: Iterable[Difference], names: tuple[str, str], accepted: Collection[str]) -> Html:
    cards = (_card(one, names, accepted) for one in some)
    return section(_say(f"change_{change}"), _say(f"change_{change}_means"), *cards, id_=change)


def _card(one: Difference, names: tuple[str, str], accepted: Collection[str]) -> Html:
    excused = one.key in accepted
    verdict, tone = ("diff_accepted", "soft") if excused else ("diff_unaccepted", "bad")
    badge = tag("span", _say(verdict), class_=f"badge {tone}")
    key: Part = (tag("code", one.key, class_="soft"), " ") if one.key != one.question else ()
    old, new = marked(_text(one.old), _text(one.new))
    sides = _side("diff_old", names[0], old, one.old), _side("diff_new", names[1], new, one.new)
    return tag(
        "article",
        tag("div", key, tag("b", one.question), " ", badge if one.harmful else ()),
        tag("div", sides, class_="sides"),
        class_="card",
    )


def _side(key: str, name: str, text: Html, said: Said) -> Html:
    about = ", ".join(filter(None, [said.kind, str(said.outcome or ""), *said.facts]))
    return tag("div", tag("h4", f"{_say(key)} ({name})"), text, tag("p", tag("code", about, class_="soft")))


def _text(said: Said) -> str:
    """The reply's lines, then what they cite."""
    return "\n".join([*said.lines, *said.sources])


def marked(old: str, new: str) -> tuple[Html, Html]:
    """Both texts as paragraphs, a line each, with `del` and `ins` around what the other one lacks."""
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    marks: tuple[list[Html], list[Html]] = ([], [])
    # autojunk would take frequent words of long texts for noise and mark them wrongly.
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for side, name, pieces in ((0, "del", before[i:j]), (1, "ins", after[k:m])):
            marks[side].extend(_marked_lines("".join(pieces), "" if kind == "equal" else name))
    return _paragraphs(marks[0]), _paragraphs(marks[1])


def _marked_lines(text: str, name: str) -> Iterator[Html]:
    """The text's lines within the mark, with a break between two: a mark does not reach over a line's end."""
    for number, line in enumerate(text.split("\n")):
        if number:
            yield _BREAK
        if line:
            yield tag(name, line) if name else joined(line)


_BREAK = Html("\n")


def _paragraphs(pieces: Sequence[Html]) -> Html:
    return joined(tag("p", Html(line)) for line in "".join(pieces).split("\n") if line)


def _say(key: str, **values: str) -> str:
    return PAGE_PHRASES[key].format(**values)
