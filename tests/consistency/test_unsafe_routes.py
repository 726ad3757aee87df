"""Every route that writes: works, stranger refused, wrong moment, bad input, GET and forged POST rejected.

What writes, and what meets a lock or a constraint, runs on both engines; what is refused before that on SQLite alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from app import db
from app.models import Base
from tests.consistency.case import NOBODY, Case, Fields
from tests.consistency.cases import CASES
from tests.consistency.world import World, arguments, rules
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor

WITNESSES = {
    "journal_entry",
    "journal_body",
    "journal_head",
    "sign_in_session",
    "authentication",
    "challenge",
    "rate_counter",
}
"""What a refused attempt may leave: its trace, and the sign-in before it."""


def over(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """A test for each case; there are hundreds, which make check leaves to make test."""
    marked = [pytest.param(case, id=case.endpoint, marks=pytest.mark.slow) for case in cases]
    return pytest.mark.parametrize("case", marked)


@pytest.fixture
def scene(app: Flask, session: Session, client: Visitor, world: World) -> Scene:
    return Scene(app, session, client, world)


class Scene:
    """The world, and one visitor in front of one route."""

    def __init__(self, app: Flask, session: Session, client: Visitor, world: World) -> None:
        self.app, self.session, self.client, self.world = app, session, client, world

    def set_for(self, case: Case, somebody: str) -> None:
        """Makes the world ready and lets `somebody` come in."""
        if case.before:
            case.before(self.session, self.world)
        self.session.commit()
        if somebody != NOBODY:
            self.client.enter(getattr(self.world.people, somebody))
        if case.cookie:
            held = case.cookie(self.world)
            with self.client.browser.session_transaction() as cookie:
                cookie.update(held)

    def address(self, case: Case) -> str:
        rule = next(rule for rule in rules(self.app, unsafe=True) if rule.endpoint == case.endpoint)
        values = case.arguments(self.world) if case.arguments else arguments(self.world, rule)
        with self.app.test_request_context():
            return url_for(case.endpoint, **values)

    def fields(self, case: Case) -> Fields:
        return case.good(self.world) if callable(case.good) else case.good

    def send(self, case: Case, status: int, **wrong: str) -> None:
        self.client.post(self.address(case), status=status, **{**self.fields(case), **wrong})

    def rows(self, *, without: set[str]) -> dict[str, list[str]]:
        """All that the database holds. The test's own transaction ends first: on SQLite it would be waited for."""
        self.session.commit()
        tables = [table for table in Base.metadata.tables.values() if table.name not in without]
        with self.app.app_context(), db.engine().connect() as connection:
            return {table.name: sorted(map(repr, connection.execute(sa.select(table)))) for table in tables}

    def unchanged(self, act: Callable[[], Any]) -> None:
        before = self.rows(without=WITNESSES)
        act()
        assert self.rows(without=WITNESSES) == before


@SQLITE_ONLY
def test_every_unsafe_route_has_its_case(app: Flask) -> None:
    covered = [case.endpoint for case in CASES]
    assert {rule.endpoint for rule in rules(app, unsafe=True)} - set(covered) == set()
    assert set(covered) - set(app.view_functions) == set()
    assert len(covered) == len(set(covered))


@over(CASES)
def test_it_works_for_who_may(scene: Scene, case: Case) -> None:
    scene.set_for(case, case.may)
    before = scene.rows(without=set())
    scene.send(case, case.works)
    assert (scene.rows(without=set()) == before) is case.reads


@SQLITE_ONLY
@over(case for case in CASES if case.may_not)
def test_a_stranger_is_refused(scene: Scene, case: Case) -> None:
    assert case.may_not is not None
    scene.set_for(case, case.may_not)
    scene.unchanged(lambda: scene.send(case, case.refused))


@SQLITE_ONLY
@over(case for case in CASES if case.may != NOBODY and case.endpoint != "accounts.sign_out")
def test_somebody_without_an_account_is_refused(scene: Scene, case: Case) -> None:
    scene.set_for(case, NOBODY)
    scene.unchanged(lambda: scene.send(case, 403))


@over(case for case in CASES if case.too_late)
def test_the_wrong_moment_is_refused(scene: Scene, case: Case) -> None:
    assert case.too_late is not None
    scene.set_for(case, case.may)
    fields = scene.fields(case)
    case.too_late(scene.session, scene.world)
    scene.session.commit()
    scene.unchanged(lambda: scene.client.post(scene.address(case), status=case.late, **fields))


@SQLITE_ONLY
@over(case for case in CASES if case.bad is not None)
def test_bad_input_is_refused(scene: Scene, case: Case) -> None:
    scene.set_for(case, case.may)
    scene.unchanged(lambda: scene.send(case, 422, **(case.bad or {})))


@SQLITE_ONLY
@over(CASES)
def test_a_get_changes_nothing(scene: Scene, case: Case) -> None:
    """Where a page answers at the same address it shows a form; elsewhere the method is refused."""
    scene.set_for(case, case.may)
    path = scene.address(case)
    query = urlencode(scene.fields(case))
    answers = scene.client._open  # whatever the status: the point is what it leaves
    scene.unchanged(lambda: answers(f"{path}{'&' if '?' in path else '?'}{query}", method="GET"))
    if "GET" not in scene.app.url_map.bind("localhost").allowed_methods(path.partition("?")[0]):
        assert answers(path, method="GET").status_code == 405


@SQLITE_ONLY
@over(CASES)
def test_without_the_form_s_token_nothing_happens(scene: Scene, case: Case) -> None:
    scene.set_for(case, case.may)
    fields, status = scene.fields(case), case.works if case.reads else 400
    scene.unchanged(lambda: scene.client.request("POST", scene.address(case), status=status, data=fields))
