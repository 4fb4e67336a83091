"""An answer whose facts have changed since -> the edit that corrects it where it stands.

A message is put together anew from the facts that it cites, for nothing else of it was kept: what a fact said then is
struck through where it says something else now, and the sources are those of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bot.dialogue import Conversation
from bot.engine import Turn
from bot.model import Knowledge
from bot.records import replace
from bot.replies import Answer, Phrase, Statement
from bot.rows import Role, Span
from bot.telegram_buttons import THIS, markup
from bot.telegram_calls import Call, Cite
from bot.telegram_heard import Heard
from bot.telegram_replies import Scene, Shown, beneath, dated, posting
from bot.telegram_text import Block, words

# Of 1, the share of words that two wordings have in common: below it single struck words are a riddle, and the whole
# old sentence is struck before the new one.
ALIKE = 0.6


def now_said(cite: Cite, knowledge: Knowledge) -> Cite:
    """The fact with its words of today; with none where it is no longer known."""
    fact = knowledge.facts.get(cite.fact)
    return Cite(cite.fact, fact.text if fact else "")


def stale(cites: Sequence[Cite], knowledge: Knowledge) -> tuple[Cite, ...]:
    """Those that say something else today."""
    return tuple(cite for cite in cites if now_said(cite, knowledge) != cite)


def correction(chat: int, message: int, cites: Sequence[Cite], scene: Scene) -> Call:
    """The call that corrects a message which cites these facts."""
    day = scene.served.engine.language.say(scene.desk.day(scene.now))
    turn = _turn(cites, scene.served.engine.knowledge)
    then = {cite.fact: cite.text for cite in stale(cites, scene.served.engine.knowledge)}
    blocks, numbered = [words(scene.say("tg_corrected", date=day))], {}
    if turn is not None:
        page = scene.served.renderer.page(turn)
        blocks += [_struck(block, then) for block in dated(turn, page, scene, listed=False)]
        numbered = dict(enumerate(page.sources, 1))
    blocks += _withdrawn(cites, scene)
    heard = Heard(chat, private=chat > 0, user=0, message=message, target=message)
    rows = beneath(turn, scene, THIS, group=not heard.private) if turn else []
    # Where the struck words make one message too many, the first has to do.
    show = Shown(scene.posts(blocks, numbered)[:1], markup(rows))
    return posting(heard, show, [message])[0]


def _turn(cites: Sequence[Cite], knowledge: Knowledge) -> Turn | None:
    """A turn that answers with the facts that are still known."""
    facts = [knowledge.facts[cite.fact] for cite in cites if cite.fact in knowledge.facts]
    statements: list[Statement] = []
    for fact in facts:
        others = {statement.fact.id for statement in statements}
        statements.append(Statement(fact, Phrase("differ") if others & set(fact.disputes) else None))
    return Turn("", Answer(tuple(statements)), Conversation()) if statements else None


def _struck(block: Block, then: dict[str, str]) -> Block:
    """The block with the old words of its fact, if these are others."""
    old = next((then[fact] for fact in block.facts if then.get(fact)), "")
    if not old:
        return block
    spans: list[Span] = []
    for span in block.spans:
        spans += _changed(old, span.text.strip()) if span.role is Role.TEXT and span.text.strip() else [span]
    return replace(block, spans=tuple(spans))


def _changed(old: str, new: str) -> Iterator[Span]:
    """The new words with the old ones struck through before them, and a space behind."""
    before, after = old.split(), new.split()
    match = SequenceMatcher(None, before, after, autojunk=False)
    changes = match.get_opcodes()
    if match.ratio() < ALIKE:
        changes = [("replace", 0, len(before), 0, len(after))]
    for change, first, last, begin, end in changes:
        if change != "equal" and last > first:
            yield Span(" ".join(before[first:last]), Role.GONE)
            yield Span(" ")
        if end > begin:
            yield Span(" ".join(after[begin:end]) + " ")


def _withdrawn(cites: Sequence[Cite], scene: Scene) -> Iterator[Block]:
    """What the facts said that are no longer known."""
    known = scene.served.engine.knowledge.facts
    for cite in cites:
        if cite.text and cite.fact not in known:
            yield Block((Span(cite.text, Role.GONE), Span(" "), Span(scene.say("tg_withdrawn"), Role.WORDS)))
