"""What an agent needs before making an account that those in office asked for: who asked, who is known already."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.models import Account, Mandate, Person, Request, effective
from app.usecases.enrolment import email_key


@dataclass(frozen=True, slots=True)
class HandedOver:
    """`role`: of the sender in that CPTS now; None when they have left office and the service centre must refuse.

    `known`: the people who hold that RPPS number or that address already.
    """

    sender: str | None
    sender_email: str | None
    role: str | None
    known: list[tuple[Person, Account]]


def handed_over(request: Request) -> HandedOver:
    """Three statements."""
    session = db.session()
    sender = session.execute(
        sa.select(Person, Account)
        .join(Account, Account.person_id == Person.id)
        .where(Account.id == request.submitted_by_account_id)
    ).one_or_none()
    role = session.scalars(
        sa.select(Mandate.role)
        .join(Account, Account.person_id == Mandate.person_id)
        .where(
            Account.id == request.submitted_by_account_id,
            Mandate.establishment_finess == request.finess,
            effective(Mandate),
        )
        .order_by(Mandate.role)
    ).first()
    same = sa.or_(Account.email_key == email_key(request.email), Person.rpps == (request.rpps or ""))
    known = session.execute(sa.select(Person, Account).join(Account, Account.person_id == Person.id).where(same)).all()
    return HandedOver(
        sender[0].full_name if sender else None,
        sender[1].email if sender else None,
        role,
        [(person, account) for person, account in known],
    )
