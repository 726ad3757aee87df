"""From what a rule finds to the button that opens the very field: for each person, what they may do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import url_for

from app.blueprints.descriptions.forms import FORMS
from app.blueprints.descriptions.place import box_url
from app.domain.readiness import Finding, Spot
from app.domain.sas_states import OUTSIDE
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.sheets import SheetRef, is_described
from app.usecases.descriptions import CONTACT
from app.web.access import can

IN_ROWS = {"value": "valeur", "level": "niveau"}
"""Key of a contact or of a number → its field in the form."""


@dataclass(frozen=True, slots=True)
class Mend:
    """`in_place`: the form of a box, which htmx opens in the page."""

    text: str
    url: str
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    finding: Finding
    mend: Mend | None


class Mending:
    """What the present person may do for this CPTS. `back`: where they come back to, saved or not."""

    def __init__(self, establishment: Establishment, back: str) -> None:
        self._place, self._back = establishment, back
        self._open = establishment.closed_on is None
        self._edits = self._open and can(Permission.ESTABLISHMENT_UPDATE, establishment)
        self._described = self._edits and is_described(establishment.finess)

    def told(self, findings: list[Finding]) -> list[Told]:
        return [Told(finding, self._of(finding)) for finding in findings]

    def at(self, spot: Spot | None) -> Mend | None:
        """The form of the box, for those who may write in it; before the first description, the dossier (S-133)."""
        if spot is None:
            return self._dossier()
        ref = SheetRef(self._place.finess, spot.unit_id)
        form = FORMS[ref.kind, spot.box]
        if not self._edits:
            return self._on_behalf()
        if not self._described and (ref.kind, spot.box) != CONTACT:
            return self._dossier()
        name = _input(form.NAMES.get(spot.field, ""), spot.item)
        url = box_url(ref, spot.box, "edit", retour=self._back, **({"champ": name} if name else {}))
        return Mend("Corriger", f"{url}#{name}" if name else url, in_place=True)

    def _of(self, finding: Finding) -> Mend | None:
        if finding.spot:
            mend = self.at(finding.spot)
            named = finding.rule == OUTSIDE and mend and mend.in_place
            return replace(mend, text="Modifier la zone") if mend and named else mend
        finess = self._place.finess
        if finding.rule == "units":
            return self._dossier()
        if finding.rule == "freshness":
            return Mend("Revoir les informations", url_for("memory.freshness", finess=finess))
        if finding.rule == "effectors":
            return Mend("Voir les participants", url_for("participations.of_cpts", finess=finess))
        if finding.rule == "finess":
            return Mend(
                "Écrire au centre de services",
                url_for("pages.contact", sujet="modification", finess=finess, depuis=self._back),
            )
        return None

    def _dossier(self) -> Mend | None:
        if not (self._open and can(Permission.DOSSIER_CREATE, self._place)):
            return None
        return Mend("Décrire la CPTS dans un dossier", url_for("dossiers.new", finess=self._place.finess))

    def _on_behalf(self) -> Mend | None:
        if not (self._open and can(Permission.ESTABLISHMENT_UPDATE_FOR, self._place)):
            return None
        return Mend("Agir pour son compte", url_for("service_centre.behalf", finess=self._place.finess))


def _input(name: str, item: str) -> str:
    """`contacts`, `0.telecoms.1.level` → `contacts-0-telecoms-1-niveau`."""
    return "-".join([name, *(IN_ROWS.get(key, key) for key in item.split("."))]) if item else name
