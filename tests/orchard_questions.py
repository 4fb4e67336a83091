"""A few fixed questions on the small topic, written where a test wants them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TUNE: list[dict[str, Any]] = [
    {"id": "keeper", "question": "who runs the orchard", "facts": ["keeper-ben"], "contains": ["Ben Ash"]},
    {"id": "trees", "question": "how many trees are there", "facts": ["trees-40"], "contains": ["40"]},
    {
        "id": "talk",
        "turns": [
            {"question": "when did it open", "facts": ["opened"], "contains": ["2019"]},
            {"question": "price for adults", "facts": ["price-adults"]},
        ],
    },
    {"id": "pope", "question": "who is the pope", "reason": "unknown"},
]
HELD_OUT: list[dict[str, Any]] = [
    {"id": "kid", "question": "what does a kid pay", "facts": ["price-children"], "contains": ["EUR 1"]},
    {"id": "wrong", "question": "trees in the register", "facts": ["trees-38-register"], "contains": ["nowhere"]},
]


def write(folder: Path) -> Path:
    """The questions as files; the folder they are in."""
    for half, items in (("tune", TUNE), ("held_out", HELD_OUT)):
        (folder / half).mkdir(parents=True)
        lines = "".join(json.dumps(item) + "\n" for item in items)
        (folder / half / "some_words.jsonl").write_text(lines, encoding="utf-8")
    return folder
