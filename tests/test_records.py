"""Records are dataclasses to everybody, and patterns regular expressions; both cost nothing until they are used."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from bot import patterns
from bot.records import dataclass, field, replace


@dataclass(frozen=True, slots=True, order=True)
class Pear:
    """A fruit."""

    name: str
    grams: int = 150
    marks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.grams < 0:
            raise ValueError("a pear has no negative weight")


@dataclass(frozen=True, slots=True)
class Basket:
    pear: Pear


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    text: str


def test_fields_become_what_the_class_says() -> None:
    pear = Pear("Conference", marks=["ripe"])
    assert (pear.name, pear.grams, pear.marks) == ("Conference", 150, ["ripe"])
    assert Pear("x").marks == [] and Pear("x").marks is not Pear("x").marks
    assert repr(pear) == "Pear(name='Conference', grams=150, marks=['ripe'])"
    assert Pear.__doc__ == "A fruit." and not hasattr(pear, "__dict__")


def test_equal_records_are_equal_and_hash_alike() -> None:
    one, other = Basket(Pear("a", 1)), Basket(Pear("a", 1))
    assert one == other and one != Basket(Pear("a", 2)) and one != Pear("a", 1)
    assert hash(Label("a")) != hash(Label("a")) or Label("a") != Label("a")
    assert sorted([Pear("b"), Pear("a", 2), Pear("a", 1)]) == [Pear("a", 1), Pear("a", 2), Pear("b")]


def test_nothing_can_be_changed() -> None:
    pear = Pear("a")
    for change in (lambda: setattr(pear, "grams", 1), lambda: setattr(pear, "new", 1), lambda: delattr(pear, "name")):
        with pytest.raises(AttributeError, match="replace"):
            change()
    assert replace(pear, grams=1) == dataclasses.replace(pear, grams=1) == Pear("a", 1)


# A wrong call, and what the error says.
@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Pear(), "missing 1 required positional argument: 'name'"),
        (lambda: Pear("a", 1, [], 2), "positional arguments"),
        (lambda: Pear("a", weight=2), "unexpected keyword argument 'weight'"),
        (lambda: Pear("a", -1), "negative"),
        (lambda: dataclass(frozen=False, slots=True), "frozen"),
        (lambda: replace(Pear("a"), weight=1), "unexpected keyword argument 'weight'"),
    ],
)
def test_wrong_calls_are_told_as_python_tells_them(call, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises((TypeError, ValueError), match=says):
        call()


def test_the_standard_module_sees_a_dataclass() -> None:
    pear = Pear("a")
    assert dataclasses.is_dataclass(pear) and dataclasses.is_dataclass(Basket)
    assert [one.name for one in dataclasses.fields(Pear)] == ["name", "grams", "marks"]
    assert dataclasses.asdict(Basket(pear)) == {"pear": {"name": "a", "grams": 150, "marks": []}}
    assert copy.deepcopy(pear) == pickle.loads(pickle.dumps(pear)) == copy.copy(pear) == pear


def test_a_pattern_is_compiled_when_it_is_used() -> None:
    lazy = patterns.lazy(r"(?P<word>[a-z]+)x")
    found = lazy.search("1abx")
    assert found and found["word"] == "ab"
    assert lazy.pattern == r"(?P<word>[a-z]+)x" and lazy.sub("y", "abx abx") == "y y"
    with pytest.raises(patterns.re.error):
        patterns.lazy("(").search("x")
    del patterns._made["(", 0]
