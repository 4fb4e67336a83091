"""Large knowledge: the same scores and replies as in memory, compiled piece by piece, and told faults."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ORCHARD, run

from bot import knowledge
from bot.engine import Engine
from bot.english import ENGLISH
from bot.evaluation import replies
from bot.index import Alternatives, Index
from bot.postings import fitted, postings
from bot.questions import Item
from bot.render import Renderer

xapian = pytest.importorskip("xapian")

from bot import chunks, compiling, large, large_form, large_index, opening  # noqa: E402
from bot.lexicon import Wordbook  # noqa: E402
from bot.shards import Shards, on_disk  # noqa: E402

ROOT = Path(__file__).parent.parent
WORDS = [f"w{number}" for number in range(12)]
EVERYWHERE, NOWHERE = "everywhere", "nowhere"
FEWER = 256  # of the 588 facts: so many are looked at

entries = st.lists(st.sampled_from(WORDS), max_size=8)
facts = st.lists(st.lists(entries, min_size=1, max_size=4), min_size=1, max_size=30)
weights = st.sampled_from([1.0, 0.5, 0.3])
alternatives = st.lists(st.tuples(st.sampled_from([*WORDS, EVERYWHERE, NOWHERE]), weights), min_size=1, max_size=3)
queries = st.lists(alternatives.map(tuple), max_size=6)


def never(number: int) -> None:
    """Nobody looks at the progress."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped knowledge, compiled."""
    place = tmp_path_factory.mktemp("large") / "compiled"
    compiling.compile_folder(knowledge.default_folder(), place, 1, never)
    return place


@settings(max_examples=60)
@given(facts=facts, query=queries)
def test_scores_are_those_of_the_index_in_memory(facts: list[list[list[str]]], query: list[Alternatives]) -> None:
    """Facts with several entries, in collections of every size, with terms of every frequency."""
    entries = [[EVERYWHERE, *dict.fromkeys(entry)] for fact in facts for entry in fact]
    numbers = [number for number, fact in enumerate(facts) for _ in fact]
    expected = Index(numbers, postings(fitted(entries))).search(query)
    database = xapian.WritableDatabase("", xapian.DB_BACKEND_INMEMORY)
    for number, fact in enumerate(facts):
        for place, entry in enumerate(fact):
            document = xapian.Document()
            for term in (EVERYWHERE, *dict.fromkeys(entry)):
                document.add_term(large_form.entry_term(term))
            document.add_boolean_term(large_form.id_term(f"f{number:03}"))
            document.add_value(large_form.ID, f"f{number:03}")
            if not place:
                document.set_data(large_form.marshal.dumps((f"f{number:03}", ((),) + (0,) * 6, *[""] * 4)))
            database.replace_document((number + 1) * large_form.STRIDE + place, document)
    head = {"words": frozenset(), "facts": len(facts), "entries": len(entries)}
    book = Wordbook({}, {}, frozenset(), frozenset(), {}, None)  # type: ignore[arg-type]
    found = large_index.Large(Shards([lambda: database]), head, book).search(tuple(query))
    assert found == pytest.approx({f"f{number:03}": score for number, score in expected.items()}, rel=1e-9, abs=1e-9)


def asked(place: Path, candidates: int, items: tuple[Item, ...]) -> Iterator[dict[str, object]]:
    """Every reply to the fixed questions from compiled knowledge."""
    known, searchable = large.opened(on_disk(str(place)), candidates)
    engine, renderer = Engine(known, known.topic.reviewed, searchable=searchable), Renderer(known, ENGLISH)
    return (renderer.json(one.turn, 0) for item in items for one in replies(item, engine))


def test_every_reply_to_the_fixed_questions_is_the_same(
    place: Path, items: tuple[Item, ...], engine: Engine, renderer: Renderer
) -> None:
    """Though only some of the facts are looked at for each question."""
    assert large_index.CANDIDATES == FEWER < len(engine.knowledge.facts)
    expected = (renderer.json(one.turn, 0) for item in items for one in replies(item, engine))
    different = [reply for reply, other in zip(asked(place, FEWER, items), expected, strict=True) if reply != other]
    assert not different


def test_facts_and_sources_come_back_as_they_were(place: Path, engine: Engine) -> None:
    known, _ = large.opened(on_disk(str(place)))
    bare = Renderer(engine.knowledge, ENGLISH).knowledge
    assert (len(known.facts), len(known.sources)) == (len(bare.facts), len(bare.sources))
    assert list(known.facts) == sorted(bare.facts)
    assert sorted(known.sources) == sorted(bare.sources)
    for id, fact in bare.facts.items():
        for name in ("text", "when", "about", "gives", "asks", "sources", "confirmed", "series", "values", "items",
                     "disputes", "gap"):  # fmt: skip
            assert getattr(known.facts[id], name) == getattr(fact, name), (id, name)
        assert engine.retrieval.reading(fact).own == known.facts._searchable.reading(id).own  # type: ignore[attr-defined]
    assert "nothing" not in known.facts and "nothing" not in known.sources


# -- compiling ---------------------------------------------------------------------------------------------------------


def grown(folder: Path, copies: int) -> Path:
    """The orchard with its facts several times over, in files of their own: more than one piece of each."""
    shutil.copytree(ORCHARD, folder)
    (path,) = (folder / "facts").glob("*.yaml")
    text = path.read_text("utf-8")
    for number in range(copies):
        again = "".join(
            line.replace("\n", f"-{number}\n") if line.startswith(("- id: ", "  series: ", "  disputes: ")) else line
            for line in text.splitlines(keepends=True)
        )
        with path.with_name(f"more-{number % 2}.yaml").open("a", encoding="utf-8") as file:
            file.write(again)
    return folder


def content(place: Path) -> list[tuple[str, str]]:
    """Every fact of compiled knowledge, and how a question is answered."""
    known, searchable = large.opened(on_disk(str(place)))
    engine = Engine(known, known.topic.reviewed, searchable=searchable)
    turn = engine.ask("how mnay trees are there", today=known.topic.reviewed)
    return [*((id, fact.text) for id, fact in known.facts.items()), ("", Renderer(known, ENGLISH).plain(turn))]


@pytest.mark.parametrize("shards", [1, 3])
def test_the_command_compiles_and_answers(shards: int, tmp_path: Path) -> None:
    folder, place = grown(tmp_path / "orchard", 80), tmp_path / "out"
    ran = run("compile", str(folder), "--shards", str(shards), str(place))
    assert (ran.code, ran.out, ran.err) == (0, f"{folder}: compiled to {place}; ask with --knowledge {place}\n", "")
    assert sorted(path.name for path in place.iterdir()) == [f"shard-{number + 1}" for number in range(shards)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orchard", "out"]
    ordinary, compiled = (
        [run("ask", "--knowledge", str(of), *question.split()) for question in ("how many trees are there", "who")]
        for of in (folder, place)
    )
    assert ordinary == compiled
    again = run("compile", str(folder), "--shards", str(shards), str(place))
    assert (again.code, again.out) == (0, f"{folder}: {place} is up to date; ask with --knowledge {place}\n")
    batch = run("ask", "--knowledge", str(place), "--batch", stdin="how many trees are there\n")
    assert '"kind": "answer"' in batch.out
    chat = run("--knowledge", str(place), stdin="how many trees are there\n/sources\n/why\n/fact trees-40\n")
    assert chat.code == 0 and "trees-40" in chat.out
    one, other = (run("fact", "--knowledge", str(of), "trees-40").out for of in (place, folder))
    assert one == other


class Killed(Exception):
    """The process ends here."""


def test_it_goes_on_where_it_was_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every place: what it writes at last is the same, and what was kept is not read again."""
    folder, whole = grown(tmp_path / "orchard", 120), tmp_path / "whole"
    monkeypatch.setattr(compiling, "KEEP", 100)
    monkeypatch.setattr(chunks, "RECORDS", 30)
    pieces = []
    compiling.compile_folder(folder, whole, 2, pieces.append)
    expected = content(whole)
    assert len(pieces) > 25
    for moment in range(3, len(pieces), 4):
        place, seen = tmp_path / f"out-{moment}", iter(range(len(pieces)))

        def killed(number: int, moment: int = moment, seen: Iterator[int] = seen) -> None:
            if next(seen) == moment:
                raise Killed

        with pytest.raises(Killed):
            compiling.compile_folder(folder, place, 2, killed)
        assert not place.exists()
        compiling.compile_folder(folder, place, 2, never)
        assert content(place) == expected


def test_a_process_that_is_killed_is_gone_on_with(tmp_path: Path) -> None:
    folder, place = grown(tmp_path / "orchard", 700), tmp_path / "out"
    program = (
        "import sys; from pathlib import Path; from bot import compiling; compiling.KEEP = 200;"
        "compiling.WORTH_A_CREW = 0; compiling.compile_folder(Path(sys.argv[1]), Path(sys.argv[2]), 1, lambda n: None)"
    )
    started = subprocess.Popen([sys.executable, "-c", program, str(folder), str(place)], cwd=ROOT)
    part = Path(f"{place}.part") / "shard-1"
    until = time.monotonic() + 60
    while time.monotonic() < until and started.poll() is None and not kept(part):
        time.sleep(0.01)
    started.send_signal(signal.SIGKILL)
    started.wait()
    if place.exists():
        pytest.skip("it was quicker than the signal")
    facts = kept(part)
    assert facts
    compiling.compile_folder(folder, place, 1, never)
    known, _ = large.opened(on_disk(str(place)))
    assert len(known.facts) == 7 * 701 > facts


def kept(part: Path) -> int:
    """How many facts an unfinished database holds."""
    try:
        return int(xapian.Database(str(part)).get_doccount())
    except xapian.DatabaseError:
        return 0


def test_a_changed_file_begins_anew(tmp_path: Path) -> None:
    folder, place = grown(tmp_path / "orchard", 3), tmp_path / "out"
    assert compiling.compile_folder(folder, place, 1, never)
    assert not compiling.compile_folder(folder, place, 1, never)
    facts = folder / "facts" / "more-0.yaml"
    facts.write_text(facts.read_text("utf-8").replace("40 apple trees", "41 apple trees"), "utf-8")
    assert compiling.compile_folder(folder, place, 1, never)
    assert any("41 apple trees" in text for _, text in content(place))


def test_another_program_compiles_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "out"
    compiling.compile_folder(ORCHARD, place, 1, never)
    monkeypatch.setattr(large_form, "made_by", lambda: "another")
    ran = run("ask", "--knowledge", str(place), "who runs it")
    assert (ran.code, ran.out) == (1, "")
    assert "compiled by another version of the program; compile it again" in ran.err
    assert compiling.compile_folder(ORCHARD, place, 1, never)
    assert run("ask", "--knowledge", str(place), "who runs it").code == 0


# An edit of the orchard: a file, what is replaced, and with what.
FAULTS = [
    ("facts/orchard.yaml", "sources: [leaflet]", "sources: [leaflett]"),
    ("facts/orchard.yaml", "about: [orchard]", "about: [orchrd]"),
    ("facts/orchard.yaml", "gives: [count]", "gives: [counts]"),
    ("facts/orchard.yaml", "- id: trees-40", "- id: opened"),
    ("facts/orchard.yaml", "- id: trees-40", "- id: trees-40\n  disputes: nothing-there"),
    ("facts/orchard.yaml", "- id: trees-40", "- id: trees-40\n  disputes: trees-40"),
    ("facts/orchard.yaml", "- id: trees-40", "- id: 'trees-40"),
    ("facts/orchard.yaml", "- id: trees-40", "- id: trees-40\n  id: again"),
    ("sources.yaml", "leaflet:", "gazette:"),
    ("sources.yaml", "url: https", "url: htps"),
    ("entities.yaml", "type: ", "type: x"),
    ("topic.yaml", "reviewed:", "revewed:"),
    ("topic.yaml", "subject: orchard", "subject: orchad"),
]


@pytest.mark.parametrize(("name", "old", "new"), FAULTS)
def test_faults_are_told_as_of_every_folder(name: str, old: str, new: str, tmp_path: Path) -> None:
    folder = tmp_path / "orchard"
    shutil.copytree(ORCHARD, folder)
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    ran = run("compile", str(folder), str(tmp_path / "out"))
    _, problems = knowledge.load(folder)
    told = [str(problem) for problem in problems if name.startswith("facts/") or "facts/" not in problem.file]
    assert told  # faults of what facts point at are told before facts are read
    assert (ran.code, ran.out.splitlines()) == (1, told)
    assert "problem" in ran.err and not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["topic.yaml", "sources.yaml", "entities.yaml", "lexicon.yaml"])
@pytest.mark.parametrize("content", [None, b"", b"\xff", b"- [", b"plain"])
def test_broken_files_are_told_as_of_every_folder(name: str, content: bytes | None, tmp_path: Path) -> None:
    folder = tmp_path / "orchard"
    shutil.copytree(ORCHARD, folder)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    _, problems = knowledge.load(folder)
    ran = run("compile", str(folder), str(tmp_path / "out"))
    assert ran.code == (1 if problems else 0)
    assert not problems or set(ran.out.splitlines()) <= {str(problem) for problem in problems}


def test_faults_of_a_file_too_large_to_be_read_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told where they stand, and those of all pieces."""
    monkeypatch.setattr(chunks, "MOST_WHOLE", 0)
    monkeypatch.setattr(chunks, "RECORDS", 5)
    folder = grown(tmp_path / "orchard", 30)
    for path in (folder / "facts").glob("more-*.yaml"):
        path.write_text(path.read_text("utf-8").replace("gives: [count]", "gives: [counts]"), "utf-8")
    _, problems = knowledge.load(folder)
    ran = run("compile", str(folder), str(tmp_path / "out"))
    assert len(problems) > 20
    assert ran.out.splitlines() == [str(problem) for problem in problems]


# A file of facts, cut into pieces of one record each: what looks like the beginning of a record, and is none.
LAYOUTS = [
    "- id: a\n  text: 'x\n- id: b\n  y'\n- id: c\n",
    "# only\n# comments\n",
    "- {id: a,\n  text: b}\n- id: b\n",
    "[{id: a}, {id: b}]\n",
    "---\n- id: a\n- id: b\n",
    "- &x\n  id: a\n- *x\n",
    "\ufeff- id: a\n\n# more\n- id: b\n",
    "- id: a\n  text: |\n    one\n    - two\n- id: b\n",
    "-\n  id: a\n-\n  id: b",
    "  - id: a\n  - id: b\n",
    "",
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pieces_are_read_as_the_whole(layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "RECORDS", 1)
    path = tmp_path / "facts.yaml"
    path.write_text(layout, "utf-8")

    def found(node: object, faults: object) -> list[str]:
        return [item.value[0][1].value if item.value else "" for item in getattr(node, "value", ())]

    entire = chunks.Piece(path.read_bytes(), chunks.Spot(), chunks.Spot())
    expected = chunks.part(path, entire, found)
    parts = list(chunks.parts(path, found))
    several = [id for part in parts for id in part.found]
    assert (parts[-1].found if parts[-1].entire else several) == expected.found
    assert parts[-1].problems == expected.problems
    assert b"".join(piece.content for piece in chunks.pieces(path)) == path.read_bytes()


def test_a_place_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear", "utf-8")
    ran = run("compile", str(ORCHARD), str(tmp_path / "mine"))
    assert ran.code == 1 and "is something else" in ran.err
    assert (tmp_path / "mine" / "letter").read_text("utf-8") == "dear"


@pytest.mark.parametrize("shards", ["0", "65", "x"])
def test_a_wrong_number_of_shards_is_refused(shards: str, tmp_path: Path) -> None:
    assert run("compile", str(ORCHARD), str(tmp_path / "out"), "--shards", shards).code == 2


# -- which form is taken -----------------------------------------------------------------------------------------------


def test_a_large_folder_is_compiled_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGE", 500)
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    folder = grown(tmp_path / "orchard", 80)
    cache = tmp_path / "cache" / "coalition-bot"
    first = run("ask", "--knowledge", str(folder), "how many trees are there", environment=environment)
    (made,) = cache.iterdir()
    assert (made.suffix, first.code, first.err) == (".large", 0, "")
    assert run("ask", "--knowledge", str(folder), "how many trees are there", environment=environment) == first
    assert run("ask", "--knowledge", str(folder), "how many trees are there", environment={"COMPILED": "off"}) == first
    for number in range(4):
        (folder / "facts" / f"some-{number}.yaml").write_text("# nothing\n", "utf-8")
        run("ask", "--knowledge", str(folder), "how many trees are there", environment=environment)
    assert len(list(cache.iterdir())) == opening.MOST_KEPT


def test_an_ordinary_folder_is_held_in_memory(tmp_path: Path) -> None:
    run("ask", "--knowledge", str(ORCHARD), "who runs it", environment={"XDG_CACHE_HOME": str(tmp_path)})
    assert [path.suffix for path in (tmp_path / "coalition-bot").iterdir()] == [".compiled"]


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large folder is answered from memory, and what cannot be read says what it needs."""
    place = tmp_path / "out"
    compiling.compile_folder(ORCHARD, place, 1, never)
    monkeypatch.setitem(sys.modules, "xapian", None)
    for room in ("compiling", "large", "large_index", "large_writer", "shards", "reaching", "piecework"):
        monkeypatch.delitem(sys.modules, f"bot.{room}", raising=False)
        monkeypatch.delattr(f"bot.{room}", raising=False)
    assert "install it: pip install" in run("ask", "--knowledge", str(place), "who runs it").err
    assert "install 'coalition-bot[large]'" in run("compile", str(ORCHARD), str(tmp_path / "more")).err
    monkeypatch.setattr(opening, "LARGE", 1)
    monkeypatch.setattr(opening, "FEWEST_BYTES", 1)
    ran = run("ask", "--knowledge", str(ORCHARD), "how many trees are there")
    assert ran.code == 0 and "it loads and answers quicker with an extra" in ran.err
