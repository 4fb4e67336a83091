"""Remarks from a terminal: kept only where JOURNAL names a file, for a terminal is its user's own.

Nothing is imported, opened or written before there is something to keep, so that an answer waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.errors import BotError
from bot.remarks import Remark
from bot.streams import World, one_line

Keep = Callable[[Sequence[Remark]], None]  # takes what curators want to know to where it is kept


def keeper(world: World) -> Keep | None:
    """What keeps remarks, if there is a journal for them. One that cannot be written holds nobody's answer up: that is
    said once, on standard error."""
    place = world.environment.get("JOURNAL", "").strip()
    if place in ("", "off") or "://" in place:  # a database is the Telegram bots'
        return None
    told: list[str] = []

    def keep(remarks: Sequence[Remark]) -> None:
        if not remarks:
            return
        from bot import remark_book

        try:
            remark_book.keep(remarks, world.environment, world.wall())
        except BotError as error:
            if not told:
                world.stderr.write(f"coalition-bot: warning: {one_line(str(error))}\n")
            told.append(str(error))

    return keep
