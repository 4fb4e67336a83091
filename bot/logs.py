"""Logs: one event a line, JSON where no person reads along; never a text that somebody wrote, never the token.

Events are fixed words, details are fields. Of an exception the type and the place are logged, not its message:
that may hold what somebody wrote.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import TextIO

# Libraries that log URLs (with the token in them), answers (with texts in them) or every connection.
SILENCED = ("httpx", "httpcore", "telegram", "tornado", "asyncio", "matplotlib")
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


def set_up(level: str, stream: TextIO) -> None:
    """Log the program's events from `level` on to `stream`, and nothing of the libraries."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines() if stream.isatty() else Json())
    root = logging.getLogger("bot")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "level": record.levelname, "event": record.msg} | _fields(record), default=str)


class Lines(logging.Formatter):
    """For people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as words."""
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        return f"{at} {record.levelname.lower()}: {record.msg}{fields}"


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields = {name: value for name, value in record.__dict__.items() if name not in _OWN}
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        fields["exception"] = type(error).__name__
        fields["trace"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return fields
