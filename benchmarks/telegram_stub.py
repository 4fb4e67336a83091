"""A Bot API server that says yes to everything as fast as it can, in a process of its own, so that only the bot is
measured: python benchmarks/telegram_stub.py prints its port and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import re
import sys
from itertools import count

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ids = count(1_000)


class Answering(asyncio.Protocol):
    """Reads requests and answers each with a message's id."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._read = transport, b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        while True:
            head, found, rest = self._read.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            needed = int(length[1]) if length else 0
            if not found or len(rest) < needed:
                return
            self._read = rest[needed:]
            body = b'{"ok":true,"result":{"message_id":%d}}' % next(_ids)
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self._transport.write(head + body)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
