"""Forms of a dossier itself; those of the boxes are in blueprints/descriptions/forms."""

from __future__ import annotations

from wtforms import HiddenField

from app.blueprints.descriptions.forms.fields import WholeNumber
from app.usecases.dossier_sheets import HOW_MANY
from app.usecases.dossier_steps import LONGEST_NAME, LONGEST_NOTES, NO_NAME
from app.web.forms import FreeLine, FreeTextField, PortalForm


class OpeningForm(PortalForm):
    nom = FreeLine("Nom du dossier", longest=LONGEST_NAME, missing=NO_NAME)
    finess = HiddenField()


class DetailsForm(PortalForm):
    """`version`: of the name and the notes that the person had in front of them."""

    version = HiddenField()
    nom = FreeLine("Nom du dossier", longest=LONGEST_NAME, missing=NO_NAME)
    notes = FreeTextField("Notes pour les contributeurs", longest=LONGEST_NOTES)

    @property
    def seen(self) -> int:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class UnitsForm(PortalForm):
    nombre = WholeNumber("Nombre d’unités à créer", sentence=HOW_MANY, most=999999)
