"""What the desk shows beside the lines: automatic checks, the zones on the map."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request, url_for
from markupsafe import Markup

from app.queries.dossier_desk import Zones
from app.queries.dossier_differences import Line, Reading
from app.web.french import plural
from app.web.names import name_fr
from app.web.zone_map import Marks, ZoneMap, zone_map

SAS_FIELDS = {("coordonnees", "phone"), ("coordonnees", "street"), ("zone", "communes")}
MOST_MAPS = 3
"""Drawn at once; one at a time beyond (`?carte=`)."""
MOST_TOLD = 8
Check = tuple[str, str, Markup | str]


def checks(reading: Reading, zones: Zones) -> list[Check]:
    """(state, text, detail) of each automatic check (UI.md, page 18)."""
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
        f"{name_fr(sheet.sheet.title)}\u00a0: {finding.sentence}"
        for sheet in reading.sheets
        for finding in sheet.blocking
        if (finding.box, finding.field) in SAS_FIELDS
    ]
    if missing:
        return ("bloque", "Champs exigés par le SAS", _lines(missing))
    return ("ok", "Champs exigés par le SAS", "Téléphone, adresse, zone")


def _finess(reading: Reading) -> Check:
    establishment = reading.dossier.establishment
    if establishment.closed_on is not None:
        return ("bloque", "Numéro FINESS fermé", establishment.finess)
    return ("ok", "Numéro FINESS actif", establishment.finess)


def _rules(reading: Reading) -> list[Check]:
    """What the rules of the ROR refuse, and what only lacks."""
    told: list[Check] = []
    for state, text, blocking in (
        ("bloque", "Règles du ROR", True),
        ("manque", "À compléter plus tard", False),
    ):
        found = [
            f"{name_fr(sheet.sheet.title)}\u00a0: {finding.sentence}"
            for sheet in reading.sheets
            if sheet.lines
            for finding in sheet.findings
            if finding.blocking is blocking and (finding.box, finding.field) not in SAS_FIELDS
        ]
        if found:
            told.append((state, text, _lines(found)))
        elif blocking:
            told.append(("ok", text, "Aucune n’est enfreinte"))
    return told


def _overlaps(reading: Reading, zones: Zones) -> list[Check]:
    """Communes that the dossier adds, and that another CPTS serves already."""
    added = {insee for line in zone_lines(reading) for insee in line.difference.added}
    shared = sorted(
        ((reading.labels["COG"].get(insee, insee), zones.servers[insee]) for insee in added if insee in zones.servers),
        key=lambda one: one[0],
    )
    if not shared:
        return []
    detail = _lines(
        Markup("{} : {}").format(
            name,
            Markup(", ").join(
                Markup('<a href="{}">{}</a>').format(
                    url_for("establishments.page", finess=server.finess), name_fr(server.name)
                )
                for server in servers
            ),
        )
        for name, servers in shared
    )
    return [("manque", f"{plural(len(shared), 'commune ajoutée', 'communes ajoutées')}, déjà couvertes", detail)]


def _conflicts(reading: Reading) -> list[Check]:
    if not reading.conflicts:
        return []
    detail = _lines(
        Markup('<a href="#ligne-{}">{}</a>').format(line.key, f"{line.field.label} ({name_fr(line.sheet.title)})")
        for line in reading.conflicts
    )
    count = plural(len(reading.conflicts), "information modifiée", "informations modifiées")
    return [("manque", f"{count} sur la page depuis l’ouverture du dossier", detail)]


def _lines(texts: Iterable[str]) -> Markup:
    """One a line; a long list is cut, and says so."""
    told = list(texts)
    rest = len(told) - MOST_TOLD
    shown = told[:MOST_TOLD] + ([f"et {rest} autres."] if rest > 0 else [])
    return Markup("<br>").join(shown)
