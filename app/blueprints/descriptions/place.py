"""Where an edited box is: its CPTS, its sheet, its addresses, what the catalogue says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from app.blueprints.descriptions.forms import FORMS, BoxForm
from app.domain.sheets.catalogue import Box, find_box
from app.models import Establishment, Unit
from app.queries import establishments
from app.queries.sheets import SheetRef, is_described
from app.usecases.descriptions import CONTACT
from app.web.access import load_or_404


@dataclass(frozen=True)
class Place:
    """A box of a published sheet that somebody edits."""

    establishment: Establishment
    ref: SheetRef
    box: Box
    unit: Unit | None = None

    @property
    def form(self) -> type[BoxForm]:
        return FORMS[self.ref.kind, self.box.key]

    @property
    def template(self) -> str:
        """Its fields."""
        return f"descriptions/boxes/{self.ref.kind}_{self.box.key}.html"

    @property
    def name(self) -> str:
        return self.unit.name if self.unit else self.establishment.name

    @property
    def always_editable(self) -> bool:
        """Before the first description, only the contact details are (S-133)."""
        return (self.ref.kind, self.box.key) == CONTACT

    @property
    def editable(self) -> bool:
        return self.always_editable or is_described(self.ref.finess)

    @property
    def page(self) -> str:
        return sheet_page(self.ref, self.box.key)

    def url(self, action: str, **query: Any) -> str:
        """`edit`, `save`, `keep`, `drop`, `presence` or `shown`."""
        return box_url(self.ref, self.box.key, action, **query)


def place_or_404(box: str, finess: str | None, unit_id: int | None) -> Place:
    unit = establishments.unit(unit_id) or abort(404) if unit_id is not None else None
    establishment: Establishment = unit.establishment if unit else load_or_404(Establishment, finess)
    ref = SheetRef(establishment.finess, unit.id if unit else None)
    known = find_box(ref.kind, box)
    if known is None or (ref.kind, box) not in FORMS:
        abort(404)
    return Place(establishment, ref, known, unit)


def box_url(ref: SheetRef, box: str, action: str, **query: Any) -> str:
    which: dict[str, Any] = {"unit_id": ref.unit_id} if ref.unit_id is not None else {"finess": ref.finess}
    return url_for(f"descriptions.{action}", box=box, **which, **query)


def sheet_page(ref: SheetRef, box: str | None = None) -> str:
    """The public page of a sheet, at that box."""
    if ref.unit_id is not None:
        return url_for("establishments.unit", unit_id=ref.unit_id, _anchor=box)
    return url_for("establishments.page", finess=ref.finess, _anchor=box)
