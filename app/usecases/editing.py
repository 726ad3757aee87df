"""Saving what an agent edited: on the version they saw, with what changed for the journal."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.models import PortalBanner, PortalDocument, PortalTile

CHANGED_MEANWHILE = "Ce contenu a été modifié pendant votre saisie. La vôtre est encore à l’écran."
Row = TypeVar("Row", PortalTile, PortalBanner, PortalDocument)
Changes = tuple[dict[str, Any] | None, dict[str, Any]]


def add_row(row: Row) -> Changes:
    """Insert it; what it holds."""
    row.version, row.updated_at = 1, clock.now()
    db.session().add(row)
    db.session().flush()
    return None, {name: told(value) for name, value in vars(row).items() if name[0] != "_" and name != "updated_at"}


def change_row(row: Row, words: Any, *, seen: int) -> Changes:
    """Write the fields of the dataclass `words` on the row last seen as version `seen`; what they were, what they are.

    Raises ImpossibleNow when somebody has saved it meanwhile.
    """
    db.session().refresh(row, with_for_update=True)
    if row.version != seen:
        raise ImpossibleNow(CHANGED_MEANWHILE)
    after = {name: value for name, value in asdict(words).items() if value != getattr(row, name)}
    before = {name: told(getattr(row, name)) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    row.version, row.updated_at = seen + 1, clock.now()
    return before, {name: told(value) for name, value in after.items()}


def told(value: Any) -> Any:
    """As the journal writes it."""
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int)) else str(value)
