"""Single values of the registers: text, dates, phones, identifiers. Pure; what is doubtful is said, not hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import phonenumbers

from app.domain.identifiers import Finess, InseeCode, InvalidIdentifier
from app.integrations.registers.lines import LineRejected

Doubt = Callable[[str, str], None]
"""Called with a reason and the value that raises a doubt."""

LONGEST_PHONE = 20
PHONE_REGIONS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "986": "WF"}

WRONG_FINESS_KEY = "clé du numéro FINESS fausse"
INVALID_FINESS = "numéro FINESS invalide"
INVALID_INSEE = "code commune invalide"
INVALID_PHONE = "téléphone invalide, gardé tel quel"
INVALID_DATE = "date illisible, ignorée"


def text(value: str) -> str | None:
    """One space between words; None when nothing is left."""
    return " ".join(value.split()) or None


def joined(*values: str | None) -> str | None:
    return text(" ".join(value for value in values if value))


def day(value: str, doubt: Doubt) -> date | None:
    """ISO in the official files, as the French write it in those that went through a spreadsheet."""
    if not value:
        return None
    try:
        if "/" in value:
            return datetime.strptime(value[:10], "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
        return date.fromisoformat(value[:10])
    except ValueError:
        doubt(INVALID_DATE, value)
        return None


def phone(value: str, departement: str | None, doubt: Doubt) -> str | None:
    """E.164; what is no valid number is kept as it is, and said."""
    given = text(value)
    if given is None:
        return None
    try:
        number = phonenumbers.parse(given[: 2 * LONGEST_PHONE], PHONE_REGIONS.get(departement or "", "FR"))
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    doubt(INVALID_PHONE, given)
    return given[:LONGEST_PHONE]


def finess(value: str, doubt: Doubt) -> str:
    """A number with a wrong key is doubtful; one of another shape rejects the line."""
    try:
        number = Finess.parse(value)
    except InvalidIdentifier:
        raise LineRejected(INVALID_FINESS, value) from None
    if not number.key_is_valid:
        doubt(WRONG_FINESS_KEY, value)
    return number.value


def digits(value: str, length: int, doubt: Doubt, reason: str) -> str | None:
    """Exactly `length` digits or nothing."""
    compact = value.replace(" ", "")
    if not compact:
        return None
    if len(compact) == length and compact.isascii() and compact.isdigit():
        return compact
    doubt(reason, value)
    return None


def insee(value: str) -> str:
    try:
        return InseeCode.parse(value).value
    except InvalidIdentifier:
        raise LineRejected(INVALID_INSEE, value) from None
