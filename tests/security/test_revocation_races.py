"""A password that changes, a session that is closed: what was under way with the old one does not come through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.credentials.passwords import hash_password
from app.credentials.sessions import open_session, renew_session
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Account, SignInSession
from app.policies.actor import ANONYMOUS
from app.usecases import sign_in as usecase
from tests.factories import PASSWORD
from tests.personas import Personas

Patch = pytest.MonkeyPatch


def changed_meanwhile(monkeypatch: Patch, app: Flask, account: Account, **values: object) -> None:
    """Between the verification of the password and the opening of the session, somebody else commits."""
    owner = account.id
    verify: Callable[[str, str | None], bool] = usecase.verify_password

    def verified_then_changed(password: str, hashed: str | None) -> bool:
        verified = verify(password, hashed)
        with db.engine().begin() as connection:
            connection.execute(sa.update(Account).where(Account.id == owner).values(**values))
        return verified

    monkeypatch.setattr(usecase, "verify_password", verified_then_changed)


@pytest.mark.parametrize("what", ["password", "suspension"])
def test_a_sign_in_under_way_does_not_outlive_the_password_or_the_account(
    app: Flask, session: Session, people: Personas, monkeypatch: Patch, what: str
) -> None:
    new = {"password_hash": hash_password("cigale-lavande-84")} if what == "password" else {"status": "suspended"}
    changed_meanwhile(monkeypatch, app, people.president.account, **new)
    address = people.president.email
    with pytest.raises(Invalid):
        usecase.sign_in(ANONYMOUS, None, email=address, password=PASSWORD)
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0


def test_a_session_closed_from_elsewhere_is_not_renewed_by_its_password(session: Session, people: Personas) -> None:
    stolen = open_session(people.president.account, method="password")
    stolen.ended_at = clock.now()
    session.commit()
    with pytest.raises(ImpossibleNow, match="fermée entre-temps"):
        renew_session(stolen.id, method="password")
    session.rollback()
    still_open = sa.select(sa.func.count()).where(SignInSession.ended_at.is_(None))
    assert session.scalar(still_open) == 0
