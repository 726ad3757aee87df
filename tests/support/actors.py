"""Somebody signed in with two factors, who has just proven who they are for some acts."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from app.credentials.sessions import Method, open_session
from app.models import Account
from app.policies.actor import Actor
from app.queries.actors import load_actor


class Owner(Protocol):
    @property
    def account(self) -> Account: ...


def proven(session: Session, somebody: Owner, *acts: str) -> Actor:
    """Committed: the actor's session is there for whoever looks."""
    opened = open_session(somebody.account, method=Method.PASSWORD_AND_CODE, acts=acts)
    session.commit()
    return load_actor(opened.id)
