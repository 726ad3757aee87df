"""« En exercice » in SQL, once: an open mandate, its term not over, and for a référent its presidency too.

A référent's mandate that a review suspended is not in office; a suspended rattachement is not counted.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, column_property

from app.models.affiliation import Affiliation
from app.models.establishment import Establishment
from app.models.mandate import Mandate
from app.models.person import Account
from app.models.request import Request
from app.models.review import Suspension

# Made once: every request of somebody signed in asks with them.
_granting, _suspension, _pause = aliased(Mandate), aliased(Suspension), aliased(Suspension)
LIVING = ("active", "invited")
"""States of an account whose owner can act, or will once they open it: a suspended account decides nothing."""


def in_office(mandate: type[Mandate]) -> sa.ColumnElement[bool]:
    """The mandate itself is open and within its term."""
    term = sa.or_(mandate.term_ends_at.is_(None), mandate.term_ends_at > sa.func.relais_now())
    return sa.and_(mandate.ended_at.is_(None), term)


def effective(mandate: type[Mandate]) -> sa.ColumnElement[bool]:
    """In office, and when it is a référent's: granted by a presidency in office, and not suspended."""
    granting = sa.exists().where(_granting.id == mandate.granting_mandate_id, in_office(_granting))
    granted = granting.correlate_except(_granting)
    return sa.and_(
        in_office(mandate), sa.or_(mandate.role == "president", sa.and_(granted, sa.not_(suspended(mandate))))
    )


def suspended(mandate: type[Mandate]) -> sa.ColumnElement[bool]:
    """Nobody said to keep it at the last review, and nobody has lifted that since."""
    open_one = sa.exists().where(_suspension.mandate_id == mandate.id, _suspension.lifted_at.is_(None))
    return open_one.correlate_except(_suspension)


def keeps_pages(mandate: type[Mandate], since: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """A référent's own mandate holds, but the presidency behind it ended after `since`: the time of grace."""
    ended = sa.and_(
        sa.not_(in_office(_granting)),
        sa.or_(_granting.ended_at.is_(None), _granting.ended_at > since),
        sa.or_(_granting.term_ends_at.is_(None), _granting.term_ends_at > since),
    )
    lately = sa.exists().where(_granting.id == mandate.granting_mandate_id, ended).correlate_except(_granting)
    return sa.and_(in_office(mandate), lately, sa.not_(suspended(mandate)))


def attached(affiliation: type[Affiliation]) -> sa.ColumnElement[bool]:
    """The rattachement is open, and no review suspended it: it is counted, and named by who chose to be."""
    paused = sa.exists().where(_pause.affiliation_id == affiliation.id, _pause.lifted_at.is_(None))
    return sa.and_(affiliation.ended_at.is_(None), sa.not_(paused.correlate_except(_pause)))


_presidency, _other, _others_account = aliased(Mandate), aliased(Mandate), aliased(Account)

Establishment.has_president = column_property(
    sa.exists()
    .where(
        _presidency.establishment_finess == Establishment.finess,
        _presidency.role == "president",
        in_office(_presidency),
    )
    .correlate_except(_presidency),
    deferred=True,
)

# Somebody in office, whose account lives, other than who asks: nobody decides their own request (decision 4 of the
# owner). An appeal goes to the service centre (B-08).
_in_office = (
    sa.exists()
    .where(
        _other.establishment_finess == Request.establishment_finess,
        effective(_other),
        _others_account.person_id == _other.person_id,
        _others_account.status.in_(LIVING),
        _others_account.person_id.is_distinct_from(Request.person_id),
        _others_account.email_key != Request.email_key,
    )
    .correlate_except(_other, _others_account, _granting, _suspension)
)
Request.has_decider = column_property(sa.and_(Request.appeal_of_id.is_(None), _in_office), deferred=True)
