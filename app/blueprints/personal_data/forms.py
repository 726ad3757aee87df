"""Forms of the personal data."""

from __future__ import annotations

from wtforms import HiddenField

from app.web.forms import Declaration, EmailField, NameField, PhoneField, PortalForm

UNDERSTOOD = "Cochez cette case pour confirmer que vous avez compris."


class CorrectionForm(PortalForm):
    nom = NameField("Nom", missing="Renseignez votre nom.")
    prenom = NameField("Prénom", missing="Renseignez votre prénom.")
    telephone = PhoneField("Téléphone")


class NewEmailForm(PortalForm):
    email = EmailField("Nouvelle adresse électronique", missing="Renseignez la nouvelle adresse.")


class ErasureForm(PortalForm):
    compris = Declaration("J’ai compris que mon compte sera fermé et que cela ne s’annule pas.", missing=UNDERSTOOD)


class TermsForm(PortalForm):
    version = HiddenField()
    accepte = Declaration(
        "J’ai lu et j’accepte ces conditions.", missing="Cochez cette case pour accepter les conditions."
    )
