"""The real bot as a process of its own, against the fake Bot API server: started, killed, asked to stop, looked at."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

from bot_api import TOKEN, BotApi

from bot.settings import is_address

ROOT = Path(__file__).parents[1]
ORCHARD = ROOT / "tests" / "orchard"
FRONT = "https://bot.example"  # where the webhook is for Telegram; the server's proxy leads behind it
STARTING = 30.0  # seconds that a start may take on a slow machine
STOPPING = 10.0  # seconds in which the bot promises to be gone after SIGTERM
KILOBYTE = 1024
SCHEMA = f"bot_{TOKEN.partition(':')[0]}"  # of the bot's tables in a PostgreSQL database


class BotProcess:
    """`python -m bot telegram`. Its log is the file `log`, all runs in one; its journal outlives it.

    `number` tells processes apart that share a folder, a journal and a webhook.
    """

    def __init__(
        self, api: BotApi, folder: Path, *, webhook: bool = False, number: int = 0, **environment: str
    ) -> None:
        self.api, self.log, self.journal = api, folder / f"log{number or ''}", folder / "journal.sqlite"
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "KNOWLEDGE_DIR": str(ORCHARD),
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": api.url,
            "JOURNAL": str(self.journal),
        }
        if webhook:
            socket = f"unix:{folder}/bot{number or ''}.sock"
            api.proxy.setdefault(FRONT, []).append(socket)
            self.environment |= {"WEBHOOK_URL": f"{FRONT}/hook", "WEBHOOK_SECRET": "s3cret", "WEBHOOK_LISTEN": socket}
        self.environment |= environment
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> BotProcess:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._process and self._process.poll() is None:
            self.kill()
        if error is not None:
            print("\n".join(self.lines()[-40:]), file=sys.stderr)  # pytest shows it with the failure

    def start(self) -> BotProcess:
        """Start it; it may still be starting when this returns."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot", "telegram"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        return self

    def ready(self) -> BotProcess:
        """Wait until it takes updates."""
        hooked = "WEBHOOK_URL" in self.environment
        true = (lambda: self.api.hook.url) if hooked else self.api.polled
        self.api.until(lambda: true() or not self.alive(), STARTING, "the bot takes updates")
        assert self.alive(), "\n".join(self.lines())
        return self

    def alive(self) -> bool:
        return self._running().poll() is None

    def kill(self) -> None:
        """SIGKILL, at once."""
        self._running().kill()
        self._running().wait(STARTING)

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        self._running().send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """SIGTERM; the exit code, which must come within the promised time."""
        self.terminate()
        return self.wait(STOPPING)

    def wait(self, seconds: float) -> int:
        return self._running().wait(seconds)

    def lines(self) -> list[str]:
        """What it has logged so far."""
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []

    def logged(self, words: str) -> bool:
        return any(re.search(words, line) for line in self.lines())

    def memory(self) -> float:
        """The resident memory in MB."""
        status = Path(f"/proc/{self._running().pid}/status").read_text("utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / KILOBYTE

    def unfinished(self) -> int:
        """How many updates in the journal are not worked to their end."""
        return int(self.query("SELECT COUNT(*) FROM inbox WHERE state <> 'done' AND update_id > 0")[0][0])

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """What a question to the journal's database gives."""
        if not is_address(self.environment["JOURNAL"]):
            with closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True)) as database:
                return database.execute(sql).fetchall()
        import psycopg

        with psycopg.connect(self.environment["JOURNAL"], options=f"-c search_path={SCHEMA}") as shared:
            return shared.execute(sql).fetchall()

    def tables(self) -> list[str]:
        """The names of the journal's tables."""
        if not is_address(self.environment["JOURNAL"]):
            return [name for (name,) in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [name for (name,) in self.query(f"SELECT tablename FROM pg_tables WHERE schemaname = '{SCHEMA}'")]

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process, "not started"
        return self._process


def settle(seconds: float) -> None:
    """Time for something that must not happen to happen."""
    time.sleep(seconds)
