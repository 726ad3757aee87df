"""A CPTS in the middle of its life, for forgeries: everything near each rule exists, valid but for one property."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.models import (
    Account,
    Authentication,
    Establishment,
    JournalEntry,
    JournalHead,
    Mandate,
    Nomination,
    Person,
    Request,
    Unit,
)
from tests import factories
from tests.support.time import A_WEDNESDAY

Row = dict[str, Any]


@dataclass
class World:
    session: Session
    place: Establishment
    unit: Unit
    elsewhere: Establishment
    elsewhere_unit: Unit
    agent: Account
    stranger: Account
    president: Mandate
    rival: Mandate
    referent: Mandate
    now: datetime = A_WEDNESDAY

    def later(self, **duration: float) -> datetime:
        """Moves the portal's clock and the database's, inside the transaction that is rolled back."""
        self.now += timedelta(**duration)
        move_to(self.session, self.now)
        return self.now

    def account_of(self, mandate: Mandate) -> Account:
        return self.session.scalars(sa.select(Account).where(Account.person_id == mandate.person_id)).one()

    def person(self) -> Person:
        return holder(self.session)

    # ── acts that are allowed ───────────────────────────────────────────────

    def accepted_nomination(self, by: Mandate | None = None, nominee: Person | None = None) -> Nomination:
        nominee = nominee or self.person()
        nomination = factories.nomination(self.session, by or self.president)
        nomination.status, nomination.closed_at, nomination.person_id = "accepted", self.now, nominee.id
        self.session.flush()
        return nomination

    def end_referent(self, mandate: Mandate) -> None:
        self.update(mandate, **self.referent_end(mandate, self.president))
        self.session.refresh(mandate)

    def end_president(self, mandate: Mandate) -> None:
        mandate.ended_at, mandate.end_reason, mandate.ended_by_account_id = self.now, "Élection", self.agent.id
        self.session.flush()

    def accepted_request(self, *, place: Unit | None = None, asker: Person | None = None) -> Request:
        by = self.president if place in (None, self.unit) else self.rival
        request = factories.affiliation_request(self.session, place or self.unit, asker or self.person())
        for name, value in self.decision(by).items():
            setattr(request, name, value)
        self.session.flush()
        return request

    # ── rows and decisions that are valid as they are; a forgery changes one thing ──

    def referent_row(self, nomination: Nomination, **forged: Any) -> Row:
        return {
            "id": uuid.uuid4(),
            "establishment_finess": nomination.establishment_finess,
            "person_id": nomination.person_id,
            "role": "referent",
            "started_at": self.now,
            "nomination_id": nomination.id,
            "granting_mandate_id": nomination.mandate_id,
            "granting_person_id": nomination.nominated_by_person_id,
            "granting_role": "president",
        } | forged

    def president_row(self, request: Request, **forged: Any) -> Row:
        return {
            "id": uuid.uuid4(),
            "establishment_finess": request.establishment_finess,
            "person_id": request.person_id,
            "role": "president",
            "seat": 2,
            "started_at": self.now,
            "granting_request_id": request.id,
            "granted_by_account_id": self.agent.id,
        } | forged

    def presidency_request(self, candidate: Person | None = None, **values: Any) -> Request:
        """Accepted by the agent unless `values` say otherwise."""
        accepted = {"status": "accepted", "decided_at": self.now, "decided_as": "agent"}
        accepted["decided_by_account_id"] = self.agent.id
        return factories.presidency_request(self.session, self.place, candidate or self.person(), **accepted | values)

    def nomination_row(self, by: Mandate | None = None, **forged: Any) -> Row:
        by = by or self.president
        proof = self.proof(by, f"mandate:nominate_referent/{by.establishment_finess}")
        return {
            "id": uuid.uuid4(),
            "establishment_finess": by.establishment_finess,
            "mandate_id": by.id,
            "nominated_by_person_id": by.person_id,
            "granting_role": by.role,
            "authentication_id": proof.id,
            "family_name": "Arnaud",
            "given_name": "Lucie",
            "email": "lucie@essai.example",
            "email_key": "lucie@essai.example",
            "phone": factories.PHONE,
            "function": "Coordination",
            "status": "proposed",
            "created_at": self.now,
            "expires_at": self.now + timedelta(days=7),
        } | forged

    def referent_end(self, mandate: Mandate, by: Mandate, **forged: Any) -> Row:
        """The end of a référent's mandate by the holder of `by`, who proved who they are for it."""
        return {
            "ended_at": self.now,
            "end_reason": "Départ",
            "ended_by_mandate_id": by.id,
            "ended_by_role": by.role,
            "end_authentication_id": self.proof(by, f"mandate:end_referent/{mandate.id.hex}").id,
        } | forged

    def proof(self, by: Mandate, act: str | None, **values: Any) -> Authentication:
        """Of the holder of that mandate, given now."""
        return factories.authentication(self.session, self.session.get_one(Person, by.person_id), act=act, **values)

    def affiliation_row(self, source: Request | Nomination, **forged: Any) -> Row:
        return {
            "id": uuid.uuid4(),
            "person_id": source.person_id,
            "unit_id": self.unit.id if source.establishment_finess == self.place.finess else self.elsewhere_unit.id,
            "establishment_finess": source.establishment_finess,
            "started_at": self.now,
            "request_id" if isinstance(source, Request) else "nomination_id": source.id,
        } | forged

    def suspension_row(self, mandate: Mandate, **forged: Any) -> Row:
        return {
            "id": uuid.uuid4(),
            "establishment_finess": mandate.establishment_finess,
            "mandate_id": mandate.id,
            "mandate_role": mandate.role,
            "since": self.now,
            "reason": "Sans réponse à la revue",
        } | forged

    def decision(self, by: Mandate, status: str = "accepted", **forged: Any) -> Row:
        return {
            "status": status,
            "decided_at": self.now,
            "decided_by_account_id": self.account_of(by).id,
            "decided_as": by.role,
            "deciding_mandate_id": by.id,
        } | forged

    # ── raw statements ──────────────────────────────────────────────────────

    def insert(self, model: type[Any], row: Row) -> None:
        self.session.execute(model.__table__.insert().values(**row))

    def update(self, row: Any, **values: Any) -> None:
        table = type(row).__table__
        keys = [column == getattr(row, column.key) for column in table.primary_key]
        self.session.execute(table.update().where(*keys).values(**values))

    def delete(self, row: Any) -> None:
        table = type(row).__table__
        keys = [column == getattr(row, column.key) for column in table.primary_key]
        self.session.execute(table.delete().where(*keys))

    def wipe(self, model: type[Any]) -> None:
        """Every row at once: TRUNCATE on PostgreSQL, REPLACE of a row by another on SQLite."""
        table = model.__table__
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(sa.text(f"TRUNCATE {table.name} CASCADE"))
            return
        row = dict(self.session.execute(sa.select(table).limit(1)).mappings().one())
        self.session.execute(table.insert().prefix_with("OR REPLACE").values(**row))


def build(session: Session) -> World:
    move_to(session, A_WEDNESDAY)
    place, elsewhere = factories.establishment(session), factories.establishment(session)
    agent = factories.agent(session)
    president = factories.presidency(session, place, holder(session), agent)
    rival = factories.presidency(session, elsewhere, holder(session), agent)
    world = World(
        session=session,
        place=place,
        unit=factories.unit(session, place),
        elsewhere=elsewhere,
        elsewhere_unit=factories.unit(session, elsewhere),
        agent=agent,
        stranger=factories.account(session),
        president=president,
        rival=rival,
        referent=factories.referent_mandate(session, president, holder(session)),
    )
    entry = {"event": "x", "actor": "system", "subject": "x", "body_commit": "x", "previous_hash": "x", "hash": "x"}
    session.add(JournalEntry(chain="system", seq=1, at=A_WEDNESDAY, **entry))
    session.add(JournalHead(chain="system", seq=1, hash="x"))
    session.flush()
    return world


def holder(session: Session) -> Person:
    """Somebody with an active account."""
    return session.get_one(Person, factories.account(session).person_id)


def move_to(session: Session, moment: datetime) -> None:
    clock.use(lambda: moment)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            sa.text(
                "CREATE OR REPLACE FUNCTION relais_now() RETURNS timestamptz LANGUAGE sql STABLE"
                f" AS $$ SELECT timestamptz '{moment.astimezone(UTC).isoformat()}' $$"
            )
        )


@contextmanager
def rolled_back(connection: sa.Connection) -> Iterator[World]:
    """A world in a transaction that leaves nothing behind."""
    transaction = connection.get_transaction() or connection.begin()
    try:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield build(session)
    finally:
        transaction.rollback()
        clock.use(None)
