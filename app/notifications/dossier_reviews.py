"""Who is told that a dossier was approved, sent back, published. Mails name fields, never restricted values."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from app import db
from app.models import Dossier, Establishment
from app.notifications.mail import Body, Mail, announces
from app.queries.affiliations import agent_addresses
from app.queries.dossier_followers import followers_of, published_fields, returned_fields
from app.queries.dossier_sheets import names_of


@announces("dossier.approved")
def approved(body: Body) -> Iterator[Mail]:
    dossier = dossier_of(body)
    yield from to_reviewers(dossier)
    by = dossier.approved_by_account_id
    president = names_of([by]).get(by) if by else None
    words = {**words_of(dossier), "president": president, "message": body["reason"]}
    for follower in followers_of(dossier):
        if follower.account_id != by:
            yield Mail("dossier_approved", follower.email, {**words, "reader": follower.name})


@announces("dossier.returned")
def returned(body: Body) -> Iterator[Mail]:
    dossier = dossier_of(body)
    words = {
        **words_of(dossier),
        "by_president": body["by"] == "president",
        "message": body["reason"],
        "sheets": [asdict(one) for one in returned_fields(dossier, body["fields"], body["round"])],
    }
    for follower in followers_of(dossier):
        if body["actor"] != f"account:{follower.account_id}":
            yield Mail("dossier_returned", follower.email, {**words, "reader": follower.name})


@announces("dossier.published")
def published(body: Body) -> Iterator[Mail]:
    dossier = dossier_of(body)
    words = {
        **words_of(dossier),
        "message": body["reason"],
        "published": [asdict(one) for one in published_fields(body["changed"])],
        "returned": [asdict(one) for one in returned_fields(dossier, body["returned"], body["round"])],
    }
    for follower in followers_of(dossier):
        yield Mail("dossier_published", follower.email, {**words, "reader": follower.name})


def to_reviewers(dossier: Dossier) -> Iterator[Mail]:
    """To every agent: a dossier that a presidency validated waits for them."""
    words = {**words_of(dossier), "units": sum(sheet.kind == "uo" for sheet in dossier.sheets)}
    for address in agent_addresses():
        yield Mail("dossier_to_review", address, words)


def dossier_of(body: Body) -> Dossier:
    return db.session().get_one(Dossier, uuid.UUID(body["dossier_id"]))


def words_of(dossier: Dossier) -> dict[str, Any]:
    """What every mail about a dossier may name."""
    place = db.session().get_one(Establishment, dossier.establishment_finess)
    return {"name": dossier.name, "cpts": place.name, "finess": place.finess, "dossier_id": str(dossier.id)}
