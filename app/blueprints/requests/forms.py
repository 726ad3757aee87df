from __future__ import annotations

from app.web.forms import FreeTextField, PortalForm


class AnswerForm(PortalForm):
    message = FreeTextField("Votre réponse", missing="Écrivez votre réponse.", longest=1000)


class MessageForm(PortalForm):
    message = FreeTextField("Votre message", missing="Écrivez votre message.", longest=2000, id="message-libre")


class AppealForm(PortalForm):
    message = FreeTextField(
        "Pourquoi cette décision devrait être revue",
        missing="Expliquez pourquoi cette décision devrait être revue.",
        longest=2000,
        id="message-recours",
    )
