"""What reads only reads: every page, for everybody, says only SELECTs, and a bounded number of them."""

from __future__ import annotations

from collections import deque
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from app import db
from tests.consistency.world import World, address, rules
from tests.support.client import HTMX, Visitor
from tests.support.page import Page
from tests.support.statements import Statements, recorded

VISITORS = ["nobody", "stranger", "professional", "president", "referent", "agent"]
STATEMENTS_PER_PAGE = 30
PAGES_PER_WALK = 120
ANSWERS = {200, 303, 401, 403, 404, 410}


@pytest.fixture(params=VISITORS)
def visitor(request: pytest.FixtureRequest, client: Visitor, world: World) -> Visitor:
    if request.param != "nobody":
        client.enter(getattr(world.people, request.param))
    return client


def test_every_page_only_reads(app: Flask, visitor: Visitor, world: World) -> None:
    addresses = [address(app, world, rule) for rule in rules(app, unsafe=False)]
    with app.app_context(), recorded(db.engine()) as statements:
        for path in addresses:
            for headers in ({}, HTMX):
                answer = visitor._open(path, method="GET", headers=headers)
                assert answer.status_code in ANSWERS, f"{answer.status_code} to {path}"
                only_a_few_reads(statements, path)


def only_a_few_reads(statements: Statements, path: str) -> None:
    assert statements.writes() == [], f"{path} writes"
    said = statements.counted()
    assert len(said) <= STATEMENTS_PER_PAGE, f"{path}: {len(said)} statements\n" + "\n".join(said)
    statements.clear()


def test_every_link_shown_can_be_followed(visitor: Visitor, world: World) -> None:
    """Nobody is shown a link that refuses them or leads nowhere."""
    waiting, seen = deque(["/", f"/etablissements/{world.people.comtat.finess}", "/mes-roles"]), set()
    while waiting and len(seen) < PAGES_PER_WALK:
        path = waiting.popleft()
        if pattern(path) in seen:
            continue
        seen.add(pattern(path))
        page = Page(visitor._open(path, method="GET"))
        assert page.status in {200, 303}, f"{page}"
        waiting.extend([page.location] if page.status == 303 else internal_links(page))
    assert len(seen) > 5


def pattern(path: str) -> tuple[str, tuple[str, ...]]:
    """Pages that differ only by the values of their query are one."""
    parts = urlsplit(path)
    return parts.path, tuple(sorted(name for name, _ in parse_qsl(parts.query)))


def internal_links(page: Page) -> list[str]:
    ours = [link for link in page.links() if link.startswith("/") and not link.startswith(("//", "/static/"))]
    return [link.partition("#")[0] for link in ours]


def test_every_page_obeys_the_house_rules(app: Flask, visitor: Visitor, world: World) -> None:
    """As a whole page and as a fragment (tests/support/html_rules.py)."""
    for rule in rules(app, unsafe=False):
        path = address(app, world, rule)
        answer = visitor._open(path, method="GET")
        visitor.request("GET", path, status=answer.status_code)
        fragment = visitor._open(path, method="GET", headers=HTMX)
        if not fragment.get_data().lstrip().lower().startswith(b"<!doctype"):
            visitor.request("GET", path, status=fragment.status_code, headers=HTMX, fragment=True)
