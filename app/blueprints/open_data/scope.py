"""What a reader asks for: the region, or one of its départements."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, request

from app.domain.territories import DEPARTEMENTS, REGIONS, Departement
from app.settings import current_settings
from app.web.errors import error_response


@dataclass(frozen=True, slots=True)
class Scope:
    """`chosen`: None for the whole region."""

    region: str
    chosen: Departement | None

    @property
    def departements(self) -> tuple[str, ...]:
        return (self.chosen.code,) if self.chosen else tuple(one.code for one in departements(self.region))

    @property
    def name(self) -> str:
        """As a file is named."""
        return f"departement-{self.chosen.code}" if self.chosen else f"region-{self.region}"

    @property
    def told(self) -> dict[str, dict[str, str] | None]:
        chosen = {"code": self.chosen.code, "libelle": self.chosen.name} if self.chosen else None
        return {
            "region": {"code": self.region, "libelle": REGIONS.get(self.region, self.region)},
            "departement": chosen,
        }


def asked() -> Scope:
    """The region, or the département of `?departement=`. 422, in words, when it is not one of the region."""
    region, code = current_settings().region_code, request.args.get("departement", "").strip().upper()
    if not code:
        return Scope(region, None)
    known = {one.code: one for one in departements(region)}
    if code not in known:
        codes = ", ".join(known) or "aucun"
        text = f"Ce département n’est pas dans ces données. Codes possibles\u00a0: {codes}."
        abort(error_response(422, detail=text))
    return Scope(region, known[code])


def of_departement(code: str) -> Scope:
    """One département of the region; 404 for any other."""
    region = current_settings().region_code
    found = next((one for one in departements(region) if one.code == code), None) or abort(404)
    return Scope(region, found)


def departements(region: str) -> list[Departement]:
    """In the order of their codes."""
    return sorted((one for one in DEPARTEMENTS.values() if one.region == region), key=lambda one: one.code)
