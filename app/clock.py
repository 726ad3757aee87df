"""The one source of "now": an aware UTC datetime, which tests move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """Aware UTC datetime, microsecond precision."""
    return _source()


def use(source: Callable[[], datetime] | None) -> None:
    """Replace the source of time (tests, demo data); None puts the real clock back."""
    global _source
    _source = source or (lambda: datetime.now(UTC))
