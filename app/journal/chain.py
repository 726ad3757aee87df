"""The arithmetic of the chain, pure: canonical text, commitments, hashes (SECURITY.md §5)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, UTF-8 kept (RFC 8785 for the types we use)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def commit(salt: str, body: str) -> str:
    """Commitment to a body that may be erased later: SHA-256 of salt and body."""
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def moment(at: datetime) -> str:
    """UTC, microseconds, always the same length."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(
    *,
    previous_hash: str,
    chain: str,
    seq: int,
    at: datetime,
    event: str,
    actor: str,
    concerned: str | None,
    subject: str,
    body_commit: str,
) -> str:
    fields = [previous_hash, chain, seq, moment(at), event, actor, concerned, subject, body_commit]
    return hashlib.sha256(canonical(fields).encode()).hexdigest()
