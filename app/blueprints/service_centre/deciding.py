"""Decisions on requests of every kind: by agents from the desk, on corrections by those in office too.

The addresses are those of CONTRACT.md and belong to blueprints/affiliations/deciding.py, which answers by itself what
comes from the inbox of a CPTS.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.service_centre.blueprint import bp
from app.blueprints.service_centre.decision_page import (
    ACCEPT,
    ASK,
    REFUSE,
    Refused,
    accept_form,
    address,
    permission_of,
    show,
)
from app.blueprints.service_centre.forms import QuestionForm, RefusalForm
from app.blueprints.service_centre.kinds import desk_of
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.requests import Kind
from app.models import Request
from app.policies.permissions import Permission
from app.usecases.affiliations import ask_for_information, refuse_affiliation
from app.usecases.requests import ask_corrector, ask_requester, refuse_correction, refuse_request
from app.web.access import acting, authorise, checked, load_or_404
from app.web.forms import PortalForm
from app.web.htmx import see_other

FROM_THE_DESK = "centre"
"""Value of the field `depuis` in the forms of the desk."""
REFUSING = {Kind.AFFILIATION: refuse_affiliation, Kind.CORRECTION: refuse_correction}
ASKING = {Kind.AFFILIATION: ask_for_information, Kind.CORRECTION: ask_corrector}


@bp.get("/demandes/<uuid:request_id>/decision")
@checked(Permission.CORRECTION_DECIDE)
def decision(request_id: uuid.UUID) -> BaseResponse:
    """The page of those in office; rattachements have the inbox of the CPTS."""
    asked: Request = load_or_404(Request, request_id)
    authorise(permission_of(asked), asked)
    if asked.kind == Kind.AFFILIATION:
        return see_other(url_for("affiliations.inbox", finess=asked.finess))
    return show(asked)


def is_decided_here(asked: Request) -> bool:
    """Not what comes from the inbox of a CPTS."""
    return asked.kind != Kind.AFFILIATION or request.form.get("depuis") == FROM_THE_DESK


def accept(asked: Request) -> BaseResponse:
    desk, form = desk_of(asked), accept_form(asked)
    return decided(asked, ACCEPT, form, lambda: desk.accept(acting(), asked, form), done=desk.done)


def refuse(asked: Request) -> BaseResponse:
    form, act = RefusalForm(asked.kind), REFUSING.get(Kind(asked.kind), refuse_request)
    done = "Demande refusée. Le motif est envoyé à la personne."
    return decided(
        asked,
        REFUSE,
        form,
        lambda: act(acting(), asked, reason=form.motif.data or "", code=form.raison.data),
        done=done,
    )


def ask(asked: Request) -> BaseResponse:
    form, act = QuestionForm(), ASKING.get(Kind(asked.kind), ask_requester)
    done = "Question envoyée. La réponse remettra la demande à traiter."
    return decided(asked, ASK, form, lambda: act(acting(), asked, message=form.message.data or ""), done=done)


def decided(
    asked: Request,
    name: str,
    form: PortalForm,
    act: Callable[[], str | None],
    *,
    done: str,
    permission: Permission | None = None,
) -> BaseResponse:
    """Act with the words of a form of the page: 422 keeps them on it, 409 shows them beside the fresh state."""
    if not form.validate_on_submit():
        authorise(permission or permission_of(asked), asked)
        return show(asked, Refused(name, form, 422))
    try:
        done = act() or done
    except Invalid as error:
        form.refuse(error)
        return show(asked, Refused(name, form, 422))
    except ImpossibleNow as error:
        return show(asked, Refused(name, form, 409, notice=str(error)))
    flash(done, "ok")
    return see_other(address(asked))
