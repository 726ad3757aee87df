"""Numbers of the registers: FINESS, RPPS, INSEE commune codes. Parsed, checked, shown.

A wrong Luhn key is never a parsing error: official examples hold some (DOMAIN.md §0.4). Ask `key_is_valid`, then refuse
(a person typing) or warn (a register being imported).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

LONGEST = 64
_SEPARATORS = str.maketrans("", "", " \t\u00a0\u202f.-")
_FINESS = re.compile(r"[0-9][0-9A-Z][0-9]{7}", re.ASCII)
_RPPS = re.compile(r"8?([0-9]{11})", re.ASCII)
_INSEE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}", re.ASCII)
_DOUBLED = str.maketrans("0123456789", "0246813579")
"""Each digit doubled, the two digits of the result added."""
_OVERSEAS = ("97", "98")


class InvalidIdentifier(ValueError):
    """The text cannot be such a number; the message is a French sentence."""


def luhn_is_valid(digits: str) -> bool:
    """ISO/IEC 7812 check of the last digit. False for anything but ASCII digits."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    plain, doubled = digits[::-2], digits[-2::-2].translate(_DOUBLED)
    return sum(map(int, plain + doubled)) % 10 == 0


def luhn_key(body: str) -> str:
    """The digit that makes `body` + key valid. Raises ValueError when `body` is not made of digits."""
    if not (body.isascii() and body.isdigit()):
        raise ValueError("digits expected")
    return next(key for key in "0123456789" if luhn_is_valid(body + key))


@dataclass(frozen=True, slots=True)
class Finess:
    """Nine characters: département, order number, Luhn key (MOS `numFINESS`)."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        value = _compact(text)
        if not _FINESS.fullmatch(value):
            raise InvalidIdentifier("Un numéro FINESS compte neuf chiffres.")
        return cls(value)

    @property
    def key_is_valid(self) -> bool:
        """No published rule turns the letters of Corsica into digits: such a number is taken as it is."""
        return not self.value.isdigit() or luhn_is_valid(self.value)

    @property
    def national_id(self) -> str:
        """`idNat_Struct`: prefix 1 (RG_EXP_004)."""
        return f"1{self.value}"

    def formatted(self) -> str:
        return f"{self.value[:2]} {self.value[2:5]} {self.value[5:8]} {self.value[8]}"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Rpps:
    """Eleven digits, the last one a Luhn key. The national form, prefixed with 8 (`idNat_PS`), is understood too."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _RPPS.fullmatch(_compact(text))
        if match is None:
            raise InvalidIdentifier("Un numéro RPPS compte onze chiffres.")
        return cls(match[1])

    @property
    def key_is_valid(self) -> bool:
        return luhn_is_valid(self.value)

    @property
    def national_id(self) -> str:
        return f"8{self.value}"

    def formatted(self) -> str:
        return f"{self.value[:3]} {self.value[3:6]} {self.value[6:9]} {self.value[9:]}"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class InseeCode:
    """A commune of the Code officiel géographique: five characters, `2A004` and `04070` included."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        value = _compact(text)
        if not _INSEE.fullmatch(value):
            raise InvalidIdentifier("Un code commune INSEE compte cinq caractères, par exemple 84031 ou 2A004.")
        return cls(value)

    @property
    def departement(self) -> str:
        return self.value[:3] if self.value.startswith(_OVERSEAS) else self.value[:2]

    def __str__(self) -> str:
        return self.value


def _compact(text: str) -> str:
    """Without separators, upper case; an over-long text is no identifier and is not looked at."""
    return text.translate(_SEPARATORS).upper() if len(text) <= LONGEST else ""
