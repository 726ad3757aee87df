"""What is left of somebody whose data are erased, and after how long they are (SECURITY.md §3.2). Pure."""

from __future__ import annotations

import calendar
import uuid
from datetime import datetime

GIVEN_NAME, FAMILY_NAME = "Personne", "effacée"
FULL_NAME = f"{GIVEN_NAME} {FAMILY_NAME}"
DOMAIN = "efface.invalid"
"""Of the addresses that stand for those erased: no mail ever goes there (RFC 2606)."""

LOGS, REQUESTS = 12, 12
NOTICE, CLOSURE = 24, 25
"""Months: technical traces, requests that led nowhere; without signing in until one is told, until the account goes."""
WARNED_DAYS = 30
"""Between the notice and the closure, whenever the notice was sent."""


def address_of(key: uuid.UUID) -> str:
    return f"{key.hex}@{DOMAIN}"


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and hour, that many months ago; the last day of the month when there is no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
