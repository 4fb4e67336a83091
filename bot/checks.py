"""What good knowledge is: every rule, and the one way to run them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot import consistency, references, wording
from bot.errors import Problem
from bot.model import Knowledge

Rule = Callable[[Knowledge], Iterable[Problem]]

# What a record points at: sources, entities, concepts.
POINTERS: tuple[Rule, ...] = (
    references.unknown_sources,
    references.unknown_entities,
    references.unknown_concepts,
)

# Loading needs these: a fact that points at nothing cannot be cited, placed or compared.
ESSENTIAL: tuple[Rule, ...] = (
    *POINTERS,
    references.unknown_facts,
    references.unknown_series,
    references.disputes_in_circle,
)

# Each looks at one record at a time.
SINGLE: tuple[Rule, ...] = (
    consistency.open_states_unconfirmed,
    consistency.confirmed_too_early,
    wording.long_texts,
    wording.pronoun_starts,
    wording.open_sentences,
    wording.drafts,
    wording.few_asks,
    wording.broken_promises,
)

# These compare records with each other.
WHOLE: tuple[Rule, ...] = (
    consistency.uncited_sources,
    consistency.items_of_wrong_type,
    consistency.conflicts_in_series,
    consistency.names_claimed_twice,
    consistency.words_claimed_twice,
    wording.near_duplicates,
    wording.shared_asks,
)

RULES = ESSENTIAL + SINGLE + WHOLE

# These judge the good records of a folder rightly even while it has faulty ones.
PARTIAL = POINTERS + SINGLE


def run(rules: Iterable[Rule], knowledge: Knowledge) -> tuple[Problem, ...]:
    """The problems that the rules find, in the order of the files."""
    return tuple(sorted({problem for rule in rules for problem in rule(knowledge)}))


def check(knowledge: Knowledge) -> tuple[Problem, ...]:
    """All problems of the knowledge by all rules, in the order of the files."""
    return run(RULES, knowledge)
