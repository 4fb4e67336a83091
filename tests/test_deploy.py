"""The files under deploy/ are well-formed, hardened, and name no setting that the program does not read."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import VARIABLES, TelegramSettings

DEPLOY = Path(__file__).parent.parent / "deploy"
UNIT = DEPLOY / "coalition-bot.service"
DOCKERFILE = DEPLOY / "Dockerfile"
MOST_EXPOSED = 2.0  # of systemd's 10 points, where 10 is no hardening at all
OURS = re.compile(r"\b(?!PYTHON|MPL|XDG|OPENBLAS|PATH\b)([A-Z]+(?:_[A-Z]+)*)=")  # settings, not other programs' variables


def unit() -> dict[str, list[str]]:
    lines = [line.split("=", 1) for line in UNIT.read_text("utf-8").splitlines() if re.match(r"\w+=", line)]
    return {name: [value for key, value in lines if key == name] for name, _ in lines}


def test_the_unit_is_what_systemd_understands(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    # The program is not installed where the unit says: any program stands for it.
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text("utf-8")), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert ours == []


def test_the_unit_is_hardened() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    run = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)]
    done = subprocess.run(run, capture_output=True, text=True)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert level, done.stderr
    assert float(level[1]) <= MOST_EXPOSED


def test_the_journal_is_where_the_service_may_write() -> None:
    told = unit()
    state = next(value for value in told["Environment"] if value.startswith("XDG_STATE_HOME="))
    settings = TelegramSettings(token="")
    journal = settings.journal_file({"XDG_STATE_HOME": state.removeprefix("XDG_STATE_HOME=").replace("%S", "/var/lib")})
    assert journal and journal.parent == Path("/var/lib") / told["StateDirectory"][0]


def test_the_unit_gives_the_bot_its_time() -> None:
    told = unit()
    assert told["Type"] == ["notify"] and int(told["WatchdogSec"][0]) > 0
    assert int(told["TimeoutStopSec"][0]) > 10  # seconds that the bot takes at most
    assert told["RestartPreventExitStatus"] == ["2"]


def test_the_dockerfile_passes_hadolint() -> None:
    if not shutil.which("hadolint"):
        pytest.skip("hadolint is not installed")
    done = subprocess.run(["hadolint", str(DOCKERFILE)], capture_output=True, text=True)
    assert done.stdout == ""


def test_the_image_is_not_root_and_stops_in_order() -> None:
    last = DOCKERFILE.read_text("utf-8").split("\nFROM ")[-1]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert re.search(r'^VOLUME \["/knowledge", "/var/lib/coalition-bot"\]$', last, re.MULTILINE)
    assert 'ENTRYPOINT ["coalition-bot", ' in last  # the bot itself gets the signals, no shell


@pytest.mark.parametrize("path", [DOCKERFILE, DEPLOY / "README.md"], ids=lambda path: path.name)
def test_every_setting_is_one_of_the_program(path: Path) -> None:
    named = set(OURS.findall(path.read_text("utf-8")))
    assert named and named <= set(VARIABLES)
