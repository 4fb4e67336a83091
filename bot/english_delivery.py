"""The English catalogue's part on deliveries: what people are told when an answer cannot come. Data only."""

from __future__ import annotations

from types import MappingProxyType

DELIVERY_PHRASES = MappingProxyType({
    "failed": "Sorry, something went wrong here with this message, and it will not be answered. "
    "Please put it another way.",
    "late": "Sorry, I was away for a while and did not answer what you wrote meanwhile. Please ask again.",
    "flood": "That was a lot at once. Please wait a minute, then ask on; what you send until then is not answered.",
})
