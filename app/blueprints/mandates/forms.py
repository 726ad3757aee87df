"""Forms of the trust chain. Each act takes a proof of identity given for it."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField

from app.web.forms import Declaration, EmailField, FreeLine, FreeTextField, NameField, PhoneField, RppsField
from app.web.proving import ProvenForm


class NominateForm(ProvenForm):
    nom = NameField("Nom", missing="Renseignez le nom de la personne.")
    prenom = NameField("Prénom", missing="Renseignez le prénom de la personne.")
    email = EmailField("Adresse électronique", missing="Renseignez l’adresse électronique de la personne.")
    telephone = PhoneField("Téléphone", missing="Renseignez le numéro de téléphone de la personne.")
    fonction = FreeLine("Fonction", missing="Renseignez la fonction de la personne dans la CPTS.")
    rpps = RppsField("Numéro RPPS")
    declaration = Declaration(
        "Je souhaite que cette personne ait le rôle de référent établissement de ma CPTS.",
        missing="Confirmez que vous souhaitez que cette personne ait ce rôle.",
    )

    def nominee(self) -> dict[str, Any]:
        """What the use case needs."""
        return {
            "family_name": self.nom.data,
            "given_name": self.prenom.data,
            "email": self.email.data,
            "phone": self.telephone.data,
            "function": self.fonction.data,
            "rpps": self.rpps.data,
            "declared": self.declaration.data,
        }


class EndForm(ProvenForm):
    """Also shown in a dialog, above a page that asks for the password too: its field has an id of its own."""

    mot_de_passe = PasswordField("Votre mot de passe", id="mot_de_passe-fin")
    motif = FreeTextField("Motif", longest=1000, missing="Indiquez pourquoi vous retirez ces droits.")
