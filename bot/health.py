"""How the bot is doing, for machines: /healthz, /metrics in Prometheus's text format, and systemd's notifications.

Counts only; nothing in them tells who asked or what.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import tornado.httpserver
import tornado.web

from bot.errors import UsageError
from bot.intake import bound
from bot.settings import Listener

if TYPE_CHECKING:
    from prometheus_client import Metric

# Seconds from an update's arrival to its stored answer; the last bucket of the histogram is open.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OPEN = float("inf")


class Counts:
    """What is counted while the bot runs. `waiting` says how many updates are not finished."""

    def __init__(self, waiting: Callable[[], int] = lambda: 0) -> None:
        self.waiting = waiting
        self.updates: Counter[str] = Counter()  # fresh, repeated
        self.replies: Counter[str] = Counter()  # by kind
        self.calls: Counter[tuple[str, str]] = Counter()  # by method and outcome
        self.seconds: Counter[float] = Counter()  # by the upper bound of the bucket
        self.total_seconds = 0.0

    def took(self, fresh: int, repeated: int) -> None:
        """Updates came in."""
        self.updates["fresh"] += fresh
        self.updates["repeated"] += repeated

    def called(self, method: str, outcome: str) -> None:
        """A request to the Bot API was made."""
        self.calls[method, outcome] += 1

    def replied(self, kind: str, seconds: float) -> None:
        """What to do about an update was stored, so long after the update came."""
        self.replies[kind] += 1
        self.seconds[next((most for most in BUCKETS if seconds <= most), OPEN)] += 1
        self.total_seconds += seconds

    def collect(self) -> Iterator[Metric]:
        """The counts in prometheus-client's form, which calls this."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        updates = CounterMetricFamily("bot_updates", "Updates from Telegram.", labels=["seen"])
        for seen, number in sorted(self.updates.items()):
            updates.add_metric([seen], number)
        replies = CounterMetricFamily("bot_replies", "Updates worked out, by the kind of reply.", labels=["kind"])
        for kind, number in sorted(self.replies.items()):
            replies.add_metric([kind], number)
        calls = CounterMetricFamily("bot_calls", "Requests to the Bot API.", labels=["method", "outcome"])
        for labels, number in sorted(self.calls.items()):
            calls.add_metric(list(labels), number)
        waiting = GaugeMetricFamily("bot_waiting", "Updates that are not finished.", value=self.waiting())
        below, buckets = 0, []
        for most in (*BUCKETS, OPEN):
            below += self.seconds[most]
            buckets.append(("+Inf" if most == OPEN else str(most), below))
        what = "From an update's arrival to its stored reply."
        answers = HistogramMetricFamily("bot_answer_seconds", what, buckets, self.total_seconds)
        yield from (updates, replies, calls, waiting, answers)


def require_exporter() -> None:
    """Raise UsageError where prometheus-client is not installed."""
    try:
        import prometheus_client  # noqa: F401
    except ImportError:
        raise UsageError("HEALTH_LISTEN needs prometheus-client; install coalition-bot[health]") from None


class _Healthz(tornado.web.RequestHandler):
    def initialize(self, fault: Callable[[], str]) -> None:
        self.fault = fault

    def get(self) -> None:
        fault = self.fault()
        self.set_status(503 if fault else 200)
        self.finish({"status": "failing" if fault else "ok", "reason": fault})


class _Metrics(tornado.web.RequestHandler):
    def initialize(self, counts: Counts) -> None:
        self.counts = counts

    def get(self) -> None:
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self.counts)
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(generate_latest(registry))


def serve(place: Listener, counts: Counts, fault: Callable[[], str]) -> tornado.httpserver.HTTPServer:
    """Serve both at `place`; `fault` says in words what is wrong, empty when nothing is."""
    app = tornado.web.Application(
        [("/healthz", _Healthz, {"fault": fault}), ("/metrics", _Metrics, {"counts": counts})],
        log_function=lambda handler: None,
    )
    return bound(app, place)


def notify(environment: Mapping[str, str], state: str) -> None:
    """Tell systemd (READY=1, WATCHDOG=1, STOPPING=1); without it nothing happens."""
    address: Any = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        try:
            sock.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
        except OSError:
            return  # nobody listens; systemd itself acts when it hears nothing
