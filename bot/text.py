"""From characters to tokens: the one analyser for questions, facts and names.

`fold` makes text comparable; `tokenise` cuts folded text into words, numbers, ordinals and currencies
whose keys are equal when they mean the same ("30k", "30,000" and "30 000" are all `=30000`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from bot.language import Language
from bot.patterns import lazy
from bot.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    import Stemmer

LENT_BELOW = 1_000  # numbers smaller than this may share the multiplier of the next ("45 or 58 million")
HUNDRED = "=100"
MAX_CHARACTERS = 2_000  # a long chat message; what follows is not read (Telegram's limit is 4,096)

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})  # control, format, surrogate, private use
# What a terminal obeys (ECMA-48): control sequences such as colours, and strings such as window titles.
_ESCAPE = lazy(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?)")
_TAG = lazy(r"</?[a-zA-Z][^<>]{0,200}>")
_URL = lazy(r"https?://\S+|www\.\S+")
_SPACE = lazy(r"\s+")
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-"})

_TOKEN = lazy(
    r"(?P<currency>(?:us|nz|c|a|ca|au)?\$|[€£])"
    r"|(?P<ordinal>\d{1,3}(?:st|nd|rd|th)\b)"
    r"|(?P<number>\d{1,3}(?:[ ,.']\d{3})+(?!\d)|\d+(?:[.,]\d+)?)(?:\s?(?P<unit>[^\W\d_]+)\b)?"
    r"|(?P<word>[^\W\d_](?:[^\W_]|(?<=\w)'(?=\w))*)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of folded text. `key` is what is compared: a stem, `=number`, `^ordinal` or `$currency`."""

    key: str
    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.key[0] not in "=^$"


def clean(text: str) -> str:
    """`text` on one line without markup, addresses, control characters and sequences, or bytes that could not be
    decoded, at most MAX_CHARACTERS long.

    >>> clean("<b>how\\u200b many</b>\\x1b[31m ")
    'how many'
    """
    text = unicodedata.normalize("NFKC", _ESCAPE.sub("", text[: 2 * MAX_CHARACTERS]))
    text = "".join(" " if unicodedata.category(c) in _INVISIBLE and c in "\t\n\r\x1b" else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    text = _URL.sub(" ", _TAG.sub(" ", text))
    return _SPACE.sub(" ", text).strip()[:MAX_CHARACTERS]


def fold(text: str) -> str:
    """Lower case without diacritics and with straight quotes, so that "Sprūds" equals "spruds"."""
    if text.isascii():  # most questions: nothing to take apart
        return text.replace("`", "'").lower()
    text = text.translate(_QUOTES).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    import Stemmer

    return Stemmer.Stemmer(algorithm)


@cache
def stem(word: str, language: Language) -> str:
    """The Snowball stem of a folded word, after the language's spelling variants are made one."""
    spelled_alike = language.spellings.get(word, word)
    return str(_stemmer(language.stemmer).stemWord(spelled_alike)) if language.stemmer else spelled_alike


def tokenise(folded: str, language: Language) -> tuple[Token, ...]:
    """Cut folded text into tokens, in order.

    >>> from bot.english import ENGLISH
    >>> [t.key for t in tokenise("€1.8bn for 30,000 boats, the 17th", ENGLISH)]
    ['$EUR', '=1800000000', 'for', '=30000', 'boat', 'the', '^17']
    """
    tokens: list[Token] = []
    position = 0
    while match := _TOKEN.search(folded, position):
        token = _token(match, language)
        tokens.append(token)
        position = token.end
    return tuple(_multiplied(list(_hundreds(tokens)), language))


def _hundreds(tokens: list[Token]) -> Iterator[Token]:
    """Joins "two hundred" into one number."""
    for i, token in enumerate(tokens):
        if token.key == HUNDRED and token.text.isalpha() and i and _is_digit(tokens[i - 1]):
            continue
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if following and following.key == HUNDRED and following.text.isalpha() and _is_digit(token):
            yield _times(token, 100.0, following.end)
        else:
            yield token


def _is_digit(token: Token) -> bool:
    """Whether the token is a number from two to nine in letters."""
    return token.text.isalpha() and len(token.key) == 2 and token.key[0] == "="


def _multiplied(tokens: list[Token], language: Language) -> Iterator[Token]:
    """Joins a number in words with its multiplier ("twelve thousand") and lends one ("1.8 or 2 billion")."""
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if i and token.text in language.multipliers and tokens[i - 1].key[0] == "=" and tokens[i - 1].text.isalpha():
            continue
        if token.key[0] != "=" or following is None:
            yield token
        elif token.text.isalpha() and following.text in language.multipliers:
            yield _times(token, language.multipliers[following.text], following.end)
        elif float(token.key[1:]) < LENT_BELOW and following.text in language.joints and i + 2 < len(tokens):
            unit = tokens[i + 2].text.split()[-1].lstrip("0123456789.,")
            yield _times(token, language.multipliers.get(unit, 1.0) if tokens[i + 2].key[0] == "=" else 1.0, token.end)
        else:
            yield token


def _times(token: Token, factor: float, end: int) -> Token:
    return Token(f"={float(token.key[1:]) * factor:.12g}", token.text, token.start, end)


def _token(match: re.Match[str], language: Language) -> Token:
    start, end = match.span()
    if match["currency"]:
        return Token("$" + language.currencies[match["currency"]], match["currency"], start, end)
    if match["ordinal"]:
        return Token("^" + match["ordinal"][:-2], match["ordinal"], start, end)
    if match["number"]:
        times = language.multipliers.get(match["unit"] or "")
        if times is None:
            return Token(f"={_value(match['number']):.10g}", match["number"], start, match.end("number"))
        return Token(f"={_value(match['number']) * times:.12g}", match[0], start, end)
    return _word(match["word"], start, end, language)


def _word(written: str, start: int, end: int, language: Language) -> Token:
    word = written.removesuffix("'s").replace("'", "")
    if word in language.number_words:
        return Token(f"={language.number_words[word]}", written, start, end)
    if word in language.ordinal_words:
        return Token(f"^{language.ordinal_words[word]}", written, start, end)
    if word in language.currencies:
        return Token("$" + language.currencies[word], written, start, end)
    return Token(stem(word, language), word, start, end)


def _value(digits: str) -> float:
    """The number that digits with separators stand for: a separator before three digits groups them."""
    if re.fullmatch(r"\d{1,3}(?:[ ,.']\d{3})+", digits):
        return float(re.sub(r"\D", "", digits))
    return float(digits.replace(",", "."))


def keys(text: str, language: Language) -> tuple[str, ...]:
    """The token keys of unfolded text."""
    return tuple(token.key for token in tokenise(fold(text), language))


def spelled(text: str, table: Mapping[re.Pattern[str], str]) -> str:
    """`text` with the case-sensitive abbreviations of a language written out ("US" -> "usa")."""
    for pattern, written in table.items():
        text = pattern.sub(written, text)
    return text
