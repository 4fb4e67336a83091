"""Short names for what a button stands for, worked out from ids, so that nothing has to be remembered."""

from __future__ import annotations

import base64
import hashlib

_BYTES = 6  # 48 bits, eight characters: two of a thousand names share one once in half a billion folders


def key(kind: str, name: str) -> str:
    """The short name of a fact (its id), a question (its text) or a chart (its name)."""
    digest = hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode()
