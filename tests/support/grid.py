"""Square communes side by side, with their contours: what a zone surrounds can be read off the page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.models import Commune, CommuneContour
from tests import factories

SIDE = 100


def square(session: Session, x: int, y: int, insee: str, name: str, **values: object) -> Commune:
    """The commune at the column `x` and the line `y`; one that exists is only drawn."""
    row = factories.commune(session, insee, name, **values)
    left, top = x * SIDE, y * SIDE
    session.add(
        CommuneContour(
            insee=insee,
            path=f"M{left} {top}l{SIDE} 0 0 {SIDE}-{SIDE} 0z",
            x_min=left,
            y_min=top,
            x_max=left + SIDE,
            y_max=top + SIDE,
            x_centre=left + SIDE / 2,
            y_centre=top + SIDE / 2,
            source="Essais",
        )
    )
    session.flush()
    return row


def grid(session: Session, width: int, height: int) -> dict[tuple[int, int], Commune]:
    """`84500` at (0, 0), then along each line."""
    return {
        (x, y): square(session, x, y, f"84{500 + y * width + x}", f"Commune {x}-{y}", population=100)
        for y in range(height)
        for x in range(width)
    }
