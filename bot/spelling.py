"""Slips of the finger: unknown words that are one slip away from a known one.

Only words that neither the knowledge nor the language's dictionary knows are corrected; a plausible name of
something unknown stays as it is. Distance is Damerau-Levenshtein's in its optimal string alignment form,
which counts a swap of neighbours as one slip.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from bot.language import Language
from bot.records import dataclass
from bot.text import Token, fold, tokenise

SHORTEST = 3  # shorter words have too many neighbours
# Slips that a word of this length and more may have.
TWO_SLIPS_FROM = 7
# A three-letter word is only mended by swapping neighbours ("teh").
SWAP_ONLY = 3
MOST_SLIPS = 2  # in a long word, and in a name of two words
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
        self,
        vocabulary: frozenset[str],
        told: frozenset[str],
        names: Iterable[str],
        language: Language,
        dictionary: Container[str],
    ) -> None:
        self._language = language
        general = language.stop | language.light
        self._vocabulary = vocabulary
        self._dictionary = dictionary
        self._names = names
        counted = frozenset(language.number_words) | frozenset(language.ordinal_words)
        months = frozenset(month[0] for month in language.calendar.months)
        self._known = self._vocabulary | general | frozenset(language.spellings) | counted | months
        self._told = told

    @cached_property
    def _likely(self) -> frozenset[str]:
        """What people rather mean: words of facts, of questions and of dates."""
        counted = frozenset(self._language.number_words) | frozenset(self._language.ordinal_words)
        months = frozenset(month[0] for month in self._language.calendar.months)
        return self._told | self._language.stop | counted | months

    @cached_property
    def _pairs(self) -> Mapping[int, Sequence[tuple[str, int]]]:
        """The names of two words that may be meant, by their lengths, with their letters."""
        found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
        for name in self._names:
            if name.count(" ") == 1 and len(name) >= LONG_NAME:
                found[len(name)].append((name, _mask(name)))
        return found

    @cached_property
    def _glued(self) -> Mapping[str, str]:
        """The same names by how they look run together."""
        names = sorted((name for names in self._pairs.values() for name, _ in names), reverse=True)
        return {name.replace(" ", ""): name for name in names}

    @cached_property
    def _targets(self) -> frozenset[str]:
        """What may be meant."""
        return frozenset(word for word in self._known if len(word) >= SHORTEST and word.isalpha())

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        """What the words are written with."""
        return tuple(sorted(set().union(*self._targets)))

    @cached_property
    def _by_length(self) -> Mapping[int, Sequence[str]]:
        """The same by length, worked out for the first word that nothing else explains."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._targets:
            found[len(word)].append(word)
        return found

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
        if word in self._dictionary:
            return None, 1
        return self._voweled(word) or self._nearest(word) or self._split(word), 1

    def _name(self, tokens: tuple[Token, ...], position: int) -> tuple[str | None, int]:
        """A name of two words with a slip in either ("nuw zeland"), or run together ("dronecoaltion"), and how many
        tokens it takes."""
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        if following and following.is_word:
            found = self._near_pair(f"{tokens[position].text} {following.text}")
            if found:
                return found, 2
        word = tokens[position].text
        near = (word,) if word in self._glued else self._one_slip(word)
        return min((self._glued[glued] for glued in near if glued in self._glued), default=None), 1

    def _near_pair(self, written: str) -> str | None:
        """The name of two words that is written with two slips at most."""
        mask = _mask(written)
        alike = [
            name
            for length in range(len(written) - MOST_SLIPS, len(written) + MOST_SLIPS + 1)
            for name, letters in self._pairs.get(length, ())
            if (mask ^ letters).bit_count() <= 2 * MOST_SLIPS
        ]
        found = [(slips(written, name, MOST_SLIPS), name) for name in alike]
        distance, name = min(found, default=(MOST_SLIPS + 1, ""))
        return name if distance <= MOST_SLIPS else None

    def _is_known(self, word: str) -> bool:
        return word in self._known or not word.isalpha() or len(word) < SHORTEST

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

    def _nearest(self, word: str) -> str | None:
        """The known word at one slip, or at two from a long word."""
        near = self._best(word, (known for known in self._one_slip(word) if known in self._targets))
        if near or len(word) < TWO_SLIPS_FROM:
            return near
        return self._split(word) or self._best(word, self._two_slips(word))

    def _best(self, word: str, near: Iterable[str]) -> str | None:
        """Of several, one that begins alike, that the facts use, and rather one with a letter too many, too few or in
        the wrong place than one with another letter."""
        letters = sorted(word)

        def unlike(known: str) -> tuple[bool, bool, bool, str]:
            exchanged = len(known) == len(word) and sorted(known) != letters
            return known[0] != word[0], known not in self._likely, exchanged, known

        return min(near, key=unlike, default=None)

    def _one_slip(self, word: str) -> Iterator[str]:
        """All that is one slip away (P. Norvig, How to Write a Spelling Corrector): a few hundred, however many
        words are known."""
        halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
        yield from (left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1)
        if len(word) == SWAP_ONLY:
            return
        yield from (left + right[1:] for left, right in halves if right)
        for left, right in halves:
            for letter in self._letters:
                yield left + letter + right
                yield left + letter + right[1:]

    def _two_slips(self, word: str) -> Iterator[str]:
        """The known words at two slips."""
        from rapidfuzz import process  # takes time to import, and most questions have no such slips
        from rapidfuzz.distance import OSA

        for length in range(len(word) - 2, len(word) + 3):
            words = self._by_length.get(length, ())
            yield from (known for known, _, _ in process.extract_iter(word, words, scorer=OSA.distance, score_cutoff=2))


def _mask(text: str) -> int:
    """Which letters are in the text, as bits: a slip changes two at most."""
    mask = 0
    for letter in set(text):
        mask |= 1 << (ord(letter) & 31)
    return mask


def slips(one: str, other: str, most: int) -> int:
    """Damerau-Levenshtein's distance in its optimal string alignment form, `most` + 1 for all that is above it.

    >>> slips("nuw zeland", "new zealand", 2), slips("teh", "the", 2), slips("orange", "apple", 2)
    (2, 1, 3)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, known in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != known))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == known:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)
