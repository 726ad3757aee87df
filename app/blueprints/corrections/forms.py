"""A correction of one field, checked like the field itself."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from app.blueprints.descriptions.forms.coordonnees import CONTACT_NAMES as FORM_NAMES
from app.blueprints.descriptions.forms.fields import PostcodeField, WebField
from app.domain.corrections import Field, Values, fingerprint
from app.domain.requests import Kind
from app.usecases.requests import Submission
from app.web.forms import EmailField, FreeLine, FreeTextField, PhoneField, TextLine
from app.web.request_forms import RequestForm
from app.web.return_path import local_path

SAME = "C’est ce que la page affiche déjà."


class CorrectionForm(RequestForm):
    """Only the inputs of one field are kept. `email`: where the answer goes."""

    telephone = PhoneField("Téléphone standard", missing="Renseignez le numéro qui doit être affiché.")
    adresse = FreeLine("Numéro et voie", longest=200, missing="Renseignez le numéro et la voie.")
    code_postal = PostcodeField("Code postal", longest=5, missing="Renseignez le code postal.")
    ville = TextLine("Ville", longest=80, missing="Renseignez la ville.")
    courriel = EmailField("Courriel de la CPTS", missing="Renseignez le courriel qui doit être affiché.")
    site = WebField("Site internet", longest=300, missing="Renseignez l’adresse du site.")
    horaires = FreeTextField(
        "Horaires du secrétariat", longest=500, missing="Renseignez les horaires qui doivent être affichés."
    )
    pourquoi = FreeTextField(
        "Comment le savez-vous\u202f?", longest=500, missing="Dites en quelques mots d’où vient cette information."
    )
    email = EmailField(
        "Votre adresse électronique", missing="Renseignez votre adresse\u00a0: la réponse y est envoyée."
    )
    depuis = HiddenField()

    def __init__(self, field: Field, current: Values, **values: Any) -> None:
        super().__init__(**values)
        self.field, self.current = field, current
        for column, name in FORM_NAMES.items():
            if column not in field.columns and name in self:
                del self[name]

    @property
    def inputs(self) -> list[TextLine]:
        """Those of the field, in its order."""
        return [self[FORM_NAMES[column]] for column in self.field.columns]

    @property
    def proposed(self) -> dict[str, str | None]:
        return {column: self[FORM_NAMES[column]].data for column in self.field.columns}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if valid and fingerprint(self.proposed) == fingerprint(self.current):
            self.inputs[0].errors = [SAME]
            return False
        return valid

    def submission(self, *, before: str, after: str) -> Submission:
        """`before` and `after`: the values as the page writes them."""
        return Submission(
            kind=Kind.CORRECTION,
            email=self.email.data or "",
            subject=self.field.label,
            message=self.pourquoi.data,
            details={
                "champ": self.field.key,
                "avant": dict(self.current),
                "propose": self.proposed,
                "affiche": before,
                "valeur": after,
            },
            came_from=local_path(self.depuis.data),
        )
