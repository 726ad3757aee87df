"""A rattachement asked, compared with the professional register: what deciders are told before they answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import ImpossibleNow


class Check(StrEnum):
    """A fact found about a request, shown as a badge."""

    IN_REGISTER = "RPPS dans l’Annuaire"
    NAME_DIFFERS = "Nom différent dans l’Annuaire"
    IN_ZONE = "Exerce dans la zone"
    OUT_OF_ZONE = "Exerce hors de la zone"
    TO_VERIFY = "Identité à vérifier"

    @property
    def reassuring(self) -> bool:
        return self in {Check.IN_REGISTER, Check.IN_ZONE}


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What the register says of the RPPS number given: the family name and where the person practises."""

    family_name: str
    communes: frozenset[str]


def compare(family_name: str, entry: RegisterEntry | None, zone: Collection[str]) -> list[Check]:
    """Badges for deciders. Without an entry nothing vouches for the identity."""
    if entry is None:
        return [Check.TO_VERIFY]
    same = _name(family_name) == _name(entry.family_name)
    checks = [Check.IN_REGISTER] if same else [Check.NAME_DIFFERS, Check.TO_VERIFY]
    if entry.communes and zone:
        checks.append(Check.OUT_OF_ZONE if entry.communes.isdisjoint(zone) else Check.IN_ZONE)
    return checks


def check_open(ended: bool) -> None:
    """Raises ImpossibleNow when the affiliation is over already."""
    if ended:
        raise ImpossibleNow("Ce rattachement a déjà pris fin.")


def _name(text: str) -> str:
    """Letters only: RIPERT-NOËL and Ripert Noel are one name."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())
