from __future__ import annotations

from app.web.forms import FreeTextField, PortalForm


class AnswerForm(PortalForm):
    message = FreeTextField("Votre réponse", missing="Écrivez votre réponse.", longest=1000)
