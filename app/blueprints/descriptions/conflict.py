"""Two people saved the same box: what each changed, field by field, and how both are kept (B-14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flask import request

from app.blueprints.descriptions.place import Place
from app.domain.sheets.catalogue import Box, Field
from app.domain.sheets.values import Change, Conflict, Values, changes, merge, pick
from app.queries.descriptions import values_at
from app.queries.sheets import BoxState, box_states, read_sheet

MINE, THEIRS = "mienne", "leur"
CHOOSE = "Choisissez entre votre saisie et ce qui est enregistré."


class Edited(Protocol):
    """What somebody edits: a box of a published sheet, or of a dossier."""

    @property
    def box(self) -> Box: ...


@dataclass(frozen=True)
class Clash:
    """`merged`: theirs with what I changed on top; `conflicts`: what both changed; `theirs`: what only they changed."""

    merged: Values
    conflicts: list[Conflict]
    theirs: list[Change]
    state: BoxState
    since: int


def clash_of(place: Place, mine: Values, seen: int) -> Clash:
    """What became of the box since the version that the person had in front of them."""
    now = read_sheet(place.ref)[place.box.key]
    base = values_at(place.ref, place.box.key, seen)
    state = box_states([place.ref]).get((place.ref.key, place.box.key), BoxState())
    return clash_between(place.box, base, mine, now, state=state, seen=seen)


def clash_between(box: Box, base: Values | None, mine: Values, now: Values, *, state: BoxState, seen: int) -> Clash:
    """`base`: the version `seen`, which both started from; `now`: what is saved, in that state."""
    merged, conflicts = merge(box, base, mine, now)
    kept = merged | {conflict.field.key: conflict.mine for conflict in conflicts}
    both = {conflict.field.key for conflict in conflicts}
    theirs = [change for change in changes(box, base, now) if change.field.key not in both]
    return Clash(kept, conflicts, theirs, state, seen)


def disputed(place: Edited) -> list[Field]:
    """The fields of which the page of a conflict asked a choice."""
    return [field for field in place.box.fields if field.key in request.form.getlist("conflit")]


def undecided(place: Edited) -> list[Field]:
    return [field for field in disputed(place) if choice_of(field) not in (MINE, THEIRS)]


def settle(place: Place, mine: Values) -> Values:
    """Mine, with theirs where the person chose it."""
    taken = yielded(place)
    return mine | pick(read_sheet(place.ref)[place.box.key], taken) if taken else mine


def yielded(place: Edited) -> list[str]:
    """Keys of the fields of which the person keeps what is saved."""
    return [field.key for field in disputed(place) if choice_of(field) == THEIRS]


def choice_of(field: Field) -> str | None:
    return request.form.get(f"choix-{field.key}")


def seen_first(fallback: int) -> int:
    """The version that the person had in front of them before the conflict."""
    text = request.form.get("depart", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else fallback
