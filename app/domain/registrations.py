"""The registration of a CPTS: what is asked (S-052, S-053, S-054), kept as JSON in `Request.details`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from app.domain.errors import Invalid

CATEGORY_LABEL = "Communautés professionnelles territoriales de santé (CPTS)"
"""Of category 604, as FINESS writes it."""

FIRST_CPTS = date(2016, 1, 26)
"""The law that created the CPTS (n° 2016-41): no ACI of theirs is older."""


def aci_problem(signed_on: date | None, today: date) -> str | None:
    """Why an ACI cannot have been signed on that day; None when it can, or when no day is given."""
    if signed_on is None or FIRST_CPTS <= signed_on <= today:
        return None
    if signed_on > today:
        return "Indiquez une date passée\u00a0: l’accord doit être signé."
    return "Vérifiez l’année\u00a0: les CPTS existent depuis 2016."


def check_aci_date(signed_on: date, today: date) -> None:
    """Raises Invalid on `aci_date` when an ACI cannot have been signed on that day."""
    problem = aci_problem(signed_on, today)
    if problem:
        raise Invalid({"aci_date": problem})


@dataclass(frozen=True, kw_only=True)
class CptsDescription:
    """Phone in E.164, zone in INSEE codes. The president is who presides according to who asks: nothing proves it.

    `aci_signed_on` None: the ACI (accord conventionnel interprofessionnel) is not signed yet, a hard condition.
    """

    name: str
    finess: str
    street: str
    postcode: str
    city: str
    phone: str
    zone: tuple[str, ...]
    aci_signed_on: date | None = None
    aci_reference: str | None = None
    president_family_name: str | None = None
    president_given_name: str | None = None
    president_email: str | None = None

    def as_details(self) -> dict[str, Any]:
        """JSON; what is empty is left out."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        values["zone"] = list(self.zone)
        values["aci_signed_on"] = self.aci_signed_on.isoformat() if self.aci_signed_on else None
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def from_details(cls, details: Mapping[str, Any]) -> Self:
        known = {name: details[name] for name in cls.__dataclass_fields__ if name in details}
        known["zone"] = tuple(known.get("zone", ()))
        signed = known.get("aci_signed_on")
        known["aci_signed_on"] = date.fromisoformat(signed) if signed else None
        for name in ("name", "finess", "street", "postcode", "city", "phone"):
            known.setdefault(name, "")  # of somebody whose data was erased
        return cls(**known)

    @property
    def names_a_president(self) -> bool:
        return any((self.president_family_name, self.president_given_name, self.president_email))
