"""A proposed correction: applied by those in office, by the service centre where they cannot or have not (B-19)."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from app import db
from app.blueprints.service_centre.kinds.desk import KindDesk
from app.models import Establishment, Request
from app.policies.actor import Actor
from app.queries.corrections import Proposed, proposed
from app.usecases.corrections import apply_correction
from app.web.forms import PortalForm


class ApplyForm(PortalForm):
    """`vu`: what the decider saw of the value in place."""

    vu = HiddenField()

    @property
    def seen(self) -> str | None:
        """None when the form did not say: what counts then is what the reader saw."""
        return self.vu.data if self.vu.raw_data else None


def _proposed(request: Request) -> Proposed:
    return proposed(request, db.session().get_one(Establishment, request.finess))


def _prefill(request: Request) -> dict[str, Any]:
    return {"vu": _proposed(request).seen}


def _context(request: Request) -> dict[str, Any]:
    return {"correction": _proposed(request)}


def _accept(actor: Actor, request: Request, form: ApplyForm) -> None:
    apply_correction(actor, request, seen=form.seen)


CORRECTION = KindDesk(
    panel="service_centre/kinds/correction.html",
    form=ApplyForm,
    accept=_accept,
    context=_context,
    prefill=_prefill,
    fields="service_centre/kinds/correction_seen.html",
    title="Appliquer la correction",
    button="Appliquer",
    done="Correction appliquée\u00a0: elle est en ligne. La personne en est remerciée par courriel.",
)
