"""Which journal a JOURNAL setting means."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import UsageError
from bot.journal import Journal
from bot.journal_sql import SqlJournal
from bot.settings import TelegramSettings, is_address


def opened(settings: TelegramSettings, environment: Mapping[str, str]) -> SqlJournal:
    """The journal of a Telegram bot, ready for use. Raises BotError where it cannot be."""
    if not is_address(settings.journal):
        return Journal(settings.journal_file(environment))
    try:
        from bot.journal_postgres import PostgresJournal  # only this journal needs psycopg
    except ImportError:
        raise UsageError("JOURNAL=postgresql://... needs psycopg; install coalition-bot[postgres]") from None
    return PostgresJournal(settings.journal, settings.bot)
