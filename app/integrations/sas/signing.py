"""Signature of webhooks: HMAC-SHA256 over the timestamp, the nonce and the body (docs/sas.md); pure.

Whoever receives one refuses it when the signature is not theirs, when it is more than five minutes old, and when they
have seen its nonce in these five minutes: nobody can forge, alter or replay it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

TIMESTAMP, NONCE, SIGNATURE = "Relais-Timestamp", "Relais-Nonce", "Relais-Signature"
WINDOW = timedelta(minutes=5)
SCHEME = "v1="


class Refused(Exception):
    """Not proof of anything; the message is for whoever receives it."""


def signed(secret: str, body: bytes, *, at: datetime, nonce: str) -> dict[str, str]:
    """The headers that prove who sends `body`, when, and once."""
    timestamp = str(int(at.timestamp()))
    return {TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: SCHEME + _hmac(secret, timestamp, nonce, body)}


def verify(secret: str, body: bytes, headers: Mapping[str, str], *, now: datetime, seen: dict[str, float]) -> None:
    """Raises Refused. `seen`: nonces of the last five minutes and until when each is remembered, kept up to date."""
    timestamp, nonce, signature = (headers.get(name) or "" for name in (TIMESTAMP, NONCE, SIGNATURE))
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and nonce):
        raise Refused("Signature absente.")
    expected = SCHEME + _hmac(secret, timestamp, nonce, body)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise Refused("Signature fausse.")
    moment, window = now.timestamp(), WINDOW.total_seconds()
    if abs(moment - int(timestamp)) > window:
        raise Refused("Message trop ancien, ou horloge fausse.")
    for old in [known for known, until in seen.items() if until < moment]:
        del seen[old]
    if nonce in seen:
        raise Refused("Message déjà vu.")
    seen[nonce] = int(timestamp) + window


def _hmac(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    text = b".".join((timestamp.encode(), nonce.encode(), body))
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
