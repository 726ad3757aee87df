"""French public holidays and days in Paris: what the delays of requests are counted in (B-06)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from holidays import country_holidays

PARIS = ZoneInfo("Europe/Paris")
HOLIDAYS = country_holidays("FR")
"""Those of the whole country; a year is computed when it is first asked for."""


def day_of(at: datetime) -> date:
    """The day it is in Paris at that instant."""
    return at.astimezone(PARIS).date()
