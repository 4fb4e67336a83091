"""A series over time in Telegram: a picture whose caption has every figure with its source, or a list of them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.charts import Drawing, Measure, drawing, figured, value_in
from bot.model import Chart, Fact, Source
from bot.rows import Role, Span
from bot.telegram_buttons import Act, Button, Press, key
from bot.telegram_calls import Call, Plan
from bot.telegram_heard import Heard
from bot.telegram_replies import Scene, Shown, posting, saying
from bot.telegram_text import (
    LONGEST_CAPTION,
    Block,
    Post,
    captioned,
    citations,
    lay_out,
    title,
    words,
)
from bot.timeline import start

PICTURE = "chart"  # kind of a plan, for the logs


def timeline(heard: Heard, scene: Scene) -> Plan:
    """/timeline NAME: the chart of that name; without a name, or with an unknown one, the charts there are."""
    charts = scene.served.engine.knowledge.topic.charts
    if not charts:
        return saying(heard, scene, words(scene.say("tg_no_charts")))
    wanted = heard.text.casefold()
    for chart in charts:
        if wanted in (chart.name, chart.series):
            return picture(heard, chart, scene)
    unknown = [words(scene.say("tg_unknown_chart", name=wanted[:40]))] if wanted else []
    rows = [[Button(chart.title, Press(Act.CHART, (key("chart", chart.name),)))] for chart in charts]
    return saying(heard, scene, *unknown, words(scene.say("tg_which_chart"), close=True), rows=rows)


def picture(heard: Heard, chart: Chart, scene: Scene) -> Plan:
    """A chart as a picture with its sources; as a list where nothing can draw.

    It counts as no answer to a message, since a picture cannot be edited into another answer.
    """
    drawn = drawing(chart, scene.served.engine.knowledge)
    if not scene.desk.charts:
        blocks = [words(scene.say("tg_no_drawing")), *_blocks(drawn, scene)]
        posts = scene.posts(blocks, _numbered(drawn, scene))
        return Plan(posting(heard, Shown(posts), reply=not heard.private), kind=PICTURE)
    caption = captioned(
        [title(chart.title), _until(scene)],
        _lines(drawn, scene),
        (fact.id for fact in drawn.facts),
        scene.served.engine.language.phrases["sources"],
    )
    rest: tuple[Post, ...] = ()
    if caption is None:
        numbered = _numbered(drawn, scene)
        caption, *others = lay_out(_blocks(drawn, scene), numbered, scene.served.renderer, LONGEST_CAPTION)
        rest = tuple(others)
    calls = (_photo(heard, chart, caption, scene), *posting(heard, Shown(rest), reply=False))
    return Plan(calls, kind=PICTURE)


def _photo(heard: Heard, chart: Chart, caption: Post, scene: Scene) -> Call:
    arguments = {**heard.where, "caption": caption.text, "caption_entities": list(caption.entities)}
    if not heard.private:
        arguments["reply_parameters"] = {"message_id": heard.target, "allow_sending_without_reply": True}
    return Call("send_photo", arguments, heard.chat, picture_id(chart, scene), caption.facts)


def picture_id(chart: Chart, scene: Scene) -> str:
    """Names the drawing of a chart from the knowledge that is served now (bot/pictures.py draws it)."""
    return f"{chart.name}@{scene.served.version}"


def _blocks(drawn: Drawing, scene: Scene) -> list[Block]:
    """The figures of a chart as text, each with its best source."""
    numbers = {source.id: number for number, source in _numbered(drawn, scene).items()}
    blocks = [title(drawn.chart.title), _until(scene)]
    for fact, label, figure in _entries(drawn, scene):
        number = numbers[fact.sources[0]]
        cited = citations({number: scene.served.engine.knowledge.sources[fact.sources[0]]})
        spans = (Span(f"{label}: ", Role.LABEL), Span(f"{figure} "), *cited)
        blocks.append(Block(spans, (number,), (fact.id,), close=len(blocks) > 2))
    return blocks


def _numbered(drawn: Drawing, scene: Scene) -> dict[int, Source]:
    ids = dict.fromkeys(fact.sources[0] for fact in drawn.facts)
    return {number: scene.served.engine.knowledge.sources[id] for number, id in enumerate(ids, 1)}


def _until(scene: Scene) -> Block:
    engine = scene.served.engine
    until = engine.language.say(engine.knowledge.topic.covers_until)
    return words(scene.say("tg_chart_until", date=until), close=True)


def _lines(drawn: Drawing, scene: Scene) -> Iterator[tuple[Span, ...]]:
    """A line for each figure: when, how much, and its best source as a link."""
    for fact, label, figure in _entries(drawn, scene):
        source = scene.served.engine.knowledge.sources[fact.sources[0]]
        yield (Span(f"{label}: {figure}, "), Span(source.publisher, Role.DETAIL, source.url))


def _entries(drawn: Drawing, scene: Scene) -> Iterator[tuple[Fact, str, str]]:
    """Every figure of a chart in the order of time: its fact, when it begins or holds, and the figure in words."""
    language = scene.served.engine.language
    for fact in sorted(drawn.facts, key=start):
        disputed = fact.disputes and fact not in drawn.others
        other = f" ({scene.say('tg_chart_other')})" if disputed else ""
        when = language.say(fact.when.start) if drawn.steps else language.say_interval(fact.when)
        value = value_in(fact, drawn.measure)
        yield fact, when + other, figured(value.number, Measure.of(value), language.phrases)
