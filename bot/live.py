"""The knowledge that is being served: one reference that is swapped as a whole."""

from __future__ import annotations

import hashlib

from bot.engine import Engine
from bot.model import Knowledge
from bot.records import dataclass
from bot.render import Renderer

_BYTES = 6  # of a version: 48 bits tell all versions apart that one folder will ever have


@dataclass(frozen=True, slots=True)
class Served:
    """An engine and its renderer, with the version of their knowledge."""

    engine: Engine
    renderer: Renderer
    version: str

    @classmethod
    def of(cls, engine: Engine) -> Served:
        """What serves an engine's knowledge in the engine's language."""
        return cls(engine, Renderer(engine.knowledge, engine.language), version(engine.knowledge))


class Live:
    """Holds what is served now. Whoever answers takes `current` once, so that one answer is of one version."""

    def __init__(self, served: Served) -> None:
        self.current = served

    def swap(self, served: Served) -> None:
        """Serve something else from the next question on."""
        self.current = served


def version(knowledge: Knowledge) -> str:
    """A short name for everything that can be shown: equal for equal knowledge, in every run and place."""
    if knowledge.stamp:
        return knowledge.stamp[: 2 * _BYTES]
    topic = knowledge.topic
    shown = [
        [topic.title, topic.description, topic.greeting, topic.suggested, topic.commands, topic.charts],
        [topic.covers_until, topic.reviewed],
        [(s.id, s.title, s.publisher, s.url, s.published) for s in knowledge.sources.values()],
        [
            (f.id, f.text, f.when, f.confirmed, f.series, f.values, f.items, f.asks, f.disputes, f.gap, f.sources)
            for f in knowledge.facts.values()
        ],
    ]
    return hashlib.blake2b(repr(shown).encode(), digest_size=_BYTES).hexdigest()
