"""Differences between replies -> a page to look at, the harmful ones first, with the changed words marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from bot.difference import Change, Difference, Said, counts
from bot.english_pages import say
from bot.pages import Html, Part, folded, joined, page, section, tag

ALIKE = 0.6  # of the words and signs of two lines: less in common are two sentences, not one that was changed
MOST = 20  # differences of a kind that are open: a detail of one source can change hundreds of replies
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")  # blanks, words, signs: what is marked as changed is one of these
_TONE = {Change.FLIPPED: "bad", Change.LOST: "bad", Change.GAINED: "good"}


def difference_page(names: tuple[str, str], asked: int, found: Sequence[Difference], accepted: Collection[str]) -> Html:
    """The page. `names` are those of the old and the new side, `asked` is the number of questions."""
    lead = say("diff_lead", old=names[0], new=names[1], asked=f"{asked:,}", changed=f"{len(found):,}")
    tiles = tag("div", (_tile(change, count) for change, count in counts(found).items()), class_="tiles")
    sections = (
        _section(change, [one for one in found if one.change is change], names, accepted)
        for change, count in counts(found).items()
        if count
    )
    return page(say("diff_title"), lead, tiles, sections if found else tag("p", say("diff_none")))


def _tile(change: Change, count: int) -> Html:
    number = tag("b", str(count), class_=_TONE.get(change, "") if count else "soft")
    return tag("div", number, tag("span", say(f"change_{change}")), class_="tile")


def _section(change: Change, some: Iterable[Difference], names: tuple[str, str], accepted: Collection[str]) -> Html:
    cards = [_card(one, names, accepted) for one in some]
    rest = folded(say("diff_more", count=str(len(cards) - MOST)), cards[MOST:]) if len(cards) > MOST else ()
    return section(say(f"change_{change}"), say(f"change_{change}_means"), cards[:MOST], rest, id_=change)


def _card(one: Difference, names: tuple[str, str], accepted: Collection[str]) -> Html:
    excused = one.key in accepted
    verdict, tone = ("diff_accepted", "soft") if excused else ("diff_unaccepted", "bad")
    badge = tag("span", say(verdict), class_=f"badge {tone}")
    key: Part = (tag("code", one.key, class_="soft"), " ") if one.key != one.question else ()
    cited = one.old.citations != one.new.citations
    old, new = marked(_text(one.old, cited), _text(one.new, cited))
    sides = _side("diff_old", names[0], old, one.old), _side("diff_new", names[1], new, one.new)
    return tag(
        "article",
        tag("div", key, tag("b", one.question), " ", badge if one.harmful else ()),
        tag("div", sides, class_="sides"),
        class_="card",
    )


def _side(key: str, name: str, text: Html, said: Said) -> Html:
    about = ", ".join(filter(None, [said.kind, str(said.outcome or ""), *said.facts]))
    return tag("div", tag("h4", f"{say(key)} ({name})"), text, tag("p", tag("code", about, class_="soft")))


def _text(said: Said, cited: bool) -> list[str]:
    """The reply's lines, then, where it is of interest, what they cite."""
    return [*said.lines, *(said.sources if cited else ())]


def marked(old: Sequence[str], new: Sequence[str]) -> tuple[Html, Html]:
    """Both texts as paragraphs, a line each, with `del` and `ins` around what the other one lacks: words where a
    line has one like it on the other side, else the whole line."""
    before: list[Html] = []
    after: list[Html] = []
    for kind, i, j, k, m in _compared(old, new).get_opcodes():
        if kind == "equal":
            before += map(joined, old[i:j])
            after += map(joined, new[k:m])
            continue
        for one, other in zip_longest(old[i:j], new[k:m], fillvalue=""):
            left, right = _words(one, other)
            before.append(left)
            after.append(right)
    return _paragraphs(before), _paragraphs(after)


def _words(old: str, new: str) -> tuple[Html, Html]:
    pieces, others = _PIECES.findall(old), _PIECES.findall(new)
    compared = _compared(pieces, others)
    if compared.ratio() < ALIKE:
        return _mark("del", old), _mark("ins", new)
    before: list[Html] = []
    after: list[Html] = []
    for kind, i, j, k, m in compared.get_opcodes():
        same = kind == "equal"
        before.append(_mark("" if same else "del", "".join(pieces[i:j])))
        after.append(_mark("" if same else "ins", "".join(others[k:m])))
    return joined(before), joined(after)


def _mark(name: str, text: str) -> Html:
    return tag(name, text) if name and text else joined(text)


def _compared(old: Sequence[str], new: Sequence[str]) -> SequenceMatcher[str]:
    # autojunk would take what is frequent in long texts for noise and mark it wrongly.
    return SequenceMatcher(None, old, new, autojunk=False)


def _paragraphs(lines: Iterable[Html]) -> Html:
    return joined(tag("p", line) for line in lines if line)
