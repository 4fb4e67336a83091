"""What is shown to a person who checks the knowledge."""

from __future__ import annotations

import pytest

from bot import knowledge
from bot.cards import source_rows
from bot.english import ENGLISH
from bot.records import replace
from bot.render import Renderer
from worlds import ORCHARD


@pytest.mark.parametrize(
    ("published", "accessed", "says"),
    [
        ("", "", "Hillside Orchard, “Your visit”, undated"),
        ("2025", "", "Hillside Orchard, “Your visit”, 2025"),
        ("", "2025-03-02", "Hillside Orchard, “Your visit”, undated, read on 2025-03-02"),
        ("2025-03", "2025-03-02", "Hillside Orchard, “Your visit”, 2025-03, read on 2025-03-02"),
    ],
)
def test_a_source_tells_when_it_is_from_and_when_it_was_read(published: str, accessed: str, says: str) -> None:
    known = knowledge.load_or_raise(ORCHARD)
    source = replace(known.sources["leaflet"], published=published, accessed=accessed)
    first, *_ = source_rows([source], Renderer(known, ENGLISH))
    assert first.spans[0].text == says
