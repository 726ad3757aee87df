"""Who is told about participations in unscheduled care: the doctor, and those in office of the CPTS."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from app.models import Participation, ParticipationPlace
from app.notifications.mail import Body, Mail, announces
from app.policies.actor import Role
from app.queries.affiliations import address_of, decider_addresses
from app.queries.participations import participation


@announces("participation.declared")
def declared(body: Body) -> Iterator[Mail]:
    yield from _receipt(body, changed=False)
    yield from _to_the_cpts(body, "participation_new")


@announces("participation.changed")
def changed(body: Body) -> Iterator[Mail]:
    """The CPTS reads the change in its list; the doctor alone is told of it."""
    yield from _receipt(body, changed=True)


@announces("participation.withdrawn")
def withdrawn(body: Body) -> Iterator[Mail]:
    yield from _over(body, by_the_doctor=True)


@announces("participation.ended")
def ended(body: Body) -> Iterator[Mail]:
    """With their rattachement: the mails about it say so."""
    if not body["with_affiliation"]:
        yield from _over(body, by_the_doctor=False)


@announces("participation.ending")
def ending(body: Body) -> Iterator[Mail]:
    one = _participation(body)
    address = address_of(one.person_id)
    if address and one.ended_at is None:
        yield Mail("participation_ending", address, {**_words(one), "ends_on": body["ends_on"]})


# ── what mails say ──────────────────────────────────────────────────────────


def _receipt(body: Body, *, changed: bool) -> Iterator[Mail]:
    one = _participation(body)
    address = address_of(one.person_id)
    if address:
        yield Mail("participation_receipt", address, {**_words(one), "changed": changed})


def _over(body: Body, *, by_the_doctor: bool) -> Iterator[Mail]:
    one = _participation(body)
    words = {**_words(one), "reason": body["reason"], "by_the_doctor": by_the_doctor}
    address = address_of(one.person_id)
    if address:
        yield Mail("participation_ended", address, words)
    yield from _to_the_cpts(body, "participation_over", reason=body["reason"])


def _to_the_cpts(body: Body, slug: str, **more: Any) -> Iterator[Mail]:
    """Those in office, the doctor aside when they are one of them; nobody when the CPTS has none."""
    one = _participation(body)
    own, finess = address_of(one.person_id), one.establishment_finess
    offices = {address for role in (Role.PRESIDENT, Role.REFERENT) for address in decider_addresses(finess, role=role)}
    for address in sorted(offices - {own}):
        yield Mail(slug, address, {**_words(one), **more})


def _participation(body: Body) -> Participation:
    found = participation(uuid.UUID(body["participation_id"]))
    if found is None:
        raise LookupError(f"no participation {body['participation_id']}")
    return found


def _words(one: Participation) -> dict[str, Any]:
    """As it is when the mail is written."""
    return {
        "name": one.person.full_name,
        "cpts": one.establishment.name,
        "finess": one.establishment_finess,
        "places": [_place(place) for place in one.places],
        "software": one.has_software,
        "starts_on": one.starts_on.isoformat(),
        "until": one.ends_on.isoformat() if one.ends_on else None,
    }


def _place(place: ParticipationPlace) -> dict[str, str | None]:
    where = " ".join(part for part in (place.postcode, place.commune.name) if part)
    return {"name": place.name, "street": place.street, "where": where}
