"""What each file of a knowledge folder may hold: one table of fields per record, read without guessing.

The tables are the truth about the format; knowledge/README.md shows them and a test compares the two.
Every function here takes a file's root node (None for an empty file) and returns what is good in it; what
is not is in `faults`, and then nothing of the folder is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from yaml import Node, SequenceNode

from bot import dates, nodes
from bot.model import GIVEN_KINDS, Chart, Command, Concept, Entity, Fact, Items, Kind, Source, Topic, Value
from bot.nodes import Faults, Field, Fields

ENTITY_TYPES = ("country", "person", "organisation", "place", "event", "programme")
# Entity.name falls back to this language, so every entity has a name in it, and a list of names
# without a language is in it.
DEFAULT_LANGUAGE = "en"
MIN_SUGGESTED = 3  # questions to start with: fewer do not show what the bot can do

# Commands that every chat has; one of the topic's own would be hidden by them.
OWN_COMMANDS = ("start", "help", "ask", "timeline", "sources", "why", "privacy", "forget", "status")

_COMMAND = re.compile(r"[a-z][a-z0-9_]{0,31}")  # Telegram's rule for a command
_MENU_LINE = 256  # characters: the most that Telegram shows as a command's description
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID_MEND = "write small letters, digits and single hyphens, such as letter-of-intent"
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

T = TypeVar("T")
Words = Mapping[str, tuple[str, ...]]


def _edtf(text: str) -> str:
    dates.parse(text)
    return text


def _day(text: str) -> date:
    interval = dates.parse(text)
    if interval.start != interval.end or interval.approximate:
        raise ValueError(f"{nodes.shown(text)} is not a single day; write YYYY-MM-DD")
    return interval.start


def _number(text: str) -> float:
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"{nodes.shown(text)} is not a number; write bare digits, such as 45000000 or 1.5")
    return float(text)


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:  # a bracket or a port that no address has
        good = False
    if not good:
        raise ValueError(f"{nodes.shown(text)} is not a web address; write one that begins with https://")
    return text


def _command(text: str) -> str:
    if _COMMAND.fullmatch(text) is None:
        raise ValueError(f"{nodes.shown(text)} is no command; write a small letter, then at most 31 of a-z, 0-9 and _")
    if text in OWN_COMMANDS:
        raise ValueError(f"{nodes.shown(text)} is a command of the bot itself; choose another name")
    return text


def _menu_line(text: str) -> str:
    if len(text) > _MENU_LINE:
        raise ValueError(f"has {len(text)} characters; write at most {_MENU_LINE}, a menu shows no more")
    return text


def _words(node: Node, faults: Faults) -> Words | None:
    """Words per language ({en: [..], uk: [..]}), or a list in the default language."""
    if isinstance(node, SequenceNode):
        plain = _texts(node, faults)
        return None if plain is None else MappingProxyType({DEFAULT_LANGUAGE: plain})
    return _by_language(nodes.pairs(node, faults), faults)


def _by_language(pairs: Iterable[tuple[str, Node, Node]], faults: Faults) -> Words | None:
    before, found = len(faults.problems), {}
    for name, key, value in pairs:
        if re.fullmatch("[a-z]{2,3}", name) is None:
            mend = f"write the two or three letters of ISO 639, such as {DEFAULT_LANGUAGE}"
            faults.add(key.start_mark, f"{nodes.shown(name)} is no language code", mend)
        found[name] = _texts(value, faults.inside(name)) or ()
    return MappingProxyType(found) if len(faults.problems) == before else None


def _names(node: Node, faults: Faults) -> Words | None:
    """Words with at least one in the default language."""
    found = _words(node, faults)
    if found is None or DEFAULT_LANGUAGE in found:
        return found
    mend = f"add '{DEFAULT_LANGUAGE}: [...]', it is shown where another language has no name"
    faults.add(node.start_mark, f"has no name in {DEFAULT_LANGUAGE}", mend)
    return None


_texts = nodes.one_or_several(nodes.line)
_id = nodes.matching(_ID.pattern, "is no id", _ID_MEND)
_ids = nodes.several(_id)
_interval = nodes.converted(dates.parse)
_type = nodes.choice({name: name for name in ENTITY_TYPES})
_kind = nodes.choice({kind.value: kind for kind in Kind if kind in GIVEN_KINDS})
_kinds = nodes.several(_kind)
_truth = nodes.choice({"true": True, "false": False})
_chart_name = nodes.matching(_COMMAND.pattern, "is no name", "write a small letter, then a-z, 0-9 and _")
_currency = nodes.matching("[A-Z]{3}", "is no currency", "write the three capitals of ISO 4217, such as EUR")

COMMAND_FIELDS: Fields = MappingProxyType({
    "name": Field(nodes.converted(_command), "a command without its slash", required=True),
    "question": Field(nodes.line, "a text", required=True),
    "description": Field(nodes.converted(_menu_line), "a text", required=True),
})

CHART_FIELDS: Fields = MappingProxyType({
    "name": Field(_chart_name, "a word of a-z, 0-9 and _", required=True),
    "series": Field(_id, "a series of facts", required=True),
    "title": Field(nodes.converted(_menu_line), "a text", required=True),
})

TOPIC_FIELDS: Fields = MappingProxyType({
    "title": Field(nodes.line, "a text", required=True),
    "description": Field(nodes.paragraph, "a text", required=True),
    "greeting": Field(nodes.paragraph, "a text", required=True),
    "suggested": Field(nodes.several(nodes.line, MIN_SUGGESTED), f"{MIN_SUGGESTED} or more texts", required=True),
    "reviewed": Field(nodes.converted(_day), "a day", required=True),
    "covers_until": Field(nodes.converted(_day), "a day", required=True),
    "subject": Field(_id, "an entity id", required=True),
    "ambient": Field(_ids, "a list of entity ids"),
    "begins": Field(nodes.converted(_day), "a day"),
    "belongs": Field(_id, "a concept id"),
    "counted": Field(_ids, "a list of concept ids"),
    "commands": Field(nodes.several(nodes.record(Command, COMMAND_FIELDS)), "a list of commands"),
    "charts": Field(nodes.several(nodes.record(Chart, CHART_FIELDS)), "a list of charts"),
})

SOURCE_FIELDS: Fields = MappingProxyType({
    "title": Field(nodes.line, "a text", required=True),
    "publisher": Field(nodes.line, "a text", required=True),
    "url": Field(nodes.converted(_url), "a web address", required=True),
    "published": Field(nodes.converted(_edtf), "a date"),
    "language": Field(nodes.line, "a text"),
    "accessed": Field(nodes.converted(_edtf), "a date"),
})

ENTITY_FIELDS: Fields = MappingProxyType({
    "type": Field(_type, "one of: " + ", ".join(ENTITY_TYPES), required=True),
    "names": Field(_names, "names per language", required=True),
    "demonyms": Field(_words, "words per language"),
    "capitals": Field(_words, "words per language"),
    "within": Field(_id, "an entity id"),
    "when": Field(_interval, "a date or interval"),
})

VALUE_FIELDS: Fields = MappingProxyType({
    "number": Field(nodes.converted(_number), "a number", required=True),
    "unit": Field(nodes.line, "a text"),
    "currency": Field(_currency, "a currency code"),
})

ITEMS_FIELDS: Fields = MappingProxyType({
    "of": Field(_type, "one of: " + ", ".join(ENTITY_TYPES), required=True),
    "relation": Field(_id, "a concept id", required=True),
    "complete": Field(_truth, "true or false", required=True),
    "ids": Field(_ids, "a list of entity ids", required=True),
})

CONCEPT_FIELDS: Fields = MappingProxyType({
    "near": Field(_ids, "a list of concept ids"),
    "gives": Field(_kinds, "a list of kinds"),
})

FACT_FIELDS: Fields = MappingProxyType({
    "id": Field(_id, "an id", required=True),
    "text": Field(nodes.line, "a text", required=True),
    "when": Field(_interval, "a date or interval", required=True),
    "confirmed": Field(nodes.converted(_day), "a day"),
    "series": Field(_id, "an id"),
    "about": Field(_ids, "a list of entity ids", required=True),
    "gives": Field(_kinds, "a list of kinds", required=True),
    "value": Field(nodes.one_or_several(nodes.record(Value, VALUE_FIELDS)), "one value or a list of values"),
    "items": Field(nodes.record(Items, ITEMS_FIELDS), "a list with what it is of"),
    "asks": Field(nodes.several(nodes.line), "a list of texts", required=True),
    "disputes": Field(nodes.one_or_several(_id), "one fact id or a list of them"),
    "gap": Field(_truth, "true or false"),
    "sources": Field(_ids, "a list of source ids", required=True),
})


def topic(root: Node | None, faults: Faults) -> Topic | None:
    """topic.yaml: one record."""
    if root is None:
        faults.add(nodes.TOP, "is empty", f"write its fields: {', '.join(TOPIC_FIELDS)}")
        return None
    values = nodes.fields(root, faults, TOPIC_FIELDS)
    return None if values is None else Topic(**values, place=nodes.place(root, faults.file))


def sources(root: Node | None, faults: Faults) -> dict[str, Source | None]:
    """sources.yaml: records under their ids; None stands for a faulty one."""
    return _keyed(root, faults, SOURCE_FIELDS, Source)


def entities(root: Node | None, faults: Faults) -> dict[str, Entity | None]:
    """entities.yaml: records under their ids; None stands for a faulty one."""
    return _keyed(root, faults, ENTITY_FIELDS, Entity)


def _keyed(root: Node | None, faults: Faults, table: Fields, make: Callable[..., T]) -> dict[str, T | None]:
    found: dict[str, T | None] = {}
    for key, node, value in nodes.pairs(root, faults) if root else ():
        values = nodes.fields(value, faults.inside(key), table)
        if _id(node, faults) is not None:
            found[key] = None if values is None else make(id=key, **values, place=nodes.place(node, faults.file))
    return found


def concepts(root: Node | None, faults: Faults) -> dict[str, Concept | None]:
    """lexicon.yaml: words under the concept's id; None stands for a faulty one."""
    found: dict[str, Concept | None] = {}
    for key, node, value in nodes.pairs(root, faults) if root else ():
        values = _concept(value, faults.inside(key))
        if _id(node, faults) is not None:
            found[key] = None if values is None else Concept(key, **values, place=nodes.place(node, faults.file))
    return found


def _concept(node: Node, faults: Faults) -> dict[str, Any] | None:
    """Words per language and, beside the languages, the fields of CONCEPT_FIELDS."""
    if isinstance(node, SequenceNode):
        words = _texts(node, faults)
        return None if words is None else {"words": MappingProxyType({DEFAULT_LANGUAGE: words})}
    before, languages, values = len(faults.problems), [], {}
    for name, key, value in nodes.pairs(node, faults):
        if name in CONCEPT_FIELDS:
            values[name] = CONCEPT_FIELDS[name].read(value, faults.inside(name)) or ()
        else:
            languages.append((name, key, value))
    values["words"] = _by_language(languages, faults)
    values["gives"] = frozenset(values.get("gives", ()))
    return values if len(faults.problems) == before else None


def facts(root: Node | None, faults: Faults) -> list[Fact]:
    """A file of facts/: a list of records."""
    if root is None:
        return []
    if not isinstance(root, SequenceNode):
        faults.add(root.start_mark, "is not a list of facts", "begin each fact with '- id: '")
        return []
    read = (_fact(node, faults) for node in root.value)
    return [fact for fact in read if fact is not None]


def _fact(node: Node, faults: Faults) -> Fact | None:
    values: dict[str, Any] | None = nodes.fields(node, faults, FACT_FIELDS)
    if values is None:
        return None
    where = MappingProxyType(dict(nodes.places(node, faults.file)))
    return Fact(values=values.pop("value", ()), **values, place=where["id"], places=where)
