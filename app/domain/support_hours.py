"""When the support answers: weekly hours, exceptional days, public holidays; open or closed at a moment (S-082).

Everything here is the time that clocks show in Paris: a change of season moves no opening hour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
THIN = "\u202f"
FURTHEST = 60
"""Days ahead among which the next opening is looked for."""
_DAY = "|".join(DAYS)
_JOINT = r"(?:\s+(?:au|à|et)\s+|\s*[-–,]\s*)"
_SPAN = re.compile(
    rf"(?:(?P<days>(?:{_DAY})(?:{_JOINT}(?:{_DAY}))*)[\s,]*)?"
    r"(?:de\s+)?(?P<opens>\d{1,2})\s*h\s*(?P<opens_m>\d{2})?"
    r"\s*(?:à|-|–)\s*(?P<closes>\d{1,2})\s*h\s*(?P<closes_m>\d{2})?"
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes of the day, the last one left out."""

    opens: int
    closes: int


Spans = tuple[Span, ...]
Week = tuple[Spans, ...]
"""Seven days from Monday."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """Closed when it has no spans. `label` says why."""

    label: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class SupportState:
    open: bool
    text: str


def no_holiday(_day: date) -> bool:
    return False


@dataclass(frozen=True)
class Hours:
    """`sentence`: what people read; `week`: None when nobody can tell hours from it."""

    sentence: str
    week: Week | None
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    is_holiday: Callable[[date], bool] = no_holiday

    def state(self, now: datetime) -> SupportState | None:
        """Open or closed at that local moment, and until when; None when the hours are not known."""
        if self.week is None:
            return None
        minute = now.hour * 60 + now.minute
        current = next((span for span in self.of(now.date()) if span.opens <= minute < span.closes), None)
        if current:
            return SupportState(True, f"ouvert jusqu’à {hour(current.closes)}")
        return SupportState(False, f"fermé{self._reason(now.date())} – {self._next(now.date(), minute)}")

    def of(self, day: date) -> Spans:
        """The hours of that day: its own if it is exceptional, none on a public holiday, else those of the week."""
        if day in self.special:
            return self.special[day].spans
        if self.week is None or self.is_holiday(day):
            return ()
        return self.week[day.weekday()]

    def _reason(self, day: date) -> str:
        if day in self.special and not self.special[day].spans:
            return f" aujourd’hui ({self.special[day].label})"
        opens_usually = self.week is not None and bool(self.week[day.weekday()])
        return " aujourd’hui, jour férié" if day not in self.special and opens_usually and self.is_holiday(day) else ""

    def _next(self, today: date, minute: int) -> str:
        for ahead in range(FURTHEST):
            day = today + timedelta(days=ahead)
            starts = [span.opens for span in self.of(day) if ahead or span.opens > minute]
            if starts:
                return f"réouverture {_named(day, ahead)} {hour(min(starts))}"
        return "réouverture prochainement"


def read_sentence(sentence: str) -> Week | None:
    """`du lundi au vendredi, de 9 h à 12 h et de 14 h à 18 h`: hours alone go with the days before them."""
    week: list[list[Span]] = [[] for _ in DAYS]
    days: tuple[int, ...] = ()
    for match in _SPAN.finditer(sentence.lower()):
        days = _days(match["days"]) if match["days"] else days
        for day in days:
            week[day].append(Span(_minutes(match, "opens"), _minutes(match, "closes")))
    return tuple(tuple(sorted(spans)) for spans in week) if any(week) else None


def write_sentence(week: Week) -> str:
    """The same the other way: neighbouring days with the same hours are told together."""
    parts = [f"{_days_told(first, last)}, {_spans_told(spans)}" for first, last, spans in _runs(week) if spans]
    return ", puis ".join(parts) if parts else "fermé jusqu’à nouvel ordre"


def hour(minutes: int) -> str:
    """`8 h`, `14 h 15`."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}{THIN}h" + (f"{THIN}{rest:02d}" if rest else "")


def _runs(week: Week) -> Iterator[tuple[int, int, Spans]]:
    for spans, days in groupby(range(len(DAYS)), key=lambda day: week[day]):
        numbers = list(days)
        yield numbers[0], numbers[-1], spans


def _days_told(first: int, last: int) -> str:
    if first == last:
        return f"le {DAYS[first]}"
    return f"les {DAYS[first]} et {DAYS[last]}" if last == first + 1 else f"du {DAYS[first]} au {DAYS[last]}"


def _spans_told(spans: Spans) -> str:
    return " et ".join(f"de {hour(span.opens)} à {hour(span.closes)}" for span in spans)


def _named(day: date, ahead: int) -> str:
    """`demain à`, `lundi`, and the date when another day of that name comes before."""
    if ahead < 2:
        return ("aujourd’hui à", "demain à")[ahead]
    if ahead < len(DAYS):
        return DAYS[day.weekday()]
    number = "1er" if day.day == 1 else str(day.day)
    return f"le {DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]} à"


def _days(words: str) -> tuple[int, ...]:
    """`lundi, mercredi et vendredi` names three days, `lundi au vendredi` and `lundi-vendredi` five."""
    found: list[int] = []
    for joint, name in re.findall(rf"(au|à|[-–])?\s*({_DAY})", words):
        day = DAYS.index(name)
        first = found[-1] + 1 if joint and found else day
        found += [(first + n) % 7 for n in range((day - first) % 7 + 1)]
    return tuple(found)


def _minutes(match: re.Match[str], which: str) -> int:
    return int(match[which]) * 60 + int(match[f"{which}_m"] or 0)
