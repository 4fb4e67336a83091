"""A web page that needs nothing but itself: no network, no script, light and dark as the reader's system is.

Whatever is not `Html` already is text and is escaped where it becomes part of a page, so that nothing which a
curator or a stranger wrote can be anything but seen.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.pages_style import STYLE
from bot.streams import printable

VOID = frozenset({"meta", "br"})  # elements without content


class Html(str):
    """Text that is HTML already. Only this room makes it of strings."""

    __slots__ = ()


Part = str | Iterable["Part"]  # a text, HTML, or many of them


def escaped(value: str) -> Html:
    """`value` as text in a page, also within quotes; HTML stays as it is."""
    return value if isinstance(value, Html) else Html(html.escape(printable(value), quote=True))


def joined(parts: Part) -> Html:
    """The parts behind each other."""
    return escaped(parts) if isinstance(parts, str) else Html("".join(joined(part) for part in parts))


def tag(name: str, /, *parts: Part, **attributes: str) -> Html:
    """An element. Names of attributes lose their last underscore (`class_`) and have hyphens for the others;
    an attribute with an empty value is left out.

    >>> tag("p", "1 < 2", class_="sum")
    '<p class="sum">1 &lt; 2</p>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"' for key, value in attributes.items() if value
    )
    return Html(f"<{name}{written}>" if name in VOID else f"<{name}{written}>{joined(parts)}</{name}>")


def link(address: str, *parts: Part) -> Html:
    """A link to a page on the web; any other address is no link, only its text."""
    if urlsplit(address).scheme not in ("http", "https"):
        return joined(parts)
    return tag("a", *parts, href=address, rel="noreferrer noopener")


def table(headings: Iterable[Part], rows: Iterable[Iterable[Part]]) -> Html:
    """A table whose first column says what the row is about; it scrolls where the screen is narrow."""
    head = tag("tr", (tag("th", heading, scope="col") for heading in headings))
    body = (
        tag("tr", (tag("td", cell) if number else tag("th", cell, scope="row") for number, cell in enumerate(row)))
        for row in rows
    )
    return tag("div", tag("table", tag("thead", head), tag("tbody", body)), class_="scroll")


def folded(summary: Part, *parts: Part, open_: bool = False) -> Html:
    """What a click on the summary shows."""
    opened = {"open": "open"} if open_ else {}
    return tag("details", tag("summary", summary), *parts, **opened)


def section(title: str, lead: Part, *parts: Part, id_: str) -> Html:
    """A part of a page under its heading, with a sentence on what is to be seen."""
    return tag("section", tag("h2", title), tag("p", lead, class_="lead"), *parts, id=id_)


def page(title: str, lead: Part, *parts: Part) -> Html:
    """The whole document. Its policy forbids everything but its own styles, should anything ever slip in."""
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(STYLE)),
    )
    header = tag("header", tag("h1", title), tag("p", lead, class_="lead"))
    document = tag("html", tag("head", *head), tag("body", header, tag("main", *parts)), lang="en")
    return Html(f"<!doctype html>\n{document}\n")
