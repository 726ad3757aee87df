"""« C’est toujours exact ? »: those in office are asked by mail, and answer without signing in (B-18)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from app import db
from app.domain.freshness import Rhythm
from app.models import Account, Establishment, FreshnessAsk, Mandate, effective
from app.notifications.mail import Body, Mail, announces
from app.queries.freshness import communes_asked, rhythm_of, verified_since


@announces("freshness.asked")
def asked(body: Body) -> Iterator[Mail]:
    """Nobody when somebody answered, or when the page was verified, before the mail was written."""
    ask = db.session().get(FreshnessAsk, uuid.UUID(body["ask_id"]))
    if ask is None or ask.closed_at is not None:
        return
    place = db.session().get_one(Establishment, ask.establishment_finess)
    verified, communes = verified_since(place.finess), communes_asked(place.finess)
    words = {
        "ask_id": str(ask.id),
        "finess": place.finess,
        "cpts": place.name,
        "again": body["mails"] > 1,
        "verified": verified.isoformat() if verified else None,
        "phone": place.phone,
        "street": place.street,
        "town": " ".join(filter(None, (place.postcode, place.city))),
        "count": len(communes),
        "communes": communes[:12],
        "rhythm": Rhythm(rhythm_of(place.finess)).label.lower(),
    }
    for account in _in_office(place.finess):
        yield Mail("freshness", account.email, {**words, "account_id": str(account.id)})


def _in_office(finess: str) -> list[Account]:
    holders = sa.select(Mandate.person_id).where(Mandate.establishment_finess == finess, effective(Mandate))
    query = sa.select(Account).where(Account.person_id.in_(holders), Account.status == "active")
    return list(db.session().scalars(query.order_by(Account.email_key)))
