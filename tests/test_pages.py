"""Pages: everything written by people is text in them, they need nothing from outside, and charts keep their scale."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from html.parser import HTMLParser

import pytest

from bot.axis import MOST_STEPS, Axis
from bot.pages import VOID, Html, escaped, folded, joined, link, page, section, table, tag
from bot.pages_style import STYLE
from bot.svg import Bar, bars, whisker

NASTY = "<script>alert('x')</script> & \"quotes\" \x00\x1b[31m\u202e"


class Strict(HTMLParser):
    """Reads a page and complains of what does not nest; keeps every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def needs_from_outside(text: str) -> Iterator[str]:
    """Whatever of a page would be fetched or run when it is opened."""
    for name, attributes in Strict(text).elements:
        if name in ("script", "iframe", "object", "embed", "img", "link", "base", "form"):
            yield name
        for key, value in attributes.items():
            if key in ("src", "srcset", "background", "action", "data") or key.startswith("on"):
                yield f"{name} {key}"
            if "url(" in (value or "") or (value or "").lower().startswith("javascript:"):
                yield f"{name} {key}={value}"


@pytest.mark.parametrize(
    "made",
    [
        escaped(NASTY),
        joined([NASTY, [NASTY, Html("<b></b>")]]),
        tag("p", NASTY, title=NASTY),
        link("https://example.org/?a=1&b=\"><script>", NASTY),
        link("javascript:alert(1)", NASTY),
        link("//example.org", NASTY),
        table([NASTY], [[NASTY, NASTY]]),
        folded(NASTY, NASTY),
        section(NASTY, NASTY, NASTY, id_=NASTY),
        page(NASTY, NASTY, NASTY),
        bars([Bar(((1, "good"),), NASTY, NASTY)], NASTY),
        whisker(0.5, (0.4, 0.6), NASTY, "good"),
    ],
)
def test_what_people_wrote_is_only_seen(made: Html) -> None:
    assert list(needs_from_outside(made)) == []
    assert "<script" not in made
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", made)
    assert "alert('x')" in Strict(made).text or "&#x27;x&#x27;" in made


@pytest.mark.parametrize(
    ("address", "links"),
    [
        ("https://example.org/a", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("JAVASCRIPT:alert(1)", False),
        ("//example.org", False),
        ("", False),
    ],
)
def test_only_pages_of_the_web_are_links(address: str, links: bool) -> None:
    assert [name for name, _ in Strict(link(address, "x")).elements] == (["a"] if links else [])


def test_html_is_not_escaped_twice() -> None:
    assert tag("p", tag("b", "a & b")) == "<p><b>a &amp; b</b></p>"
    assert tag("p", class_="", aria_label="x") == '<p aria-label="x"></p>'


def test_the_policy_forbids_everything_from_outside() -> None:
    made = page("a", "b", "c")
    policy = {one["http-equiv"]: one["content"] for _, one in Strict(made).elements if "http-equiv" in one}
    assert policy == {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    assert "@import" not in STYLE and "url(" not in STYLE and "@font-face" not in STYLE
    assert made.startswith("<!doctype html>\n")


def test_both_schemes_name_the_same_colours() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    names = [re.findall(r"(--[\w-]+):", scheme) for scheme in (light, dark)]
    assert names[0] == names[1]
    assert set(re.findall(r"var\((--[\w-]+)\)", STYLE)) <= set(names[0])


def _luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Text and what it stands on; WCAG's level AA asks for 4.5 to 1.
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("ink", "soft", "good", "bad") for ground in ("paper", "card")),
        ("ink", "faint"),
        ("ink", "mark-old"),
        ("ink", "mark-new"),
    ],
)
@pytest.mark.parametrize("scheme", [0, 1])
def test_text_can_be_read_in_both_schemes(text: str, ground: str, scheme: int) -> None:
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[scheme]))
    darker, lighter = sorted(_luminance(colours[name]) for name in (text, ground))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def heights(made: Html) -> list[float]:
    return [float(attributes["height"] or 0) for name, attributes in Strict(made).elements if name == "rect"]


def test_bars_are_as_high_as_their_numbers() -> None:
    made = bars([Bar(((3, "good"), (1, "bad")), "a"), Bar(((2, "good"),), "b"), Bar((), "c")], "x")
    assert heights(made) == [90, 30, 60]
    assert heights(bars([], "x")) == []


@pytest.mark.parametrize(
    ("days", "axis", "labels", "years"),
    [
        (["2024-02-14", "2024-05-01"], Axis(24289, 1, 4), ["2024-02", "2024-05"], []),
        (["2023-11-30", "2024-02-01"], Axis(24286, 1, 4), ["2023-11", "2024-02"], ["2024"]),
        (["2024-02-14"], Axis(24289, 1, 1), ["2024-02", "2024-02"], []),
        (["2010-01-01", "2020-12-31"], Axis(24120, 3, 44), ["2010-01", "2020-10"],
         ["2010", "2012", "2014", "2016", "2018", "2020"]),
        (["1900-05-05", "2020-12-31"], Axis(22800, 60, 25), ["1900", "2020"],
         ["1900", "1921", "1942", "1963", "1984", "2005"]),
        (["0001-01-02", "9999-12-30"], None, None, None),
    ],
)  # fmt: skip
def test_the_axis_has_room_for_all_days(
    days: Sequence[str], axis: Axis | None, labels: list[str] | None, years: list[str] | None
) -> None:
    made = Axis.over(map(date.fromisoformat, days))
    first, last = (date.fromisoformat(day) for day in (days[0], days[-1]))
    assert made.number(first) == 0 and made.number(last) == made.count - 1
    assert 0 <= made.share(first) <= made.share(last) <= 1
    if axis is None:
        assert made.step == 1200
        return
    assert made == axis
    assert made.count <= MOST_STEPS
    assert [made.label(0), made.label(made.count - 1)] == labels
    assert [name for _, name in made.marks()] == years


def test_an_axis_over_nothing_has_one_step() -> None:
    made = Axis.over(())
    assert (made.count, made.number(date.min), made.number(date.max)) == (1, 0, 0)
