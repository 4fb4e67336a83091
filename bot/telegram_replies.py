"""A turn -> the messages and buttons that show it, and the calls that post them or edit them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.cards import every_source, source_rows
from bot.dialogue import Conversation, carried
from bot.engine import Turn
from bot.live import Served
from bot.model import Fact
from bot.records import dataclass, replace
from bot.remarks import Unanswered, gaps
from bot.render import Page, kind
from bot.replies import Abstention, Answer, Clarification, Phrase, Reply
from bot.telegram_buttons import Act, Button, Markup, Press, Rows, fact_keys, key, markup
from bot.telegram_calls import Call, Cite, Plan
from bot.telegram_desk import Desk, Talk
from bot.telegram_heard import Heard
from bot.telegram_text import Block, Numbered, Post, lay_out, of_page, of_rows, title, words

MOST_NEXT = 2  # questions suggested under an answer
MOST_LOOKED_AT = 20  # hits among which they are looked for: what ranks lower is far from the question
NO_PREVIEW: Mapping[str, Any] = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when one update is answered, and what is served just then."""

    desk: Desk
    served: Served
    now: datetime

    def say(self, phrase: str, /, **values: str) -> str:
        """Words of the catalogue."""
        return self.served.renderer.say(Phrase.of(phrase, **values))

    def ask(self, question: str, conversation: Conversation = Conversation()) -> Turn:
        """The engine's turn."""
        return self.served.engine.ask(question, conversation, today=self.desk.day(self.now), now=self.now.timestamp())

    def again(self, talk: Talk, served: Served) -> tuple[Turn, Scene]:
        """The turn of a question that was answered by what was `served`, and the scene that shows it."""
        then, at = replace(self, served=served), datetime.fromtimestamp(talk.after.at, UTC)
        turn = served.engine.ask(talk.question, talk.before, today=self.desk.day(at), now=talk.after.at)
        return turn, then

    def before(self, talk: Talk) -> Conversation:
        """The conversation in which a question is to be asked anew, of what is served now."""
        return talk.before if talk.served is self.served else carried(talk.before, self.served.engine.knowledge)

    def choose(self, fact: Fact, conversation: Conversation = Conversation()) -> Turn:
        """A turn that answers with this fact: the question that people ask for it, or else the choice of it."""
        turn = self.ask(fact.asks[0])
        return turn if facts(turn.reply)[:1] == (fact.id,) else self.show(fact, conversation)

    def show(self, fact: Fact, conversation: Conversation = Conversation()) -> Turn:
        """A turn that answers with this fact, as chosen from the readings of a question."""
        return self.ask("1", replace(conversation, choices=(fact,), at=self.now.timestamp()))

    def gaps(self, turn: Turn) -> tuple[Unanswered, ...]:
        """What a turn leaves open, as far as that is kept."""
        return gaps(turn) if self.desk.questions else ()

    def posts(self, blocks: Sequence[Block], numbered: Numbered | None = None) -> tuple[Post, ...]:
        """The blocks as messages."""
        return lay_out(blocks, numbered or {}, self.served.renderer)


@dataclass(frozen=True, slots=True)
class Shown:
    """Messages with the buttons under the last of them."""

    posts: tuple[Post, ...]
    markup: Markup | None = None


def facts(reply: Reply) -> tuple[str, ...]:
    """The ids of the facts that a reply cites."""
    return reply.facts if isinstance(reply, Answer) else ()


def shown(turn: Turn, scene: Scene, asked: str, *, group: bool, heading: str = "") -> Shown:
    """How a turn is shown. `asked` says where the question can be found again (THIS, or a question's key);
    a `heading` repeats the question where nobody wrote it."""
    page = scene.served.renderer.page(turn)
    reply = turn.reply
    if group and isinstance(reply, Abstention) and reply.stated is None:
        return Shown(scene.posts([words(scene.served.renderer.say(reply.phrase))]))
    blocks = [*([title(heading)] if heading else []), *dated(turn, page, scene, listed=False)]
    rows = beneath(turn, scene, asked, group=group)
    return Shown(scene.posts(blocks, dict(enumerate(page.sources, 1))), markup(rows))


def dated(turn: Turn, page: Page, scene: Scene, *, listed: bool) -> list[Block]:
    """A reply's blocks; a state that was confirmed lately says as of when."""
    blocks, reply = of_page(page, listed), turn.reply
    if isinstance(reply, Answer) and not reply.confirmed and reply.statements[0].fact.when.open_end:
        last = max(n for n, block in enumerate(blocks) if set(block.facts) & set(reply.facts))
        as_of = scene.say("tg_as_of", date=scene.served.engine.language.say(reply.as_of))
        blocks.insert(last + 1, words(as_of))
    return blocks


def beneath(turn: Turn, scene: Scene, asked: str, *, group: bool) -> Rows:
    """The buttons under a turn; `asked` as for `shown`."""
    reply = turn.reply
    if isinstance(reply, Clarification):
        return [[_fact_button(fact, str(number)) for number, fact in enumerate(reply.choices, 1)]]
    if isinstance(reply, Abstention):
        return [[_fact_button(fact)] for fact in reply.nearest]
    if not isinstance(reply, Answer):
        return []
    keys = fact_keys(reply.facts)
    acts = ((Act.SOURCES, keys), (Act.WHY, (asked, *keys)), (Act.UP, keys), (Act.DOWN, keys))
    rows = [[Button(scene.say(f"tg_button_{act.name.lower()}"), Press(act, to)) for act, to in acts]]
    rows += [[button] for button in _charts(reply, scene)]
    if not group:
        nearest = [fact for lacking in reply.lacking for fact in lacking.nearest]
        rows += [[_fact_button(fact)] for fact in nearest or _next(turn, scene)]
    return rows


def _fact_button(fact: Fact, label: str = "") -> Button:
    return Button(label or sentence(fact.asks[0]), Press(Act.FACT, fact_keys([fact.id])))


def sentence(ask: str) -> str:
    """A question as people ask it, with a capital to begin with."""
    return ask[:1].upper() + ask[1:]


def _charts(reply: Answer, scene: Scene) -> Iterator[Button]:
    """A button for the chart of the series that the answer comes from."""
    series = reply.statements[0].fact.series
    for chart in scene.served.engine.knowledge.topic.charts:
        if chart.series == series:
            label = scene.say("tg_button_chart", title=chart.title)
            yield Button(label, Press(Act.CHART, (key("chart", chart.name),)))


def _next(turn: Turn, scene: Scene) -> list[Fact]:
    """What may be asked next: facts that the question found too, about the same, none of them shown yet."""
    lead = turn.conversation.lead
    about = set(lead.about) - {scene.served.engine.knowledge.topic.subject} if lead else set()
    series = {lead.series} - {""} if lead else set()
    shown = set(turn.conversation.shown)
    found: list[Fact] = []
    for fact in (hit.fact for step in turn.steps for hit in step.hits[:MOST_LOOKED_AT] if hit.entity):
        if fact.id in shown or fact.series in series or fact.gap or fact.disputes:
            continue
        if not about or about & set(fact.about):
            found.append(fact)
            shown.add(fact.id)
            series |= {fact.series} - {""}
    return found[:MOST_NEXT]


def sources(cited: Sequence[Fact], scene: Scene) -> tuple[Post, ...]:
    """Every source of these facts, in full."""
    rows = source_rows(every_source(cited, scene.served.renderer), scene.served.renderer)
    return scene.posts([title(scene.say("tg_sources_of_answer")), *(replace(b, close=False) for b in of_rows(rows))])


def posting(heard: Heard, show: Shown, known: Sequence[int] = (), *, reply: bool = True) -> tuple[Call, ...]:
    """The calls that show something, the first as a reply if wanted. Where messages are `known` that showed
    something before, the first of them is edited and the others go: of these nobody knows whether they are there
    still."""
    calls = []
    for number, post in enumerate(show.posts):
        arguments: dict[str, Any] = {"text": post.text, "link_preview_options": dict(NO_PREVIEW)}
        if post.entities:
            arguments["entities"] = list(post.entities)
        if show.markup and post is show.posts[-1]:
            arguments["reply_markup"] = show.markup
        if known and number == 0:
            arguments |= {"chat_id": heard.chat, "message_id": known[0]}
            calls.append(Call("edit_message_text", arguments, heard.chat, facts=post.facts))
            continue
        arguments |= heard.where
        if reply and number == 0:
            arguments["reply_parameters"] = {"message_id": heard.target, "allow_sending_without_reply": True}
        calls.append(Call("send_message", arguments, heard.chat, facts=post.facts))
    for surplus in known[1:]:
        calls.append(Call("delete_message", {"chat_id": heard.chat, "message_id": surplus}, heard.chat))
    return tuple(calls)


def saying(heard: Heard, scene: Scene, *blocks: Block, rows: Rows = (), told: str = "command") -> Plan:
    """A plan of fixed words; in a group it replies to who asked for it."""
    show = Shown(scene.posts(blocks), markup(rows))
    return Plan(posting(heard, show, reply=not heard.private), kind=told, question=heard.message)


def answering(heard: Heard, scene: Scene, turn: Turn, show: Shown, known: Sequence[int] = ()) -> Plan:
    """The plan that gives a turn as the answer to a message."""
    return Plan(posting(heard, show, known), scene.gaps(turn), kind(turn.reply), heard.message)


def correctable(plan: Plan, scene: Scene) -> Plan:
    """The plan with the words of every fact that its messages cite, so that they can be corrected later. A
    picture's are left out: what is drawn in it cannot be."""
    known = scene.served.engine.knowledge.facts
    calls = (
        call
        if call.picture
        else replace(call, cites=tuple(Cite(id, known[id].text) for id in call.facts if id in known))
        for call in plan.calls
    )
    return replace(plan, calls=tuple(calls))
