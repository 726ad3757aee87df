"""Forms of rattachements; the field names are those of CONTRACT.md."""

from __future__ import annotations

import uuid
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.domain.professions import HEALTH, WITHOUT_RPPS, find_profession
from app.domain.refusals import OTHER, reasons_for
from app.domain.requests import Kind
from app.models import Unit
from app.usecases.affiliations import Wish
from app.web.forms import (
    EmailField,
    FreeLine,
    FreeTextField,
    NameField,
    PhoneField,
    PortalForm,
    RppsField,
    TrapMixin,
)
from app.web.names import name_fr

CHOICES = [
    SelectChoice("", "Choisissez dans la liste"),
    *(SelectChoice(profession.key, profession.label) for profession in HEALTH),
    *(SelectChoice(profession.key, f"{profession.label} (sans numéro RPPS)") for profession in WITHOUT_RPPS),
]
LISTING = "J’accepte que mon nom, ma profession et ma fonction soient affichés sur la page publique de l’unité."


def profession_key(text: Any) -> str:
    """The key of a profession given by key or by label; what is unknown stays as typed, and is refused."""
    found = find_profession(str(text or ""))
    return found.key if found else str(text or "")


class AskForm(TrapMixin, PortalForm):
    rpps_missing = "Renseignez votre numéro RPPS : il est demandé aux professionnels de santé."
    profession_missing = "Choisissez votre profession dans la liste."

    nom = NameField("Nom", missing="Renseignez votre nom.")
    prenom = NameField("Prénom", missing="Renseignez votre prénom.")
    email = EmailField("Adresse électronique", missing="Renseignez votre adresse électronique.")
    telephone = PhoneField("Téléphone", missing="Renseignez un numéro de téléphone.")
    profession = SelectField("Profession", choices=CHOICES, coerce=profession_key, validate_choice=False)
    rpps = RppsField("Numéro RPPS")
    fonction = FreeLine("Fonction")
    unite = RadioField("Unité à rejoindre", coerce=int)
    message = FreeTextField("Message à la CPTS", longest=1000)
    affichage = BooleanField(LISTING)
    cle = HiddenField()

    def __init__(self, units: list[Unit], **values: Any) -> None:
        super().__init__(unite=units[0].id, cle=str(uuid.uuid4()), **values)
        self.unite.choices = [SelectChoice(unit.id, name_fr(unit.name)) for unit in units]
        self.profession.flags.required = True

    def validate_profession(self, field: SelectField) -> None:
        if find_profession(field.data or "") is None:
            raise ValidationError(self.profession_missing)

    def validate(self, extra_validators: Any = None) -> bool:
        """A health profession needs its RPPS number; the field alone, being optional, cannot say so."""
        valid = bool(super().validate(extra_validators))
        profession = find_profession(self.profession.data or "")
        if profession and profession.needs_rpps and not self.rpps.data and not self.rpps.errors:
            self.rpps.errors = [self.rpps_missing]
            return False
        return valid

    @property
    def client_key(self) -> uuid.UUID | None:
        """What makes two sendings of one form the same request; a stranger's text is as good as none."""
        try:
            return uuid.UUID(self.cle.data or "")
        except ValueError:
            return None

    def wish(self) -> Wish:
        profession = find_profession(self.profession.data)
        return Wish(
            family_name=self.nom.data or "",
            given_name=self.prenom.data or "",
            email=self.email.data or "",
            phone=self.telephone.data or "",
            profession_code=profession.code if profession else None,
            profession_label=profession.label if profession else "",
            rpps=self.rpps.data,
            function=self.fonction.data,
            message=self.message.data,
            unit_id=self.unite.data,
            listed=self.affichage.data,
        )


class AnswerForm(PortalForm):
    """A form of one text."""

    @property
    def written(self) -> str:
        return next(field.data or "" for field in self if field.name in {"motif", "message"})


class RefuseForm(AnswerForm):
    raison = SelectField(
        "Motif",
        choices=[SelectChoice(reason.key, reason.label) for reason in reasons_for(Kind.AFFILIATION)],
        default=OTHER.key,
    )
    motif = FreeTextField(
        "Explication, transmise à la personne",
        missing="Indiquez le motif du refus : il est transmis à la personne.",
        longest=1000,
    )


class CompleteForm(AnswerForm):
    message = FreeTextField(
        "Votre question, transmise à la personne", missing="Écrivez la précision que vous demandez.", longest=1000
    )


class EndForm(AnswerForm):
    motif = FreeTextField(
        "Motif, transmis à la personne", missing="Indiquez pourquoi ce rattachement prend fin.", longest=500
    )
