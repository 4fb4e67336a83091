"""The commands of a chat, and the menus that offer them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.cards import fact_card
from bot.engine import Turn
from bot.explain import explain
from bot.live import Served
from bot.model import Command, Fact
from bot.rows import Role, Span
from bot.settings import DAY
from bot.telegram_buttons import Act, Button, Press, key
from bot.telegram_calls import Call, Forget, Plan
from bot.telegram_charts import timeline
from bot.telegram_desk import Talk
from bot.telegram_heard import Heard
from bot.telegram_replies import Scene, Shown, answering, facts, posting, saying, sentence, shown, sources
from bot.telegram_text import Block, Post, of_rows, plain, title, words

SUGGESTED = 3  # questions offered to begin with
FACT_LINK = "f_"  # a deep link's payload that shows a fact: t.me/<bot>?start=f_<fact id>
_MENU_PRIVATE = ("ask", "timeline", "*", "sources", "why", "help", "privacy", "forget")
_MENU_GROUP = ("ask", "timeline", "*", "sources", "help", "privacy")
# Characters; Telegram refuses longer ones.
_LONGEST_NAME, _LONGEST_SHORT, _LONGEST_DESCRIPTION = 64, 120, 512


def command(heard: Heard, scene: Scene) -> Plan:
    """The plan for a command; in a group one that nobody here knows may be another bot's."""
    declared = {one.name: one for one in scene.served.engine.knowledge.topic.commands}
    if heard.command in declared:
        return _declared(heard, declared[heard.command], scene)
    if heard.command in COMMANDS:
        return COMMANDS[heard.command](heard, scene)
    if not heard.private and not heard.named:
        return Plan()
    return saying(heard, scene, words(scene.say("tg_unknown_command", command=heard.command)))


def _declared(heard: Heard, declared: Command, scene: Scene) -> Plan:
    turn = scene.ask(declared.question)
    known = remembered(heard, scene)
    scene.desk.talks.keep(heard.place, Talk.of(turn, heard.message, scene.served))
    show = shown(turn, scene, key("ask", declared.question), group=not heard.private)
    return answering(heard, scene, turn, show, known)


def remembered(heard: Heard, scene: Scene) -> tuple[int, ...]:
    """The messages that answered a question before it was edited."""
    return tuple(dict.fromkeys(scene.desk.memory.answers(heard.chat, heard.message))) if heard.edited else ()


def _start(heard: Heard, scene: Scene) -> Plan:
    fact = scene.served.engine.knowledge.facts.get(heard.text.removeprefix(FACT_LINK))
    if fact is not None and heard.text.startswith(FACT_LINK):
        turn = scene.choose(fact)
        scene.desk.talks.keep(heard.place, Talk.of(turn, heard.message, scene.served))
        show = shown(turn, scene, key("fact", fact.id), group=not heard.private)
        return answering(heard, scene, turn, show)
    topic = scene.served.engine.knowledge.topic
    blocks = [title(topic.greeting), words(scene.served.renderer.cutoff()), plain(scene.say("tg_start"))]
    rows = [[suggestion(question)] for question in topic.suggested[:SUGGESTED]]
    return saying(heard, scene, *blocks, rows=rows)


def suggestion(question: str) -> Button:
    """A button that asks a question which the topic suggests."""
    return Button(question, Press(Act.ASK, (key("ask", question),)))


def _help(heard: Heard, scene: Scene) -> Plan:
    menu = _menu(scene.served, _MENU_PRIVATE if heard.private else _MENU_GROUP)
    listed = [Block((Span(f"/{name}", Role.STRONG), Span(f": {does}")), close=True) for name, does in menu]
    username = scene.desk.me.username
    ways = [plain(scene.say(f"tg_help_{way}", username=username)) for way in ("group", "inline")]
    return saying(heard, scene, plain(scene.say("tg_help")), *listed, *ways, words(scene.served.renderer.cutoff()))


def ask_how(heard: Heard, scene: Scene) -> Plan:
    """How to use /ask, to whom wrote it without a question."""
    example = scene.served.engine.knowledge.topic.suggested[0]
    blocks = [plain(scene.say("tg_ask_how", question=example)), plain(scene.say("tg_ask_reply"), close=True)]
    return saying(heard, scene, *blocks)


def _sources(heard: Heard, scene: Scene) -> Plan:
    talk = scene.desk.talks.last(heard.place, scene.now.timestamp())
    if talk is None or talk.served is None:
        return saying(heard, scene, words(scene.say("tg_no_last")))
    turn, scene = scene.again(talk, talk.served)
    cited = [line.fact for line in scene.served.renderer.page(turn).lines if line.fact]
    if not cited:
        return saying(heard, scene, words(scene.say("tg_no_sources")))
    posts = sources(cited, scene)
    return Plan(posting(heard, Shown(posts), reply=not heard.private), kind="command", question=heard.message)


def _why(heard: Heard, scene: Scene) -> Plan:
    talk = scene.desk.talks.last(heard.place, scene.now.timestamp())
    if talk is None or talk.served is None:
        return saying(heard, scene, words(scene.say("tg_no_last")))
    posts = trace(*scene.again(talk, talk.served))
    return Plan(posting(heard, Shown(posts), reply=not heard.private), kind="command", question=heard.message)


def trace(turn: Turn, scene: Scene) -> tuple[Post, ...]:
    """How a turn came about; of one that only showed facts, everything about them."""
    chosen = not turn.steps and [scene.served.engine.knowledge.facts[id] for id in facts(turn.reply)]
    return cards(chosen, scene) if chosen else scene.posts(of_rows(explain(turn, scene.served.engine)))


def cards(cited: list[Fact], scene: Scene, *before: Block) -> tuple[Post, ...]:
    """Everything about each of these facts."""
    shown = (of_rows(fact_card(fact, scene.served.renderer)) for fact in cited)
    return scene.posts([*before, *(block for blocks in shown for block in blocks)])


def _privacy(heard: Heard, scene: Scene) -> Plan:
    days = scene.desk.questions / DAY
    context = "shared_context" if scene.desk.shares else "context"
    told = ["inbox", context, "gaps" if days else "no_gaps", "thumbs", "cited", "notes", "never", "forget"]
    if not scene.desk.corrects:
        told.remove("cited")
    blocks = [plain(scene.say(f"tg_privacy_{name}", days=f"{days:,.0f}")) for name in told]
    return saying(heard, scene, title(scene.say("tg_privacy")), *blocks)


def _forget(heard: Heard, scene: Scene) -> Plan:
    count = sum(scene.desk.memory.held(heard.chat).values())
    talked = scene.desk.talks.forget(heard.chat)
    rows = scene.say("tg_forgot_row") if count == 1 else scene.say("tg_forgot_rows", count=f"{count:,}")
    context = scene.say("tg_forgot_context" if talked else "tg_forgot_no_context")
    said = saying(heard, scene, plain(scene.say("tg_forgot", context=context, rows=rows)))
    # The message that says so is not kept as an answer: nothing shall remain.
    return Plan(said.calls, (Forget(heard.chat),), "command")


def _status(heard: Heard, scene: Scene) -> Plan:
    if heard.user not in scene.desk.admins:
        return saying(heard, scene, words(scene.say("tg_not_admin")))
    known = scene.served.engine.knowledge
    counts = {"facts": f"{len(known.facts):,}", "sources": f"{len(known.sources):,}"}
    said = scene.say("tg_status", **counts, version=scene.served.version, cutoff=scene.served.renderer.cutoff())
    listed = [
        Block((Span(f"{name}: ", Role.LABEL), Span(value)), close=True) for name, value in scene.desk.status().items()
    ]
    return saying(heard, scene, plain(said), *listed)


COMMANDS: Mapping[str, Callable[[Heard, Scene], Plan]] = {
    "start": _start,
    "help": _help,
    "ask": ask_how,
    "timeline": timeline,
    "sources": _sources,
    "why": _why,
    "privacy": _privacy,
    "forget": _forget,
    "status": _status,
}


def _menu(served: Served, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Commands with what they do; `*` stands for those of the topic."""
    topic, said = served.engine.knowledge.topic, served.engine.language.phrases
    found: list[tuple[str, str]] = []
    for name in names:
        if name == "*":
            found += [(one.name, one.description) for one in topic.commands]
        elif name != "timeline" or topic.charts:
            found.append((name, said[f"tg_menu_{name}"]))
    return found


def introductions(served: Served, admins: frozenset[int]) -> tuple[Call, ...]:
    """The calls that tell Telegram the bot's menus, name and descriptions, for every scope and language.

    They change nothing where they are already so, and may be repeated at every start.
    """
    return tuple(_introductions(served, admins))


def _introductions(served: Served, admins: frozenset[int]) -> Iterator[Call]:
    scopes = {"default": _MENU_PRIVATE, "all_private_chats": _MENU_PRIVATE, "all_group_chats": _MENU_GROUP}
    topic = served.engine.knowledge.topic
    for code in ("", served.engine.language.code):  # "" is for everybody whose language has no table
        language = {"language_code": code} if code else {}
        for scope, names in scopes.items():
            yield _menu_call({"type": scope}, names, served, language)
        for admin in sorted(admins):
            yield _menu_call({"type": "chat", "chat_id": admin}, (*_MENU_PRIVATE, "status"), served, language)
        yield Call("set_my_name", {"name": sentence(topic.title)[:_LONGEST_NAME], **language})
        yield Call("set_my_description", {"description": topic.description[:_LONGEST_DESCRIPTION], **language})
        yield Call("set_my_short_description", {"short_description": topic.greeting[:_LONGEST_SHORT], **language})


def _menu_call(scope: Mapping[str, object], names: tuple[str, ...], served: Served, language: dict[str, str]) -> Call:
    commands = [{"command": name, "description": does} for name, does in _menu(served, names)]
    return Call("set_my_commands", {"commands": commands, "scope": dict(scope), **language})
