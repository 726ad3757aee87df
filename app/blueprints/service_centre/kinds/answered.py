"""Requests that are answered, and closed: a message, a report, a demand for help."""

from __future__ import annotations

from app.blueprints.service_centre.kinds.desk import KindDesk
from app.models import Request
from app.policies.actor import Actor
from app.usecases.requests import close_request
from app.web.forms import FreeTextField, PortalForm


class AnswerForm(PortalForm):
    reponse = FreeTextField(
        "Votre réponse", missing="Écrivez la réponse\u00a0: elle est envoyée à la personne.", longest=2000
    )


def _close(actor: Actor, request: Request, form: AnswerForm) -> None:
    close_request(actor, request, answer=form.reponse.data or "")


ANSWERED = KindDesk(
    panel="service_centre/kinds/message.html",
    form=AnswerForm,
    accept=_close,
    title="Répondre",
    button="Répondre et clore",
    done="Réponse envoyée. La demande est close.",
    refusable=False,
)
