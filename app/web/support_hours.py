"""Is the support open now? Read from the sentence people read, SUPPORT_HOURS (S-082)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.web.french import PARIS, THIN

DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_DAY = "|".join(DAYS)
SPAN = re.compile(
    rf"(?:(?P<first>{_DAY})(?:\s+(?:au|à)\s+(?P<last>{_DAY}))?[\s,]*)?"
    r"(?:de\s+)?(?P<opens>\d{1,2})\s*h\s*(?P<opens_m>\d{2})?"
    r"\s*(?:à|-|–)\s*(?P<closes>\d{1,2})\s*h\s*(?P<closes_m>\d{2})?"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """One span of the week: days 0 (Monday) to 6, minutes of the day."""

    days: tuple[int, ...]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class SupportState:
    open: bool
    text: str


def openings(sentence: str) -> list[Opening]:
    """`du lundi au vendredi, de 9 h à 12 h et de 14 h à 18 h`: hours alone go with the days before."""
    found: list[Opening] = []
    for match in SPAN.finditer(sentence.lower()):
        days = _days(match) if match["first"] else found[-1].days if found else ()
        if days:
            found.append(Opening(days, _minutes(match, "opens"), _minutes(match, "closes")))
    return found


def support_state(sentence: str, at: datetime | None = None) -> SupportState | None:
    """Open or closed now, and until when; None when the sentence says no hours we can read."""
    spans = openings(sentence)
    if not spans:
        return None
    now = (at or clock.now()).astimezone(PARIS)
    minute = now.hour * 60 + now.minute
    current = next((s for s in spans if now.weekday() in s.days and s.opens <= minute < s.closes), None)
    if current:
        return SupportState(True, f"ouvert jusqu’à {_hour(current.closes)}")
    return SupportState(False, f"fermé – réouverture {_next_opening(spans, now)}")


def _days(match: re.Match[str]) -> tuple[int, ...]:
    first = DAYS.index(match["first"])
    last = DAYS.index(match["last"]) if match["last"] else first
    return tuple((first + n) % 7 for n in range((last - first) % 7 + 1))


def _minutes(match: re.Match[str], which: str) -> int:
    return int(match[which]) * 60 + int(match[f"{which}_m"] or 0)


def _next_opening(spans: list[Opening], now: datetime) -> str:
    minute = now.hour * 60 + now.minute
    for ahead in range(8):
        day = (now + timedelta(days=ahead)).weekday()
        starts = [s.opens for s in spans if day in s.days and (ahead or s.opens > minute)]
        if starts:
            named = {0: "aujourd’hui", 1: "demain"}.get(ahead, DAYS[day])
            return f"{named} à {_hour(min(starts))}" if ahead < 2 else f"{named} {_hour(min(starts))}"
    return "prochainement"


def _hour(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}{THIN}h" + (f"{THIN}{rest:02d}" if rest else "")
