"""Names and synonyms: which entities and concepts a text mentions, and the terms it is indexed under.

A term is a string: `@entity`, `#concept`, `=number`, `^ordinal`, `$currency` or a word's stem. Facts and
questions go through the same `Lexicon.analyse`, so that "joint kitty" meets "common fund" halfway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot import periods, text
from bot.language import Language
from bot.model import Knowledge, Parts
from bot.periods import Period
from bot.text import Token


@dataclass(frozen=True, slots=True)
class Mention:
    """Entities that a name in the text may stand for (a capital stands for itself and its government).

    `recipient` tells that the name follows a word like "to" or "for": it receives, and narrows nothing;
    `local` that it follows one like "in": it says where, which a fact need not repeat.
    """

    entities: tuple[str, ...]
    surface: str
    start: int
    end: int
    recipient: bool = False
    local: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: any of `alternatives`. `surface` is how the text says it, `light` tells that
    a fact need not have it, and the span is in characters of the folded text."""

    alternatives: tuple[str, ...]
    surface: str
    start: int
    end: int
    light: bool = False

    @property
    def is_word(self) -> bool:
        return self.alternatives[0][0] not in "@#=^$"


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text, taken apart: its folded form, tokens, mentions, terms and periods, each in text order."""

    folded: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    terms: tuple[Term, ...]
    periods: tuple[Period, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The terms as the index sees them, alternatives included."""
        return tuple(key for term in self.terms for key in term.alternatives)

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(key[1:] for key in self.keys if key[0] == "#")

    @property
    def entities(self) -> frozenset[str]:
        return frozenset(entity for mention in self.mentions for entity in mention.entities)


class Lexicon:
    """All names and concept words of a knowledge folder in one language, longest match first."""

    def __init__(self, knowledge: Knowledge, language: Language, parts: Parts) -> None:
        self.language = language
        self._subject = knowledge.topic.subject
        counted = (w for c in knowledge.topic.counted for w in knowledge.concepts[c].words.get(language.code, ()))
        self._calendar = replace(language.calendar, counted=(*language.calendar.counted, *counted))
        self._phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._longest = 1
        self.words: set[str] = set()
        self.long_names: set[str] = set()  # of two words and more
        self.implied = {"#" + concept.id: concept.gives for concept in knowledge.concepts.values() if concept.gives}
        for concept in knowledge.concepts.values() if parts.lexicon else ():
            for words in concept.words.get(language.code, ()):
                self._add(words, ("#" + concept.id,))
        for phrase, entities in self._names(knowledge).items():
            self._add(phrase, tuple("@" + entity for entity in entities))

    def _names(self, knowledge: Knowledge) -> dict[str, list[str]]:
        """Every name with the entities it may mean: a place before the country whose capital it is."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for field in ("names", "demonyms", "capitals"):
            for entity in knowledge.entities.values():
                table = getattr(entity, field)
                for name in table.get(self.language.code, ()):
                    if entity.id not in names[name]:
                        names[name].append(entity.id)
        return names

    def _add(self, phrase: str, terms: tuple[str, ...]) -> None:
        tokens = text.tokenise(text.fold(phrase), self.language)
        named = terms[0][0] == "@"
        key = tuple(_as_name(token) if named else token.key for token in tokens)
        if key:
            known = self._phrases.get(key, ())
            self._phrases[key] = tuple(dict.fromkeys(known + terms))
            self._longest = max(self._longest, len(key))
            self.words.update(token.text for token in tokens if token.is_word)
            if named and len(tokens) > 1 and all(token.is_word for token in tokens):
                self.long_names.add(" ".join(token.text for token in tokens))

    def analyse(self, written: str, today: date) -> Analysis:
        """Take `written` apart; relative dates are relative to `today`."""
        folded = text.fold(text.spelled(written, self.language.cased))
        for pattern, written in self.language.rewrites:
            folded = pattern.sub(written, folded)
        found = periods.find(folded, today, self._calendar)
        tokens = tuple(
            token
            for token in text.tokenise(folded, self.language)
            if not any(period.start <= token.start < period.end for period in found)
        )
        mentions: list[Mention] = []
        terms: list[Term] = []
        position = 0
        while position < len(tokens):
            length, meaning = self._match(tokens, position)
            if meaning and tokens[position].text in self.language.stop and length > 1:
                # "the letter of intent" is not "the letter": what begins behind the article wins if as long.
                further = self._match(tokens, position + 1) if position + 1 < len(tokens) else (0, ())
                if further[1] and further[0] >= length:
                    length, meaning = 1, ()
            chunk = tokens[position : position + length]
            if meaning and meaning[0][0] == "@":
                mentions.append(self._mention(tokens, position, length, meaning, folded))
            term = self._term(chunk, meaning, folded)
            if term:
                terms.append(term)
            position += length
        return Analysis(folded, tokens, tuple(mentions), tuple(terms), found)

    def _match(self, tokens: tuple[Token, ...], position: int) -> tuple[int, tuple[str, ...]]:
        for length in range(min(self._longest, len(tokens) - position), 0, -1):
            chunk = tokens[position : position + length]
            for key in (tuple(map(_as_name, chunk)), _plural(chunk), tuple(t.key for t in chunk)):
                meaning = self._phrases.get(key)
                if meaning:
                    return length, meaning
        return 1, ()

    def _mention(
        self, tokens: tuple[Token, ...], position: int, length: int, meaning: tuple[str, ...], folded: str
    ) -> Mention:
        start, end = tokens[position].start, tokens[position + length - 1].end
        before = tokens[position - 1].text if position else ""
        if (
            before in self.language.stop
            and position > 1
            and before not in self.language.recipient | self.language.local
        ):
            before = tokens[position - 2].text
        entities = tuple(term[1:] for term in meaning)
        local = before in self.language.local
        return Mention(entities, folded[start:end], start, end, before in self.language.recipient, local)

    def _term(self, chunk: tuple[Token, ...], meaning: tuple[str, ...], folded: str) -> Term | None:
        start, end = chunk[0].start, chunk[-1].end
        surface = folded[start:end]
        if meaning:
            # Everything is about the subject, so naming it distinguishes nothing.
            alternatives = tuple(term for term in meaning if term != "@" + self._subject)
            return Term(alternatives, surface, start, end) if alternatives else None
        token = chunk[0]
        if token.is_word and token.text in self.language.stop:
            return None
        light = token.is_word and token.text in self.language.light
        return Term((token.key,), surface, start, end, light)


def _as_name(token: Token) -> str:
    """Names are compared as written: a stem would make "back" of somebody called Backes."""
    return "'" + token.text if token.is_word else token.key


def _plural(chunk: tuple[Token, ...]) -> tuple[str, ...]:
    """The chunk as a name whose last word has an "s" too many: a plural, or "italys minister"."""
    *first, last = map(_as_name, chunk)
    return (*first, last.removesuffix("s"))


def surfaces(terms: Iterable[Term]) -> str:
    """The terms as the text said them, quoted, for a message."""
    return ", ".join(f"“{surface}”" for surface in dict.fromkeys(term.surface for term in terms))
