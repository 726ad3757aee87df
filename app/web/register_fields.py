"""Fields that are read against the registers: a FINESS number, a day, the communes of a zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from wtforms import DateField
from wtforms.validators import Optional, StopValidation

from app.domain.identifiers import Finess, InvalidIdentifier
from app.domain.zones import settled
from app.queries.typed_communes import NamedPlace, TypedLine, read_communes
from app.settings import current_settings
from app.web.forms import FreeTextField, TextLine
from app.web.french import plural

FINESS_SENTENCE = "Ce numéro FINESS n’est pas valable. Vérifiez les 9 caractères."
DAY_SENTENCE = "Indiquez une date complète, par exemple 12/03/2025."
SHOWN = 60


class FinessField(TextLine):
    """Nine characters with their Luhn key, spaces allowed; the letters of Corsica are taken as they are."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, longest: int = 30, **options: Any) -> None:
        super().__init__(label, validators, longest=longest, **options)

    def clean(self, text: str) -> str:
        try:
            finess = Finess.parse(text)
        except InvalidIdentifier:
            raise ValueError(FINESS_SENTENCE) from None
        if not finess.key_is_valid:
            raise ValueError(FINESS_SENTENCE)
        return finess.value


class DayField(DateField):
    """A day, as browsers send it or as people write it; optional unless it says what is missing."""

    def __init__(self, label: str, *, missing: str | None = None, **options: Any) -> None:
        super().__init__(label, [] if missing else [Optional()], format=["%Y-%m-%d", "%d/%m/%Y"], **options)
        self.missing = missing
        self.flags.required = bool(missing)

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = [str(value).strip() for value in valuelist if str(value).strip()]
        if valuelist and not typed:
            self.data = None  # emptied: what the form was opened with does not come back
        try:
            super().process_formdata(typed)
        except ValueError:
            raise ValueError(DAY_SENTENCE) from None

    def pre_validate(self, _form: Any) -> None:
        if self.missing and not self.data and not self.process_errors:
            raise StopValidation(self.missing)

    @property
    def day(self) -> date | None:
        found: date | None = self.data
        return found


class CommuneField(TextLine):
    """One commune: its name, with its post code when others bear it, or its INSEE code, which is then `insee`."""

    insee: str = ""

    def clean(self, text: str) -> str:
        lines = read_communes(text, current_settings().region_code)
        places = lines[0].places if len(lines) == 1 else ()
        if len(places) > 1:
            raise ValueError("Plusieurs communes portent ce nom\u00a0: ajoutez le code postal.")
        if not places:
            raise ValueError("Cette commune n’est pas connue. Vérifiez l’orthographe, ou écrivez son code postal.")
        self.insee = places[0].insee
        return text


class ZoneField(FreeTextField):
    """Communes, one a line. A line that may mean several communes offers them as boxes named `choix`.

    `codes`: INSEE codes meant, once valid; a city stands for its arrondissements.
    Show it with "components/zone_field.html".
    """

    def __init__(self, label: str, validators: Sequence[Any] = (), *, longest: int = 12_000, **options: Any) -> None:
        super().__init__(label, validators, longest=longest, **options)
        self.lines: list[TypedLine] = []
        self.codes: tuple[str, ...] = ()

    def clean(self, text: str) -> str:
        text = super().clean(text)
        ticked = self.ticked
        self.lines = read_communes(text, current_settings().region_code)
        chosen = dict.fromkeys(code for line in self.lines for code in line.chosen(ticked))
        kept = settled(chosen)
        self.codes = tuple(code for code in chosen if code in kept)
        unclear = [line for line in self.lines if not line.chosen(ticked)]
        if len(unclear) == 1:
            raise ValueError(said_of(unclear[0]))
        if unclear:
            raise ValueError(f"{plural(len(unclear), 'ligne')} ne désignent pas une commune, voyez ci-dessous.")
        if not self.codes:
            raise ValueError(self.missing or "")
        return text

    @property
    def ticked(self) -> frozenset[str]:
        return frozenset(request.form.getlist("choix"))

    @property
    def unknown(self) -> list[TypedLine]:
        return [line for line in self.lines if not line.places]

    @property
    def to_choose(self) -> list[tuple[TypedLine, list[tuple[NamedPlace, bool]]]]:
        """Lines that mean several communes, each with whether it is ticked."""
        return [(line, self._boxes(line)) for line in self.lines if len(line.places) > 1]

    def _boxes(self, line: TypedLine) -> list[tuple[NamedPlace, bool]]:
        chosen = line.chosen(self.ticked)
        return [(one, one.insee in chosen if chosen else line.likely(one)) for one in line.places]


def said_of(line: TypedLine) -> str:
    """Why that line is not settled."""
    typed = line.text if len(line.text) <= SHOWN else f"{line.text[:SHOWN]}…"
    if line.places:
        return f"«\u00a0{typed}\u00a0» désigne plusieurs communes\u00a0: choisissez ci-dessous."
    return f"«\u00a0{typed}\u00a0» n’est pas une commune connue. Vérifiez l’orthographe, ou écrivez son code postal."
