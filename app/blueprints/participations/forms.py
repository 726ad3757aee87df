"""The one form of a participation: places, commitment, dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.domain.errors import Invalid
from app.domain.participations import Declaration, Place, check_declaration
from app.queries.typed_communes import read_communes
from app.settings import current_settings
from app.web.forms import FreeLine, PortalForm, TextLine
from app.web.register_fields import DayField

YES, NO = "oui", "non"
ANSWERS = [SelectChoice(YES, "Oui"), SelectChoice(NO, "Non")]
SOFTWARE = "Vos créneaux sont-ils dans un logiciel de rendez-vous relié au SAS\u202f?"
POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)
UNKNOWN = "Aucune commune n’a ce nom et ce code postal. Vérifiez les deux."
OTHER_PLACE = {
    "lieu_nom": "Donnez un nom à ce lieu, par exemple : Cabinet médical.",
    "lieu_code_postal": "Renseignez les cinq chiffres du code postal.",
    "lieu_commune": "Renseignez la commune.",
}


class ParticipationForm(PortalForm):
    """`known`: places to tick, by the value of their box, with what is read beside it."""

    lieux = SelectMultipleField("Vos lieux d’activité", validate_choice=False)
    lieu_nom = FreeLine("Nom du lieu", longest=200)
    lieu_adresse = FreeLine("Numéro et voie", longest=200)
    lieu_code_postal = TextLine("Code postal", longest=10)
    lieu_commune = TextLine("Commune", longest=80)
    logiciel = RadioField(
        "Vos créneaux sont-ils dans un logiciel de rendez-vous relié au SAS\u202f?",
        choices=ANSWERS,
        validate_choice=False,
    )
    deux_heures = BooleanField("Je m’engage à donner au moins deux heures par semaine aux soins non programmés.")
    debut = DayField("Premier jour", missing="Indiquez le premier jour de votre participation.")
    fin = DayField("Dernier jour")

    def __init__(self, known: Mapping[str, tuple[Place, str]], **values: Any) -> None:
        super().__init__(**values)
        self.known = {key: place for key, (place, _) in known.items()}
        self.lieux.choices = [SelectChoice(key, label) for key, (_, label) in known.items()]
        self.other: Place | None = None
        for field in (self.lieux, self.logiciel):
            field.flags.required = True

    def is_complete(self, *, today: date, attached_on: date, kept_start: date | None = None) -> bool:
        """Everything that is wrong is said at once: what is badly written, and what the rules refuse."""
        written = bool(self.validate_on_submit()) & self._reads_the_other_place()
        try:
            check_declaration(self.declaration(today), today=today, attached_on=attached_on, kept_start=kept_start)
        except Invalid as error:
            self.refuse(Invalid({name: why for name, why in error.fields.items() if not self._told(name)}))
            return False
        return written

    def declaration(self, today: date) -> Declaration:
        ticked = [self.known[key] for key in self.lieux.data or () if key in self.known]
        return Declaration(
            places=tuple(ticked + ([self.other] if self.other else [])),
            has_software={YES: True, NO: False}.get(self.logiciel.data or ""),
            gives_hours=bool(self.deux_heures.data),
            starts_on=self.debut.day or today,
            ends_on=self.fin.day,
        )

    def refuse(self, error: Invalid) -> None:
        """Without a place to tick, the sentence about places is on the first field of the other one."""
        fields = dict(error.fields)
        if not self.lieux.choices and "lieux" in fields:
            fields["lieu_nom"] = fields.pop("lieux")
        super().refuse(Invalid(fields))

    @property
    def types_another(self) -> bool:
        """A place is being typed, or something is wrong in it."""
        names = ("lieu_nom", "lieu_adresse", "lieu_code_postal", "lieu_commune")
        return any(self[name].data or self[name].typed or self[name].errors for name in names)

    def _told(self, name: str) -> bool:
        """Its field is in error already; places are, while one is being typed."""
        return bool(self[name].errors) or (name == "lieux" and self.types_another)

    def _reads_the_other_place(self) -> bool:
        if not self.types_another:
            return True
        for name, missing in OTHER_PLACE.items():
            if not self[name].data and not self[name].errors:
                self[name].errors = [missing]
        code, commune = self.lieu_code_postal, self.lieu_commune
        if not code.errors and not POSTCODE.fullmatch(code.data or ""):
            code.errors = [OTHER_PLACE["lieu_code_postal"]]
        if any(self[name].errors for name in OTHER_PLACE) or self.lieu_adresse.errors:
            return False
        insee = _commune(code.data or "", commune.data or "")
        if insee is None:
            commune.errors = [UNKNOWN]
            return False
        self.other = Place(self.lieu_nom.data or "", self.lieu_adresse.data, code.data, insee)
        return True


def _commune(postcode: str, name: str) -> str | None:
    """The one commune of that name and post code."""
    lines = read_communes(f"{postcode} {name}", current_settings().region_code)
    places = lines[0].places if len(lines) == 1 else ()
    return places[0].insee if len(places) == 1 else None
