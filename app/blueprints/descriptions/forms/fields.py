"""Fields that several boxes use: post code, site, whole numbers, hours, days, the value of a telecom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from app.domain import nomenclature as ror
from app.web.forms import FreeLine, FreeTextField, TextLine, email_address, phone_number, typed_phone

SITE_SENTENCE = "Renseignez une adresse de site, par exemple cpts-exemple.fr."
_HOUR = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


class PostcodeField(TextLine):
    def clean(self, text: str) -> str:
        if not re.fullmatch(r"[0-9]{5}", text, re.ASCII):
            raise ValueError("Renseignez un code postal à 5 chiffres, par exemple 84200.")
        return text


class WebField(TextLine):
    """A site, with or without its scheme; kept with it."""

    def clean(self, text: str) -> str:
        return web_address(text)


class WholeNumber(TextLine):
    """Digits; `data` is an int once valid. `typed` keeps what was written."""

    def __init__(self, label: str, *, sentence: str, most: int, **options: Any) -> None:
        super().__init__(label, longest=6, **options)
        self.sentence, self.most = sentence, most

    def process_data(self, value: Any) -> None:
        self.data = None if value is None else str(value)

    def clean(self, text: str) -> str:
        digits = text.replace(" ", "")
        if not re.fullmatch(r"[0-9]+", digits, re.ASCII) or int(digits) > self.most:
            raise ValueError(self.sentence)
        return str(int(digits))

    @property
    def number(self) -> int | None:
        return int(self.data) if self.data and re.fullmatch(r"[0-9]{1,6}", self.data, re.ASCII) else None


class DegreesField(TextLine):
    """Decimal degrees, with a comma or a point."""

    def __init__(self, label: str, *, most: int, **options: Any) -> None:
        super().__init__(label, longest=20, **options)
        self.most = most

    def process_data(self, value: Any) -> None:
        self.data = None if value is None else str(value).replace(".", ",")

    def clean(self, text: str) -> str:
        if self._degrees(text) is None:
            raise ValueError(f"Renseignez des degrés décimaux, de -{self.most} à {self.most}, par exemple 44,0553.")
        return text

    @property
    def number(self) -> float | None:
        return self._degrees(self.data or "")

    def _degrees(self, text: str) -> float | None:
        written = text.replace(",", ".")
        if not re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]{1,10})?", written, re.ASCII):
            return None
        return float(written) if abs(float(written)) <= self.most else None


class LinesField(FreeTextField):
    """A set of short texts, one a line; the same one twice, in any case, is there once."""

    def __init__(self, label: str, *, most: int, longest_line: int, **options: Any) -> None:
        super().__init__(label, longest=most * (longest_line + 2), **options)
        self.most, self.longest_line = most, longest_line

    def process_data(self, value: Any) -> None:
        self.data = "\n".join(value or ()) or None

    def clean(self, text: str) -> str:
        text = super().clean(text)
        if len(text.split("\n")) > self.most:
            raise ValueError(f"Gardez {self.most} lignes au plus.")
        if any(len(line) > self.longest_line for line in text.split("\n")):
            raise ValueError(f"Raccourcissez ces lignes : {self.longest_line} caractères au plus chacune.")
        return text

    @property
    def lines(self) -> list[str]:
        typed = [line for line in (self.data or "").split("\n") if line.strip()]
        return list({line.strip().casefold(): line for line in reversed(typed)}.values())


class HourField(TextLine):
    def clean(self, text: str) -> str:
        written = text.replace(" ", "").lower().replace("h", ":")
        if not _HOUR.fullmatch(written):
            raise ValueError("Renseignez une heure, par exemple 09:00.")
        return written.rjust(5, "0")


class DayField(TextLine):
    """A date, as browsers send it (2026-12-24) or as people write it (24/12/2026)."""

    def clean(self, text: str) -> str:
        french = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text, re.ASCII)
        try:
            day = date(*map(int, reversed(french.groups()))) if french else date.fromisoformat(text)
        except ValueError:
            raise ValueError("Renseignez une date, par exemple 24/12/2026.") from None
        return day.isoformat()


class ChoiceField(SelectField):
    """A list of codes; nothing chosen is None. A code that is over stays where it is chosen: the rules of the box
    refuse it where it matters."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[], coerce=_text, **options)
        self.offered: dict[str, str] = {}

    def offer(self, codes: Mapping[str, str], labels: Mapping[str, str], none: str | None = None) -> None:
        """`codes`: those valid today; `labels`: every one; `none`: words of no choice, when that is one."""
        self.offered = dict(codes)
        if self.data in labels and self.data not in self.offered:
            self.offered[self.data] = f"{labels[self.data]} (n’existe plus)"
        nothing = [SelectChoice("", none)] if none is not None else []
        self.choices = [*nothing, *(SelectChoice(code, label) for code, label in self.offered.items())]

    def pre_validate(self, _form: Any) -> None:
        if self.data is not None and self.data not in self.offered:
            raise StopValidation("Choisissez dans la liste.")


class TelecomValueField(FreeLine):
    """A number, an address of mail or of a site, after the channel chosen in its row."""

    def __init__(self, label: str, *, longest: int = 254, **options: Any) -> None:
        super().__init__(label, longest=longest, **options)
        self.channel: str | None = None

    def pre_validate(self, form: Any) -> None:
        self.channel = form.canal.data
        super().pre_validate(form)

    def clean(self, text: str) -> str:
        if self.channel in ror.PHONE_CHANNELS:
            return phone_number(text)
        if self.channel in ror.MAIL_CHANNELS:
            return email_address(text)
        return web_address(text) if self.channel == ror.WEB_CHANNEL else super().clean(text)

    def _value(self) -> str:
        return self.typed if self.typed is not None else typed_phone(self.data)


def web_address(text: str) -> str:
    """With its scheme. Raises ValueError."""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
    except ValueError:  # an IPv6 address that does not end
        raise ValueError(SITE_SENTENCE) from None
    if parts.scheme not in {"http", "https"} or "." not in parts.netloc or " " in address:
        raise ValueError(SITE_SENTENCE)
    return address


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None
