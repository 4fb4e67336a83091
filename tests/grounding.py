"""The law of every reply: its lines are facts, word for word, or fixed words with their blanks filled.

Imported by the tests that ask much; it is written against what the reply looks like, not against how the
renderer makes it.
"""

from __future__ import annotations

import re
import string

from bot.engine import Turn
from bot.language import Language
from bot.model import Knowledge
from bot.render import Renderer

MAX_CHARACTERS = 4_000  # of a rendered reply: what one Telegram message holds, with room for its header
_CITED = re.compile(r"(?P<text>.+?)(?: (?P<numbers>(?:\[\d+\])+))?")
_SOURCE = re.compile(r"\[(?P<number>\d+)\] .+")


class Law:
    """Finds what in a reply nobody wrote."""

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self.renderer = Renderer(knowledge, language)
        self.facts = {fact.text: fact for fact in knowledge.facts.values()}
        self.suggestions = {fact.asks[0] for fact in knowledge.facts.values()}
        self.phrases = self._phrases(knowledge, language)
        self.heading = language.phrases["sources"]

    def _phrases(self, knowledge: Knowledge, language: Language) -> re.Pattern[str]:
        """Every phrase of the catalogue, each blank as what may stand in it."""
        topic = knowledge.topic
        names = "|".join(
            re.escape(name) for name in sorted({entity.name(language.code) for entity in knowledge.entities.values()})
        )
        day = rf"(?:\d{{1,2}} )?(?:(?:{'|'.join(language.months)}) )?\d{{4}}"
        quoted = "“[^“”]{1,4000}”"  # folding may double a letter ("Æ")
        sign = r"(?:[^.,;:!?\n“”\[\]]|(?<=\d)[.,](?=\d))"  # 1,500 is one word
        said = rf"(?:{names}|{sign}{{1,100}})"  # a name, a time, or words of the question: no sentence
        word = "[^ ]+(?: [^ ]+){0,3}"
        blanks = {
            "entity": rf"(?:{names})(?: \+ (?:{names}))*",
            "what": rf"(?:{'|'.join(language.kind_words.values())}|{quoted}(?:, {quoted})*)",
            "title": re.escape(topic.title),
            "greeting": re.escape(topic.greeting),
            "suggested": re.escape(" ".join(topic.suggested[:2])),
            "reading": rf"{said}(?:, {said})*",
            "corrections": rf"{word} → {word}(?:, {word} → {word})*",
        }
        whole = []
        for phrase in language.phrases.values():
            parts = string.Formatter().parse(phrase)
            whole.append(
                "".join(
                    re.escape(text) + (f"(?:{blanks.get(name, rf'.*{day}.*')})" if name else "")
                    for text, name, _, _ in parts
                )
            )
        return re.compile("|".join(whole))

    def breaches(self, turn: Turn) -> list[str]:
        """What is wrong with the reply; empty when all of it is grounded."""
        text = self.renderer.plain(turn)
        head, _, tail = text.partition(f"\n{self.heading}\n")
        sources = self.renderer.page(turn).sources
        found = [] if len(text) <= MAX_CHARACTERS else [f"{len(text)} characters"]
        for line in head.split("\n"):
            found += self._breaches_of_line(line, [source.id for source in sources])
        for number, (line, source) in enumerate(zip(tail.split("\n"), sources, strict=False), 1):
            match = _SOURCE.fullmatch(line)
            if not match or int(match["number"]) != number or source.url not in line:
                found.append(f"no source: {line}")
        return found

    def _breaches_of_line(self, line: str, sources: list[str]) -> list[str]:
        if self.phrases.fullmatch(line) or re.sub(r"^(?:-|\d\.) ", "", line) in self.suggestions:
            return []
        match = _CITED.fullmatch(line)
        fact = self.facts.get(match["text"]) if match else None
        if match is None or fact is None:
            return [f"nobody wrote: {line}"]
        numbers = [int(number) for number in re.findall(r"\d+", match["numbers"] or "")]
        if not numbers:
            return [f"without a citation: {line}"]
        return [
            f"[{n}] is no source of {fact.id}"
            for n in numbers
            if n > len(sources) or sources[n - 1] not in fact.sources
        ]
