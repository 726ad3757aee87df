"""Who is told of the quarterly access review: the presidents, and each person whom it suspends or gives back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from app import db
from app.models import AccessReview, Suspension
from app.notifications.mail import Body, Mail, announces
from app.notifications.mandates import address, place, presidents
from app.queries.reviews import Line, Suspended, details, named

SHOWN = 40
"""People listed in a mail; the page has them all."""


@announces("review.opened")
def review_opened(body: Body) -> Iterator[Mail]:
    yield from _to_presidents(body, days=0)


@announces("review.reminded")
def review_reminded(body: Body) -> Iterator[Mail]:
    yield from _to_presidents(body, days=body["days"])


@announces("review.closed")
def review_closed(body: Body) -> Iterator[Mail]:
    suspended = named([uuid.UUID(id_) for id_ in body["suspended"]])
    if not suspended:
        return
    words = place(body["establishment_finess"])
    people = [
        {"name": held.person.full_name, "referent": held.referent, "id": str(held.suspension.id)} for held in suspended
    ]
    for president in presidents(body["establishment_finess"]):
        yield Mail("review_closed", address(president.person_id), {**words, **_cut(people)})
    for held in suspended:
        yield Mail("suspended", address(held.person.id), {**words, **_of(held)})


@announces("suspension.lifted")
def suspension_lifted(body: Body) -> Iterator[Mail]:
    found = db.session().get_one(Suspension, uuid.UUID(body["suspension_id"]))
    held = found.mandate or found.affiliation
    if held is None:
        return
    words = {
        **place(found.establishment_finess),
        "name": held.person.full_name,
        "referent": found.mandate_id is not None,
    }
    yield Mail("suspension_lifted", address(held.person_id), words)


# ── what mails say ──────────────────────────────────────────────────────────


def _to_presidents(body: Body, *, days: int) -> Iterator[Mail]:
    found = details(db.session().get_one(AccessReview, uuid.UUID(body["review_id"])))
    words = {
        **place(found.review.establishment_finess),
        "days": days,
        "due_at": found.review.due_at.isoformat(),
        "referents": [line.name for line in _waiting(found.referents)],
        **_cut([line.name for line in _waiting(found.professionals)]),
    }
    if not words["referents"] and not words["people"]:
        return
    for president in presidents(found.review.establishment_finess):
        yield Mail("review", address(president.person_id), words)


def _waiting(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.item.answer is None]


def _cut(people: list[Any]) -> dict[str, Any]:
    return {"people": people[:SHOWN], "more": max(0, len(people) - SHOWN)}


def _of(held: Suspended) -> dict[str, Any]:
    return {"name": held.person.full_name, "referent": held.referent, "detail": held.detail}
