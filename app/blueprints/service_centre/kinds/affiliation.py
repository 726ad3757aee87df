"""A rattachement that the service centre decides for the CPTS, because nobody there can or has (B-06, B-08)."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.blueprints.service_centre.kinds.desk import KindDesk
from app.models import Request, Unit
from app.policies.actor import Actor
from app.queries.requests import one_received, open_units
from app.usecases.affiliations import accept_affiliation
from app.web.forms import PortalForm
from app.web.names import name_fr


class UnitForm(PortalForm):
    """The unit that the person joins: the one asked, or another of the same CPTS."""

    unite = RadioField(
        "Unité de rattachement", coerce=int, validators=[InputRequired("Choisissez une unité de cette CPTS.")]
    )

    def __init__(self, units: list[Unit], **values: Any) -> None:
        super().__init__(**values)
        self.units = units
        self.unite.choices = [SelectChoice(unit.id, name_fr(unit.name)) for unit in units]

    def unit(self) -> Unit | None:
        return next((unit for unit in self.units if unit.id == self.unite.data), None)


def prefill_unit(request: Request) -> dict[str, Any]:
    units = open_units(request.finess)
    asked = request.unit_id if any(unit.id == request.unit_id for unit in units) else None
    return {"units": units, "unite": asked}


def _accept(actor: Actor, request: Request, form: UnitForm) -> None:
    accept_affiliation(actor, request, unit=form.unit())


def _context(request: Request) -> dict[str, Any]:
    return {"received": one_received(request)}


AFFILIATION = KindDesk(
    panel="service_centre/kinds/affiliation.html",
    form=UnitForm,
    accept=_accept,
    context=_context,
    prefill=prefill_unit,
    title="Accepter pour le compte de la CPTS",
    done="Demande acceptée pour le compte de la CPTS. La personne et la CPTS en sont informées.",
)
