"""Every route that writes: works, stranger refused, wrong state, bad input, GET rejected."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from app import db
from app.models import Base
from tests.consistency.unsafe_routes import CASES, NOBODY, Case
from tests.consistency.world import World, arguments, rules
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor

WITNESSES = {"journal_entry", "journal_body", "journal_head", "sign_in_session", "authentication", "rate_counter"}
"""What a refused attempt may leave: its trace, and the sign-in before it."""

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.endpoint)


@SQLITE_ONLY
def test_every_unsafe_route_has_its_case(app: Flask) -> None:
    covered = [case.endpoint for case in CASES]
    assert {rule.endpoint for rule in rules(app, unsafe=True)} - set(covered) == set()
    assert set(covered) - set(app.view_functions) == set()
    assert len(covered) == len(set(covered))


@each_case
def test_it_works_for_who_may(app: Flask, session: Session, client: Visitor, world: World, case: Case) -> None:
    before = contents(app)
    send(app, client, world, case, case.may, case.good, case.works)
    assert contents(app) != before


@pytest.mark.parametrize("case", [case for case in CASES if case.may_not], ids=lambda case: case.endpoint)
def test_a_stranger_is_refused(app: Flask, session: Session, client: Visitor, world: World, case: Case) -> None:
    assert case.may_not is not None
    before = contents(app)
    send(app, client, world, case, case.may_not, case.good, case.refused)
    assert contents(app) == before


@pytest.mark.parametrize("case", [case for case in CASES if case.too_late], ids=lambda case: case.endpoint)
def test_the_wrong_moment_is_refused(app: Flask, session: Session, client: Visitor, world: World, case: Case) -> None:
    assert case.too_late is not None
    case.too_late(session, world)
    session.commit()
    before = contents(app)
    send(app, client, world, case, case.may, case.good, case.late)
    assert contents(app) == before


@pytest.mark.parametrize("case", [case for case in CASES if case.bad is not None], ids=lambda case: case.endpoint)
def test_bad_input_is_refused(app: Flask, session: Session, client: Visitor, world: World, case: Case) -> None:
    before = contents(app)
    send(app, client, world, case, case.may, {**case.good, **(case.bad or {})}, 422)
    assert contents(app) == before


@each_case
def test_a_get_changes_nothing(app: Flask, session: Session, client: Visitor, world: World, case: Case) -> None:
    """Where a page answers at the same address it shows a form; elsewhere the method is refused."""
    come_in(client, world, case.may)
    before = contents(app)
    answer = client._open(where(app, world, case), method="GET", query_string=case.good)
    assert answer.status_code == 405 or "GET" in methods(app, where(app, world, case))
    assert contents(app) == before


@each_case
def test_without_the_form_s_token_nothing_happens(
    app: Flask, session: Session, client: Visitor, world: World, case: Case
) -> None:
    come_in(client, world, case.may)
    before = contents(app)
    client.request("POST", where(app, world, case), status=400, data=case.good)
    assert contents(app) == before


def send(
    app: Flask, client: Visitor, world: World, case: Case, somebody: str, fields: dict[str, str], status: int
) -> None:
    come_in(client, world, somebody)
    client.post(where(app, world, case), status=status, **fields)


def come_in(client: Visitor, world: World, name: str) -> None:
    if name != NOBODY:
        client.sign_in(getattr(world.people, name))


def where(app: Flask, world: World, case: Case) -> str:
    rule = next(rule for rule in rules(app, unsafe=True) if rule.endpoint == case.endpoint)
    values = case.arguments(world) if case.arguments else arguments(world, rule)
    with app.test_request_context():
        return url_for(case.endpoint, **values)


def methods(app: Flask, path: str) -> set[str]:
    return set(app.url_map.bind("localhost").allowed_methods(path.partition("?")[0]))


def contents(app: Flask) -> dict[str, list[Any]]:
    """Every row of the portal, witnesses apart."""
    tables = [table for table in Base.metadata.tables.values() if table.name not in WITNESSES]
    with app.app_context(), db.engine().connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(sa.select(table)))) for table in tables}
