"""`/etablissements/<finess>/historique`: every publication, newest first; « voir au 1er mars » (B-16)."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Response, request

from app import clock
from app.blueprints.memory.blueprint import bp, cpts_or_404, sees_names, sees_values
from app.blueprints.memory.presentation import ROLES, SOURCES, public_sentences, whole
from app.domain.sheets.catalogue import BOXES
from app.domain.sheets.words import lines_of
from app.models import Establishment
from app.queries import history as queries
from app.queries.past import end_of, public_past, sheets_at
from app.web.access import public
from app.web.htmx import page_or_fragment
from app.working_days import day_of

EARLIEST = date(2000, 1, 1)


@bp.get("/etablissements/<finess>/historique")
@public
def history(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    asked = request.args.get("au", "").strip()
    day = _day(asked)
    if day is not None:
        return _past(establishment, day)
    return _history(establishment, odd=bool(asked))


def _history(establishment: Establishment, *, odd: bool) -> Response:
    """`odd`: a date was typed that is none, or that is to come."""
    finess, insider, names = establishment.finess, sees_values(establishment), sees_names(establishment)
    by = _person() if names else None
    known = queries.background(finess, insider=insider)
    found = queries.history(finess, page=request.args.get("page", 1, type=int), concealed=known.concealed, by=by)
    lines = [
        (
            line,
            whole(line, known.units, found.labels)
            if insider
            else public_sentences(line, known.units, found.labels, known.restricted),
        )
        for line in found.lines
    ]
    return page_or_fragment(
        "memory/history.html",
        "memory/_history.html",
        status=422 if odd else 200,
        establishment=establishment,
        insider=insider,
        names=names,
        history=found,
        lines=lines,
        people=known.authors if names else [],
        by=by,
        sources=SOURCES,
        roles=ROLES,
        odd=odd,
        typed=request.args.get("au", ""),
        today=day_of(clock.now()),
    )


def _past(establishment: Establishment, day: date) -> Response:
    """The sheets as they were at the end of that day, drawn as they are drawn today."""
    finess, insider = establishment.finess, sees_values(establishment)
    sheets = sheets_at(finess, end_of(day))
    if not insider:
        known = queries.background(finess, insider=False)
        sheets = public_past(sheets, known.concealed or {}, known.restricted)
    response = page_or_fragment(
        "memory/past.html",
        "memory/_past.html",
        establishment=establishment,
        insider=insider,
        day=day,
        sheets=sheets,
        boxes=BOXES,
        codes=queries.labels_for([values for sheet in sheets for values in sheet.boxes.values()]),
        lines_of=lines_of,
        today=day_of(clock.now()),
    )
    response.headers["X-Robots-Tag"] = "noindex"  # what is over is not what people look for
    return response


def _day(text: str) -> date | None:
    """A day that has come; None otherwise."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= day_of(clock.now()) else None


def _person() -> uuid.UUID | None:
    """Whose publications are asked for; somebody unknown is nobody."""
    try:
        return uuid.UUID(request.args.get("personne", ""))
    except ValueError:
        return None
