"""A professional's account, whose coordinates those in office handed over: made by the service centre (S-072)."""

from __future__ import annotations

from typing import Any

from app.blueprints.service_centre.kinds.affiliation import UnitForm, prefill_unit
from app.blueprints.service_centre.kinds.desk import KindDesk
from app.models import Request
from app.policies.actor import Actor
from app.queries.professionals import handed_over
from app.queries.requests import one_received
from app.usecases.professionals import open_account


def _accept(actor: Actor, request: Request, form: UnitForm) -> None:
    open_account(actor, request, unit=form.unit())


def _context(request: Request) -> dict[str, Any]:
    return {"received": one_received(request), "handed": handed_over(request)}


ACCOUNT = KindDesk(
    panel="service_centre/kinds/account.html",
    form=UnitForm,
    accept=_accept,
    context=_context,
    prefill=prefill_unit,
    title="Créer le compte pour le compte de la CPTS",
    button="Créer le compte et rattacher",
    done="Compte créé pour le compte de la CPTS. La personne et qui l’a demandé en sont informés.",
)
