"""How fast the program is, side by side with its yardsticks: python benchmarks/run.py [SECTION...] [--json FILE]

Prints medians, 99th percentiles and ratios, where the time of a reply goes, and how all grows with the knowledge, which
is drawn, too. Exit code 1 when a limit of issue 6 is missed. Times tell little between machines and much between rows:
read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import growth
import growth_picture
import processes
import ranking
import replies
from measuring import Measured, table

from bot import __version__, knowledge, questions

# Each yields its measurements; a further section is a further module.
SECTIONS: dict[str, Callable[[], Iterator[Measured]]] = {
    "processes": processes.measure,
    "ranking": ranking.measure,
    "replies": replies.measure,
}
GROWTH = "growth"  # measured in processes of its own, and told in a table of its own
PICTURE = Path(__file__).with_name("growth.png")


def main() -> int:
    sections = (*SECTIONS, GROWTH)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(sections)} (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures go, too")
    parser.add_argument("--largest", type=int, default=100_000, metavar="FACTS", help="to which growth is followed")
    parser.add_argument("--picture", type=Path, default=PICTURE, metavar="FILE", help="where growth is drawn")
    parser.add_argument("--engines", default=",".join(growth.names()), help="whose growth is measured (default: all)")
    parser.add_argument("--add", type=Path, metavar="FILE", help="an earlier --json, for what is not measured now")
    arguments = parser.parse_args()
    unknown = set(arguments.sections) - set(sections)
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(sections)}")
    if arguments.largest < min(growth.SIZES):
        parser.error(f"growth begins at {min(growth.SIZES)} facts")
    chosen = arguments.sections or list(sections)
    found = [one for name in chosen if name in SECTIONS for one in SECTIONS[name]()]
    if found:
        print(table(found))
    spent: dict[str, float] = {}
    if "replies" in chosen:
        known = knowledge.load_or_raise(knowledge.default_folder())
        spent = replies.stages(known, questions.load(questions.default_folder()))
        print("\nwhere the time of a reply goes, mean ms:")
        for name, milliseconds in spent.items():
            print(f"  {name:<26}{milliseconds:.3f}")
    points: list[growth.Point] = []
    if GROWTH in chosen:
        earlier = json.loads(arguments.add.read_text("utf-8"))["growth"] if arguments.add else []
        points = growth.joined(earlier, growth.measured(arguments.largest, arguments.engines.split(",")))
        print(f"\n{growth.table(points)}")
        growth_picture.draw(points, arguments.picture)
    if arguments.json:
        machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
        figures = {"version": __version__, **machine, "measured": [one.as_json() for one in found], "stages": spent}
        figures |= {"growth": points, "exponents": growth.exponents(points)}
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 1 if any(one.missed for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
