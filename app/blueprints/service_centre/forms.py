"""Forms of the service centre."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.domain.professions import HEALTH, find_profession
from app.domain.refusals import reasons_for
from app.web.forms import EmailField, FreeTextField, NameField, PhoneField, PortalForm, RppsField
from app.web.proving import ProvenForm
from app.web.register_fields import DayField

ANY_SEAT = ""
SEATS = [
    SelectChoice(ANY_SEAT, "Le premier siège libre"),
    SelectChoice("1", "Siège 1"),
    SelectChoice("2", "Siège 2 (coprésidence)"),
]
PROFESSIONS = [
    SelectChoice("", "Choisissez une profession"),
    *(SelectChoice(profession.key, profession.label) for profession in HEALTH),
]


class PresidencyForm(ProvenForm):
    """The eight items of the registration (S-057); the CPTS is in the address."""

    nom = NameField("Nom", missing="Renseignez le nom de la personne.")
    prenom = NameField("Prénom", missing="Renseignez le prénom de la personne.")
    email = EmailField("Adresse électronique", missing="Renseignez l’adresse électronique de la personne.")
    telephone = PhoneField("Téléphone", missing="Renseignez le numéro de téléphone de la personne.")
    profession = SelectField(
        "Profession", choices=PROFESSIONS, validators=[InputRequired("Choisissez la profession de la personne.")]
    )
    rpps = RppsField("Numéro RPPS", missing="Renseignez les 11 chiffres du numéro RPPS.")
    justificatif = FreeTextField(
        "Ce que vous avez vérifié", longest=1000, missing="Indiquez ce que vous avez vérifié avant d’enregistrer."
    )
    siege = RadioField("Siège", choices=SEATS, default=ANY_SEAT)
    fin_mandat = DayField("Dernier jour du mandat")

    def president(self) -> dict[str, Any]:
        """What the use case needs."""
        profession = find_profession(self.profession.data or "")
        return {
            "family_name": self.nom.data,
            "given_name": self.prenom.data,
            "email": self.email.data,
            "phone": self.telephone.data,
            "profession_code": profession.code if profession else None,
            "profession_label": profession.label if profession else "",
            "rpps": self.rpps.data,
            "evidence": self.justificatif.data,
            "seat": int(self.siege.data) if self.siege.data else None,
            "term_ends_on": self.fin_mandat.day,
        }


class EndPresidencyForm(ProvenForm):
    motif = FreeTextField("Motif", longest=1000, missing="Indiquez pourquoi cette présidence prend fin.")


class ConfirmPresidencyForm(ProvenForm):
    """The same person presides on, re-elected."""

    justificatif = FreeTextField(
        "Ce que vous avez vérifié", longest=1000, missing="Indiquez ce que vous avez vérifié avant de confirmer."
    )
    fin_mandat = DayField("Dernier jour du nouveau mandat")


class RefusalForm(PortalForm):
    """Why, from the catalogue of the kind, and in words that help (B-08)."""

    raison = SelectField("Motif", validate_choice=False)
    motif = FreeTextField(
        "Explication, transmise à la personne",
        missing="Indiquez le motif du refus\u00a0: il est transmis à la personne.",
        longest=1000,
    )

    def __init__(self, kind: str, **values: Any) -> None:
        super().__init__(**values)
        self.raison.choices = [SelectChoice(reason.key, reason.label) for reason in reasons_for(kind)]
        self.raison.flags.required = True


class QuestionForm(PortalForm):
    message = FreeTextField(
        "Votre question, transmise à la personne", missing="Écrivez la précision que vous demandez.", longest=1000
    )


class WordForm(PortalForm):
    message = FreeTextField(
        "Votre message, transmis à la personne", missing="Écrivez votre message.", longest=2000, id="message-libre"
    )


class NoteForm(PortalForm):
    note = FreeTextField("Note interne", missing="Écrivez la note.", longest=2000)


class ReasonForm(PortalForm):
    motif = FreeTextField("Motif", missing="Indiquez le motif\u00a0: il est envoyé à la personne.", longest=1000)
