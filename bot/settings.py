"""Places and secrets that the environment tells; behaviour lives in code and knowledge."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, cast
from urllib.parse import urlsplit

from bot.errors import UsageError
from bot.records import dataclass

T = TypeVar("T")

VARIABLES = (
    "KNOWLEDGE_DIR",
    "KNOWLEDGE_SHARDS",
    "COMPILED",
    "TELEGRAM_TOKEN",
    "TELEGRAM_API_URL",
    "JOURNAL",
    "KEEP_QUESTIONS",
    "CORRECTIONS",
    "LOG_LEVEL",
    "ALLOWED_CHATS",
    "ADMINS",
    "WEBHOOK_URL",
    "WEBHOOK_SECRET",
    "WEBHOOK_LISTEN",
    "HEALTH_LISTEN",
)
TELEGRAM = "https://api.telegram.org"
WEBHOOK_LISTEN = "127.0.0.1:8443"  # one of the ports that Telegram's own servers use for webhooks
KEEP_DAYS, MOST_DAYS = 30, 3650  # days; a curator looks at what was not answered at least once a month
ON, OFF = "on", "off"
POSTGRES = ("postgresql://", "postgres://")  # how PostgreSQL's own programs take an address
DAY = 24 * 3600.0  # seconds
KEPT = KEEP_DAYS * DAY  # seconds
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{30,100}")  # the bot's id and 35 characters; a little room for change
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what setWebhook takes as secret_token


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside for what is kept; a variable that is empty counts as not set."""

    journal: str = ""  # JOURNAL: a file, "off" for memory only, or empty for the default file
    questions: float = KEPT  # KEEP_QUESTIONS: seconds for which unanswered ones are kept; 0: not at all

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings in a mapping such as `os.environ`. Raises UsageError with the mend."""
        journal, kept = (environment.get(name, "").strip() for name in ("JOURNAL", "KEEP_QUESTIONS"))
        return cls(journal, _kept(kept))


def journal_file(journal: str, environment: Mapping[str, str]) -> Path | None:
    """The journal's file; None for memory only. By default where the system keeps a user's state."""
    if journal == OFF:
        return None
    if journal:
        return Path(journal).expanduser()
    state = environment.get("XDG_STATE_HOME", "")
    folder = Path(state) if state.startswith("/") else Path("~/.local/state").expanduser()
    return folder / "coalition-bot" / "journal.sqlite"


@dataclass(frozen=True, slots=True)
class Listener:
    """Where a server listens: a host and a port, or the path of a Unix socket."""

    host: str = ""
    port: int = 0  # 0: any free one
    unix: str = ""

    @classmethod
    def read(cls, text: str, variable: str) -> Listener:
        """`127.0.0.1:8443`, `[::1]:8443` or `unix:/path`. Raises UsageError for anything else."""
        if text.startswith("unix:/"):
            return cls(unix=text.removeprefix("unix:"))
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise UsageError(f"{variable} is no place to listen at; write host:port or unix:/path")
        return cls(host.strip("[]"), int(port))


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """What the Telegram bot is told: whom it is, where it listens and whom it serves."""

    token: str
    api: str = TELEGRAM  # the Bot API server, without a slash at the end
    journal: str = ""  # a file, a database's address, "off" for memory only, or empty for the default file
    level: str = "INFO"
    allowed: frozenset[int] = frozenset()  # the only groups and channels it stays in; empty: all
    admins: frozenset[int] = frozenset()  # users who may ask for its state
    webhook: str = ""  # the public https address; empty: long polling
    secret: str = ""
    listen: Listener = Listener.read(WEBHOOK_LISTEN, "WEBHOOK_LISTEN")
    health: Listener | None = None
    questions: float = KEPT  # seconds for which unanswered ones are kept; 0: not at all
    corrections: bool = False  # correct sent answers when their facts change

    @classmethod
    def read(cls, environment: Mapping[str, str], webhook: str | None = None) -> TelegramSettings:
        """The settings in a mapping such as `os.environ`; `webhook` overrides WEBHOOK_URL.

        Raises UsageError with all that is wrong and the mends. No message repeats a value: it could be a secret in
        the wrong place.
        """
        faults: list[str] = []

        def of(name: str, default: str = "") -> str:
            return environment.get(name, "").strip() or default

        def sound(read: Callable[..., T], *given: object) -> T:
            try:
                return read(*given)
            except UsageError as error:
                faults.append(str(error))
                return cast(T, None)  # nobody sees it: what was at fault is raised before

        address = of("WEBHOOK_URL") if webhook is None else webhook
        health = of("HEALTH_LISTEN")
        settings = cls(
            token=sound(_token, of("TELEGRAM_TOKEN")),
            api=sound(_address, of("TELEGRAM_API_URL", TELEGRAM), "TELEGRAM_API_URL", ("http", "https")),
            journal=sound(_journal, of("JOURNAL")),
            questions=sound(_kept, of("KEEP_QUESTIONS")),
            corrections=sound(_switch, of("CORRECTIONS", OFF), "CORRECTIONS"),
            level=sound(_level, of("LOG_LEVEL", "INFO")),
            allowed=sound(_ids, of("ALLOWED_CHATS"), "ALLOWED_CHATS"),
            admins=sound(_ids, of("ADMINS"), "ADMINS"),
            webhook=sound(_address, address, "WEBHOOK_URL", ("https",)) if address else "",
            secret=sound(_secret, of("WEBHOOK_SECRET"), bool(address)),
            listen=sound(Listener.read, of("WEBHOOK_LISTEN", WEBHOOK_LISTEN), "WEBHOOK_LISTEN"),
            health=sound(Listener.read, health, "HEALTH_LISTEN") if health else None,
        )
        if faults:
            raise UsageError(". ".join(faults))
        return settings

    @property
    def bot(self) -> int:
        """The bot's id, which its token begins with."""
        return int(self.token.partition(":")[0])

    def journal_file(self, environment: Mapping[str, str]) -> Path | None:
        """The journal's file; None for memory only."""
        return journal_file(self.journal, environment)


def _token(text: str) -> str:
    if not text:
        raise UsageError("TELEGRAM_TOKEN is not set; set it to the token that @BotFather gave for the bot")
    if not _TOKEN.fullmatch(text):
        raise UsageError("TELEGRAM_TOKEN is no bot token; copy it whole from @BotFather, such as 123456789:AAE...")
    return text


def _address(text: str, variable: str, schemes: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(text)
        known = parts.scheme in schemes and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        known = False
    if not known:
        raise UsageError(f"{variable} is no address; write it whole, such as {schemes[-1]}://host/path")
    return text.rstrip("/")


def _journal(text: str) -> str:
    if is_address(text) and not text.startswith(POSTGRES):  # maybe with a password: no name of a folder
        raise UsageError(f"JOURNAL is an address of another kind; write the path of a file, {POSTGRES[0]}..., or {OFF}")
    return text


def is_address(journal: str) -> bool:
    """Whether a JOURNAL setting names a database elsewhere, and no file."""
    return "://" in journal


def _level(text: str) -> str:
    if text.upper() not in LEVELS:
        raise UsageError(f"LOG_LEVEL is no level; write one of {', '.join(LEVELS)}")
    return text.upper()


def _kept(text: str) -> float:
    if text == OFF:
        return 0.0
    if text and not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= MOST_DAYS):
        raise UsageError(f"KEEP_QUESTIONS is no number of days; write 1 to {MOST_DAYS}, or {OFF}")
    return int(text or KEEP_DAYS) * DAY


def _switch(text: str, variable: str) -> bool:
    if text.lower() not in (ON, OFF):
        raise UsageError(f"{variable} is neither {ON} nor {OFF}; write one of them")
    return text.lower() == ON


def _ids(text: str, variable: str) -> frozenset[int]:
    words = text.replace(",", " ").split()
    try:
        return frozenset(map(int, words))
    except ValueError:
        raise UsageError(f"{variable} are no ids; write numbers, separated by commas") from None


def _secret(text: str, needed: bool) -> str:
    if needed and not text:
        why = "without it anyone could send updates"
        raise UsageError(f"WEBHOOK_SECRET is not set; set it to a long random word, for {why}")
    if text and not _SECRET.fullmatch(text):
        raise UsageError("WEBHOOK_SECRET may hold 1 to 256 characters of A-Z, a-z, 0-9, _ and - only")
    return text
