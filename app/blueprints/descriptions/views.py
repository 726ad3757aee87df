"""Boxes of a sheet as its pages show them: to the public what is free, to those who keep it what they may do too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.blueprints.descriptions.forms import FORMS
from app.blueprints.descriptions.place import box_url
from app.domain.sheets.catalogue import BOXES, Box
from app.domain.sheets.values import Values
from app.domain.sheets.visibility import public_values
from app.models import Establishment
from app.policies.permissions import Permission
from app.policies.rules import allows
from app.queries.boxes import read_boxes
from app.queries.descriptions import Undoable
from app.queries.sheets import BoxState, SheetRef
from app.usecases.descriptions import CONTACT, UNDO_WITHIN
from app.web.access import current_actor

Views = dict[str, "BoxView"]


@dataclass(frozen=True)
class BoxView:
    """`edit`: address of its form, for those who may; `describe`: they may, but a dossier comes first (S-133)."""

    ref: SheetRef
    box: Box
    values: Values
    codes: dict[str, dict[str, str]]
    state: BoxState
    edit: str | None = None
    describe: bool = False
    undo: Undoable | None = None
    insider: bool = False

    @property
    def template(self) -> str:
        return f"descriptions/shown/{self.ref.kind}_{self.box.key}.html"

    def names(self, key: str) -> str:
        """Name of the input of a field in the form of the box."""
        form = FORMS.get((self.ref.kind, self.box.key))
        return form.NAMES.get(key, "") if form else ""


def views_of(establishment: Establishment, refs: Sequence[SheetRef], *, insider: bool) -> dict[SheetRef, Views]:
    """Every box of these sheets of one CPTS: one statement."""
    may = allows(Permission.ESTABLISHMENT_UPDATE, current_actor(), establishment) and not establishment.closed_on
    read = read_boxes(refs, undo_within=UNDO_WITHIN if may else None)
    return {
        ref: {
            box.key: BoxView(
                ref,
                box,
                read.sheets[ref][box.key] if insider else public_values(ref.kind, box.key, read.sheets[ref][box.key]),
                read.labels,
                read.states.get((ref.key, box.key), BoxState()),
                edit=_edit(ref, box) if may and (read.described or (ref.kind, box.key) == CONTACT) else None,
                describe=may and not read.described and (ref.kind, box.key) != CONTACT,
                undo=read.undos.get((ref.key, box.key)),
                insider=insider,
            )
            for box in BOXES[ref.kind]
        }
        for ref in refs
    }


def _edit(ref: SheetRef, box: Box) -> str | None:
    return box_url(ref, box.key, "edit") if (ref.kind, box.key) in FORMS else None
