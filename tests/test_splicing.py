"""New records in files that are laid out in every way: all other bytes stay, and the reader reads what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import ORCHARD
from yaml import MappingNode, Node

from bot import knowledge, nodes, schema, splicing
from bot.nodes import Faults

FILES = [*knowledge.fact_paths(knowledge.default_folder()), *knowledge.fact_paths(ORCHARD)]
EVERY = 7  # of that many records the whole file is read again, which takes its time
RECORD = ["id: new", "text: New words."]


def composed(text: str) -> Node | None:
    faults = Faults("x.yaml")
    root = nodes.compose(text, faults)
    assert faults.problems == []
    return root


def as_python(text: str) -> object:
    """The file as plain values, all scalars as text."""
    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_behind_every_record_of_every_file(path: Path) -> None:
    text = path.read_bytes().decode()
    root, before = composed(text), as_python(text)
    assert isinstance(before, list) and root is not None
    for number, record in enumerate(root.value):
        splice = splicing.inserted(text, root, record, splicing.listed(RECORD))
        now = splicing.applied(text, [splice])
        assert now[: splice.start] + now[splice.start + len(splice.text) :] == text
        if number % EVERY == 0 or record is root.value[-1]:
            assert as_python(now) == [*before[: number + 1], {"id": "new", "text": "New words."}, *before[number + 1 :]]


# A file, behind which of its records, and the file with the record in it.
LAYOUTS = [
    ("comment of the next record", "- id: a\n# next\n- id: b\n", 0, "- id: a\n{- id: new\n  text: New words.\n}# next\n- id: b\n"),
    ("comment on the last line", "- id: a # why\n- id: b\n", 0, "- id: a # why\n{- id: new\n  text: New words.\n}- id: b\n"),
    ("blank lines between", "- id: a\n\n- id: b\n", 0, "- id: a\n{\n- id: new\n  text: New words.\n}\n- id: b\n"),
    ("blank line and comment between", "- id: a\n\n# next\n- id: b\n", 1, "- id: a\n\n# next\n- id: b\n{\n- id: new\n  text: New words.\n}"),
    ("no line end at the end", "- id: a", 0, "- id: a{\n- id: new\n  text: New words.}"),
    ("CRLF", "- id: a\r\n- id: b\r\n", 0, "- id: a\r\n{- id: new\r\n  text: New words.\r\n}- id: b\r\n"),
    ("indented", "  - id: a\n  - id: b\n", 1, "  - id: a\n  - id: b\n{  - id: new\n    text: New words.\n}"),
    ("folded text at the end", "- text: >\n    a\n    b\n\n\n# end\n", 0, "- text: >\n    a\n    b\n{- id: new\n  text: New words.\n}\n\n# end\n"),
    ("literal that looks like a comment", "- text: |\n    a\n    # b\n- id: b\n", 0, "- text: |\n    a\n    # b\n{- id: new\n  text: New words.\n}- id: b\n"),
    ("record in brackets", "- {id: a,\n   text: b}\n- id: b\n", 0, "- {id: a,\n   text: b}\n{- id: new\n  text: New words.\n}- id: b\n"),
    ("list in brackets over lines", "- ids: [a,\n    b]  # c\n- id: b\n", 0, "- ids: [a,\n    b]  # c\n{- id: new\n  text: New words.\n}- id: b\n"),
    ("quoted over lines", "- text: 'a\n\n    b'\n- id: b\n", 0, "- text: 'a\n\n    b'\n{- id: new\n  text: New words.\n}- id: b\n"),
    ("letters of many bytes", "- text: Ķīļ 😀 це\n- id: b\n", 0, "- text: Ķīļ 😀 це\n{- id: new\n  text: New words.\n}- id: b\n"),
    ("only a comment", "# nothing yet\n", None, "# nothing yet\n{- id: new\n  text: New words.\n}"),
    ("nothing", "", None, "{- id: new\n  text: New words.\n}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "expected"), [row[1:] for row in LAYOUTS], ids=[row[0] for row in LAYOUTS])
def test_layouts(text: str, number: int | None, expected: str) -> None:
    root = composed(text)
    after = root.value[number] if root is not None and number is not None else None
    splice = splicing.inserted(text, root, after, splicing.listed(RECORD))
    now = text[: splice.start] + "{" + splice.text + "}" + text[splice.end :]
    assert now == expected
    read = as_python(splicing.applied(text, [splice]))
    assert isinstance(read, list) and {"id": "new", "text": "New words."} in read


@pytest.mark.parametrize("text", ["[{id: a}]", "{a: {title: b}}", "just words"])
def test_records_in_brackets_take_no_lines(text: str) -> None:
    with pytest.raises(ValueError, match="brackets"):
        splicing.inserted(text, composed(text), None, RECORD)


def test_the_last_of_a_mapping() -> None:
    text = "# top\na:\n  title: x\n\nb:\n  title: y  # z\n\n# end\n"
    splice = splicing.inserted(text, composed(text), None, splicing.keyed("new", RECORD))
    assert splicing.applied(text, [splice]) == text.replace("# z\n", "# z\n\nnew:\n  id: new\n  text: New words.\n")


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("- when: 2025-03-02/..  # open\n", "- when: 2025-03-02/2025-06-30  # open\n"),
        ("- when: '2025-03/..'\n", "- when: '2025-03/2025-06-30'\n"),
        ("- when: ../..\n", "- when: ../2025-06-30\n"),
    ],
)
def test_an_open_end_is_ended_in_its_place(text: str, ended: str) -> None:
    root = composed(text)
    assert root is not None
    splice = splicing.ended(text, root.value[0].value[0][1], "2025-06-30")
    assert splicing.applied(text, [splice]) == ended


# What a curator may write that YAML would take for something else.
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
@example("null")
@example("~")
@example("no")
@example("12:30")
@example("a: b # c")
@example("it's, [x] {y}")
@example("- a")
@example("'a'")
@example('"a"')
@example("*a &b !c %d @e `f")
@example("2024-02-14")
@example("a\u2028b")
@example("\ufeff")
def test_every_text_is_read_back(text: str) -> None:
    text = " ".join(text.split())
    if not text:
        return
    record = {"text": splicing.scalar(text), "about": splicing.sequence([text]), "asks": splicing.sequence([text, text * 30])}
    root = composed("\n".join(splicing.listed(splicing.record(record))))
    assert root is not None and isinstance(root.value[0], MappingNode)
    values = {key.value: value for key, value in root.value[0].value}
    faults = Faults("")
    assert schema.FACT_FIELDS["text"].read(values["text"], faults) == text
    assert nodes.several(nodes.line)(values["about"], faults) == (text,)
    assert nodes.several(nodes.line)(values["asks"], faults) == (text, " ".join((text * 30).split()))
