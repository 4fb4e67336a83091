"""Slips of the finger: unknown words that are one slip away from a known one.

Only words that neither the knowledge nor the language's dictionary knows are corrected; a plausible name of
something unknown stays as it is. Distance is Damerau-Levenshtein's in its optimal string alignment form,
which counts a swap of neighbours as one slip.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import simplemma
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language import Language
from bot.text import Token, fold, tokenise

SHORTEST = 3  # shorter words have too many neighbours
# Slips that a word of this length and more may have.
TWO_SLIPS_FROM = 7
# A three-letter word is only mended by swapping neighbours ("teh").
SWAP_ONLY = 3
LONG_NAME = 8  # letters from which two slips still leave a name of two words recognisable
VOWELS = "aeiouy"
# A text with more unknown words than this is in another language or noise: the rest is read as it stands.
MOST_UNKNOWN = 25


@dataclass(frozen=True, slots=True)
class Correction:
    """What was read instead of what was written."""

    written: str
    read: str


class Speller:
    """Corrects words towards a vocabulary of folded words."""

    def __init__(
        self, vocabulary: Iterable[str], told: Iterable[str], names: Iterable[str], language: Language
    ) -> None:
        self._language = language
        general = language.stop | language.light
        self._vocabulary = frozenset(vocabulary)
        counted = frozenset(language.number_words) | frozenset(language.ordinal_words)
        months = frozenset(month[0] for month in language.calendar.months)
        self._known = self._vocabulary | general | frozenset(language.spellings) | counted | months
        self._likely = frozenset(told) | language.stop | counted | months
        self._targets = sorted(word for word in self._known if len(word) >= SHORTEST and word.isalpha())
        self._by_length: dict[int, list[str]] = {}
        for word in self._targets:
            self._by_length.setdefault(len(word), []).append(word)
        self._pairs = sorted(name for name in names if name.count(" ") == 1 and len(name) >= LONG_NAME)
        self._glued = [name.replace(" ", "") for name in self._pairs]
        self._is_english("word")  # loads the dictionary now, so that the first question does not wait for it

    def correct(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """`text` folded and with slips mended, and what was mended."""
        folded = fold(text)
        tokens = tokenise(folded, self._language)
        made: list[tuple[int, int, Correction]] = []
        position = unknown = 0
        while position < len(tokens) and unknown < MOST_UNKNOWN:
            unknown += tokens[position].is_word and not self._is_known(tokens[position].text)
            found, length = self._mend(tokens, position)
            if found:
                start, end = tokens[position].start, tokens[position + length - 1].end
                made.append((start, end, Correction(folded[start:end], found)))
            position += length
        for start, end, correction in reversed(made):
            folded = folded[:start] + correction.read + folded[end:]
        return folded, tuple(correction for _, _, correction in made)

    def _mend(self, tokens: tuple[Token, ...], position: int) -> tuple[str | None, int]:
        """The reading of the token at `position`, and how many tokens it takes."""
        word = tokens[position].text
        if word in self._language.slips and word not in self._vocabulary:
            return self._language.slips[word], 1
        if not tokens[position].is_word or self._is_known(word):
            return None, 1
        name, length = self._name(tokens, position)
        if name:
            return name, length
        joined = self._joined(tokens, position)
        if joined:
            return joined, 2
        doubled = self._doubled(word) or self._swapped(word)
        if doubled:
            return doubled, 1
        if self._is_english(word):
            return None, 1
        return self._voweled(word) or self._nearest(word, 1) or self._split(word) or self._nearest(word, 2), 1

    def _name(self, tokens: tuple[Token, ...], position: int) -> tuple[str | None, int]:
        """A name of two words with a slip in either ("nuw zeland"), or run together ("dronecoaltion"), and how many
        tokens it takes."""
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        if following and following.is_word:
            written = f"{tokens[position].text} {following.text}"
            found = process.extractOne(written, self._pairs, scorer=OSA.distance, score_cutoff=2)
            if found:
                return str(found[0]), 2
        glued = process.extractOne(tokens[position].text, self._glued, scorer=OSA.distance, score_cutoff=1)
        return (self._pairs[int(glued[2])], 1) if glued else (None, 1)

    def _is_known(self, word: str) -> bool:
        return word in self._known or not word.isalpha() or len(word) < SHORTEST

    def _is_english(self, word: str) -> bool:
        return bool(simplemma.is_known(word, lang=self._language.code))

    def _joined(self, tokens: tuple[Token, ...], position: int) -> str | None:
        """A word that was split by a space: "coali tion"."""
        if position + 1 >= len(tokens) or not tokens[position + 1].is_word or self._is_known(tokens[position + 1].text):
            return None
        word = tokens[position].text + tokens[position + 1].text
        return word if word in self._known else None

    def _doubled(self, word: str) -> str | None:
        """A known word that differs only in a letter typed once too often or once too seldom."""
        for i, letter in enumerate(word):
            if word[:i] + letter + word[i:] in self._known and len(word) > SHORTEST:
                return word[:i] + letter + word[i:]
            if i and word[i - 1] == letter and word[:i] + word[i + 1 :] in self._known:
                return word[:i] + word[i + 1 :]
        return None

    def _swapped(self, word: str) -> str | None:
        """A known word of which two neighbours changed places."""
        for i in range(len(word) - 1):
            swapped = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
            if swapped in self._known and swapped != word:
                return swapped
        return None

    def _split(self, word: str) -> str | None:
        """Two known words that were run together: "howmany"."""
        for i in range(SHORTEST, len(word) - SHORTEST + 1):
            left, right = word[:i], word[i:]
            if left in self._known and right in self._known:
                return f"{left} {right}"
        return None

    def _voweled(self, word: str) -> str | None:
        """A known word whose one vowel was left out: "mny", "fnd"."""
        if any(letter in VOWELS for letter in word):
            return None
        for i in range(1, len(word)):
            for vowel in VOWELS:
                if word[:i] + vowel + word[i:] in self._known:
                    return word[:i] + vowel + word[i:]
        return None

    def _nearest(self, word: str, most: int) -> str | None:
        """The known word at most `most` slips away; of several, one that begins alike, that the facts
        use, and rather one with a letter too many, too few or in the wrong place than one with another letter."""
        if most > 1 and len(word) < TWO_SLIPS_FROM:
            return None
        best: tuple[int, bool, bool, bool, str] | None = None
        for length in range(len(word) - most, len(word) + most + 1):
            alike = process.extract_iter(word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=most)
            for known, distance, _ in alike:
                if len(word) == SWAP_ONLY and sorted(word) != sorted(known):
                    continue
                exchanged = length == len(word) and sorted(word) != sorted(known)
                candidate = (int(distance), known[0] != word[0], known not in self._likely, exchanged, known)
                if best is None or candidate < best:
                    best = candidate
        return best[-1] if best else None
