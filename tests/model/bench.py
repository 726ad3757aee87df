"""Where the machine plays: a migrated database, and a savepoint a run, rolled back at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.orm import Session

from app import clock, db
from app.credentials.sessions import Method, open_session
from app.models import Account, Authentication
from app.policies.actor import ANONYMOUS, Actor
from app.queries.actors import load_actor
from tests.guards.world import move_to
from tests.model.plain import Proof


class Bench:
    """One transaction never committed. What is done before the first run stays for all; a run leaves nothing."""

    def __init__(self, app: Flask) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(app.app_context())
        self.connection = self.stack.enter_context(db.engine().connect())
        self.transaction = self.connection.begin()
        self.signed_in: dict[object, str] = {}
        self._open_session()

    @contextmanager
    def run(self) -> Iterator[None]:
        """Everything in here is undone at the end."""
        start, signed_in = self.connection.begin_nested(), dict(self.signed_in)
        self._open_session()
        try:
            yield
        finally:
            self.session.close()
            start.rollback()
            self.signed_in = signed_in

    def close(self) -> None:
        self.session.close()
        self.transaction.rollback()
        self.stack.close()
        clock.use(None)

    def _open_session(self) -> None:
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        g.db_session = self.session

    def move_to(self, moment: datetime) -> None:
        move_to(self.session, moment)
        self.session.commit()

    def sign_in(self, account_id: object) -> None:
        account = self.session.get_one(Account, account_id)
        self.signed_in[account_id] = open_session(account, method=Method.PASSWORD_AND_CODE).id
        self.session.commit()

    def actor(self, account_id: object) -> Actor:
        """As a request of that person would begin, signed in again when the session has run out."""
        known = self.signed_in.get(account_id)
        actor = load_actor(known) if known else ANONYMOUS
        if actor is ANONYMOUS and self.session.get_one(Account, account_id).status == "active":
            self.sign_in(account_id)
            actor = load_actor(self.signed_in[account_id])
        return actor

    def prove(self, actor: Actor, proof: Proof, now: datetime) -> None:
        """Replaces what waits in that session."""
        waiting = sa.update(Authentication).where(
            Authentication.session_id == actor.session_id, Authentication.used_at.is_(None)
        )
        self.session.execute(waiting.values(used_at=now))
        given = {"session_id": actor.session_id, "act": proof.act, "used_at": now if proof.used else None}
        row = Authentication(person_id=actor.person_id, method="password", at=now - proof.age, **given)
        self.session.add(row)
        self.session.commit()

    def accepts(self, statement: Callable[[Session], object]) -> bool:
        """Whether the database takes a raw statement; it is undone either way."""
        self.session.commit()
        attempt = self.connection.begin_nested()
        try:
            with Session(self.connection, join_transaction_mode="create_savepoint") as forger:
                statement(forger)
                forger.flush()
        except sa.exc.IntegrityError:
            return False
        else:
            return True
        finally:
            attempt.rollback()
            self.session.expire_all()
