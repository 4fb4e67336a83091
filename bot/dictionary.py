"""A language's dictionary as one block of bytes, in which a word is found without anything being built.

The words are simplemma's. As a table of strings they take 30 MB and a third of a second; as a block 2 MB, and
what keeps it need not know simplemma.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property

END = b"\n"  # of a word in a block


class Dictionary:
    """The words of a block: in the order of their bytes, each with an end. The block is read for the first word
    that is looked for.

    >>> "tree" in Dictionary(lambda: b"house\\ntree\\n"), "tre" in Dictionary(lambda: b"house\\ntree\\n")
    (True, False)
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read

    @cached_property
    def block(self) -> bytes:
        """All words."""
        return self._read()

    def __contains__(self, word: object) -> bool:
        sought = str(word).encode() + END
        low, high = 0, len(self.block)  # both are starts of words
        while low < high:
            start = self.block.rfind(END, low, (low + high) // 2) + 1 or low
            end = self.block.index(END, start) + 1
            found = self.block[start:end]
            if found == sought:
                return True
            if found < sought:
                low = end
            else:
                high = start
        return False


@cache
def dictionary(code: str) -> Dictionary:
    """The dictionary of a language, by its ISO 639-1 code."""
    words = Dictionary(lambda: _block(code))
    assert words.block  # now, so that no question waits for it
    return words


def _block(code: str) -> bytes:
    """The words in lower case; one that is always written with a capital counts, an abbreviation does not."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    keys = DefaultDictionaryFactory().get_dictionary(code)
    words = {key.lower() for key in keys if key.isalpha() and key in (key.lower(), key.capitalize())}
    return b"".join(sorted(word.encode() + END for word in words))
