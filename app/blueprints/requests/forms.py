from __future__ import annotations

from app.web.forms import EmailField, FreeTextField, PortalForm, TextLine


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


class FindForm(PortalForm):
    numero = TextLine("Numéro de la demande", missing="Renseignez le numéro de la demande.", longest=20)
    email = EmailField("Adresse électronique", missing="Renseignez l’adresse indiquée dans la demande.")
