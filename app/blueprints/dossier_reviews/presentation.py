"""What the desk shows beside the lines: automatic checks, the zones on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for

from app.queries.dossier_desk import Zones
from app.queries.dossier_differences import Line, Reading
from app.web.french import plural
from app.web.names import name_fr
from app.web.zone_map import Marks, ZoneMap, zone_map

SAS_FIELDS = {("coordonnees", "phone"), ("coordonnees", "street"), ("zone", "communes")}
MOST_MAPS = 3
"""Drawn at once; one at a time beyond (`?carte=`)."""
MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class Detail:
    """A line of a check: words, then where to look."""

    text: str
    links: tuple[tuple[str, str], ...] = ()
    """(words, address)."""


@dataclass(frozen=True, slots=True)
class Check:
    """`state`: ok, manque, bloque."""

    state: str
    text: str
    details: Sequence[Detail] = ()

    @property
    def shown(self) -> Sequence[Detail]:
        return self.details[:MOST_TOLD]

    @property
    def more(self) -> int:
        return max(0, len(self.details) - MOST_TOLD)


def checks(reading: Reading, zones: Zones) -> list[Check]:
    """Automatic checks (UI.md, page 18)."""
    return [_sas(reading), _finess(reading), *_rules(reading), *_overlaps(reading, zones), *_conflicts(reading)]


def zone_lines(reading: Reading) -> list[Line]:
    return [line for line in reading.lines if line.field.key == "communes"]


def maps(lines: list[Line], zones: Zones, seat: str | None) -> dict[str, ZoneMap]:
    """By the key of the line, those that are drawn."""
    wanted = request.args.get("carte", "")
    drawn = lines if len(lines) <= MOST_MAPS else [line for line in lines if line.key == wanted][:1]
    found = {line.key: _map(line, zones, seat) for line in drawn}
    return {key: drawn_map for key, drawn_map in found.items() if drawn_map is not None}


def _map(line: Line, zones: Zones, seat: str | None) -> ZoneMap | None:
    published, result = set(line.difference.published or []), set(line.difference.result or [])
    marks = Marks(added=result - published if published else (), removed=published - result)
    inside = [shape for insee, shape in zones.shapes.items() if insee in result]
    leaving = [shape for insee, shape in zones.shapes.items() if insee in published - result]
    known = {shape.insee for shape in leaving}
    around = [*leaving, *(shape for shape in zones.around if shape.insee not in known)]
    return zone_map(inside, around, seat=seat, marks=marks)


def _sas(reading: Reading) -> Check:
    missing = [
        Detail(f"{name_fr(sheet.sheet.title)}\u00a0: {finding.sentence}")
        for sheet in reading.sheets
        for finding in sheet.blocking
        if (finding.box, finding.field) in SAS_FIELDS
    ]
    said = missing or [Detail("Téléphone, adresse, zone")]
    return Check("bloque" if missing else "ok", "Champs exigés par le SAS", said)


def _finess(reading: Reading) -> Check:
    establishment = reading.dossier.establishment
    known = establishment.closed_on is None
    words = "Numéro FINESS actif" if known else "Numéro FINESS fermé"
    return Check("ok" if known else "bloque", words, [Detail(establishment.finess)])


def _rules(reading: Reading) -> list[Check]:
    """What the rules of the ROR refuse, and what only lacks."""
    refused, missing = (_found(reading, blocking=blocking) for blocking in (True, False))
    rules = Check("bloque" if refused else "ok", "Règles du ROR", refused or [Detail("Aucune n’est enfreinte")])
    return [rules, *([Check("manque", "À compléter plus tard", missing)] if missing else [])]


def _found(reading: Reading, *, blocking: bool) -> list[Detail]:
    return [
        Detail(f"{name_fr(sheet.sheet.title)}\u00a0: {finding.sentence}")
        for sheet in reading.sheets
        if sheet.lines
        for finding in sheet.findings
        if finding.blocking is blocking and (finding.box, finding.field) not in SAS_FIELDS
    ]


def _overlaps(reading: Reading, zones: Zones) -> list[Check]:
    """Communes that the dossier adds, and that another CPTS serves already."""
    added = {insee for line in zone_lines(reading) for insee in line.difference.added}
    names = reading.labels["COG"]
    shared = sorted(
        ((names.get(insee, insee), zones.servers[insee]) for insee in added if insee in zones.servers),
        key=lambda one: one[0],
    )
    if not shared:
        return []
    details = [
        Detail(
            f"{name}\u00a0: ",
            tuple((name_fr(one.name), url_for("establishments.page", finess=one.finess)) for one in servers),
        )
        for name, servers in shared
    ]
    covered = "déjà couverte" if len(shared) == 1 else "déjà couvertes"
    return [Check("manque", f"{plural(len(shared), 'commune ajoutée', 'communes ajoutées')}, {covered}", details)]


def _conflicts(reading: Reading) -> list[Check]:
    if not reading.conflicts:
        return []
    details = [
        Detail("", ((f"{line.field.label} ({name_fr(line.sheet.title)})", f"#ligne-{line.key}"),))
        for line in reading.conflicts
    ]
    count = plural(len(reading.conflicts), "information modifiée", "informations modifiées")
    return [Check("manque", f"{count} sur la page depuis l’ouverture du dossier", details)]
