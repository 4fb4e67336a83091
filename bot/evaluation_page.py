"""The evaluation as a page: how right the replies are, what changed, what went wrong and why, how long it took."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized

from bot import evaluation_report as report
from bot import knowledge_page
from bot.coverage import Coverage, Touch
from bot.english_pages import say
from bot.evaluation import Graded, Outcome
from bot.language import Language
from bot.model import Knowledge
from bot.pages import Html, Part, folded, page, section, table, tag
from bot.records import dataclass
from bot.svg import Bar, bars, whisker

# Milliseconds: each bin ends at twice the end of the one before, since times differ by factors.
ENDS = (0.5, 1, 2, 4, 8, 16, 32, 64, 128)
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Everything that the page shows. `traces` tell by key how a reply came about that is not right;
    `comparison` is None where there is no baseline, `failures` are the floors that were not reached."""

    knowledge: Knowledge
    language: Language
    graded: Sequence[Graded]
    comparison: report.Comparison | None
    failures: Sequence[str]
    coverage: Coverage
    traces: Mapping[str, str]


def evaluation_page(done: Evaluated) -> Html:
    """The whole page."""
    topic, graded = done.knowledge.topic, done.graded
    title = say("eval_title", title=topic.title)
    reviewed = done.language.say(topic.reviewed)
    lead = say("eval_lead", questions=f"{len(graded):,}", facts=f"{len(done.knowledge.facts):,}", reviewed=reviewed)
    floors = (tag("p", failure, class_="card bad") for failure in done.failures)
    return page(
        title,
        lead,
        tag("div", _tiles(done), class_="tiles wide"),
        *floors,
        section(say("scores_title"), say("scores_lead"), _scores(graded), id_="scores"),
        _changes(done),
        _misses(done),
        _latency(graded),
        *knowledge_page.sections(done.knowledge, done.language, done.coverage),
    )


def _halves(graded: Sequence[Graded]) -> dict[str, list[Graded]]:
    return {half: [one for one in graded if one.half == half] for half in dict.fromkeys(one.half for one in graded)}


def _tiles(done: Evaluated) -> Iterator[Html]:
    for half, some in _halves(done.graded).items():
        total = report.row(report.TOTAL, some)
        low, high = (f"{end * PERCENT:.0f}" for end in total.interval)
        yield _tile(
            _percent(total.right, total.n), say("tile_right", half=say(f"half_{half}"), low=low, high=high), "good"
        )
    total = report.row(report.TOTAL, done.graded)
    invented, unanswerable = str(total.wrong_unanswerable), str(total.unanswerable)
    yield _tile(str(total.wrong), say("tile_wrong"), "bad" if total.wrong else "good")
    yield _tile(invented, say("tile_invented", n=unanswerable), "bad" if total.wrong_unanswerable else "good")
    yield _tile(str(total.abstained), say("tile_abstained"))
    yield _tile(f"{total.citations - total.faults:,}", say("tile_citations", n=f"{total.citations:,}"))
    yield _tile(f"{total.p50:.1f} ms", say("tile_latency", p99=f"{total.p99:.0f}"))
    shown = len(done.coverage.of(Touch.SHOWN))
    yield _tile(_percent(shown, len(done.coverage.facts)), say("tile_coverage", n=f"{shown:,}"))


def _tile(number: str, says: str, tone: str = "") -> Html:
    return tag("div", tag("b", number, class_=tone), tag("span", says), class_="tile")


def _percent(part: int, whole: int) -> str:
    return f"{PERCENT * part / whole:.0f} %" if whole else "–"


def _scores(graded: Sequence[Graded]) -> Html:
    """For each phenomenon the share of right replies in each half, with its interval."""
    halves = _halves(graded)
    rows = {half: {row.name: row for row in report.rows(some)} for half, some in halves.items()}
    names = [*sorted({one.phenomenon for one in graded}), report.TOTAL]
    cells: list[Html] = [tag("span", class_="head")]
    for number, half in enumerate(halves):
        shown = tag("span", tag("i", class_=f"b-{_tone(number, halves)}"), say(f"half_{half}"), class_="key")
        cells += [_cell(shown, "head", number), tag("span", say("head_right"), class_="head num")]
    for name in names:
        cells.append(tag("span", name.replace("_", " "), class_="name"))
        for number, half in enumerate(halves):
            cells += _score(rows[half].get(name), number, _tone(number, halves))
    return tag("div", tag("div", cells, class_=f"rows scores of{len(halves)}"), class_="card")


def _tone(number: int, halves: Sized) -> str:
    """The last half in full colour: questions that were only run say most."""
    return "good" if number == len(halves) - 1 else "mid"


def _cell(part: Part, tone: str, number: int) -> Html:
    return tag("span", part, class_=f"{tone} second".strip() if number else tone)


def _score(row: report.Row | None, number: int, tone: str) -> list[Html]:
    if row is None:
        return [_cell("", "none", number), tag("span", class_="num")]
    low, high = (f"{end * PERCENT:.0f}" for end in row.interval)
    told = say("score_told", right=str(row.right), n=str(row.n), low=low, high=high)
    return [
        _cell(whisker(row.right / row.n, row.interval, told, tone), "", number),
        tag("span", f"{row.right}/{row.n}", class_="num"),
    ]


def _changes(done: Evaluated) -> Html:
    """What differs from the baseline."""
    changes = done.comparison
    if changes is None:
        return section(say("baseline_title"), say("baseline_none"), id_="baseline")
    asked = {one.key: one.expected.question for one in done.graded}
    lists = {name: getattr(changes, name) for name in ("broken", "fixed", "other", "new", "gone")}
    if not any(lists.values()):
        return section(say("baseline_title"), say("baseline_same"), id_="baseline")
    parts = []
    for name, keys in lists.items():
        if keys:
            rows = ([tag("code", key), asked.get(key, "")] for key in keys)
            listed = table(map(say, ("head_key", "head_question")), rows)
            parts.append(folded(say(f"baseline_{name}", count=str(len(keys))), listed, open_=name == "broken"))
    return section(say("baseline_title"), say("baseline_lead"), parts, id_="baseline")


def _misses(done: Evaluated) -> Html:
    """Every reply that is not right, by half and outcome. The halves are folded: whoever looks at questions
    that are only to be run has to open them on purpose."""
    parts: list[Html] = []
    for half, some in _halves(done.graded).items():
        for outcome in (Outcome.WRONG, Outcome.ABSTAINED):
            missed = [one for one in some if one.outcome is outcome]
            if missed:
                title = say(f"misses_{outcome}", half=say(f"half_{half}"), count=str(len(missed)))
                parts.append(folded(title, (_miss(one, done.traces.get(one.key, "")) for one in missed)))
    lead = say("misses_lead") if parts else say("misses_none")
    return section(say("misses_title"), lead, parts, id_="misses")


def _miss(one: Graded, trace: str) -> Html:
    expected = ", ".join(one.expected.facts) or say("expected_none", reason=one.expected.reason)
    return folded(
        (
            one.expected.question,
            " ",
            tag("span", f"{one.phenomenon.replace('_', ' ')} · {one.key}", class_="soft small"),
        ),
        tag("p", say("expected"), " ", tag("code", expected)),
        _patterns(one),
        tag("blockquote", (tag("p", line) for line in one.head.splitlines())),
        folded(say("trace"), tag("pre", trace)),
    )


def _patterns(one: Graded) -> Iterator[Html]:
    """What the reply's words must and must not match."""
    for name, patterns in (("must", one.expected.contains), ("must_not", one.expected.forbidden)):
        if patterns:
            yield tag("p", say(name), " ", tag("code", "  ".join(pattern.pattern for pattern in patterns)))


def _latency(graded: Sequence[Graded]) -> Html:
    times = sorted(one.milliseconds for one in graded)
    numbers = [0] * (len(ENDS) + 1)
    for time in times:
        numbers[bisect_right(ENDS, time)] += 1
    used = max((number for number, count in enumerate(numbers) if count), default=0) + 1
    drawn = [_bin(number, count) for number, count in enumerate(numbers[:used])]
    p50, p99 = (f"{report.percentile(times, share):.1f}" for share in (0.50, 0.99))
    lead = say("latency_lead", p50=p50, p99=p99, most=f"{times[-1] if times else 0:.1f}")
    chart = tag("div", bars(drawn, say("latency_title"), numbers=True), class_="card")
    return section(say("latency_title"), lead, chart, id_="latency")


def _bin(number: int, count: int) -> Bar:
    low = f"{ENDS[number - 1]:g}" if number else "0"
    high = f"{ENDS[number]:g}" if number < len(ENDS) else "∞"
    label = high if number < len(ENDS) else f"{low}+"
    return Bar(((count, "good"),), say("latency_told", count=f"{count:,}", low=low, high=high), label)


def keys_to_explain(graded: Iterable[Graded]) -> frozenset[str]:
    """The keys whose traces the page shows."""
    return frozenset(one.key for one in graded if one.outcome is not Outcome.RIGHT)
