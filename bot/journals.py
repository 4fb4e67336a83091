"""Which journal a JOURNAL setting means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from bot import remark_book
from bot.errors import UsageError
from bot.journal import Journal
from bot.journal_sql import SqlJournal
from bot.remark_book import Remarks
from bot.settings import POSTGRES, TelegramSettings, is_address


def opened(settings: TelegramSettings, environment: Mapping[str, str]) -> SqlJournal:
    """The journal of a Telegram bot, ready for use. Raises BotError where it cannot be."""
    if not is_address(settings.journal):
        return Journal(settings.journal_file(environment))
    journal: SqlJournal = _postgres().PostgresJournal(settings.journal, settings.bot)
    return journal


def remarks(file: Path | None, environment: Mapping[str, str]) -> Remarks:
    """The remarks in a journal's file, else in the journal of the environment. Raises BotError where there are none."""
    place = environment.get("JOURNAL", "").strip()
    if file is None and place.startswith(POSTGRES):
        found: Remarks = _postgres().remarks(place)
        return found
    return remark_book.read(file or remark_book.journal(environment))


def _postgres() -> ModuleType:
    try:
        from bot import journal_postgres  # only this journal needs psycopg
    except ImportError:
        raise UsageError("JOURNAL=postgresql://... needs psycopg; install coalition-bot[postgres]") from None
    return journal_postgres
