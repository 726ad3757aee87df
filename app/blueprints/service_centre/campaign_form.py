"""What an agent says of a campaign."""

from __future__ import annotations

import re
from typing import Any

from flask import abort
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.blueprints.establishments.presentation import place_name
from app.domain.errors import Invalid
from app.domain.identifiers import Finess, InvalidIdentifier
from app.models import Campaign
from app.queries.campaigns import chosen, departements_of_cpts
from app.usecases.campaigns import CampaignWords
from app.web.forms import FreeTextField, PortalForm, TextLine
from app.web.french import plural
from app.web.register_fields import DayField

FIELDS = {
    "name": "nom",
    "starts_on": "debut",
    "ends_on": "fin",
    "departements": "departements",
    "cpts": "cpts",
}
"""Field of the use case → field of the form."""
SEPARATORS = re.compile(r"[\s,;]+")


class FinessListField(FreeTextField):
    """Numbers parted by spaces, commas or lines; `numbers` once valid."""

    numbers: tuple[str, ...] = ()

    def clean(self, text: str) -> str:
        found, wrong = [], []
        for piece in filter(None, SEPARATORS.split(text)):
            try:
                found.append(Finess.parse(piece).value)
            except InvalidIdentifier:
                wrong.append(piece[:20])
        if wrong:
            raise ValueError(f"Ce ne sont pas des numéros FINESS à 9 caractères : {', '.join(wrong[:10])}.")
        self.numbers = tuple(dict.fromkeys(found))
        return text


class CampaignForm(PortalForm):
    nom = TextLine("Nom de la campagne", missing="Donnez un nom à la campagne.")
    debut = DayField("Premier jour", missing="Indiquez le premier jour.")
    fin = DayField("Dernier jour", missing="Indiquez le dernier jour.")
    departements = SelectMultipleField("Départements", choices=[])
    cpts = FinessListField("CPTS en plus, par leur numéro FINESS", longest=25_000)
    version = HiddenField()

    @classmethod
    def of(cls, campaign: Campaign | None) -> CampaignForm:
        """Filled from the request, else from the campaign."""
        known = (
            {name: getattr(campaign, column) for column, name in FIELDS.items() if column != "cpts"} if campaign else {}
        )
        if campaign:
            known |= {"cpts": "\n".join(chosen(campaign)), "version": str(campaign.version)}
        form = cls(**known)
        form.departements.choices = [
            SelectChoice(code, f"{place_name(code)} : {plural(count, 'CPTS', 'CPTS')}")
            for code, count in departements_of_cpts().items()
        ]
        return form

    @property
    def words(self) -> CampaignWords:
        return CampaignWords(
            name=self.nom.data or "",
            starts_on=_day(self.debut),
            ends_on=_day(self.fin),
            departements=tuple(self.departements.data or ()),
            cpts=self.cpts.numbers,
        )

    @property
    def seen(self) -> int:
        """A forged version is a bad request."""
        text = self.version.data or ""
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            abort(400)
        return int(text)

    def refuse(self, error: Invalid) -> None:
        super().refuse(Invalid({FIELDS.get(name, name): text for name, text in error.fields.items()}))


def _day(field: DayField) -> Any:
    return field.day
