"""A PostgreSQL server of our own, on a free port of loopback and in a temporary folder, as long as the tests run.

    with PostgresServer() as server:
        server.url    # postgresql://..., of a database that is empty

It needs Debian's package `postgresql` and psycopg. Where they are missing `missing()` says so, and tests that need them
are skipped, unless REQUIRE_POSTGRES is set, as .ci/run does.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

REQUIRED = "REQUIRE_POSTGRES"  # set: what is missing is a failure
USER = "postgres"  # whom the package makes; the server refuses to run as root
# Nothing of it has to survive the machine.
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")


def programs() -> Path | None:
    """The folder of the server's programs: of the newest version that is installed, else where the PATH says."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.joinpath("initdb").exists()]
    on_path = shutil.which("initdb")
    newest = max(versions, key=lambda path: float(path.parent.name), default=None)
    return newest or (Path(on_path).parent if on_path else None)


def missing() -> str:
    """What keeps a server from being started, in words; empty when nothing does."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed (pip install '.[postgres]')"
    if programs() is None:
        return "PostgreSQL is not installed (apt-get install postgresql)"
    return ""


class PostgresServer:
    """The server; `settings` are NAME=VALUE of postgresql.conf."""

    def __init__(self, settings: tuple[str, ...] = QUICK) -> None:
        found = programs()
        assert found, missing()
        self._programs, self._settings = found, settings
        self._folder = Path(tempfile.mkdtemp(prefix="pg"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> PostgresServer:
        data = self._folder / "data"
        if os.geteuid() == 0:
            user = pwd.getpwnam(USER)
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = [f"-c {setting}" for setting in self._settings]
        options += [f"-p {self.port}", "-c listen_addresses=127.0.0.1", f"-k {self._folder}"]
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(self._folder / "log"), "-o", " ".join(options), "start")
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", USER, "--", *command]
        subprocess.run(command, check=True, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
