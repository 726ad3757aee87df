"""The tables of open data: a row a CPTS, a row a commune of a zone. A column says its name, type and cell; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from app.domain.open_records import Record, zone_of
from app.domain.sheets.words import phone_words

BETWEEN = "|"
"""Between the values of a cell that holds several."""
LICENCE, LICENCE_CODE = "Licence Ouverte 2.0", "etalab-2.0"
LICENCE_URL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
Cell = str | int | float | None


class Row(NamedTuple):
    """A record in a file of this date; `insee` and `commune`: of the rows of zones, one commune of it."""

    record: Record
    dated: str | None
    insee: str = ""
    commune: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """`type`: of Table Schema. `required`: never empty. `pattern`: of every value that is not."""

    name: str
    type: str
    description: str
    cell: Callable[[Row], Cell]
    required: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`key`: the columns that tell a row from the others."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def cells(self, row: Row) -> list[Cell]:
        return [column.cell(row) for column in self.columns]


def at(*path: str) -> Callable[[Row], Cell]:
    """The cell that holds this value of the record; what is not said is empty."""

    def cell(row: Row) -> Cell:
        value: Any = row.record
        for name in path:
            value = value.get(name) if value else None
        return value  # type: ignore[no-any-return]

    return cell


def units(name: str) -> Callable[[Row], Cell]:
    """One value of each unit."""
    return lambda row: BETWEEN.join(_tight(unit[name]) for unit in row.record["unites"])


def activities(row: Row) -> Cell:
    found = {one["libelle"]: None for unit in row.record["unites"] for one in unit["activites"]}
    return BETWEEN.join(_tight(label) for label in found)


def zone(row: Row) -> Cell:
    return BETWEEN.join(zone_of(row.record))


def communes(row: Row) -> Cell:
    return len(zone_of(row.record))


def pathways(row: Row) -> Cell:
    return BETWEEN.join(_tight(one) for one in row.record["projet_sante"]["parcours"])


def phone(row: Row) -> Cell:
    """National text: a number that begins with + would be taken for a formula."""
    return phone_words(row.record["telephone"] or "").replace("\u00a0", " ") or None


def contacts(row: Row) -> Cell:
    """Numbers and addresses of its contacts and of those of its units, each once."""
    told = row.record
    everybody = [*told["contacts"], *(one for unit in told["unites"] for one in unit["contacts"])]
    means = [mean["valeur"] for contact in everybody for mean in contact["moyens"] if mean["valeur"]]
    return BETWEEN.join(dict.fromkeys(_tight(phone_words(value)).replace("\u00a0", " ") for value in means))


def oldest(key: str, row: Row) -> Cell:
    """The date of the unit that was verified longest ago; none when one never was."""
    dates = [unit["verifie_le"][key] for unit in row.record["unites"]]
    return min(dates) if dates and all(dates) else None


def _tight(text: str) -> str:
    return text.replace(BETWEEN, "/")


FINESS, INSEE = "^[0-9AB]{9}$", "^[0-9][0-9AB][0-9]{3}$"
OWN = (
    Column("finess", "string", "Numéro FINESS de l’établissement (EG).", at("finess"), True, FINESS),
    Column("nom", "string", "Nom officiel, celui du répertoire FINESS.", at("nom"), True),
)
VERIFIED = {
    "telephone": "Téléphone standard",
    "adresse": "Adresse postale",
    "courriel": "Courriel",
    "site": "Site internet",
    "horaires": "Horaires du secrétariat",
    "nom_usage": "Nom d’usage",
    "presentation": "Présentation",
    "projet_sante": "Projet de santé",
    "contacts": "Contacts de l’établissement",
}
ZONE_VERIFIED = Column(
    "zone_verifie_le", "datetime", "Zone : vérifiée par la CPTS le (l’unité la plus ancienne).", partial(oldest, "zone")
)
LAST = (
    Column("licence", "string", "Licence de ce fichier.", lambda _row: LICENCE_CODE, True),
    Column("donnees_du", "datetime", "Dernier changement de ce que contient le fichier.", lambda row: row.dated, True),
)

CPTS = Table(
    "cpts",
    "Communautés professionnelles territoriales de santé (CPTS)",
    "Une ligne par CPTS publiée. Les dates « verifie_le » disent quand la CPTS a confirmé l’information.",
    (
        *OWN,
        Column("nom_usage", "string", "Nom que les habitants connaissent.", at("nom_usage")),
        Column(
            "finess_entite_juridique", "string", "FINESS de l’entité juridique.", at("entite_juridique", "finess"),
            pattern=FINESS,
        ),
        Column("siret", "string", "SIRET de l’établissement.", at("siret")),
        Column("categorie", "string", "Catégorie d’établissement (TRE_R66).", at("categorie", "code"), True),
        Column("adresse", "string", "Numéro et voie.", at("adresse", "voie")),
        Column("complement_adresse", "string", "Complément d’adresse.", at("adresse", "complement")),
        Column("code_postal", "string", "Code postal.", at("adresse", "code_postal"), pattern="^[0-9]{5}$"),
        Column("ville", "string", "Ville, comme on l’écrit sur une enveloppe.", at("adresse", "ville")),
        Column("code_insee", "string", "Commune du siège (COG).", at("adresse", "code_insee"), pattern=INSEE),
        Column("departement", "string", "Code du département.", at("departement", "code"), True),
        Column("latitude", "number", "Degrés décimaux, WGS84.", at("position", "latitude")),
        Column("longitude", "number", "Degrés décimaux, WGS84.", at("position", "longitude")),
        Column("telephone", "string", "Téléphone standard, en écriture nationale.", phone),
        Column("courriel", "string", "Adresse électronique de la CPTS.", at("courriel")),
        Column("site", "string", "Site internet.", at("site")),
        Column("horaires", "string", "Horaires du secrétariat.", at("horaires")),
        Column("presentation", "string", "Ce que fait la CPTS, en quelques mots.", at("presentation")),
        Column("projet_sante", "string", "Ce que la CPTS entreprend.", at("projet_sante", "texte")),
        Column("parcours", "string", f"Parcours de soins, séparés par « {BETWEEN} ».", pathways),
        Column("projet_signe_le", "date", "Signature du projet de santé.", at("projet_sante", "signe_le")),
        Column("contacts", "string", f"Autres numéros et adresses, séparés par « {BETWEEN} ».", contacts),
        Column("unites", "string", f"Noms des unités, séparés par « {BETWEEN} ».", units("nom")),
        Column("activites", "string", f"Activités opérationnelles, séparées par « {BETWEEN} ».", activities),
        Column("zone", "string", f"Communes d’intervention (codes INSEE), séparées par « {BETWEEN} ».", zone),
        Column("zone_communes", "integer", "Nombre de communes de la zone.", communes, True),
        *(
            Column(f"{key}_verifie_le", "datetime", f"{label} : vérifié par la CPTS le.", at("verifie_le", key))
            for key, label in VERIFIED.items()
        ),
        ZONE_VERIFIED,
        Column(
            "activites_verifie_le", "datetime", "Activités : vérifiées par la CPTS le (l’unité la plus ancienne).",
            partial(oldest, "activites"),
        ),
        Column("publiee_le", "datetime", "Première publication.", at("publiee_le")),
        Column("modifiee_le", "datetime", "Dernier changement de ce qui est publié.", at("modifiee_le")),
        Column("page", "string", "Adresse de la page de la CPTS.", at("page"), True),
        *LAST,
    ),
    ("finess",),
)  # fmt: skip

ZONES = Table(
    "zones",
    "Zones d’intervention des CPTS : de la commune à la CPTS",
    "Une ligne par commune et par CPTS qui y intervient. Une commune peut être servie par plusieurs CPTS.",
    (
        Column("code_insee", "string", "Commune du COG, ou arrondissement.", lambda row: row.insee, True, INSEE),
        Column("commune", "string", "Nom de la commune.", lambda row: row.commune, True),
        *OWN,
        Column("departement", "string", "Département de la CPTS.", at("departement", "code"), True),
        Column("telephone", "string", "Téléphone standard, en écriture nationale.", phone),
        ZONE_VERIFIED,
        Column("page", "string", "Adresse de la page de la CPTS.", at("page"), True),
        *LAST,
    ),
    ("code_insee", "finess"),
)  # fmt: skip
TABLES = {table.name: table for table in (CPTS, ZONES)}


def rows_of(table: Table, told: Record, dated: str | None) -> Iterator[list[Cell]]:
    """The rows that a CPTS has in this table."""
    if table is CPTS:
        yield table.cells(Row(told, dated))
    else:
        yield from (table.cells(Row(told, dated, insee, commune)) for insee, commune in zone_of(told).items())


def table_schema(table: Table, page: str) -> dict[str, Any]:
    """Table Schema of a file (specs.frictionlessdata.io); `page`: where the data set is described."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "homepage": page,
        "licenses": [{"name": LICENCE_CODE, "title": LICENCE, "path": LICENCE_URL}],
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.pattern:
        constraints |= {"pattern": column.pattern}
    decimals = {"decimalChar": ","} if column.type == "number" else {}
    told = {"name": column.name, "type": column.type, "description": column.description, **decimals}
    return told | ({"constraints": constraints} if constraints else {})
