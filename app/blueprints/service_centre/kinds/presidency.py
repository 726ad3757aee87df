"""The request of who presides at the desk: the register, who presides already, the seat, the evidence (S-057)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask_login import current_user
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app import clock
from app.blueprints.service_centre.kinds.desk import KindDesk
from app.domain.acts import act_key
from app.domain.requests import is_pending
from app.domain.successions import waits_until
from app.models import Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.queries.mandates import open_presidencies
from app.queries.presidency_requests import PresidencyFile, presidency_file
from app.usecases.presidency_requests import Seating, accept_presidency
from app.web.access import authorise
from app.web.forms import EmailField, FreeTextField
from app.web.proving import ProvenForm, proof_needed, proving
from app.web.register_fields import DayField

FREE, JOINS = "libre", "rejoint"
"""Values of `siege`; the others are ids of mandates to end."""


class AcceptPresidencyForm(ProvenForm):
    """`places`: values of `siege` and their words."""

    siege = RadioField("Cette présidence", validate_choice=False)
    justificatif = FreeTextField(
        "Ce que vous avez vérifié", longest=1000, missing="Indiquez ce que vous avez vérifié avant d’accepter."
    )
    email = EmailField("Adresse électronique du compte", missing="Renseignez l’adresse électronique de la personne.")
    fin_mandat = DayField("Dernier jour du mandat")

    def __init__(self, places: list[tuple[str, str]], **values: Any) -> None:
        super().__init__(**values)
        self.siege.choices = [SelectChoice(value, words) for value, words in places]
        self.siege.flags.required = True

    def validate_siege(self, field: RadioField) -> None:
        if field.data not in {FREE, JOINS} and _uuid(field.data) is None:
            raise ValidationError("Dites si la personne succède à la présidence ou la rejoint.")

    def seating(self) -> Seating:
        return Seating(ends=_uuid(self.siege.data), joins=self.siege.data == JOINS)


def prefill(request: Request) -> dict[str, Any]:
    """Nothing is ticked when there is something to choose: who leaves is said on purpose."""
    places = places_of(request)
    return {"places": places, "email": request.email, "siege": places[0][0] if len(places) == 1 else None}


def places_of(request: Request) -> list[tuple[str, str]]:
    """What accepting can do to the seats as they are."""
    held = open_presidencies(request.finess)
    if not held:
        return [(FREE, "occupe le siège libre")]
    ends = [(str(one.mandate_id), f"met fin à la présidence de {one.name}") for one in held]
    return ends if len(held) > 1 else [*ends, (JOINS, f"rejoint {held[0].name} (coprésidence)")]


def context(request: Request) -> dict[str, Any]:
    found, act = presidency_file(request), _act(request)
    return {
        "file": found,
        "waits_until": _waits_until(request, found),
        "act": act,
        "proof_needed": current_user.is_authenticated and is_pending(request.status) and proof_needed(act),
    }


def accept(_actor: Actor, request: Request, form: AcceptPresidencyForm) -> str:
    authorise(Permission.REQUEST_DECIDE, request)  # nobody else is even asked who they are
    mandate = accept_presidency(
        proving(_act(request)),
        request,
        email=form.email.data or "",
        evidence=form.justificatif.data or "",
        seating=form.seating(),
        term_ends_on=form.fin_mandat.day,
    )
    return f"La présidence de {mandate.person.full_name} est enregistrée. Un courriel lui est envoyé."


PRESIDENCY = KindDesk(
    panel="service_centre/kinds/presidency.html",
    form=AcceptPresidencyForm,
    accept=accept,
    context=context,
    prefill=prefill,
    fields="service_centre/kinds/presidency_fields.html",
    title="Enregistrer la présidence",
    button="Enregistrer la présidence",
)


# ── steps ───────────────────────────────────────────────────────────────────


def _act(request: Request) -> str:
    return act_key(Permission.MANDATE_REGISTER_PRESIDENT, request.finess)


def _waits_until(request: Request, found: PresidencyFile) -> datetime | None:
    """Until when a president in office may object; None when nobody may any more."""
    if not is_pending(request.status):
        return None
    in_office = {president.mandate_id for president in found.presidents if not president.over}
    told = ((notice.answer, notice.objects_until) for notice in found.notices if notice.mandate_id in in_office)
    until = waits_until(told)
    return until if until is not None and until > clock.now() else None


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
