"""The form of a new source: what is asked for, and what `check` would say to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

from yaml import Node

from bot import checks, schema
from bot.errors import Problem
from bot.interview import Filled
from bot.language import Language
from bot.model import Knowledge, Place, Source
from bot.nodes import Faults, shown
from bot.records import replace
from bot.rows import Row
from bot.splicing import keyed, record, scalar
from bot.text import fold

ID = "id"  # the key under which the fields stand
_PUBLISHER_WORDS = 2  # of a publisher's name that make an id


class SourceForm:
    """What a new source is asked for."""

    title = "new_source"
    steps: Sequence[str] = (*schema.SOURCE_FIELDS, ID)

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self._known = knowledge
        self._phrases = language.phrases

    def wanted(self, step: str, fields: Filled) -> bool:
        return True

    def needed(self, step: str) -> bool:
        return step == ID or schema.SOURCE_FIELDS[step].required

    def prompt(self, step: str, fields: Filled) -> str:
        return self._phrases[f"new_source_{step}"]

    def proposed(self, step: str, fields: Filled) -> str:
        """For the id the publisher and the date, as most ids are made."""
        if step != ID:
            return ""
        publisher = re.findall("[a-z0-9]+", fold(_text(fields, "publisher")).replace("'", ""))[:_PUBLISHER_WORDS]
        stem = "-".join([*publisher, *re.findall("[0-9]+", _text(fields, "published"))]) or "page"
        found, number = stem, 2
        while found in self._known.sources:
            found, number = f"{stem}-{number}", number + 1
        return found

    def tried(self, step: str, typed: Sequence[str], fields: Filled) -> tuple[Filled, tuple[Problem, ...]]:
        others: dict[str, Node] = {name: node for name, node in fields.items() if name != step}
        filled = {**others, step: scalar(" ".join(" ".join(typed).split()))} if typed else others
        return filled, self.problems(filled)

    def problems(self, fields: Filled) -> tuple[Problem, ...]:
        """What is wrong with the fields so far; the file of a problem is the field's name."""
        found: list[Problem] = []
        table = {**schema.SOURCE_FIELDS, ID: schema.FACT_FIELDS[ID]}
        values = {}
        for name, node in fields.items():
            faults = Faults(name, name)
            values[name] = table[name].read(node, faults)
            found += faults.problems
        known = self._known.sources
        if values.get(ID) in known:
            where = known[str(values[ID])].place
            what = f"source id {shown(str(values[ID]))} is used before, at {where.file}:{where.line}"
            found.append(Problem(ID, 1, 1, what, "give the newer source an id of its own"))
        for same in (source for source in known.values() if source.url == values.get("url")):
            mend = self._phrases["new_page_known_mend"].format(source=same.id)
            found.append(Problem("url", 1, 1, self._phrases["new_page_known"], mend))
        return tuple(found) or self._by_rules(fields)

    def _by_rules(self, fields: Filled) -> tuple[Problem, ...]:
        """What the rules say that look at one record at a time."""
        title, publisher = _text(fields, "title"), _text(fields, "publisher")
        new = Source("new-source", title, publisher, "", place=Place("title"))
        alone = replace(self._known, facts=MappingProxyType({}), sources=MappingProxyType({new.id: new}))
        return checks.run(checks.SINGLE, alone)

    def lines(self, fields: Filled) -> Sequence[str]:
        key = _text(fields, ID) or self.proposed(ID, fields)
        return keyed(key, record(written(fields)))

    def notes(self, step: str, fields: Filled) -> Sequence[Row]:
        return ()


def written(fields: Filled) -> Filled:
    """The fields that stand under the id, in the order of the field table."""
    return {name: fields[name] for name in schema.SOURCE_FIELDS if name in fields}


def _text(fields: Filled, name: str) -> str:
    return str(fields[name].value) if name in fields else ""
