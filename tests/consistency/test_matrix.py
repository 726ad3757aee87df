"""Every route × method × person × own or foreign CPTS answers as access.py declares; nothing is undeclared."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app import db
from app.web.access import Mark, mark_of
from tests.consistency import content, elsewhere
from tests.consistency.access import AGENT, ANSWERS, NARROWER, PRESIDENT, PROFESSIONAL, REFERENT, WHO
from tests.consistency.case import Case
from tests.consistency.cases import CASES
from tests.consistency.world import World, arguments
from tests.support.backends import SQLITE_ONLY
from tests.support.client import HTMX, Visitor
from tests.support.page import Page

OWN, FOREIGN, NOBODY, STRANGER = "own", "foreign", "nobody", "stranger"
OFFICES = {
    "agent": {OWN: AGENT, FOREIGN: AGENT},
    "president": {OWN: PRESIDENT, FOREIGN: STRANGER},
    "referent": {OWN: REFERENT, FOREIGN: STRANGER},
    "professional": {OWN: PROFESSIONAL, FOREIGN: STRANGER},
    "other_president": {OWN: STRANGER, FOREIGN: PRESIDENT},
    "other_referent": {OWN: STRANGER, FOREIGN: REFERENT},
    "stranger": {OWN: STRANGER, FOREIGN: STRANGER},
    NOBODY: {OWN: NOBODY, FOREIGN: NOBODY},
}
"""What each persona is to *CPTS du Comtat Venaissin* (own) and to the other one (foreign)."""
METHODS = {"GET", "HEAD", "OPTIONS", "POST"}
LET_IN = {"GET": {200, 303}, "POST": {200, 204, 303, 409, 410, 422}}
"""What is sent has a fault where it can have one (case.py); whoever is told so was let in."""
HINT = {404: " (which object is meant? world.py: arguments(); its case: before=, arguments=, good=)"}
TURNED_AWAY = ("/connexion", "/mon-compte#second-facteur")


@dataclass(frozen=True)
class Cell:
    """One address and one method at one CPTS."""

    endpoint: str
    method: str
    side: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint}, {self.side} CPTS)"


def cells(app: Flask, rule: Rule, addresses: dict[str, dict[str, Any]]) -> list[Cell]:
    """`addresses`: the values of the address at each CPTS; an address that is of none is tried once."""
    made: dict[tuple[str, str], Cell] = {}
    for side, values in addresses.items():
        with app.test_request_context():
            path = url_for(rule.endpoint, **values)
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            made.setdefault((path, method), Cell(rule.endpoint, method, side, path))
    return list(made.values())


def sides(own: dict[str, Any], there: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The values of the address at both CPTS; `there`: what each part stands for at the other one."""
    return {OWN: own, FOREIGN: {name: there.get(name, value) for name, value in own.items()}}


def told(app: Flask) -> dict[str, Case]:
    """Rule → the case that says what must be there first, for the form and for the page that shows it."""
    cases = {case.endpoint: case for case in CASES}
    return {rule.rule: cases[rule.endpoint] for rule in app.url_map.iter_rules() if rule.endpoint in cases}


def is_let_in(office: str, endpoint: str, mark: Mark | None) -> bool:
    if mark is None:
        return False
    if mark.kind == "public":
        return True
    assert mark.permission is not None
    return office in NARROWER.get(endpoint, WHO.get(mark.permission, set()))


class Walk:
    """One person who tries every cell; what a form changes is undone before the next one."""

    def __init__(self, app: Flask, client: Visitor, session: Session, world: World) -> None:
        self.app, self.client, self.session, self.world = app, client, session, world
        self.case: Case | None = None
        self.changed = False
        content.placed(session, world)
        self.there = elsewhere.placed(session, world)
        session.commit()
        self.rows = set(session)
        with app.app_context(), db.engine().connect() as connection:
            self.file = Path(connection.engine.url.database or "")
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.first = self.file.with_name(f"{self.file.name}.first")
        shutil.copyfile(self.file, self.first)
        with client.browser.session_transaction() as cookie:
            self.cookie = dict(cookie)

    def faults(self, offices: dict[str, str]) -> Iterator[str]:
        cases = told(self.app)
        for rule in self.app.url_map.iter_rules():
            self.case = cases.get(rule.rule)
            self.prepare()
            for cell in cells(self.app, rule, self.addresses(rule)):
                yield self.fault(cell, offices[cell.side])

    def addresses(self, rule: Rule) -> dict[str, dict[str, Any]]:
        """A request or a mandate that a case tells is one of a kind: it has no counterpart at the other CPTS."""
        own = self.case.arguments(self.world) if self.case and self.case.arguments else arguments(self.world, rule)
        self.session.commit()
        one_of_a_kind = self.case and self.case.arguments and {"request_id", "mandate_id"} & own.keys()
        return {OWN: own} if one_of_a_kind else sides(own, self.there)

    def fault(self, cell: Cell, office: str) -> str:
        """What is wrong with the answer; "" when it is the one declared."""
        answer = self.answer(cell)
        mark = mark_of(self.app, cell.endpoint)
        said = f"{cell}: {answer.status}{' to ' + answer.location if answer.status == 303 else ''}"
        if is_let_in(office, cell.endpoint, mark):
            return "" if lets_in(cell, answer, mark) else f"{said}, but {office} is let in{HINT.get(answer.status, '')}"
        if office == NOBODY:
            return "" if self.asks_to_sign_in(cell, answer) else f"{said}, but nobody gets in without an account"
        refusal = 404 if mark and mark.kind == "signed_in" else 403  # what is another person's is unknown
        return (
            ""
            if answer.status == refusal and self.head(cell, refusal) == refusal
            else f"{said}, but {office} is refused"
        )

    def answer(self, cell: Cell) -> Page:
        fields = self.fields(cell)
        if cell.method == "GET":
            return Page(self.client._open(cell.path, method="GET", query_string=fields or None))
        answer = Page(
            self.client._open(cell.path, method="POST", data={"csrf_token": self.client.csrf_token(), **fields})
        )
        if answer.status < 400:
            self.changed = True
            self.prepare()
        return answer

    def fields(self, cell: Cell) -> dict[str, Any]:
        """What the case sends; to the page of its form, which CPTS it is about."""
        if self.case is None:
            return {}
        good = self.case.good(self.world) if callable(self.case.good) else self.case.good
        if self.case.endpoint == cell.endpoint:
            return {**good, **(self.case.bad or {})}
        return {"finess": good["finess"]} if cell.method == "GET" and "finess" in good else {}

    def head(self, cell: Cell, otherwise: int) -> int:
        if cell.method != "GET":
            return otherwise
        return self.client._open(cell.path, method="HEAD", query_string=self.fields(cell) or None).status_code

    def asks_to_sign_in(self, cell: Cell, answer: Page) -> bool:
        if cell.method == "POST":
            return answer.status == 403
        fragment = self.client._open(cell.path, method="GET", headers=HTMX)
        return answer.status == 303 and answer.location.startswith("/connexion?next=") and fragment.status_code == 401

    def prepare(self) -> None:
        """The world as it was at first, and what the case needs in it."""
        if self.changed:
            self.undo()
        if self.case is None:
            return
        if self.case.before not in {None, content.placed}:
            assert self.case.before is not None
            self.case.before(self.session, self.world)
            self.session.commit()
            self.changed = True
        if self.case.cookie is not None:
            held = self.case.cookie(self.world)
            self.session.commit()
            with self.client.browser.session_transaction() as cookie:
                cookie.update(held)
            self.changed = True

    def undo(self) -> None:
        for row in set(self.session) - self.rows:
            self.session.expunge(row)
        with self.app.app_context():
            db.engine().dispose()
        for leftover in self.file.parent.glob(f"{self.file.name}-*"):
            leftover.unlink()
        shutil.copyfile(self.first, self.file)
        self.session.expire_all()
        with self.client.browser.session_transaction() as cookie:
            cookie.clear()
            cookie.update(self.cookie)
        self.changed = False


def lets_in(cell: Cell, answer: Page, mark: Mark | None) -> bool:
    checked = mark is not None and mark.kind == "checked"
    turned_away = checked and answer.status == 303 and answer.location.startswith(TURNED_AWAY)
    return answer.status in ANSWERS.get(cell.endpoint, LET_IN[cell.method]) and not turned_away


@pytest.mark.slow
@SQLITE_ONLY
@pytest.mark.parametrize("persona", OFFICES)
def test_everybody_gets_in_where_they_may_and_nowhere_else(
    app: Flask, client: Visitor, session: Session, world: World, persona: str
) -> None:
    if persona != NOBODY:
        client.enter(getattr(world.people, persona))
    faults = [fault for fault in Walk(app, client, session, world).faults(OFFICES[persona]) if fault]
    assert not faults, "\n  ".join([f"{persona}:", *faults])


@SQLITE_ONLY
def test_nothing_is_undeclared(app: Flask, session: Session, world: World) -> None:
    """Each route has a mark, each permission of a mark its line, each part of an address its value at both CPTS."""
    there = set(elsewhere.placed(session, world))
    faults = [fault for rule in app.url_map.iter_rules() for fault in undeclared(app, world, there, rule)]
    gone = {*NARROWER, *ANSWERS} - set(app.view_functions)
    faults += [f"{endpoint} is no route any more: take it out of tests/consistency/access.py" for endpoint in gone]
    assert not faults, "\n  ".join(["", *faults])


def undeclared(app: Flask, world: World, there: set[str], rule: Rule) -> Iterator[str]:
    mark = mark_of(app, rule.endpoint)
    if mark is None:
        yield f"{rule.endpoint} ({rule}) has no mark: put @public, @signed_in or @checked(Permission.X) on its view"
    if unknown := (rule.methods or set()) - METHODS:
        yield f"{rule.endpoint} answers to {sorted(unknown)}: say in tests/consistency/test_matrix.py what to try"
    if mark and mark.permission and mark.permission not in WHO:
        yield f"tests/consistency/access.py, WHO, add: Permission.{mark.permission.name}: {{…who gets in…}},"
    try:
        arguments(world, rule)
    except KeyError as missing:
        yield f"{rule.endpoint} ({rule}): tests/consistency/world.py, arguments(), add: {missing}: …"
    for name in rule.arguments - there - elsewhere.OF_NO_CPTS:
        yield f"{rule.endpoint} ({rule}): tests/consistency/elsewhere.py, placed() or OF_NO_CPTS, add: {name!r}"
