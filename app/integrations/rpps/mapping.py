"""Columns of the extraction turned into professionals and activities. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from app.domain.identifiers import InvalidIdentifier, Rpps
from app.domain.registers import ActivityRow, ProfessionalRow
from app.integrations.registers.lines import LineRejected, Record
from app.integrations.registers.values import Doubt, finess, insee, text

REQUIRED = ("Identifiant PP", "Nom d'exercice", "Prénom d'exercice", "Code profession", "Libellé profession")
OPTIONAL = (
    "Type d'identifiant PP",
    "Libellé civilité d'exercice",
    "Code catégorie professionnelle",
    "Code type savoir-faire",
    "Code savoir-faire",
    "Libellé savoir-faire",
    "Code mode exercice",
    "Numéro SIRET site",
    "Numéro FINESS site",
    "Identifiant technique de la structure",
    "Raison sociale site",
    "Enseigne commerciale site",
    "Numéro Voie",
    "Libellé Voie",
    "Code postal",
    "Code commune",
    "Libellé commune",
)
ACTIVITY_KEY = (
    "Code mode exercice",
    "Numéro SIRET site",
    "Numéro FINESS site",
    "Identifiant technique de la structure",
    "Raison sociale site",
    "Numéro Voie",
    "Libellé Voie",
    "Code postal",
    "Code commune",
)
"""What makes an activity another one. The extraction repeats a place for each savoir-faire: that is one activity."""
PLACE = ("Numéro FINESS site", "Raison sociale site", "Enseigne commerciale site", "Code postal", "Code commune")
ORDINAL_SPECIALITY = "S"
STUDENT = "E"
RPPS_TYPE = "8"

INVALID_RPPS = "numéro RPPS invalide"
WRONG_RPPS_KEY = "clé du numéro RPPS fausse"
NOT_RPPS = "identifiant qui n’est pas un RPPS"
NO_NAME = "nom d’exercice manquant"
NO_PROFESSION = "profession manquante"
IGNORED_FINESS = "numéro FINESS de site invalide, ignoré"
IGNORED_INSEE = "code commune de site invalide, ignoré"


def rpps(record: Record, doubt: Doubt) -> str:
    value = record["Identifiant PP"]
    if record["Type d'identifiant PP"] not in {"", RPPS_TYPE}:
        raise LineRejected(NOT_RPPS, value)
    try:
        number = Rpps.parse(value)
    except InvalidIdentifier:
        raise LineRejected(INVALID_RPPS, value) from None
    if not record["Nom d'exercice"]:
        raise LineRejected(NO_NAME, value)
    if not record["Code profession"]:
        raise LineRejected(NO_PROFESSION, value)
    if not number.key_is_valid:
        doubt(WRONG_RPPS_KEY, value)
    return number.value


def professional(
    number: str, group: Sequence[Record], activities: Sequence[ActivityRow], digest: int | None = None
) -> ProfessionalRow:
    """One person out of consecutive lines: the profession they hold, rather than the one they study for."""
    main = next((row for row in group if row["Code catégorie professionnelle"] != STUDENT), group[0])
    known = [row for row in group if row["Code profession"] == main["Code profession"] and row["Code savoir-faire"]]
    ordinal = [row for row in known if row["Code type savoir-faire"] == ORDINAL_SPECIALITY]
    speciality = next(iter(ordinal or known), None)
    return ProfessionalRow(
        line=group[0].line,
        lines=len(group),
        rpps=number,
        family_name=text(main["Nom d'exercice"]) or "",
        given_name=text(main["Prénom d'exercice"]) or "",
        title=text(main["Libellé civilité d'exercice"]),
        profession_code=main["Code profession"],
        profession_label=text(main["Libellé profession"]) or main["Code profession"],
        speciality_code=speciality["Code savoir-faire"] if speciality else None,
        speciality_label=text(speciality["Libellé savoir-faire"]) if speciality else None,
        activities=tuple({activity.key: activity for activity in activities}.values()),
        register_digest=digest,
    )


def activity(record: Record, doubt: Doubt) -> ActivityRow | None:
    """None when the line says nothing of a place."""
    if not any(record[name] for name in PLACE):
        return None
    key = "|".join(record[name] for name in ACTIVITY_KEY)
    return ActivityRow(
        line=record.line,
        key=hashlib.sha256(key.encode()).hexdigest(),
        mode_code=text(record["Code mode exercice"]),
        site_name=text(record["Raison sociale site"]) or text(record["Enseigne commerciale site"]),
        site_finess=_site_finess(record["Numéro FINESS site"], doubt),
        postcode=text(record["Code postal"]),
        commune_insee=_commune(record["Code commune"], doubt),
        commune_name=text(record["Libellé commune"]),
    )


def _site_finess(value: str, doubt: Doubt) -> str | None:
    if not value:
        return None
    try:
        return finess(value, doubt)
    except LineRejected:
        doubt(IGNORED_FINESS, value)
        return None


def _commune(value: str, doubt: Doubt) -> str | None:
    if not value:
        return None
    try:
        return insee(value)
    except LineRejected:
        doubt(IGNORED_INSEE, value)
        return None
