"""What each sheet holds: ROR exposition model 3.0.1 (DOMAIN.md §2.2 to §2.7) as far as a CPTS needs it (§2.12)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SAS, ROR, OPEN_DATA, REGULATORS = "SAS", "ROR national", "données ouvertes", "régulateurs"
WITHOUT = "Sans {what}, le SAS n’affiche plus la CPTS. {instead}"


class SheetKind(StrEnum):
    EG = "eg"
    UO = "uo"

    @property
    def label(self) -> str:
        return {"eg": "Entité géographique (EG)", "uo": "Unité opérationnelle (UO)"}[self.value]


@dataclass(frozen=True, slots=True)
class Field:
    """`required`: nothing is published without it (RG_EXP_002). `expected`: its absence only warns.

    `kept`: the sentence that refuses to empty it, because it is used downstream; "" when it may be emptied, explicitly.
    `gathers`: a set; what two people add and remove adds up. `register`: official, corrected by the service centre.
    `invariable`: set once (RG_EXP_010, RG_EXP_011). `restricted`: never shown to the public.
    """

    key: str
    label: str
    required: bool = False
    expected: bool = False
    kept: str = ""
    gathers: bool = False
    register: bool = False
    invariable: bool = False
    restricted: bool = False
    why: str = ""
    receivers: tuple[str, ...] = (ROR,)


@dataclass(frozen=True, slots=True)
class Box:
    kind: SheetKind
    key: str
    label: str
    fields: tuple[Field, ...]
    first: bool = False
    """One of the boxes to fill first (S-108)."""

    def field(self, key: str) -> Field:
        """Raises KeyError."""
        return next((field for field in self.fields if field.key == key), None) or _unknown(key)


def _unknown(key: str) -> Field:
    raise KeyError(key)


def _without(what: str, instead: str) -> str:
    return WITHOUT.format(what=what, instead=instead)


_ADDRESS_WHY = "Elle situe la CPTS sur la carte et dans les courriers."
EVERYBODY = (ROR, SAS, OPEN_DATA)

EG_BOXES = (
    Box(
        SheetKind.EG,
        "coordonnees",
        "Coordonnées",
        (
            Field(
                "phone",
                "Téléphone standard",
                required=True,
                kept=_without("téléphone standard", "Corrigez le numéro plutôt que de le retirer."),
                why="C’est le numéro que composent les habitants et les régulateurs.",
                receivers=EVERYBODY,
            ),
            Field(
                "street",
                "Adresse postale",
                required=True,
                kept=_without("adresse postale", "Corrigez l’adresse plutôt que de la retirer."),
                why=_ADDRESS_WHY,
                receivers=EVERYBODY,
            ),
            Field("address_extra", "Complément d’adresse", why=_ADDRESS_WHY, receivers=EVERYBODY),
            Field(
                "postcode",
                "Code postal",
                required=True,
                kept=_without("code postal", "Corrigez-le plutôt que de le retirer."),
                why=_ADDRESS_WHY,
                receivers=EVERYBODY,
            ),
            Field(
                "city",
                "Commune",
                required=True,
                kept=_without("commune", "Corrigez-la plutôt que de la retirer."),
                why=_ADDRESS_WHY,
                receivers=EVERYBODY,
            ),
            Field(
                "email",
                "Courriel",
                expected=True,
                why="Une adresse partagée, relevée chaque jour, reçoit les questions des habitants et des partenaires.",
                receivers=(ROR, OPEN_DATA),
            ),
            Field("website", "Site internet", expected=True, why="Il en dit plus que cette fiche."),
            Field(
                "opening_hours",
                "Horaires du secrétariat",
                expected=True,
                why="Ils évitent les appels quand personne ne répond.",
            ),
        ),
        first=True,
    ),
    Box(
        SheetKind.EG,
        "identite",
        "Identité",
        (
            Field(
                "name",
                "Nom officiel",
                required=True,
                register=True,
                kept="Une CPTS porte toujours un nom.",
                why="Il vient du répertoire FINESS.",
                receivers=EVERYBODY,
            ),
            Field("operational_name", "Nom d’usage", why="C’est le nom que les habitants connaissent."),
            Field("comment", "Présentation", why="En quelques mots, ce que fait la CPTS."),
        ),
    ),
    Box(
        SheetKind.EG,
        "projet",
        "Projet de santé",
        (
            Field(
                "health_project",
                "Présentation du projet",
                why="Il dit aux habitants et aux partenaires ce que la CPTS entreprend sur son territoire.",
                receivers=(OPEN_DATA,),
            ),
            Field(
                "pathways",
                "Parcours de soins",
                gathers=True,
                why="Ceux que la CPTS organise entre professionnels, par exemple « Insuffisance cardiaque ».",
                receivers=(OPEN_DATA,),
            ),
            Field(
                "project_signed_on",
                "Date de signature du projet",
                why="Celle de l’accord qui porte le projet, ou du projet lui-même.",
                receivers=(OPEN_DATA,),
            ),
        ),
    ),
    Box(
        SheetKind.EG,
        "contacts",
        "Contacts de l’établissement",
        (
            Field(
                "contacts",
                "Contacts",
                why="Direction, secrétariat, alerte : qui joindre, et pour quoi. Chaque contact a son niveau d’accès.",
                receivers=(ROR, REGULATORS),
            ),
        ),
    ),
)

UO_BOXES = (
    Box(
        SheetKind.UO,
        "offre",
        "Type et identité de l’unité",
        (
            Field(
                "type_code",
                "Type d’unité",
                required=True,
                invariable=True,
                kept="Une unité a toujours un type.",
                why="Le SAS retrouve les CPTS par ce type.",
                receivers=EVERYBODY,
            ),
            Field(
                "name",
                "Nom de l’unité",
                required=True,
                kept="Une unité porte toujours un nom.",
                why="Il peut être celui de la CPTS.",
                receivers=EVERYBODY,
            ),
            Field(
                "activity_field_code",
                "Champ d’activité",
                required=True,
                invariable=True,
                kept="Une unité a toujours un champ d’activité.",
                why="Choisi une fois : en changer, c’est décrire une autre unité (RG_EXP_010).",
            ),
            Field(
                "care_mode_code",
                "Mode de prise en charge",
                required=True,
                invariable=True,
                kept="Une unité a toujours un mode de prise en charge.",
                why="Choisi une fois : en changer, c’est décrire une autre unité (RG_EXP_011).",
            ),
            Field(
                "sensitive",
                "Unité sensible",
                why="Une unité sensible est cachée au public, et ses contacts sont très restreints (RG_EXP_039).",
            ),
        ),
        first=True,
    ),
    Box(
        SheetKind.UO,
        "zone",
        "Zone d’intervention",
        (
            Field(
                "communes",
                "Communes",
                required=True,
                gathers=True,
                kept=_without("commune", "Retirez celles qui ne conviennent pas, gardez-en au moins une."),
                why="Le SAS cherche la CPTS d’un appelant par sa commune, et ignore tout autre découpage (RG_EXP_009).",
                receivers=EVERYBODY,
            ),
        ),
        first=True,
    ),
    Box(
        SheetKind.UO,
        "contacts",
        "Secrétariat, accueil et contacts",
        (
            Field(
                "contacts",
                "Contacts",
                required=True,
                kept=_without("contact", "Corrigez les contacts, gardez-en au moins un avec un téléphone."),
                why="Qui joindre, et pour quoi. Un contact « restreint » n’est vu que des professionnels.",
                receivers=(ROR, SAS, REGULATORS),
            ),
        ),
        first=True,
    ),
    Box(
        SheetKind.UO,
        "activites",
        "Activités opérationnelles",
        (
            Field(
                "activities",
                "Activités opérationnelles",
                required=True,
                gathers=True,
                kept="Une unité a au moins une activité opérationnelle : ajoutez la bonne avant de retirer celle-ci.",
                why="Elles disent ce que l’unité fait pour les habitants et pour le SAS.",
                receivers=EVERYBODY,
            ),
        ),
    ),
    Box(
        SheetKind.UO,
        "public",
        "Âges pris en charge",
        (
            Field("min_age", "Âge minimum", required=True, kept="Indiquez l’âge minimum, 0 s’il n’y en a pas."),
            Field("min_age_unit", "Unité de l’âge minimum", required=True, kept="Choisissez une unité."),
            Field("max_age", "Âge maximum", required=True, kept="Indiquez l’âge maximum, 150 s’il n’y en a pas."),
            Field("max_age_unit", "Unité de l’âge maximum", required=True, kept="Choisissez une unité."),
        ),
    ),
    Box(
        SheetKind.UO,
        "horaires",
        "Horaires",
        (
            Field("hours", "Plages horaires", why="Elles disent quand l’unité répond, et quand elle ferme."),
            Field("opening_hours", "Précisions sur les horaires"),
        ),
    ),
    Box(
        SheetKind.UO,
        "conditions",
        "Conditions",
        (
            Field("admission_conditions", "Conditions d’admission", why="Qui peut s’adresser à l’unité, et comment."),
            Field("reception_conditions", "Conditions d’accueil"),
            Field(
                "regulator_info",
                "Informations pour le régulateur SAS",
                expected=True,
                restricted=True,
                why="Lues pendant un appel : numéro à composer, consignes. Jamais montrées au public.",
                receivers=(SAS, REGULATORS),
            ),
        ),
    ),
    Box(SheetKind.UO, "capacite", "Capacité d’accueil", (Field("capacity", "Places installées"),)),
    Box(
        SheetKind.UO,
        "localisation",
        "Localisation",
        (
            Field("street", "Adresse de l’unité", why="Laissez vide si c’est celle de la CPTS."),
            Field("postcode", "Code postal"),
            Field("city", "Commune"),
            Field("latitude", "Latitude", why="En degrés, système WGS84."),
            Field("longitude", "Longitude", why="En degrés, système WGS84."),
        ),
    ),
)

BOXES: dict[SheetKind, tuple[Box, ...]] = {SheetKind.EG: EG_BOXES, SheetKind.UO: UO_BOXES}


def find_box(kind: SheetKind, key: str) -> Box | None:
    return next((box for box in BOXES[kind] if box.key == key), None)
