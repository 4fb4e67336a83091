"""Callback data: short, of one version, and understood after a restart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Knowledge
from bot.telegram_buttons import MOST_BYTES, THIS, Act, Button, Keyring, Press, fact_keys, key, markup, read, written

NAMES = st.text(min_size=1, max_size=200)


@given(st.sampled_from(list(Act)), st.lists(NAMES, min_size=1, max_size=12))
def test_data_are_short_and_say_what_was_written(act: Act, names: list[str]) -> None:
    keys = fact_keys(names)
    data = written(Press(act, (THIS, *keys)))
    assert len(data.encode()) <= MOST_BYTES
    assert read(data) == Press(act, (THIS, *keys)[:6])


@pytest.mark.parametrize(
    "data", [None, "", "1", "1|", "1|s", "1|s|", "0|s|abc", "2|s|abc", "1|x|abc", "1|sources|abc", "|||"]
)
def test_other_data_say_nothing(data: str | None) -> None:
    assert read(data) is None


@given(st.text(max_size=64))
def test_any_data_are_read_without_an_error(data: str) -> None:
    press = read(data)
    assert press is None or written(press).startswith("1|")


def test_keys_stay_the_same_for_ever() -> None:
    # These stand under messages in people's chats.
    assert key("fact", "members-20-2025-07") == "ZjClk9mh"
    assert key("chart", "members") == "x_rlyCnN"


def test_everything_has_a_key_of_its_own(known: Knowledge) -> None:
    ring, facts = Keyring(known), list(known.facts.values())
    assert ring.facts(fact_keys(known.facts)) == facts
    assert len(set(fact_keys(known.facts))) == len(facts)
    for chart in known.topic.charts:
        assert ring.chart([key("chart", chart.name)]) == chart
    for question in known.topic.suggested:
        assert ring.question([key("ask", question)]) == question


def test_what_is_gone_is_not_found(known: Knowledge) -> None:
    ring = Keyring(known)
    assert ring.facts(["12345678"]) == [] and ring.chart(["12345678"]) is None and ring.question(["12345678"]) is None


def test_no_buttons_are_no_markup() -> None:
    assert markup([]) is None and markup([[]]) is None


def test_a_long_label_is_cut() -> None:
    found = markup([[Button("x" * 200, Press(Act.FACT, ("12345678",)))]])
    assert found is not None and len(found["inline_keyboard"][0][0]["text"]) == 60
