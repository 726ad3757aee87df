"""What a CPTS says of itself beside its coordonnées."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from wtforms.validators import ValidationError

from app import clock
from app.blueprints.descriptions.forms.base import BoxForm
from app.blueprints.descriptions.forms.fields import DayField, LinesField
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.values import Values
from app.web.forms import FreeLine, FreeTextField
from app.working_days import day_of


class IdentiteForm(BoxForm):
    """The official name comes from the FINESS register: shown, not edited."""

    KIND, KEY = SheetKind.EG, "identite"
    NAMES: ClassVar[dict[str, str]] = {"operational_name": "nom_usage", "comment": "presentation"}

    nom_usage = FreeLine("Nom d’usage", longest=200)
    presentation = FreeTextField("Présentation", longest=2000)


class ProjetForm(BoxForm):
    """The health project (S-152); its communes are those of the zones of the units."""

    KIND, KEY = SheetKind.EG, "projet"
    NAMES: ClassVar[dict[str, str]] = {
        "health_project": "presentation_projet",
        "pathways": "parcours",
        "project_signed_on": "signature_projet",
    }

    presentation_projet = FreeTextField("Ce que la CPTS entreprend", longest=4000)
    parcours = LinesField("Parcours de soins", most=30, longest_line=120)
    signature_projet = DayField("Signé le", longest=10)

    @property
    def values(self) -> Values:
        return self._told(
            {
                "health_project": self.presentation_projet.data,
                "pathways": self.parcours.lines,
                "project_signed_on": self.signature_projet.data,
            }
        )

    def validate_signature_projet(self, field: DayField) -> None:
        if field.data and date.fromisoformat(field.data) > day_of(clock.now()):
            raise ValidationError("Cette date est dans le futur : indiquez celle de la signature.")
