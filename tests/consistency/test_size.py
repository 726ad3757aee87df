"""What a page costs does not depend on what it shows: as many statements for two hundred of everything as for one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from tests.consistency import content
from tests.consistency.test_reading import statements_allowed
from tests.consistency.world import World, address, rules
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor
from tests.support.plenty import Plenty
from tests.support.statements import recorded

MANY = 200
FIRST_ONES = 2
"""A person alone, a list of one are other sentences: the few are two."""
ELSEWHERE = ("/fhir", "/donnees-ouvertes", "/static", "/sante")
"""Files, feeds and the interface, which tests of their own read; what is no page."""


@SQLITE_ONLY
@pytest.mark.parametrize("visitor", ["nobody", "president", "agent"])
def test_two_hundred_of_everything_cost_not_one_statement_more(
    app: Flask, session: Session, client: Visitor, world: World, visitor: str
) -> None:
    content.placed(session, world)
    if visitor != "nobody":
        client.enter(getattr(world.people, visitor))
    paths = [path for rule in rules(app, unsafe=False) if not (path := address(app, world, rule)).startswith(ELSEWHERE)]
    plenty = Plenty(session, world.people)
    plenty.fill(range(FIRST_ONES))
    few = {path: cost(client, path) for path in paths}
    plenty.fill(range(FIRST_ONES, MANY))
    many = {path: cost(client, path) for path in paths}
    grown = {path: (few[path], many[path]) for path in paths if many[path] > few[path]}
    assert grown == {}
    beyond = {path: spoken for path, spoken in many.items() if spoken > statements_allowed(path)}
    assert beyond == {}


def cost(client: Visitor, path: str) -> int:
    with recorded(db.engine()) as statements:
        client._open(path, method="GET")
    return len(statements.counted())
