"""What the engine needs to know of a human language; each language is one value of `Language`.

The words themselves stand in one catalogue per language (bot/english.py); rooms that work on text take
them from here and hold none of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from bot import dates
from bot.dates import Interval
from bot.model import Kind
from bot.periods import Calendar
from bot.records import dataclass


class Form(StrEnum):
    """What the words of a question ask for besides a kind of answer."""

    QUOTING = "quoting"  # what somebody said
    BESIDE = "beside"  # who is on a list with somebody
    COUNTRIES = "countries"  # a number of countries, and of nothing else
    CONVERTED = "converted"  # a sum in the currency that they name
    TOTAL = "total"  # a whole, and not one of several sums


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language's words for asking and replying.

    Patterns are matched against folded text (lower case, no diacritics, straight apostrophes).
    `stop` words carry nothing and are dropped; `light` words carry little: they help ranking but their
    absence from a fact never counts against it. `phrases` are the only words a reply may add to curated
    text.
    """

    code: str
    calendar: Calendar
    stemmer: str  # name of the Snowball algorithm
    stop: frozenset[str]
    articles: frozenset[str]
    light: frozenset[str]
    cased: Mapping[re.Pattern[str], str]  # applied before folding, where case tells words apart
    spellings: Mapping[str, str]
    slips: Mapping[str, str]
    rewrites: tuple[tuple[re.Pattern[str], str], ...]  # applied to folded text: fillers out, idioms made plain
    number_words: Mapping[str, int]
    ordinal_words: Mapping[str, int]
    multipliers: Mapping[str, float]
    joints: frozenset[str]  # between two numbers that share a multiplier
    currencies: Mapping[str, str]
    kinds: tuple[tuple[Kind, re.Pattern[str]], ...]
    yes_no: re.Pattern[str]
    question_word: re.Pattern[str]
    embedded: re.Pattern[str]  # a question inside one that looks like a yes-no question
    fallback_kinds: tuple[tuple[Kind, re.Pattern[str]], ...]
    kind_words: Mapping[Kind, str]
    holder: re.Pattern[str]
    forms: Mapping[Form, re.Pattern[str]]
    negated: re.Pattern[str]  # asks for what is not so
    ahead: re.Pattern[str]  # asks for what is still to come
    citing: frozenset[str]  # words behind which a name tells who says so
    owning: frozenset[str]  # words behind which a name tells whose
    countries: frozenset[str]  # units of what counts countries
    disputing: re.Pattern[str]  # says that something is disputed
    totals: frozenset[str]  # words of facts that tell a whole
    superlative: re.Pattern[str]  # opens a term that ranks ("the most")
    reporting: re.Pattern[str]
    courtesy: re.Pattern[str]
    placed: re.Pattern[str]  # which place in an order somebody came to have
    preamble: re.Pattern[str]  # how a message begins that tells of its asker first
    part_break: re.Pattern[str]
    clause_end: re.Pattern[str]
    question_mark: re.Pattern[str]
    wanting: re.Pattern[str]
    first: re.Pattern[str]
    present: re.Pattern[str]
    still: re.Pattern[str]
    clause: re.Pattern[str]
    habitual: re.Pattern[str]
    that_time: re.Pattern[str]  # groups: until, unit
    so_far: re.Pattern[str]
    before: frozenset[str]
    after: frozenset[str]
    succession: Mapping[str, re.Pattern[str]]
    recipient: frozenset[str]
    local: frozenset[str]
    alternatives: re.Pattern[str]
    temporal: re.Pattern[str]
    comparative: re.Pattern[str]
    versus: re.Pattern[str]  # stands between the sides of a comparison
    growth: re.Pattern[str]
    summing: re.Pattern[str]
    happening: re.Pattern[str]  # a verb of a change: what it tells has a date
    wishing: re.Pattern[str]  # what somebody may want to become: "is X interested in joining"
    counting: frozenset[str]  # words that say no more than that members are counted
    finite: re.Pattern[str]  # a verb that makes a sentence whole
    pronoun: re.Pattern[str]
    object_pronoun: re.Pattern[str]  # the thing that something is done to
    person_pronoun: re.Pattern[str]
    plural_pronoun: re.Pattern[str]
    standing: re.Pattern[str]  # stands for the one entity of the type `stands_for` that was spoken of
    stands_for: str
    back_reference: re.Pattern[str]  # groups: place, noun, these
    places: Mapping[str, int]  # which of several a word of place means, from 0, or from -1 at the end
    others: frozenset[str]  # words of place that mean the one that was not asked about
    nouns: Mapping[str, str]  # nouns that stand for entities of one type
    shift: re.Pattern[str]
    units: Mapping[str, str]
    earlier: frozenset[str]
    bare_first: re.Pattern[str]
    bare_last: re.Pattern[str]
    meta: tuple[tuple[str, re.Pattern[str]], ...]
    connector: re.Pattern[str]
    correction: re.Pattern[str]
    inner_correction: re.Pattern[str]
    discarded: re.Pattern[str]  # what a correction says that was not meant
    claim: re.Pattern[str]
    small_talk: tuple[tuple[str, re.Pattern[str]], ...]
    refusals: tuple[tuple[str, re.Pattern[str]], ...]
    phrases: Mapping[str, str]
    months: tuple[str, ...]
    pronoun_starts: frozenset[str]  # a fact that opens with one is not self-contained
    draft_marks: frozenset[str]  # say that a text is not finished
    count_words: frozenset[str]  # count, besides `number_words`, when a text is checked for a number

    def say(self, day: date) -> str:
        """The day in words."""
        return dates.say(day, self.months)

    def say_interval(self, interval: Interval) -> str:
        """The interval in words."""
        return dates.say_interval(interval, self.months)
