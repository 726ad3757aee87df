"""Boxes of a unit that hold lists: its activities, its hours."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import request
from wtforms import FieldList, FormField, SelectMultipleField

from app.blueprints.descriptions.forms.base import BoxForm, Codes, Row
from app.blueprints.descriptions.forms.fields import ChoiceField, DayField, HourField
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.values import Values, canonical
from app.queries.nomenclatures import ACTIVITIES, HOURS_TYPES
from app.web.forms import FreeTextField

WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOST_HOURS = 60
OPENING = "01"
ALL, DELETE, CONFIRM, KEEP = "tout", "supprimer", "confirmer", "garder"
"""Values of the button `liste` of the activities."""
LAST_STAYS = "Une unité a au moins une activité opérationnelle : ajoutez la bonne avant de retirer celle-ci."
TICK = "Cochez les activités à supprimer."


class ActivitesForm(BoxForm):
    """`activites`: the list of the unit; `ajout`: the picker; `choisies`: those ticked to be deleted."""

    KIND, KEY, NAMES = SheetKind.UO, "activites", {"activities": "activites"}
    ROWS = frozenset({"activites"})
    SYSTEMS = (ACTIVITIES,)
    NEEDED = frozenset({"activities"})

    activites = SelectMultipleField("Liste des activités opérationnelles de l’unité", choices=[], validate_choice=False)
    ajout = ChoiceField("Sélectionnez une activité opérationnelle")
    choisies = SelectMultipleField("À supprimer", choices=[], validate_choice=False)

    def offer(self, codes: Codes, labels: Codes) -> None:
        self.activites.id = "liste-activites"  # the box itself is `activites`
        self.labels = labels[ACTIVITIES]
        self.asked, self.confirming = request.form.get("liste", ""), False
        self.listed = list(dict.fromkeys(code for code in self.activites.data or () if len(code) <= 10))
        self.ticked = [code for code in self.choisies.data or () if code in self.listed]
        self.ajout.offer(codes[ACTIVITIES], labels[ACTIVITIES], "– choisir une activité –")
        if self.ajout.data in codes[ACTIVITIES] and request.method == "POST":
            self._add(self.ajout.data)
        self._rearrange()
        left = {code: label for code, label in codes[ACTIVITIES].items() if code not in self.listed}
        self.ajout.offer(left, {}, "– choisir une activité –")
        self.activites.data = self.listed

    @property
    def values(self) -> Values:
        return canonical(self.box, {"activities": self.listed})

    @property
    def only_rearranged(self) -> bool:
        return super().only_rearranged or bool(self.asked)

    def _add(self, code: str) -> None:
        """« Ajouter », or « Enregistrer » with a choice left in the picker: what one chose is meant."""
        if code not in self.listed:
            self.listed.append(code)
        self.ajout.data = None

    def _rearrange(self) -> None:
        if self.asked == ALL:
            self.ticked = [] if len(self.ticked) == len(self.listed) else list(self.listed)
        elif self.asked == DELETE:
            self.confirming = bool(self.ticked) and len(self.ticked) < len(self.listed)
            if not self.confirming:
                self.activites.errors = [LAST_STAYS if self.ticked else TICK]
        elif self.asked == CONFIRM:
            left = [code for code in self.listed if code not in self.ticked]
            if left:
                self.listed, self.ticked = left, []
            else:
                self.activites.errors = [LAST_STAYS]


class HoursRow(Row):
    type_plage = ChoiceField("Type", default=OPENING)
    jour = ChoiceField("Jour")
    debut = HourField("De", longest=8)
    fin = HourField("À", longest=8)
    du = DayField("À partir du", longest=10)
    au = DayField("Jusqu’au", longest=10)

    @property
    def empty(self) -> bool:
        return not any(field.data for field in (self.jour, self.debut, self.fin, self.du, self.au))

    @property
    def value(self) -> dict[str, Any]:
        return {
            "type": self.type_plage.data or OPENING,
            "day": int(self.jour.data) if self.jour.data else None,
            "start": self.debut.data or None,
            "end": self.fin.data or None,
            "from": self.du.data or None,
            "to": self.au.data or None,
        }

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if not valid or self.empty:
            return valid
        if not self.jour.data and not (self.du.data and self.au.data):
            self.jour.errors = ["Choisissez un jour, ou une période avec son début et sa fin."]
        elif self.debut.data and self.fin.data and self.debut.data >= self.fin.data:
            self.fin.errors = ["La fin précède le début."]
        elif self.du.data and self.au.data and self.du.data > self.au.data:
            self.au.errors = ["La fin de la période précède son début."]
        return not (self.jour.errors or self.fin.errors or self.au.errors)


class HorairesForm(BoxForm):
    KIND, KEY = SheetKind.UO, "horaires"
    NAMES: ClassVar[dict[str, str]] = {"hours": "plages", "opening_hours": "precisions"}
    ROWS = frozenset({"plages"})
    SYSTEMS = (HOURS_TYPES,)

    plages = FieldList(FormField(HoursRow), "Plages horaires", max_entries=MOST_HOURS)
    precisions = FreeTextField("Précisions sur les horaires", longest=500)

    def filled(self, values: Values) -> dict[str, Any]:
        rows = [
            {
                "type_plage": line.get("type"),
                "jour": line.get("day"),
                "debut": line.get("start"),
                "fin": line.get("end"),
                "du": line.get("from"),
                "au": line.get("to"),
            }
            for line in values.get("hours") or []
        ]
        return {"plages": rows, "precisions": values.get("opening_hours")}

    @property
    def values(self) -> Values:
        hours = [entry.form.value for entry in self.plages if not entry.form.empty]
        return self._told({"hours": hours, "opening_hours": self.precisions.data})

    def offer(self, codes: Codes, labels: Codes) -> None:
        days = {str(number): name for number, name in enumerate(WEEK, start=1)}
        for entry in self.plages:
            entry.form.type_plage.offer(codes[HOURS_TYPES], labels[HOURS_TYPES])
            entry.form.jour.offer(days, days, "– chaque jour de la période –")
