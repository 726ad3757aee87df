"""The forms of the registrations: exactly what the guides ask for (S-052, S-053, S-057)."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from app import clock
from app.blueprints.descriptions.forms.fields import PostcodeField
from app.domain.professions import HEALTH, find_profession
from app.domain.registrations import CptsDescription, aci_problem
from app.domain.requests import Kind, Status
from app.usecases.requests import Submission
from app.web.forms import (
    Declaration,
    EmailField,
    FreeLine,
    NameField,
    PhoneField,
    PortalForm,
    RppsField,
    TextLine,
)
from app.web.register_fields import DayField, FinessField, ZoneField
from app.web.request_forms import RequestForm
from app.working_days import day_of

SIGNED, NOT_SIGNED = "oui", "non"
ACI_DATE_MISSING = "Indiquez la date de signature de l’ACI."
HEALTH_PROFESSIONS = [
    SelectChoice("", "Choisissez dans la liste"),
    *(SelectChoice(profession.key, profession.label) for profession in HEALTH),
]


class CptsForm(RequestForm):
    nom = FreeLine("Nom de la CPTS", missing="Renseignez le nom de la CPTS.", longest=160)
    finess = FinessField("Numéro FINESS", missing="Renseignez les 9 caractères du numéro FINESS.")
    adresse = FreeLine("Numéro et voie", missing="Renseignez le numéro et la voie.", longest=200)
    code_postal = PostcodeField("Code postal", missing="Renseignez le code postal.", longest=5)
    ville = FreeLine("Ville", missing="Renseignez la ville.", longest=80)
    telephone = PhoneField("Téléphone de la CPTS", missing="Renseignez le téléphone de la CPTS.")
    zone = ZoneField("Communes de la zone d’intervention", missing="Indiquez au moins une commune.")
    aci = RadioField(
        "L’ACI de la CPTS est-il signé\u202f?",
        choices=[SelectChoice(SIGNED, "Oui"), SelectChoice(NOT_SIGNED, "Non, pas encore")],
        validators=[InputRequired("Dites si l’ACI est signé.")],
    )
    aci_date = DayField("Date de signature de l’ACI")
    aci_reference = FreeLine("Référence du contrat, ou ce qui l’atteste", longest=200)
    president_nom = NameField("Nom")
    president_prenom = NameField("Prénom")
    president_email = EmailField("Adresse électronique")
    email = EmailField("Votre adresse électronique", missing="Renseignez votre adresse électronique.")

    def validate(self, extra_validators: Any = None) -> bool:
        """The date is asked when the ACI is signed; the field alone, being optional, cannot say so."""
        valid = bool(super().validate(extra_validators))
        if self.aci.data == SIGNED and not self.aci_date.errors:
            problem = (
                ACI_DATE_MISSING if self.aci_date.day is None else aci_problem(self.aci_date.day, day_of(clock.now()))
            )
            if problem:
                self.aci_date.errors = [problem]
                return False
        return valid

    def description(self) -> CptsDescription:
        signed = self.aci.data == SIGNED
        return CptsDescription(
            name=self.nom.data or "",
            finess=self.finess.data or "",
            street=self.adresse.data or "",
            postcode=self.code_postal.data or "",
            city=self.ville.data or "",
            phone=self.telephone.data or "",
            zone=self.zone.codes,
            aci_signed_on=self.aci_date.day if signed else None,
            aci_reference=self.aci_reference.data if signed else None,
            president_family_name=self.president_nom.data,
            president_given_name=self.president_prenom.data,
            president_email=self.president_email.data,
        )

    def submission(self) -> Submission:
        described = self.description()
        return Submission(
            kind=Kind.CPTS,
            email=self.email.data or "",
            subject=described.name,
            details=described.as_details(),
            status=Status.SUBMITTED if described.aci_signed_on else Status.ACI_AWAITED,
        )


class AciForm(PortalForm):
    """Later: the date that was missing."""

    aci_date = DayField("Date de signature de l’ACI", missing=ACI_DATE_MISSING)
    aci_reference = FreeLine("Référence du contrat, ou ce qui l’atteste", longest=200)


class PresidencyRequestForm(RequestForm):
    nom = NameField("Nom", missing="Renseignez votre nom.")
    prenom = NameField("Prénom", missing="Renseignez votre prénom.")
    email = EmailField("Adresse électronique", missing="Renseignez votre adresse électronique.")
    telephone = PhoneField("Téléphone", missing="Renseignez un numéro de téléphone.")
    profession = SelectField("Profession", choices=HEALTH_PROFESSIONS, validate_choice=False)
    rpps = RppsField("Numéro RPPS", missing="Renseignez les 11 chiffres de votre numéro RPPS.")
    cpts = TextLine("Nom de la CPTS", missing="Indiquez la CPTS que vous présidez.")
    statut = Declaration(
        "Je suis président ou présidente de cette CPTS.",
        missing="Confirmez que vous présidez cette CPTS\u00a0: ce formulaire n’enregistre que les présidences.",
    )
    date_assemblee = DayField("Date de l’assemblée qui vous a élu")
    reference = FreeLine("Référence du procès-verbal", longest=200)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.profession.flags.required = True

    def validate_profession(self, field: SelectField) -> None:
        found = find_profession(field.data or "")
        if found is None or not found.needs_rpps:
            raise ValidationError("Choisissez votre profession dans la liste.")

    def validate_date_assemblee(self, field: DayField) -> None:
        if field.day is not None and field.day > day_of(clock.now()):
            raise ValidationError("Indiquez une date passée\u00a0: l’assemblée doit avoir eu lieu.")

    def submission(self) -> Submission:
        profession = find_profession(self.profession.data or "")
        assembly = {
            "assembly_on": self.date_assemblee.day.isoformat() if self.date_assemblee.day else None,
            "minutes": self.reference.data,
        }
        return Submission(
            kind=Kind.PRESIDENCY,
            email=self.email.data or "",
            family_name=self.nom.data,
            given_name=self.prenom.data,
            phone=self.telephone.data,
            profession_code=profession.code if profession else None,
            profession_label=profession.label if profession else None,
            rpps=self.rpps.data,
            details={name: value for name, value in assembly.items() if value},
        )
