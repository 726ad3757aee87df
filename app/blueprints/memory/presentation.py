"""Revisions in words: before and after for those who keep the page, a plain list of what changed for the public."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.sheets.catalogue import Box, Field, SheetKind, find_box
from app.domain.sheets.values import Change, changes, is_blank
from app.domain.sheets.visibility import public_values, without_people
from app.domain.sheets.words import Labels, lines_of
from app.models import RevisionBox
from app.queries.history import Line
from app.web.french import plural
from app.web.names import name_fr

SOURCES = {
    "direct": "Modification directe",
    "correction": "Correction proposée, puis appliquée",
    "on_behalf": "Modification par le centre de services, pour le compte d’une personne",
    "dossier": "Dossier collaboratif",
    "import": "Registre officiel",
    "restore": "Retour à une version antérieure",
    "undo": "Annulation d’une modification",
    "registration": "Enregistrement de la CPTS",
    "territory": "Changement des communes",
}
ROLES = {"president": "présidence", "referent": "référent établissement", "agent": "centre de services"}
GATHERED = {
    "communes": (("commune ajoutée", "communes ajoutées"), ("commune retirée", "communes retirées")),
    "activities": (("activité ajoutée", "activités ajoutées"), ("activité retirée", "activités retirées")),
    "pathways": (("parcours ajouté", "parcours ajoutés"), ("parcours retiré", "parcours retirés")),
}
"""What is added to a set, and taken from it."""
RESERVED = "Informations réservées aux professionnels"


@dataclass(frozen=True, slots=True)
class FieldLines:
    """`added` and `removed`: of what is a set, when both sides are known; `before` and `after` otherwise."""

    label: str
    before: list[str]
    after: list[str]
    added: list[str]
    removed: list[str]


@dataclass(frozen=True, slots=True)
class BoxLines:
    """`born`: the sheet did not exist before."""

    sheet: str
    key: str
    title: str
    born: bool
    fields: list[FieldLines]


def box_title(row: RevisionBox, units: Mapping[str, str]) -> str:
    box = _box(row)
    where = f"{name_fr(units[row.sheet])}\u00a0: " if row.sheet in units else ""
    return where + (box.label if box else row.box)


def whole(line: Line, units: Mapping[str, str], labels: Labels) -> list[BoxLines]:
    """Every box of a revision, field by field, before and after."""
    return [
        BoxLines(
            row.sheet,
            row.box,
            box_title(row, units),
            row.before is None,
            [field_lines(change, labels) for change in changes(box, row.before, row.after)],
        )
        for row in line.boxes
        if (box := _box(row)) is not None
    ]


def field_lines(change: Change, labels: Labels) -> FieldLines:
    field = change.field
    both = field.gathers and not is_blank(change.before)
    return FieldLines(
        field.label,
        [] if both else _sorted(field, change.before, labels),
        [] if both else _sorted(field, change.after, labels),
        _sorted(field, change.added, labels) if both else [],
        _sorted(field, change.removed, labels) if both else [],
    )


def public_sentences(line: Line, units: Mapping[str, str], labels: Labels, restricted: Collection[str]) -> list[str]:
    """What changed, without the values that are not places or activities, and without anybody."""
    said: list[str] = []
    for row in line.boxes:
        box = _box(row)
        if box is None:
            continue
        before, after = (_public(row, values, restricted) for values in (row.before, row.after))
        title = box_title(row, units)
        if row.before is None:
            said.append(f"{title}, première publication")
            continue
        said += [f"{title}, {_what(change, labels)}" for change in changes(box, before, after)]
    return said or [RESERVED]


def _what(change: Change, labels: Labels) -> str:
    """« 2 communes ajoutées : Bédoin, Caromb », « téléphone standard : modification »."""
    field = change.field
    if field.gathers:
        told = zip((change.added, change.removed), GATHERED[field.key], strict=True)
        return ", ".join(
            f"{plural(len(items), *words)}\u00a0: {', '.join(_sorted(field, items, labels))}"
            for items, words in told
            if items
        )
    act = "ajout" if is_blank(change.before) else "retrait" if is_blank(change.after) else "modification"
    return f"{field.label[:1].lower()}{field.label[1:]}\u00a0: {act}"


def _public(row: RevisionBox, values: Mapping[str, Any] | None, restricted: Collection[str]) -> dict[str, Any]:
    return without_people(public_values(SheetKind(row.sheet[:2]), row.box, dict(values or {}), hidden=restricted))


def _sorted(field: Field, value: Any, labels: Labels) -> list[str]:
    lines = lines_of(field, value, labels)
    return sorted(lines) if field.gathers else lines


def _box(row: RevisionBox) -> Box | None:
    return find_box(SheetKind(row.sheet[:2]), row.box)
