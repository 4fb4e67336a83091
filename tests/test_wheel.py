"""The wheel carries the knowledge: installed elsewhere, in an empty folder, it answers, and begins another topic."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_answers_in_an_empty_folder(tmp_path: Path) -> None:
    # Without build isolation and dependencies nothing is fetched: hatchling is a test requirement.
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index"]
    wheels, site, empty = tmp_path / "wheels", tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "-w", str(wheels), str(ROOT)], check=True)
    [wheel] = wheels.glob("coalition_bot-*.whl")
    subprocess.run([*pip, "install", *offline, "--target", str(site), str(wheel)], check=True)

    environment = {k: v for k, v in os.environ.items() if k != "KNOWLEDGE_DIR"} | {"PYTHONPATH": str(site)}
    code = (
        "import bot, sys; assert bot.__file__.startswith(sys.argv[1]), bot.__file__; "
        "from bot.cli import main; sys.exit(main(sys.argv[2:]))"
    )
    run = [sys.executable, "-P", "-c", code, str(site), "ask", "who leads it"]
    done = subprocess.run(run, cwd=empty, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Latvia and the United Kingdom lead" in done.stdout

    begin = [sys.executable, "-P", "-c", code, str(site), "new", "topic", "lighthouse"]
    done = subprocess.run(begin, cwd=empty, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (empty / "lighthouse" / "facts" / "lighthouse.yaml").is_file()
