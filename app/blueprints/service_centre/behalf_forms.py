"""Forms that an agent fills in for somebody: those of the CPTS and of its professionals, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.blueprints.descriptions.forms.coordonnees import CoordonneesForm
from app.blueprints.professionals.forms import ProfessionalForm
from app.domain.requests import Kind
from app.usecases.affiliations import Wish
from app.usecases.requests import Submission
from app.web.forms import FreeTextField

KINDS = (Kind.AFFILIATION, Kind.ACCOUNT, Kind.PRESIDENCY)
WHY = "Indiquez ce qui vous est demandé, et comment."


class ContactForForm(CoordonneesForm):
    raison = FreeTextField("Ce qui vous est demandé, et comment", missing=WHY, longest=1000)

    def __init__(self, *filled: Any) -> None:
        super().__init__(*filled)
        self.raison.flags.starred = True


class RequestForForm(ProfessionalForm):
    """The seven items of S-072, for a rattachement, an account or a presidency."""

    genre = RadioField(
        "Type de demande",
        choices=[SelectChoice(kind.value, kind.label) for kind in KINDS],
        default=Kind.AFFILIATION.value,
        validators=[InputRequired("Choisissez le type de demande.")],
    )
    raison = FreeTextField("Ce qui vous est demandé, et comment", missing=WHY, longest=1000)

    def asked(self) -> Submission | Wish:
        if self.genre.data == Kind.AFFILIATION:
            return self.wish()
        if self.genre.data == Kind.PRESIDENCY:
            return replace(self.submission(), kind=Kind.PRESIDENCY, unit_id=None)
        return self.submission()
