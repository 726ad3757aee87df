"""« En exercice » in SQL, once: an open mandate, its term not over, and for a référent its presidency too."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased, column_property

from app.models.establishment import Establishment
from app.models.mandate import Mandate
from app.models.person import Account
from app.models.request import Request

_granting = aliased(Mandate)  # made once: every request of somebody signed in asks with it


def in_office(mandate: type[Mandate]) -> sa.ColumnElement[bool]:
    """The mandate itself is open and within its term."""
    term = sa.or_(mandate.term_ends_at.is_(None), mandate.term_ends_at > sa.func.relais_now())
    return sa.and_(mandate.ended_at.is_(None), term)


def effective(mandate: type[Mandate]) -> sa.ColumnElement[bool]:
    """In office, and granted by a presidency in office when it is a référent's."""
    granting = sa.exists().where(_granting.id == mandate.granting_mandate_id, in_office(_granting))
    granted = granting.correlate_except(_granting)
    return sa.and_(in_office(mandate), sa.or_(mandate.role == "president", granted))


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

# Somebody in office other than who asks: nobody decides their own request (decision 4 of the owner). An appeal goes to
# the service centre (B-08).
_in_office = (
    sa.exists()
    .where(
        _other.establishment_finess == Request.establishment_finess,
        effective(_other),
        _others_account.person_id == _other.person_id,
        _others_account.person_id.is_distinct_from(Request.person_id),
        _others_account.email_key != Request.email_key,
    )
    .correlate_except(_other, _others_account, _granting)
)
Request.has_decider = column_property(sa.and_(Request.appeal_of_id.is_(None), _in_office), deferred=True)
