"""The seven items of the official form (S-157 to S-160), in its own words."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.domain.requests import Kind
from app.domain.territories import DEPARTEMENTS
from app.usecases.requests import Submission
from app.web.forms import EmailField, NameField, PhoneField
from app.web.request_forms import RequestForm

MANAGER = "SAS - Gestionnaire de structure"
PROFILES = (MANAGER, "SAS - Professionnel de santé", "SAS - Régulateur ou opérateur (OSNP)", "Autre")
HOW_TO = "Je souhaite utiliser la plateforme SAS, comment faire ?"
SUBJECTS = (
    HOW_TO,
    "Je n’arrive pas à me connecter à la plateforme SAS",
    "Je souhaite modifier ce que la plateforme SAS affiche de ma structure",
    "Autre question",
)
TERRITORIES = {code: f"{place.name} ({code})" for code, place in DEPARTEMENTS.items()}


class SasAccountForm(RequestForm):
    profil = SelectField("Vous êtes", choices=[SelectChoice(text, text) for text in PROFILES], validate_choice=False)
    sujet = SelectField(
        "Votre demande concerne",
        choices=[SelectChoice(text, text.replace(" ?", "\u202f?")) for text in SUBJECTS],
        validate_choice=False,
    )
    nom = NameField("Nom", missing="Renseignez votre nom.")
    prenom = NameField("Prénom", missing="Renseignez votre prénom.")
    telephone = PhoneField("Téléphone", missing="Renseignez un numéro de téléphone.")
    email = EmailField("Adresse électronique", missing="Renseignez votre adresse électronique.")
    territoire = SelectField(
        "Territoire",
        choices=[
            SelectChoice("", "Choisissez un territoire"),
            *(SelectChoice(code, name) for code, name in TERRITORIES.items()),
        ],
        validate_choice=False,
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"profil": MANAGER, "sujet": HOW_TO, **values})
        asked = (self.profil, self.sujet, self.nom, self.prenom, self.telephone, self.email, self.territoire)
        for field in asked:
            field.flags.required = field.flags.starred = True

    def validate_profil(self, field: SelectField) -> None:
        if field.data not in PROFILES:
            raise ValidationError("Choisissez ce que vous êtes dans la liste.")

    def validate_sujet(self, field: SelectField) -> None:
        if field.data not in SUBJECTS:
            raise ValidationError("Choisissez ce que votre demande concerne dans la liste.")

    def validate_territoire(self, field: SelectField) -> None:
        if field.data not in TERRITORIES:
            raise ValidationError("Choisissez votre territoire dans la liste.")

    def submission(self) -> Submission:
        return Submission(
            kind=Kind.SAS_ACCOUNT,
            email=self.email.data or "",
            family_name=self.nom.data,
            given_name=self.prenom.data,
            phone=self.telephone.data,
            subject=self.sujet.data,
            details={"profil": self.profil.data, "territoire": TERRITORIES[self.territoire.data]},
        )

    def mailto(self, recipient: str) -> str:
        """The same items in a mail, for who prefers to send or forward it (S-163)."""
        shown = {
            "Vous êtes": self.profil.data,
            "Votre demande concerne": self.sujet.data,
            "Nom": self.nom.data,
            "Prénom": self.prenom.data,
            "Téléphone": self.telephone.data,
            "Adresse électronique": self.email.data,
            "Territoire": TERRITORIES.get(self.territoire.data or ""),
        }
        lines = "\r\n".join(f"{label} : {value or ''}" for label, value in shown.items())
        return f"mailto:{recipient}?subject={quote('Compte sur la plateforme SAS')}&body={quote(lines)}"
