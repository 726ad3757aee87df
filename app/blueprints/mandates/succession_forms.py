"""Forms around the change of a presidency."""

from __future__ import annotations

from datetime import date

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput

from app.domain.professions import HEALTH, find_profession
from app.domain.requests import Kind
from app.usecases.requests import Submission
from app.web.forms import Declaration, EmailField, FreeLine, FreeTextField, NameField, PhoneField, PortalForm, RppsField
from app.web.register_fields import DayField

PROFESSIONS = [
    SelectChoice("", "Choisissez une profession"),
    *(SelectChoice(profession.key, profession.label) for profession in HEALTH),
]
AGREES, OBJECTS = "accord", "opposition"


class SuccessorForm(PortalForm):
    """The eight items of a presidency (S-057): the CPTS is in the address, the status is what the form is for."""

    nom = NameField("Nom", missing="Renseignez le nom de la personne.")
    prenom = NameField("Prénom", missing="Renseignez le prénom de la personne.")
    email = EmailField("Adresse électronique", missing="Renseignez l’adresse électronique de la personne.")
    telephone = PhoneField("Téléphone", missing="Renseignez le numéro de téléphone de la personne.")
    profession = SelectField(
        "Profession", choices=PROFESSIONS, validators=[InputRequired("Choisissez la profession de la personne.")]
    )
    rpps = RppsField("Numéro RPPS", missing="Renseignez les 11 chiffres du numéro RPPS.")
    date_assemblee = DayField("Date de l’assemblée", missing="Indiquez la date de l’assemblée qui a élu la personne.")
    proces_verbal = FreeLine("Référence du procès-verbal")
    declaration = Declaration(
        "Je présente cette personne pour me succéder à la présidence de ma CPTS.",
        missing="Confirmez que vous présentez cette personne pour vous succéder.",
    )

    @property
    def assembly_on(self) -> date:
        """Once valid."""
        return self.date_assemblee.day or date.min

    def submission(self) -> Submission:
        profession = find_profession(self.profession.data or "")
        return Submission(
            kind=Kind.PRESIDENCY,
            family_name=self.nom.data,
            given_name=self.prenom.data,
            email=self.email.data or "",
            phone=self.telephone.data,
            profession_code=profession.code if profession else None,
            profession_label=profession.label if profession else None,
            rpps=self.rpps.data,
            details={"minutes": self.proces_verbal.data} if self.proces_verbal.data else {},
        )


class SuccessionForm(PortalForm):
    """The outgoing president's word on a claim."""

    reponse = RadioField(
        "Votre réponse",
        choices=[
            SelectChoice(AGREES, "Je donne mon accord : cette personne me succède, ou préside avec moi"),
            SelectChoice(OBJECTS, "Je m’oppose"),
        ],
        validators=[InputRequired("Choisissez une réponse.")],
    )
    motif = FreeTextField("Motif de votre opposition", longest=2000)


class RenewalForm(PortalForm):
    referents = SelectMultipleField("Personnes à garder", option_widget=CheckboxInput(), validate_choice=False)
    declaration = Declaration(
        "Je souhaite que ces personnes aient le rôle de référent établissement de ma CPTS.",
        missing="Confirmez que vous souhaitez que ces personnes aient ce rôle.",
    )
