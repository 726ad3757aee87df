"""Contacts and their telecoms (DOMAIN.md §2.7): rows in rows, each with its level of access."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField

from app.blueprints.descriptions.forms.base import BoxForm, Codes, Row
from app.blueprints.descriptions.forms.fields import ChoiceField, TelecomValueField
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.values import Values
from app.queries.nomenclatures import CHANNELS, FUNCTIONS, LEVELS, NATURES
from app.web.forms import FreeLine

RESTRICTED = "2"
"""RG_EXP_032, RG_EXP_033."""
MOST_CONTACTS, MOST_TELECOMS = 20, 8


class TelecomRow(Row):
    canal = ChoiceField("Moyen", default="2")
    valeur = TelecomValueField("Numéro ou adresse")
    poste = FreeLine("Poste", longest=10)
    usage = FreeLine("Utilisation", longest=120)
    niveau = ChoiceField("Qui le voit", default=RESTRICTED)

    @property
    def empty(self) -> bool:
        return not (self.valeur.data or self.poste.data or self.usage.data)

    @property
    def value(self) -> dict[str, Any]:
        return {
            "channel": self.canal.data,
            "value": self.valeur.data,
            "extension": self.poste.data or None,
            "usage": self.usage.data or None,
            "level": int(self.niveau.data or RESTRICTED),
        }

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if valid and not self.empty and not self.valeur.data:
            self.valeur.errors = ["Renseignez le numéro ou l’adresse, ou retirez cette ligne."]
            return False
        if valid and not self.empty and not self.canal.data:
            self.canal.errors = ["Choisissez un moyen : téléphone, courriel…"]
            return False
        return valid


class ContactRow(Row):
    nature = ChoiceField("Nature du contact")
    fonction = ChoiceField("Ou fonction de la personne")
    nom = FreeLine("Nom de la personne", longest=120)
    description = FreeLine("Précision", longest=200)
    niveau = ChoiceField("Qui voit ce contact", default=RESTRICTED)
    telecoms = FieldList(FormField(TelecomRow), min_entries=1, max_entries=MOST_TELECOMS)

    @property
    def kept_telecoms(self) -> list[TelecomRow]:
        return [entry.form for entry in self.telecoms if not entry.form.empty]

    @property
    def empty(self) -> bool:
        words = (self.nature, self.fonction, self.nom, self.description)
        return not any(field.data for field in words) and not self.kept_telecoms

    @property
    def value(self) -> dict[str, Any]:
        return {
            "nature": self.nature.data,
            "function": self.fonction.data,
            "name": self.nom.data or None,
            "description": self.description.data or None,
            "level": int(self.niveau.data or RESTRICTED),
            "telecoms": [telecom.value for telecom in self.kept_telecoms],
        }

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        return valid if self.empty or not valid else not (self._misnamed() or self._too_open())

    def _misnamed(self) -> bool:
        """RG_EXP_040, RG_EXP_041, next to the field."""
        nature, function, name = self.nature.data, self.fonction.data, self.nom.data
        if nature and (function or name):
            self.nature.errors = ["Choisissez une nature, ou bien une fonction avec un nom : pas les deux."]
        elif function and not name:
            self.nom.errors = ["Indiquez le nom de la personne qui exerce cette fonction."]
        elif not nature and not function:
            self.nature.errors = ["Choisissez une nature, ou une fonction avec le nom de la personne."]
        return bool(self.nature.errors or self.nom.errors)

    def _too_open(self) -> bool:
        """RG_EXP_034, next to the field."""
        level = int(self.niveau.data or RESTRICTED)
        late = [telecom for telecom in self.kept_telecoms if telecom.value["level"] < level]
        for telecom in late:
            telecom.niveau.errors = ["Un numéro ou une adresse n’est pas plus ouvert que son contact."]
        return bool(late)


class ContactsForm(BoxForm):
    KEY, NAMES, ROWS = "contacts", {"contacts": "contacts"}, frozenset({"contacts"})
    SYSTEMS = (NATURES, FUNCTIONS, CHANNELS, LEVELS)

    contacts = FieldList(FormField(ContactRow), "Contacts", max_entries=MOST_CONTACTS)

    def filled(self, values: Values) -> dict[str, Any]:
        return {"contacts": [_row(contact) for contact in values.get("contacts") or []]}

    @property
    def values(self) -> Values:
        return {"contacts": [entry.form.value for entry in self.contacts if not entry.form.empty]}

    def offer(self, codes: Codes, labels: Codes) -> None:
        self.contacts.id = "liste-contacts"  # the box itself is `contacts`
        for entry in self.contacts:
            row = entry.form
            row.nature.offer(codes[NATURES], labels[NATURES], "– un service : lequel –")
            row.fonction.offer(codes[FUNCTIONS], labels[FUNCTIONS], "– une personne : sa fonction –")
            row.niveau.offer(codes[LEVELS], labels[LEVELS])
            for telecom in row.telecoms:
                telecom.form.canal.offer(codes[CHANNELS], labels[CHANNELS])
                telecom.form.niveau.offer(codes[LEVELS], labels[LEVELS])


class EstablishmentContactsForm(ContactsForm):
    KIND = SheetKind.EG


class UnitContactsForm(ContactsForm):
    KIND = SheetKind.UO
    NEEDED = frozenset({"contacts"})

    def filled(self, values: Values) -> dict[str, Any]:
        """A unit has a contact: without any, the row of the first one is there to be filled in."""
        return {"contacts": super().filled(values)["contacts"] or [{}]}


def _row(contact: dict[str, Any]) -> dict[str, Any]:
    return {
        "nature": contact.get("nature"),
        "fonction": contact.get("function"),
        "nom": contact.get("name"),
        "description": contact.get("description"),
        "niveau": contact.get("level"),
        "telecoms": [
            {
                "canal": telecom.get("channel"),
                "valeur": telecom.get("value"),
                "poste": telecom.get("extension"),
                "usage": telecom.get("usage"),
                "niveau": telecom.get("level"),
            }
            for telecom in contact.get("telecoms") or []
        ],
    }
