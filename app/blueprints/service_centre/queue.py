"""`/centre`: the queue, and reminders sent from it, several at once."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.service_centre.blueprint import bp
from app.domain.errors import ImpossibleNow
from app.domain.requests import Kind
from app.models import Request
from app.policies.permissions import Permission
from app.queries import desk_queue
from app.queries.desk_queue import PER_PAGE, Filters, Tab, Whose
from app.queries.text_match import LONGEST
from app.usecases.handling import remind_deciders
from app.web.access import acting, as_uuid, authorise, checked, current_actor, load_or_404
from app.web.french import plural
from app.web.htmx import page_or_fragment, see_other

KEPT = ("etat", "type", "qui", "dep", "q", "page")
"""What the address of a queue holds, and a reminder comes back to."""
Value = TypeVar("Value")


@bp.get("/centre")
@checked(Permission.SERVICE_CENTRE_DESK)
def desk() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    found = desk_queue.queue(current_actor(), _filters(), request.args.get("page", 1, type=int))
    return page_or_fragment(
        "service_centre/desk.html", "service_centre/_desk.html", queue=found, kinds=list(Kind), kept=_kept()
    )


@bp.post("/centre/relances")
@checked(Permission.REQUEST_HANDLE)
def remind() -> BaseResponse:
    """Each ticked request on its own: one that cannot be reminded does not hold the others back."""
    authorise(Permission.REQUEST_HANDLE)
    sent, refused = 0, []
    for asked in [load_or_404(Request, id_) for id_ in _ticked()]:
        try:
            remind_deciders(acting(), asked)
            sent += 1
        except ImpossibleNow as error:
            refused.append(f"{asked.number} : {error}")
    if sent:
        flash(f"{plural(sent, 'rappel envoyé', 'rappels envoyés')} à ceux qui décident.", "ok")
    for sentence in refused:
        flash(sentence, "attention")
    if not sent and not refused:
        flash("Cochez au moins une demande à relancer.", "attention")
    return see_other(url_for("service_centre.desk", **_kept()))


# ── steps ───────────────────────────────────────────────────────────────────


def _filters() -> Filters:
    return Filters(
        tab=_chosen(Tab, "etat") or Tab.TO_DECIDE,
        kind=_chosen(Kind, "type"),
        whose=_chosen(Whose, "qui") or Whose.ANYBODY,
        departement=request.args.get("dep", "")[:3],
        text=request.args.get("q", "")[:LONGEST],
    )


def _chosen(values: type[Value], name: str) -> Value | None:
    """One of these values; None for anything else that an address may hold."""
    try:
        return values(request.args.get(name, ""))  # type: ignore[call-arg]
    except ValueError:
        return None


def _ticked() -> list[uuid.UUID]:
    """A page of the queue at most; each once."""
    return [as_uuid(text) for text in dict.fromkeys(request.form.getlist("demande"))][:PER_PAGE]


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in KEPT if request.args.get(name)}
