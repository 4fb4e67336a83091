"""Settings: what is missing or malformed is one line with the mend, and no message repeats a secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.places import cache_place, knowledge_place
from bot.settings import DAY, VARIABLES, Listener, Settings, TelegramSettings

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz-_01234"
EXAMPLE = Path(__file__).parents[1] / ".env.example"


def read(webhook: str | None = None, **environment: str) -> TelegramSettings:
    return TelegramSettings.read({"TELEGRAM_TOKEN": TOKEN, **environment}, webhook)


def test_the_example_names_every_setting_with_a_comment() -> None:
    paragraphs = [text for text in EXAMPLE.read_text("utf-8").split("\n\n") if "=" in text.splitlines()[-1]]
    assert tuple(text.splitlines()[-1] for text in paragraphs) == tuple(f"{name}=" for name in VARIABLES)
    assert all(line.startswith("# ") for text in paragraphs for line in text.splitlines()[:-1])
    assert all(len(text.splitlines()) > 1 for text in paragraphs)


def test_every_setting_is_read() -> None:
    seen: set[str] = set()

    class Environment(dict[str, str]):
        def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
            seen.add(name)
            return TOKEN if name == "TELEGRAM_TOKEN" else default

    Settings.read(Environment())
    knowledge_place(Environment())
    TelegramSettings.read(Environment())
    cache_place(Environment())
    assert seen - {"XDG_CACHE_HOME", "HOME"} == set(VARIABLES)


def test_the_example_sets_nothing() -> None:
    environment = dict(line.split("=", 1) for line in EXAMPLE.read_text("utf-8").splitlines() if re.match("[A-Z]", line))
    assert Settings.read(environment) == Settings()
    assert TelegramSettings.read(environment | {"TELEGRAM_TOKEN": TOKEN}) == TelegramSettings(TOKEN)


@pytest.mark.parametrize(
    ("kept", "corrections", "expected"),
    [("", "", (30 * DAY, False)), ("off", "on", (0.0, True)), ("7", "OFF", (7 * DAY, False))],
)
def test_what_is_kept_of_those_who_ask(kept: str, corrections: str, expected: tuple[float, bool]) -> None:
    settings = read(KEEP_QUESTIONS=kept, CORRECTIONS=corrections)
    assert (settings.questions, settings.corrections) == expected
    assert Settings.read({"KEEP_QUESTIONS": kept}).questions == expected[0]


@pytest.mark.parametrize("kept", ["0", "-1", "3651", "a month", "1e3", "١"])
def test_how_long_questions_cannot_be_kept(kept: str) -> None:
    with pytest.raises(UsageError, match="KEEP_QUESTIONS is no number of days; write 1 to 3650, or off"):
        Settings.read({"KEEP_QUESTIONS": kept})


def test_what_is_set_is_read() -> None:
    settings = read(
        TELEGRAM_API_URL="http://127.0.0.1:8081/",
        JOURNAL="off",
        LOG_LEVEL="debug",
        ALLOWED_CHATS="-5, -1001 7",
        ADMINS="7",
        WEBHOOK_URL="https://bot.example/hook",
        WEBHOOK_SECRET="s3cret",
        WEBHOOK_LISTEN="unix:/run/bot.sock",
        HEALTH_LISTEN="[::1]:8080",
    )
    assert settings == TelegramSettings(
        TOKEN,
        "http://127.0.0.1:8081",
        "off",
        "DEBUG",
        frozenset({-5, -1001, 7}),
        frozenset({7}),
        "https://bot.example/hook",
        "s3cret",
        Listener(unix="/run/bot.sock"),
        Listener("::1", 8080),
    )


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"TELEGRAM_TOKEN": ""}, "TELEGRAM_TOKEN is not set; set it to the token that @BotFather gave"),
        ({"TELEGRAM_TOKEN": "  "}, "TELEGRAM_TOKEN is not set"),
        ({"TELEGRAM_TOKEN": "hunter2"}, "TELEGRAM_TOKEN is no bot token; copy it whole from @BotFather"),
        ({"TELEGRAM_TOKEN": TOKEN[:20]}, "TELEGRAM_TOKEN is no bot token"),
        ({"TELEGRAM_TOKEN": f"bot{TOKEN}"}, "TELEGRAM_TOKEN is no bot token"),
        ({"TELEGRAM_API_URL": "hunter2"}, "TELEGRAM_API_URL is no address; write it whole, such as https://"),
        ({"TELEGRAM_API_URL": "http://[::1"}, "TELEGRAM_API_URL is no address"),
        ({"JOURNAL": "mysql://bot:hunter2@db/bot"}, "JOURNAL is an address of another kind; write the path of a file"),
        ({"LOG_LEVEL": "hunter2"}, "LOG_LEVEL is no level; write one of DEBUG, INFO"),
        ({"ALLOWED_CHATS": "hunter2"}, "ALLOWED_CHATS are no ids; write numbers, separated by commas"),
        ({"ADMINS": "@hunter2"}, "ADMINS are no ids"),
        ({"WEBHOOK_URL": "hunter2", "WEBHOOK_SECRET": "x"}, "WEBHOOK_URL is no address"),
        ({"WEBHOOK_URL": "http://bot.example", "WEBHOOK_SECRET": "x"}, "WEBHOOK_URL is no address; write it whole, such as https"),
        ({"WEBHOOK_URL": "https://bot.example"}, "WEBHOOK_SECRET is not set; set it to a long random word"),
        ({"WEBHOOK_SECRET": "hunter2!"}, "WEBHOOK_SECRET may hold 1 to 256 characters"),
        ({"WEBHOOK_LISTEN": "hunter2"}, "WEBHOOK_LISTEN is no place to listen at; write host:port or unix:/path"),
        ({"HEALTH_LISTEN": "127.0.0.1:99999"}, "HEALTH_LISTEN is no place"),
        ({"HEALTH_LISTEN": ":8080"}, "HEALTH_LISTEN is no place"),
    ],
)
def test_what_is_wrong_is_said_with_the_mend(environment: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as raised:
        TelegramSettings.read({"TELEGRAM_TOKEN": TOKEN, **environment})
    assert "hunter2" not in str(raised.value) and TOKEN[:20] not in str(raised.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError) as raised:
        TelegramSettings.read({"LOG_LEVEL": "loud", "ADMINS": "@me", "HEALTH_LISTEN": "here"})
    told = ("TELEGRAM_TOKEN is not set", "LOG_LEVEL is no level", "ADMINS are no ids", "HEALTH_LISTEN is no place")
    assert all(fault in str(raised.value) for fault in told)


def test_the_option_overrides_the_environment() -> None:
    more = {"WEBHOOK_URL": "https://old.example", "WEBHOOK_SECRET": "x"}
    assert read("https://new.example/hook", **more).webhook == "https://new.example/hook"
    assert read(**more).webhook == "https://old.example"


@pytest.mark.parametrize(
    ("journal", "environment", "expected"),
    [
        ("off", {}, None),
        ("/data/j.sqlite", {}, Path("/data/j.sqlite")),
        ("", {"XDG_STATE_HOME": "/state"}, Path("/state/coalition-bot/journal.sqlite")),
        ("", {}, Path("~/.local/state/coalition-bot/journal.sqlite").expanduser()),
    ],
)
def test_where_the_journal_is(journal: str, environment: dict[str, str], expected: Path | None) -> None:
    assert read(JOURNAL=journal).journal_file(environment) == expected
