"""The long fault run: python benchmarks/telegram_faults.py --questions 2000 --chats 200 --kills 5 --faults 0.1

With `--journal postgres` the journal is in a PostgreSQL server of its own, with `--replicas 2` two processes share the
webhook, and each kill is of another one.

The real bot runs against the fake Bot API server (tests/bot_api.py) while a share of all calls fails in every
way and the process is killed and started again. Prints the figures for polling and webhook mode, then those of an
undisturbed run, then the memory after many updates. Exit code 1 when a question was lost, answered twice or out
of order, or a limit was broken.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from bot_api import BotApi, Limits
from bot_process import BotProcess
from fault_run import Plan, fault_run
from postgres import PostgresServer

MOST_SHOWN = 10  # faults; one of each kind tells enough
CALM_RATE = 20.0  # questions a second where nothing fails; the bot sends at most some 25
FILE, POSTGRES = "file", "postgres"
BATCH = 500  # updates pushed between looks at the memory


def report(name: str, plan: Plan, kind: str) -> bool:
    """Run the plan and print what came of it; whether all is well."""
    with ExitStack() as stack:
        journal = stack.enter_context(PostgresServer(())).url if kind == POSTGRES else ""
        outcome = fault_run(plan, Path(stack.enter_context(tempfile.TemporaryDirectory())), journal)
    rate = outcome.answered / outcome.seconds if outcome.seconds else 0.0
    print(f"{name}: {outcome.answered} answers to {plan.questions} questions in {outcome.seconds:.0f} s ", end="")
    print(f"({rate:.1f}/s), p50 {outcome.percentile(0.5):.0f} ms, p99 {outcome.percentile(0.99):.0f} ms, ", end="")
    print(f"memory {outcome.memory:.0f} MB, {plan.kills} kills, {len(outcome.faults)} faults found")
    print(f"  injected: {', '.join(f'{count} {fault}' for fault, count in sorted(outcome.injected.items())) or 'none'}")
    print(f"  calls: {', '.join(f'{count} {method}' for method, count in outcome.calls.most_common(6))}")
    for fault in outcome.faults[:MOST_SHOWN]:
        print(f"  FAULT {fault}")
    return not outcome.faults


def memory(updates: int) -> None:
    """The memory before and after so many updates: chatter in groups, and questions typed inline."""
    with (
        tempfile.TemporaryDirectory() as folder,
        BotApi(limits=Limits(overall=10_000)) as api,
        BotProcess(api, Path(folder)) as bot,
    ):
        bot.ready()
        before, start = bot.memory(), time.monotonic()
        for n in range(updates):
            if n % 20:
                api.say(-1_000_000_000_000 - n % 300, f"we talk about thing {n}", user=n % 900 + 1)
            else:
                api.ask_inline(n, "how many trees")
            if n % BATCH == BATCH - 1:
                api.until(lambda: api.waiting() < BATCH, 120)
        api.until(lambda: api.waiting() == 0, 300)
        seconds = time.monotonic() - start
        print(f"memory: {before:.0f} MB at the start, {bot.memory():.0f} MB after {updates} updates ", end="")
        print(f"({updates / seconds:.0f} updates/s)")


def main() -> int:
    parser = argparse.ArgumentParser(description="The long fault run of the Telegram bot.")
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--faults", type=float, default=0.1, help="share of calls that fail (0 to 1)")
    parser.add_argument("--rate", type=float, default=8.0, help="questions a second while calls fail")
    parser.add_argument("--journal", choices=(FILE, POSTGRES), default=FILE)
    parser.add_argument("--replicas", type=int, default=1, help="processes that share the webhook")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--updates", type=int, default=20_000, help="for the memory figure; 0 leaves it out")
    parser.add_argument("--modes", default="polling,webhook,calm", help="which runs, by commas")
    given = parser.parse_args()
    well = True
    for mode in given.modes.split(","):
        calm = mode == "calm"
        plan = Plan(
            given.questions,
            given.chats,
            kills=0 if calm else given.kills,
            faults=0.0 if calm else given.faults,
            seed=given.seed,
            webhook=mode == "webhook",
            rate=CALM_RATE if calm else given.rate,
            patience=300.0,
            replicas=given.replicas,
            slow=25.0,  # more than the bot waits for an answer, now and then
        )
        well = report(mode, plan, given.journal) and well
    if given.updates:
        memory(given.updates)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
