"""A running bot goes on with changed knowledge: it looks at the folder now and then, and swaps old for new as a whole.

Reading and indexing happen in a thread, so that answers do not wait for them; the swap is one step of the loop.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.engine import Engine
from bot.live import Served
from bot.model import Knowledge
from bot.prepared import Recall
from bot.reload import POLL, SETTLE, Fresh, Refused, Watch
from bot.replies import Phrase
from bot.stopping import Stop
from bot.streams import one_line
from bot.telegram_commands import introductions
from bot.telegram_desk import Desk

MOST_PROBLEMS = 5  # of a refused folder that are logged; `coalition-bot check` tells all
LONGEST_PROBLEM = 300  # characters of a problem that the state shows

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Renewal:
    """Watches one folder for one desk. `recall` has what was read of it; `introduce` tells Telegram the bot's menus and
    descriptions anew."""

    watch: Watch
    recall: Recall
    desk: Desk
    stop: Stop
    introduce: Callable[[], None]

    async def run(self) -> None:
        """Look again and again, for as long as the process lives."""
        while True:
            await self.look()
            await self.stop.sleep(SETTLE if self.watch.pending else POLL)

    async def look(self) -> None:
        """Take up what the folder holds, if it changed and is at rest and without a fault."""
        try:
            found = await asyncio.to_thread(self.watch.poll, time.monotonic())
            if isinstance(found, Fresh):
                self._swap(await asyncio.to_thread(self._served, found.knowledge))
        except Exception as error:  # a disk that fails, a fault of ours: answers go on from what is known
            _log.error("knowledge not read", exc_info=error)
            return
        if isinstance(found, Refused):
            problems = [one_line(problem) for problem in found.problems[:MOST_PROBLEMS]]
            _log.error("knowledge refused", extra={"problems": len(found.problems), "first": problems})

    def state(self) -> Mapping[str, str]:
        """What is to be told of a folder that cannot be used: nothing when all is well."""
        problems = self.watch.problems
        if not problems:
            return {}
        say = self.desk.live.current.renderer.say
        told = {"count": f"{len(problems):,}", "problem": one_line(problems[0])[:LONGEST_PROBLEM]}
        return {say(Phrase("tg_status_knowledge")): say(Phrase.of("tg_status_refused", **told))}

    def _served(self, known: Knowledge) -> Served:
        language = self.desk.live.current.engine.language
        return Served.of(Engine(known, known.topic.reviewed, language=language, recall=self.recall))

    def _swap(self, new: Served) -> None:
        desk, old = self.desk, self.desk.live.current
        desk.live.swap(new)
        desk.talks.carry(old, new)
        if introductions(old, desk.admins) != introductions(new, desk.admins):
            self.introduce()
        _log.info("knowledge renewed", extra={"version": new.version, "facts": len(new.engine.knowledge.facts)})
