"""Dates, numbers, phones, plurals and addresses as French readers write them: pure functions, used as Jinja filters."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import phonenumbers

from app import clock

PARIS = ZoneInfo("Europe/Paris")
THIN = "\u202f"  # narrow no-break space: in numbers and times, before ; ! ?
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
SHORT_MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
RELATIVE_DAYS = 7
NUMBERS_KEPT = 4096
"""Telephones whose writing a worker remembers: finding the plan of a number is long, and pages repeat them. Plain
texts: what a template holds as safe is not handed to one that must escape it."""
TITLES = {"dr", "dre", "pr", "pre", "m", "mme"}


def _local(moment: date | datetime) -> date | datetime:
    return moment.astimezone(PARIS) if isinstance(moment, datetime) else moment


def date_fr(moment: date | datetime | None) -> str:
    """`21 novembre 2026`; the first of a month is `1er`."""
    if moment is None:
        return ""
    day = _local(moment)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def month_fr(day: date, *, short: bool = False) -> str:
    """`novembre 2026`, or `nov. 26`."""
    return f"{SHORT_MONTHS[day.month - 1]} {day:%y}" if short else f"{MONTHS[day.month - 1]} {day.year}"


def time_fr(moment: datetime | None) -> str:
    """`6 h 12`, Paris time."""
    if moment is None:
        return ""
    local = moment.astimezone(PARIS)
    return f"{local.hour}{THIN}h{THIN}{local.minute:02d}"


def datetime_fr(moment: date | datetime | None) -> str:
    """`21 novembre 2026 à 6 h 12`, Paris time; a plain date keeps no hour."""
    if isinstance(moment, datetime):
        return f"{date_fr(moment)} à {time_fr(moment)}"
    return date_fr(moment)


def relative_fr(moment: date | datetime | None) -> str:
    """`à l’instant`, `il y a 3 heures`, `hier`, `dans 2 jours`: under 7 days; the date with its article beyond."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        seconds = (clock.now() - moment).total_seconds()
        if 0 <= seconds < 86_400 and _days_ago(moment) == 0:
            return _hours_fr(seconds)
    days = _days_ago(moment)
    if abs(days) >= RELATIVE_DAYS:
        return f"le {date_fr(moment)}"
    names = {0: "aujourd’hui", 1: "hier", -1: "demain"}
    if days in names:
        return names[days]
    return f"il y a {days} jours" if days > 0 else f"dans {-days} jours"


def _days_ago(moment: date | datetime) -> int:
    today = clock.now().astimezone(PARIS).date()
    local = _local(moment)
    day = local.date() if isinstance(local, datetime) else local
    return (today - day) // timedelta(days=1)


def _hours_fr(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return "à l’instant"
    if minutes < 60:
        return f"il y a {plural(minutes, 'minute')}"
    return f"il y a {plural(minutes // 60, 'heure')}"


def iso(moment: date | datetime | None) -> str:
    return moment.isoformat() if moment else ""


def hours_fr(text: str) -> str:
    """A sentence whose hours do not break at the end of a line: `de 8 h à 18 h 30`."""
    return re.sub(r"(?<=\d) (?=h\b)|(?<=\dh) (?=\d\d)|(?<=\d h) (?=\d\d)", THIN, text)


def number_fr(value: int) -> str:
    """`34 920`."""
    return f"{value:,}".replace(",", THIN)


def km_fr(distance: float) -> str:
    """`12 km`; below one, « moins de 1 km »."""
    return f"{number_fr(round(distance))}\u00a0km" if distance >= 1 else "moins de 1\u00a0km"


def size_fr(size: int) -> str:
    """`12 ko`, `3,4 Mo`: decimal units, as file managers write them in French."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}\u00a0ko"
    return f"{size / 1_000_000:.1f}".replace(".", ",") + "\u00a0Mo"


def plural(count: int, singular: str, many: str | None = None) -> str:
    """`1 commune`, `2 communes`, `0 commune`: French counts zero as one."""
    word = singular if abs(count) < 2 else many or f"{singular}s"
    return f"{number_fr(count)}\u00a0{word}"


def lower_first(text: str) -> str:
    """A title in the middle of a sentence: « Compte sur… » → « compte sur… »; an acronym stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def phone_fr(number: str | None) -> str:
    """`04 65 71 00 00`, `+32 …` for a foreign number; what is not a number is left as it was typed."""
    return _written(str(number or ""))


_LANDLINE = re.compile(r"(?:\+33|0)((?:[13]\d|2[0-57-9]|4[1-9]|5[0-8])\d{7})")
"""Of mainland France, as nearly every number is; the library needs half a millisecond to say the same."""


@lru_cache(maxsize=NUMBERS_KEPT)
def _written(number: str) -> str:
    if landline := _LANDLINE.fullmatch(number):
        digits = f"0{landline[1]}"
        return "\u00a0".join(digits[at : at + 2] for at in range(0, 10, 2))
    parsed = _parse(number)
    if parsed is None:
        return number
    national = phonenumbers.region_code_for_number(parsed) in FRENCH_REGIONS
    style = phonenumbers.PhoneNumberFormat
    form = style.NATIONAL if national else style.INTERNATIONAL
    return phonenumbers.format_number(parsed, form).replace(" ", "\u00a0")


def phone_uri(number: str | None) -> str:
    """`+33465710000`, for a `tel:` link; short numbers (15, 3624) stay as they are."""
    return _dialled(str(number or ""))


@lru_cache(maxsize=NUMBERS_KEPT)
def _dialled(number: str) -> str:
    if landline := _LANDLINE.fullmatch(number):
        return f"+33{landline[1]}"
    parsed = _parse(number)
    if parsed is None:
        return "".join(c for c in number if c.isdigit() or c == "+")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


FRENCH_REGIONS = {"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"}


def _parse(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None


def is_web_address(address: str | None) -> bool:
    """Only http(s) becomes a link: what people type may be anything, `javascript:` included."""
    return urlsplit(address or "").scheme in {"http", "https"}


def web_label(address: str) -> str:
    """`cpts-comtat.example` for `https://www.cpts-comtat.example/`."""
    parts = urlsplit(address)
    return (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")


def initials(name: str) -> str:
    """`Dre Hélène Vasseur` gives `HV`: first letters of the first and last words, titles left out."""
    words = [w for w in name.replace("-", " ").split() if w.rstrip(".").lower() not in TITLES]
    if not words:
        return "?"
    first, last = words[0], words[-1]
    return (first[0] + (last[0] if len(words) > 1 else "")).upper()


def sort_key(text: str) -> str:
    """Alphabetical order for people: accents and case do not count, nor does a leading article."""
    folded = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return folded.replace("’", " ").replace("'", " ").replace("-", " ")
