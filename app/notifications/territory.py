"""Who is told of what happens to zones: communes that ceased, communes that two CPTS serve."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import sqlalchemy as sa

from app import db
from app.models import Commune, Establishment
from app.notifications.mail import Body, Mail, announces
from app.policies.actor import Role
from app.queries.affiliations import decider_addresses
from app.queries.zone_changes import replacements

MOST_NAMED = 12


@announces("zone.outdated")
def outdated(body: Body) -> Iterator[Mail]:
    """Nobody when what ceased was replaced before the mail was written."""
    finess = body["establishment_finess"]
    left = [one for one in replacements([finess]) if one.gone.insee in body["communes"]]
    if not left:
        return
    words = {
        "cpts": _name(finess),
        "unit_id": left[0].unit_id,
        "changes": [
            {"gone": one.gone.name, "became": " et ".join(place.name for place in one.successors)}
            for one in {one.gone.insee: one for one in left}.values()
        ],
    }
    for address in decider_addresses(finess):
        yield Mail("zone_outdated", address, words)


@announces("zone.overlapped")
def overlapped(body: Body) -> Iterator[Mail]:
    """Those who preside both CPTS, each with the point of view that is theirs."""
    finess, others = body["establishment_finess"], body["others"]
    ours = _name(finess)
    shared = [{"cpts": _name(other), "communes": _named(codes)} for other, codes in others.items()]
    for address in decider_addresses(finess, role=Role.PRESIDENT):
        yield Mail("zone_overlap_ours", address, {"cpts": ours, "finess": finess, "shared": shared})
    for other, codes in others.items():
        words = {"cpts": _name(other), "finess": other, "by": ours, "by_finess": finess, "communes": _named(codes)}
        for address in decider_addresses(other, role=Role.PRESIDENT):
            yield Mail("zone_overlap_theirs", address, words)


def _name(finess: str) -> str:
    return db.session().get_one(Establishment, finess).name


def _named(codes: Collection[str]) -> str:
    """`Carpentras, Monteux et 3 autres`."""
    names = list(db.session().scalars(sa.select(Commune.name).where(Commune.insee.in_(codes)).order_by(Commune.name)))
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} et {len(names) - MOST_NAMED} autres" if len(names) > MOST_NAMED else shown
