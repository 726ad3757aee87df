"""Boxes of a unit that hold scalars: type, ages, conditions, capacity, place."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import BooleanField

from app.blueprints.descriptions.forms.base import BoxForm, Codes
from app.blueprints.descriptions.forms.fields import ChoiceField, DegreesField, PostcodeField, WholeNumber
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.values import Values
from app.queries.nomenclatures import ACTIVITY_FIELDS, AGE_UNITS, CARE_MODES, UNIT_TYPES
from app.web.forms import FreeLine, FreeTextField, TextLine

AGE_SENTENCE = "Renseignez un âge en chiffres, de 0 à 150 ans."
CHOOSE = "– choisir –"


class UnitForm(BoxForm):
    KIND = SheetKind.UO


class OffreForm(UnitForm):
    """Type, champ d'activité and mode de prise en charge are set once: then shown, and kept whatever is sent."""

    KEY = "offre"
    NAMES: ClassVar[dict[str, str]] = {
        "type_code": "type_unite",
        "name": "nom",
        "activity_field_code": "champ_activite",
        "care_mode_code": "mode",
        "sensitive": "sensible",
    }
    SYSTEMS = (UNIT_TYPES, ACTIVITY_FIELDS, CARE_MODES)
    NEEDED = frozenset({"name", "type_code"})

    type_unite = ChoiceField("Type d’unité")
    nom = FreeLine("Nom de l’unité", longest=200)
    champ_activite = ChoiceField("Champ d’activité")
    mode = ChoiceField("Mode de prise en charge")
    sensible = BooleanField("Unité sensible : la cacher au public, avec des contacts très restreints")

    @property
    def fixed(self) -> set[str]:
        """Names of the fields that nothing changes any more."""
        return {
            self.NAMES[field.key] for field in self.box.fields if field.invariable and self.published.get(field.key)
        }

    @property
    def values(self) -> Values:
        told = {key: self.published[key] if name in self.fixed else self[name].data for key, name in self.NAMES.items()}
        return self._told(told | {"sensitive": bool(told["sensitive"])})

    def offer(self, codes: Codes, labels: Codes) -> None:
        self.type_unite.offer(codes[UNIT_TYPES], labels[UNIT_TYPES], CHOOSE)
        self.champ_activite.offer(codes[ACTIVITY_FIELDS], labels[ACTIVITY_FIELDS], CHOOSE)
        self.mode.offer(codes[CARE_MODES], labels[CARE_MODES], CHOOSE)
        self.labels = {name: labels[system].get(code, code) for name, system, code in self._set_once()}

    def _set_once(self) -> list[tuple[str, str, str]]:
        systems = {"type_unite": UNIT_TYPES, "champ_activite": ACTIVITY_FIELDS, "mode": CARE_MODES}
        keys = {name: key for key, name in self.NAMES.items()}
        return [(name, systems[name], self.published[keys[name]]) for name in self.fixed]


class PublicForm(UnitForm):
    KEY = "public"
    NAMES: ClassVar[dict[str, str]] = {
        "min_age": "age_minimum",
        "min_age_unit": "unite_minimum",
        "max_age": "age_maximum",
        "max_age_unit": "unite_maximum",
    }
    SYSTEMS = (AGE_UNITS,)
    NEEDED = frozenset(NAMES)

    age_minimum = WholeNumber("Âge minimum", sentence=AGE_SENTENCE, most=60000)
    unite_minimum = ChoiceField("Unité de l’âge minimum", default="a")
    age_maximum = WholeNumber("Âge maximum", sentence=AGE_SENTENCE, most=60000)
    unite_maximum = ChoiceField("Unité de l’âge maximum", default="a")

    @property
    def values(self) -> Values:
        return {
            "min_age": self.age_minimum.number,
            "min_age_unit": self.unite_minimum.data,
            "max_age": self.age_maximum.number,
            "max_age_unit": self.unite_maximum.data,
        }

    def offer(self, codes: Codes, labels: Codes) -> None:
        for field in (self.unite_minimum, self.unite_maximum):
            field.offer(codes[AGE_UNITS], labels[AGE_UNITS])


class ConditionsForm(UnitForm):
    KEY = "conditions"
    NAMES: ClassVar[dict[str, str]] = {
        "admission_conditions": "admission",
        "reception_conditions": "accueil",
        "regulator_info": "regulateur",
    }

    admission = FreeTextField("Conditions d’admission", longest=2000)
    accueil = FreeTextField("Conditions d’accueil", longest=2000)
    regulateur = FreeTextField("Informations pour le régulateur SAS", longest=2000)


class CapaciteForm(UnitForm):
    KEY, NAMES = "capacite", {"capacity": "places"}

    places = WholeNumber("Places installées", sentence="Renseignez un nombre de places, en chiffres.", most=99999)

    @property
    def values(self) -> Values:
        return {"capacity": self.places.number}


class LocalisationForm(UnitForm):
    KEY = "localisation"
    NAMES: ClassVar[dict[str, str]] = {
        "street": "adresse",
        "postcode": "code_postal",
        "city": "ville",
        "latitude": "latitude",
        "longitude": "longitude",
    }

    adresse = FreeLine("Numéro et voie", longest=200)
    code_postal = PostcodeField("Code postal", longest=5)
    ville = TextLine("Ville", longest=80)
    latitude = DegreesField("Latitude", most=90)
    longitude = DegreesField("Longitude", most=180)

    @property
    def values(self) -> Values:
        typed: dict[str, Any] = {key: self[name].data for key, name in self.NAMES.items()}
        return self._told(typed | {"latitude": self.latitude.number, "longitude": self.longitude.number})
