"""Names and synonyms: which entities and concepts a text mentions, and the terms it is indexed under.

A term is a string: `@entity`, `#concept`, `=number`, `^ordinal`, `$currency` or a word's stem. Facts and
questions go through the same `Lexicon.analyse`, so that "joint kitty" meets "common fund" halfway.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bot import periods, text
from bot.calendars import Vocabulary, vocabulary
from bot.language import Language
from bot.model import Kind, Knowledge, Parts
from bot.periods import Period
from bot.records import dataclass, replace
from bot.text import Token

_SHOWN = 60  # characters of a word that a message repeats: enough to know it by


@dataclass(frozen=True, slots=True)
class Mention:
    """Entities that a name in the text may stand for (a capital stands for itself and its government).

    `recipient` tells that the name follows a word like "to" or "for": it receives, and narrows nothing;
    `local` that it follows one like "in": it says where, which a fact need not repeat; `owner` that something is
    asked for that is its own; `cited` that it says what is asked, which may be about others.
    """

    entities: tuple[str, ...]
    surface: str
    start: int
    end: int
    recipient: bool = False
    local: bool = False
    owner: bool = False
    cited: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: any of `alternatives`. `surface` is how the text says it, `light` tells that
    a fact need not have it, and the span is in characters of the folded text. `ranks` tells that it asks for the most
    or the least, which a fact must tell whatever else it explains."""

    alternatives: tuple[str, ...]
    surface: str
    start: int
    end: int
    light: bool = False
    ranks: bool = False

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

    def says(self, pattern: re.Pattern[str], start: int = 0) -> bool:
        """Whether the text has the pattern behind `start`, outside of names and of phrases that mean one thing."""
        taken = [(term.start, term.end) for term in self.terms if not term.is_word]
        ends = (match.end() for match in pattern.finditer(self.folded, start))
        return any(not any(first < end <= last for first, last in taken) for end in ends)


@dataclass(frozen=True, slots=True)
class Wordbook:
    """The words of a knowledge folder in one language, worked out once.

    `phrases` are the names and concept words as token keys with blanks between, and the terms that they mean; `longest`
    tells the tokens of the longest phrase that begins with a token. `words` are all words in them, `long_names` the
    names of two words and more. `implied` tells which kinds of answer say a concept by themselves, `times` are the
    words of time, with the things that this topic counts.
    """

    phrases: Mapping[str, tuple[str, ...]]
    longest: Mapping[str, int]
    words: frozenset[str]
    long_names: frozenset[str]
    implied: Mapping[str, frozenset[Kind]]
    times: Vocabulary


def wordbook(knowledge: Knowledge, language: Language, parts: Parts) -> Wordbook:
    """Work out the words of a knowledge folder."""
    phrases: dict[str, tuple[str, ...]] = {}
    longest: dict[str, int] = {}
    words: set[str] = set()
    long_names: set[str] = set()
    for phrase, terms in _meanings(knowledge, language, parts):
        tokens = text.tokenise(text.fold(phrase), language)
        keys = [_as_name(token) if terms[0][0] == "@" else token.key for token in tokens]
        if keys:
            key = " ".join(keys)
            phrases[key] = tuple(dict.fromkeys(phrases[key] + terms)) if key in phrases else terms
            longest[keys[0]] = max(longest.get(keys[0], 0), len(keys))
            words.update(token.text for token in tokens if token.is_word)
            if terms[0][0] == "@" and len(tokens) > 1 and all(token.is_word for token in tokens):
                long_names.add(" ".join(token.text for token in tokens))
    counted = (w for c in knowledge.topic.counted for w in knowledge.concepts[c].words.get(language.code, ()))
    return Wordbook(
        phrases=phrases,
        longest=longest,
        words=frozenset(words),
        long_names=frozenset(long_names),
        implied={"#" + concept.id: concept.gives for concept in knowledge.concepts.values() if concept.gives},
        times=vocabulary(replace(language.calendar, counted=(*language.calendar.counted, *counted))),
    )


def _meanings(knowledge: Knowledge, language: Language, parts: Parts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every way of saying a concept and every name with the entities it may mean: a place before the country whose
    capital it is."""
    for concept in knowledge.concepts.values() if parts.lexicon else ():
        terms = ("#" + concept.id,)
        for words in concept.words.get(language.code, ()):
            yield words, terms
    names: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for field in ("names", "demonyms", "capitals"):
        for entity in knowledge.entities.values():
            for name in getattr(entity, field).get(language.code, ()):
                if "@" + entity.id not in names[name]:
                    names[name] += ("@" + entity.id,)
    yield from names.items()


class Lexicon:
    """All names and concept words of a knowledge folder in one language, longest match first."""

    def __init__(self, language: Language, subject: str, known: Wordbook) -> None:
        self.language = language
        self.implied = known.implied
        self._subject = subject
        self._known = known

    def analyse(self, written: str, today: date) -> Analysis:
        """Take `written` apart; relative dates are relative to `today`."""
        folded = self._plain(written)
        found = periods.read(folded, today, self._known.times)
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
            stretch = tokens[position : position + length]
            if meaning and meaning[0][0] == "@":
                mentions.append(self._mention(tokens, position, length, meaning, folded))
            term = self._term(stretch, meaning, folded)
            if term:
                terms.append(term)
            position += length
        return Analysis(folded, tokens, tuple(mentions), tuple(terms), found)

    def wording(self, written: str) -> str:
        """`written` without regard for case, punctuation, word forms, articles, and for which of the names or words
        for one thing is used: equal texts ask the same, word for word."""
        folded = self._plain(written)
        tokens = tuple(t for t in text.tokenise(folded, self.language) if t.text not in self.language.articles)
        keys: list[str] = []
        position = 0
        while position < len(tokens):
            length, meaning = self._match(tokens, position)
            keys.append(meaning[0] if meaning else tokens[position].key)
            position += length
        return " ".join(keys)

    def _plain(self, written: str) -> str:
        """`written` folded, with fillers out and idioms made plain."""
        folded = text.fold(text.spelled(written, self.language.cased))
        for pattern, plain in self.language.rewrites:
            folded = pattern.sub(plain, folded)
        return folded

    def _match(self, tokens: tuple[Token, ...], position: int) -> tuple[int, tuple[str, ...]]:
        first = tokens[position]
        longest = max(self._known.longest.get(_as_name(first), 0), self._known.longest.get(first.key, 0), 1)
        for length in range(min(longest, len(tokens) - position), 0, -1):
            stretch = tokens[position : position + length]
            name = " ".join(map(_as_name, stretch))
            # A name may have an "s" too many: a plural, or "italys minister".
            for key in (name, name.removesuffix("s"), " ".join(token.key for token in stretch)):
                meaning = self._known.phrases.get(key)
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
        behind = {token.text for token in tokens[max(position - 2, 0) : position]}
        cited = any(token.text in self.language.citing for token in tokens[max(position - 3, 0) : position])
        genitive = tokens[position + length - 1].text != folded[start:end].split()[-1]  # which has its ending
        owner = genitive or bool(behind & self.language.owning)
        return Mention(entities, folded[start:end], start, end, before in self.language.recipient, local, owner, cited)

    def _term(self, stretch: tuple[Token, ...], meaning: tuple[str, ...], folded: str) -> Term | None:
        start, end = stretch[0].start, stretch[-1].end
        surface = folded[start:end]
        if meaning:
            # Everything is about the subject, so naming it distinguishes nothing.
            alternatives = tuple(term for term in meaning if term != "@" + self._subject)
            ranks = self.language.superlative.match(surface) is not None
            return Term(alternatives, surface, start, end, ranks=ranks) if alternatives else None
        token = stretch[0]
        if token.is_word and token.text in self.language.stop:
            return None
        light = token.is_word and token.text in self.language.light
        return Term((token.key,), surface, start, end, light)


def _as_name(token: Token) -> str:
    """Names are compared as written: a stem would make "back" of somebody called Backes."""
    return "'" + token.text if token.is_word else token.key


def surfaces(terms: Iterable[Term]) -> str:
    """The terms as the text said them, quoted, for a message; of a long one its beginning."""
    said = (t.surface if len(t.surface) <= _SHOWN else t.surface[: _SHOWN - 1].rstrip() + "…" for t in terms)
    return ", ".join(f"“{surface}”" for surface in dict.fromkeys(said))
