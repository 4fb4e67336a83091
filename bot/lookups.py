"""Facts looked up by what a table of them may know without being gone through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.keys import key
from bot.model import Fact

MOST_GONE_THROUGH = 20_000  # facts whose ids are offered, or compared with one that is unknown


class Table(Mapping[str, Fact]):
    """A table of facts that is too large to be gone through."""

    def in_series(self, series: str) -> Iterable[Fact]:
        """The facts of a series."""
        raise NotImplementedError

    def disputing(self, id: str) -> Iterable[Fact]:
        """The facts that dispute the one with this id."""
        raise NotImplementedError

    def keyed(self) -> Mapping[str, Fact]:
        """The facts by their short names."""
        raise NotImplementedError


def in_series(facts: Mapping[str, Fact], series: str) -> Iterable[Fact]:
    """The facts of a series."""
    if isinstance(facts, Table):
        return facts.in_series(series)
    return (fact for fact in facts.values() if fact.series == series)


def disputing(facts: Mapping[str, Fact], id: str) -> Iterable[Fact]:
    """The facts that dispute the one with this id."""
    if isinstance(facts, Table):
        return facts.disputing(id)
    return (fact for fact in facts.values() if id in fact.disputes)


def keyed(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """The facts by their short names."""
    if isinstance(facts, Table):
        return facts.keyed()
    return {key("fact", fact.id): fact for fact in facts.values()}


def ids(facts: Mapping[str, Fact]) -> list[str]:
    """The ids of facts in their order, none of very many."""
    return sorted(facts) if len(facts) <= MOST_GONE_THROUGH else []
