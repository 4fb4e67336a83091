"""A curator adds facts and sources: by options and by being asked, with every mistake told before anything is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from worlds import ORCHARD, Ran, run

from bot import curating, knowledge, new_commands, questions
from bot.errors import BotError
from bot.schema import FACT_FIELDS, SOURCE_FIELDS

DEFAULT = questions.default_folder
DUMB = {"TERM": "dumb", "COLUMNS": "120"}
FACT = {
    "--text": "The Hillside Orchard sold 900 kilograms of apples in 2025.",
    "--when": "2025",
    "--about": "orchard",
    "--gives": "count",
    "--value": "900 kilograms",
    "--asks": "how many apples were sold; harvest of 2025 in kilograms; weight of the apples",
    "--sources": "leaflet",
}
SUCCESSOR = {
    **FACT,
    "--text": "Ada Birch has been the keeper of the Hillside Orchard again since 1 June 2025.",
    "--when": "2025-06-01/..",
    "--about": "orchard, ada",
    "--confirmed": "2025-06-02",
    "--series": "keeper",
    "--gives": "person,date",
    "--value": None,
    "--asks": "new keeper of june; who took over from ben ash; is ada birch back",
}
SOURCE = {"--title": "A good year", "--publisher": "Valley Gazette", "--url": "https://gazette.example/year"}
BLOCK = """\
- id: hillside-orchard-sold-900-2025
  text: The Hillside Orchard sold 900 kilograms of apples in 2025.
  when: 2025
  about: [orchard]
  gives: [count]
  value: {number: 900, unit: kilograms}
  asks: [how many apples were sold, harvest of 2025 in kilograms, weight of the apples]
  sources: [leaflet]
"""


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the checkout's fixed questions, as an installed program is: reading them takes its time."""
    monkeypatch.setattr(questions, "default_folder", lambda: Path("/no/questions"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ORCHARD, tmp_path / "orchard"))


def options(*given: dict[str, str | None], **changed: str | None) -> list[str]:
    """Options of the fields, with some changed and those that are None left out."""
    fields = {name: value for some in given for name, value in some.items()}
    fields |= {"--" + name: value for name, value in changed.items()}
    return [part for name, value in fields.items() if value is not None for part in (name, value)]


def new(what: str, folder: Path, *arguments: str) -> Ran:
    return run("new", what, "--knowledge", str(folder), *arguments)


def typed(what: str, folder: Path, *lines: str, arguments: tuple[str, ...] = ()) -> Ran:
    """The command with a person at a terminal who types these lines."""
    keys = "".join(line + "\n" for line in lines)
    return run("new", what, "--knowledge", str(folder), *arguments, stdin=keys, terminal=True, environment=DUMB)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def assert_nothing_written(folder: Path) -> None:
    assert contents(folder) == contents(ORCHARD)


def test_a_fact_is_written_and_nothing_else(folder: Path) -> None:
    ran = new("fact", folder, *options(FACT))
    assert (ran.code, ran.err) == (0, "")
    was, now = contents(ORCHARD), contents(folder)
    assert {name for name in now if now[name] != was[name]} == {"facts/orchard.yaml"}
    before, after = was["facts/orchard.yaml"].decode(), now["facts/orchard.yaml"].decode()
    assert after.replace(BLOCK, "") == before and BLOCK in after
    line = after[: after.index(BLOCK)].count("\n") + 1
    assert f"Goes into {folder}/facts/orchard.yaml, line {line}:\n{BLOCK}" in ran.out
    assert f"Written to {folder}/facts/orchard.yaml:{line}." in ran.out
    assert "Try it: coalition-bot ask --explain how many apples were sold" in ran.out
    assert "Near to it:\n" in ran.out and "trees-40 (" in ran.out
    assert knowledge.examine(folder) == ()
    assert run("ask", "--knowledge", str(folder), "harvest in kilograms").out.startswith("The Hillside Orchard sold 900")


def test_a_fact_that_replaces_another_ends_it(folder: Path) -> None:
    ran = new("fact", folder, *options(SUCCESSOR, replaces="keeper-ben"))
    assert (ran.code, ran.err) == (0, "")
    was = (ORCHARD / "facts" / "orchard.yaml").read_text()
    now = (folder / "facts" / "orchard.yaml").read_text()
    start = now.index("- id: keeper-2025-06\n")
    end = now.index("- id:", start + 1)
    assert now[:start] + now[end:] == was.replace("when: 2025-03-02/..", "when: 2025-03-02/2025-05-31")
    assert "id: keeper-ben" in now[:start] and now[end:].startswith("- id: trees-40"), "behind the one before it"
    assert "keeper-ben ends on 2025-05-31; see whether its text can stay: " in ran.out


# What is wrong, and what is said of it; nothing is written.
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"text": "It sold 900 kilograms."}, 'text: the text opens with "It"; name who or what is meant'),
        ({"text": "The orchard sold apples"}, "text: the text does not end in a full stop; write a sentence that does"),
        ({"text": " "}, "text: is empty; write a text or leave the field out"),
        ({"text": "TODO: ask."}, 'text: draft mark "todo" in "TODO: ask."; finish it or take it out'),
        ({"text": "A\u200bpples."}, "text: has the character U+200B in it, which nobody sees; take it out"),
        ({"text": "A\x1b[31mpples."}, "text: has the character U+001B in it"),
        ({"text": "A\udcffpples."}, "text: has the character U+DCFF in it"),
        ({"text": "The Hillside Orchard sells apples."}, "gives: the fact gives count, but its text is without a number"),
        ({"text": "The Hillside Orchard has 40 apple trees, as counted in Mai 2025."}, 'text: the text is like that of "trees-40" (98 of 100)'),
        ({"when": "2025-13"}, 'when: "2025-13" has no month 13; write YYYY-MM-DD, YYYY-MM, YYYY, A/B, A/.. or ../B'),
        ({"when": "2025/..", "confirmed": "2024-01-01"}, "confirmed: confirmed on 2024-01-01, before it holds (2025-01-01)"),
        ({"about": "orchad"}, 'about: unknown entity "orchad"; did you mean orchard?'),
        ({"gives": "counts"}, 'gives: "counts" is not known here; did you mean count?'),
        ({"value": "many"}, 'value: "many" is no figure; write a number and what it counts, as in 20 countries'),
        ({"value": "{number: 9, unti: x}"}, 'value: unknown field "unti"; did you mean unit?'),
        ({"value": "{number: [}"}, "value: is no YAML"),
        ({"items": "{of: person}"}, "items: field relation is missing; add 'relation: ' with a concept id"),
        ({"asks": "one; two"}, "asks: 2 ways of asking, at least 3 make a fact easy to find"),
        ({"asks": "a; b; who runs the orchard?"}, 'asks: "who runs the orchard?" is asked of "keeper-ben" too'),
        ({"sources": "leaflets"}, 'sources: unknown source "leaflets"; did you mean leaflet?'),
        ({"disputes": "trees-41"}, 'disputes: unknown fact "trees-41"; did you mean trees-40?'),
        ({"id": "opened"}, 'id: fact id "opened" is used before, at '),
        ({"id": "Sold 2025"}, 'id: "Sold 2025" is no id; write small letters, digits and single hyphens'),
        ({"replaces": "opend"}, 'replaces: unknown fact "opend"; did you mean opened?'),
        ({"replaces": "opened"}, 'replaces: "opened" does not hold until further notice, or begins no earlier'),
        (SUCCESSOR, 'when: says otherwise than "keeper-ben" in series keeper for the same days; end the earlier one '
         "where the later one starts, or let the weaker dispute the other; replaces keeper-ben does the first"),
    ],
    ids=lambda value: str(value)[:40].encode("ascii", "backslashreplace").decode(),
)  # fmt: skip
def test_a_mistake_is_told_and_nothing_is_written(changed: dict[str, str | None], says: str, folder: Path) -> None:
    changed = {name.lstrip("-"): value for name, value in changed.items()}
    ran = new("fact", folder, *options(FACT, **changed))
    assert (ran.code, ran.err) == (1, "")
    assert says in ran.out
    assert ran.out.endswith("\nNothing was written.\n\n")
    assert_nothing_written(folder)


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    ran = new("fact", folder, *options(FACT, text="It grows", when="soon", sources="nowhere"))
    assert [line.partition(":")[0] for line in ran.out.splitlines() if ": " in line] == ["text", "text", "when", "sources"]


# Wrong calls get one line on standard error.
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "the following arguments are required: WHAT"),
        (["poem"], 2, "invalid choice: 'poem'"),
        (["fact", "--colour", "red"], 2, "unrecognized arguments: --colour red"),
        (["fact"], 2, "these are missing: --text, --when, --about, --gives, --asks, --sources; give them, or run"),
        (["fact", *options(FACT, about=None)], 2, "these are missing: --about (perhaps orchard); give them"),
        (["fact", *options(FACT, when="2025-03-02/..")], 2, "these are missing: --confirmed; give them"),
        (["fact", *options(FACT), "--file", "../x.yaml"], 2, "--file ../x.yaml: is no name in facts/"),
        (["fact", *options(FACT), "--file", "x.yml"], 2, "--file x.yml: is no name in facts/"),
        (["fact", *options(FACT), "--questions", "/no/where"], 1, "/no/where/tune: there is no such folder"),
        (["fact", "--knowledge", "/no/where"], 1, "/no/where: there is no such folder; give a folder of knowledge"),
        (["source"], 2, "these are missing: --title, --publisher, --url; give them, or run"),
        (["topic"], 2, "the following arguments are required: DIR"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_a_wrong_call_gets_one_line(arguments: list[str], code: int, says: str, folder: Path) -> None:
    ran = run("new", *arguments, environment={"KNOWLEDGE_DIR": str(folder)})
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert says in ran.err
    assert_nothing_written(folder)


def test_a_faulty_folder_is_mended_first(folder: Path) -> None:
    path = folder / "facts" / "orchard.yaml"
    path.write_text(path.read_text().replace("[leaflet]", "[leaf]"))
    ran = new("fact", folder, *options(FACT))
    assert (ran.code, ran.out) == (1, "")
    assert f"see all with: coalition-bot check {folder}" in ran.err


def test_the_installed_program_is_not_written_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "__file__", str(folder.with_name("knowledge.py")))
    monkeypatch.setattr(knowledge, "INSTALLED", folder.name)
    ran = new("fact", folder, *options(FACT))
    assert (ran.code, ran.out) == (1, "")
    assert "is part of the installed program, and lost with its next version; copy it, and give the copy" in ran.err
    assert_nothing_written(folder)


def test_a_dry_run_shows_all_and_writes_nothing(folder: Path) -> None:
    ran = new("fact", folder, *options(FACT), "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert BLOCK in ran.out and "It would pass check; nothing was written, as --dry-run asks for." in ran.out
    assert_nothing_written(folder)


@pytest.mark.parametrize("name", ["new.yaml", "orchard.yaml"])
def test_the_file_can_be_chosen(name: str, folder: Path) -> None:
    ran = new("fact", folder, *options(FACT), "--file", name)
    assert (ran.code, ran.err) == (0, "")
    assert BLOCK in (folder / "facts" / name).read_text()
    assert knowledge.examine(folder) == ()


def test_records_in_brackets_are_told(folder: Path) -> None:
    (folder / "facts" / "z.yaml").write_text(
        "[{id: z, text: Apples of the Hillside Orchard are red., when: 2025, about: [orchard], gives: [definition], "
        "asks: [red apples, colour of apples, what colour], sources: [leaflet]}]\n"
    )
    ran = new("fact", folder, *options(FACT), "--file", "z.yaml")
    assert (ran.code, ran.out.count("Written")) == (1, 0)
    assert "z.yaml: the records are written in brackets, so that none can be added; write its records one below" in ran.err


def test_what_an_editor_saves_meanwhile_is_not_lost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, saved = folder / "facts" / "orchard.yaml", curating.save

    def editor_first(changes: tuple[curating.Change, ...]) -> None:
        path.write_text(path.read_text() + "# saved by an editor\n")
        saved(changes)

    monkeypatch.setattr(curating, "save", editor_first)
    ran = new("fact", folder, *options(FACT))
    assert ran.code == 1
    assert "was changed meanwhile; nothing was written to it, run the command again" in ran.err
    assert path.read_text() == (ORCHARD / "facts" / "orchard.yaml").read_text() + "# saved by an editor\n"


def test_a_byte_order_mark_stays(folder: Path) -> None:
    path = folder / "facts" / "orchard.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert new("fact", folder, *options(FACT)).code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf- id: keeper-ada\n")
    assert knowledge.examine(folder) == ()


def test_what_the_fact_does_to_the_fixed_questions(folder: Path) -> None:
    items = {
        "tune": [("sold-1", "how many apples were sold in 2025", {"contains": ["900 kilograms"]}),
                 ("keeper-1", "who is the keeper", {"facts": ["keeper-ben"]})],
        "held_out": [("opened-1", "when did it open", {"facts": ["opened"]})],
    }  # fmt: skip
    for half, some in items.items():
        (folder / questions.OWN / half).mkdir(parents=True)
        lines = [json.dumps({"id": id, "question": question, **rest}) for id, question, rest in some]
        (folder / questions.OWN / half / "x.jsonl").write_text("\n".join(lines))
    won = new("fact", folder, *options(FACT), "--dry-run")
    assert "Of 3 fixed questions, asked as on 1 June 2025, 1 change their reply.\n- Gained: how many apples" in won.out
    lost = new("fact", folder, *options(SUCCESSOR, replaces="keeper-ben"), "--dry-run")
    assert "- Lost: who is the keeper (keeper-ben → keeper-2025-06)" in lost.out


@pytest.mark.parametrize("where", ["installed", "checkout"])
def test_without_fixed_questions_of_its_own_it_says_so(
    where: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "checkout":  # whose questions are about other facts
        monkeypatch.setattr(questions, "default_folder", DEFAULT)
    assert "There are no fixed questions for this knowledge." in new("fact", folder, *options(FACT), "--dry-run").out


def test_an_ask_that_does_not_find_the_fact_is_told(folder: Path) -> None:
    asks = "apples sold in kilograms; weight of the harvest; good evening"
    ran = new("fact", folder, *options(FACT, asks=asks), "--dry-run")
    assert 'asks: "good evening" finds no fact; reword it: `coalition-bot ask --explain` shows' in ran.out


def test_an_interview_from_the_first_field_to_the_file(folder: Path) -> None:
    ran = typed(
        "fact", folder,
        "It sold apples", "The Hillside Orchard sold 900 kilograms of apples in 2025.", "soon", "2025", "", "",
        "count", "900 kilograms", "", FACT["--asks"] or "", "-", "leaflet", "", "maybe", "yes",
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    assert 'text: the text opens with "It"; name who or what is meant' in ran.out
    assert 'when: "soon" is not a date; write YYYY-MM-DD' in ran.out
    assert "about: ids of whom and what it is about [orchard]" in ran.out
    assert "It cannot be empty." in ran.out  # gives was left empty at first
    assert "near facts have trees" not in ran.out
    assert "id: its name for good, under which users cite it [hillside-orchard-sold-900-2025]" in ran.out
    assert ran.out.count("Write it? yes, no, or /FIELD to change a field") == 2
    assert BLOCK in (folder / "facts" / "orchard.yaml").read_text()
    assert knowledge.examine(folder) == ()


def test_an_interview_that_goes_back_and_replaces(folder: Path) -> None:
    ran = typed(
        "fact", folder,
        "Ada Birch keeps the Hillside Orchard again since 1 June 2025.", "2025-06-01/..", "/text", SUCCESSOR["--text"] or "",
        "2025-06-05", "", "person, date", "keeper", "", SUCCESSOR["--asks"] or "", "", "leaflet, gazette", "",
        "/when", "2025-06-03/..", "/id", "keeper-ada-again", "yes",
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, ""), ran.out
    assert "near facts have keeper)" in ran.out
    assert "it will end on 2025-05-31 [keeper-ben]" in ran.out
    known = knowledge.load_or_raise(folder)
    assert known.facts["keeper-ada-again"].text == SUCCESSOR["--text"]
    assert known.facts["keeper-ada-again"].about == ("ada", "orchard")
    assert str(known.facts["keeper-ben"].when.end) == "2025-06-02"


def test_declining_to_end_the_old_fact_leaves_the_contradiction_to_be_mended(folder: Path) -> None:
    given = options({**SUCCESSOR, "--sources": "gazette", "--id": "keeper-ada-again"})
    ran = typed("fact", folder, "-", "", "", "no", arguments=tuple(given))
    assert 'when: says otherwise than "keeper-ben" in series keeper' in ran.out
    assert "keeper-ben ends on 2025-05-31" in ran.out
    assert ran.code == 1
    assert_nothing_written(folder)


def test_who_leaves_keeps_what_was_typed(folder: Path) -> None:
    ran = typed("fact", folder, FACT["--text"] or "", "2025")
    assert ran.code == 1
    assert ran.out.endswith(
        "- text: The Hillside Orchard sold 900 kilograms of apples in 2025.\n  when: 2025\n\n\nNothing was written.\n\n"
    )
    assert_nothing_written(folder)


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt(), 130), (BotError("the disk is gone"), 1)])
def test_what_breaks_behind_the_last_field_keeps_what_was_typed(
    raised: BaseException, code: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise raised

    monkeypatch.setattr(new_commands, "answers_changed", broken)
    ran = typed("fact", folder, "", "", "", "", arguments=tuple(options(FACT, value=None)))
    assert ran.code == code
    assert "- id: hillside-orchard-sold-900-2025\n  text: The Hillside Orchard sold 900" in ran.out
    assert_nothing_written(folder)


@pytest.mark.parametrize("line", ["x" * 70_000, "\x00\x1b[31m\udc80", "/nofield", "/", "-", ""])
def test_no_line_breaks_the_interview(line: str, folder: Path) -> None:
    keys = line.encode("utf-8", "surrogateescape") + b"\n\xff\xfe\n"
    ran = run("new", "fact", "--knowledge", str(folder), stdin=keys, terminal=True, environment=DUMB)
    assert (ran.code, ran.err) == (1, "")
    assert_nothing_written(folder)


def test_a_source_is_written_and_the_next_fact_cites_it(folder: Path) -> None:
    ran = new("source", folder, *options(SOURCE, published="2025-11"))
    assert (ran.code, ran.err) == (0, "")
    block = (
        "valley-gazette-2025-11:\n  title: A good year\n  publisher: Valley Gazette\n"
        "  url: https://gazette.example/year\n  published: 2025-11\n"
    )
    assert (folder / "sources.yaml").read_text() == (ORCHARD / "sources.yaml").read_text() + block
    assert "Now cite it: coalition-bot new fact --sources valley-gazette-2025-11" in ran.out
    [problem] = knowledge.examine(folder)
    assert problem.what == 'no fact cites "valley-gazette-2025-11"'
    asked = typed("fact", folder, "", "", "", arguments=tuple(options(FACT, sources=None, value=None)))
    assert "sources: ids of the pages that say so, the best first [valley-gazette-2025-11]" in asked.out
    assert new("fact", folder, *options(FACT, sources="valley-gazette-2025-11")).code == 0
    assert knowledge.examine(folder) == ()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"url": "gazette.example"}, 'url: "gazette.example" is not a web address; write one that begins with https://'),
        ({"url": "https://orchard.example/visit"}, "url: the page is there already; cite it as leaflet"),
        ({"published": "soon"}, 'published: "soon" is not a date'),
        ({"id": "leaflet"}, 'id: source id "leaflet" is used before, at '),
        ({"id": "A b"}, 'id: "A b" is no id'),
        ({"title": "TODO"}, 'draft mark "todo" in "TODO, '),
        ({"title": ""}, "title: is empty"),
    ],
    ids=str,
)
def test_a_wrong_source_is_not_written(changed: dict[str, str], says: str, folder: Path) -> None:
    ran = new("source", folder, *options(SOURCE, **changed))
    assert (ran.code, ran.err) == (1, "")
    assert says in ran.out and "Nothing was written." in ran.out
    assert_nothing_written(folder)


def test_an_interview_for_a_source(folder: Path) -> None:
    ran = typed("source", folder, "A good year", "Valley Gazette", "gazette", "https://gazette.example/year", "2025", "en", "", "", "yes")
    assert (ran.code, ran.err) == (0, "")
    assert "id: a name for the page [valley-gazette-2025]" in ran.out
    source = knowledge.load_or_raise(folder).sources["valley-gazette-2025"]
    assert (source.title, source.published, source.language, source.accessed) == ("A good year", "2025", "en", "")


def test_every_field_can_be_given() -> None:
    for what, fields in (("fact", FACT_FIELDS), ("source", SOURCE_FIELDS)):
        said = run("new", what, "--help").out
        assert all(f"--{name}" in said for name in fields)
