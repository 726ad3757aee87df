"""What reads only reads: every page, for everybody, says only SELECTs, and a bounded number of them."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from tests.consistency import content
from tests.consistency.world import World, address, rules
from tests.support.backends import SQLITE_ONLY
from tests.support.client import HTMX, Visitor, check
from tests.support.page import Page
from tests.support.statements import Statements, recorded

QUICK = ["nobody", "agent"]
VISITORS = [
    *QUICK,
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("stranger", "professional", "president", "referent")),
]
STATEMENTS_PER_PAGE = 8
ALLOWED_MORE: dict[str, int] = {
    # the maps of the zones that a dossier changes: their contours, what is around, who serves there
    r"/centre/dossiers/[^/]+|/dossiers/[^/]+/valider": 11,
}
"""Pages that say more, whatever the size of what they show: path → how many, and why."""
PAGES_PER_WALK = 120
ANSWERS = {200, 202, 303, 401, 403, 404, 410}


@pytest.fixture(params=VISITORS)
def visitor(request: pytest.FixtureRequest, session: Session, client: Visitor, world: World) -> Visitor:
    content.placed(session, world)
    if request.param != "nobody":
        client.enter(getattr(world.people, request.param))
    return client


def test_every_page_only_reads_and_obeys_the_house_rules(app: Flask, visitor: Visitor, world: World) -> None:
    """As a whole page and as a fragment (tests/support/html_rules.py)."""
    addresses = [address(app, world, rule) for rule in rules(app, unsafe=False)]
    with app.app_context(), recorded(db.engine()) as statements:
        for path in addresses:
            for headers in ({}, HTMX):
                answer = Page(visitor._open(path, method="GET", headers=headers))
                assert answer.status in ANSWERS, f"{answer.status} to {path}"
                only_a_few_reads(statements, path)
                check(answer, fragment=bool(headers) and not is_whole(answer))


def is_whole(answer: Page) -> bool:
    return answer.html.lstrip().lower().startswith("<!doctype")


def only_a_few_reads(statements: Statements, path: str) -> None:
    assert statements.writes() == [], f"{path} writes"
    said = statements.counted()
    assert len(said) <= statements_allowed(path), f"{path}: {len(said)} statements\n" + "\n".join(said)
    statements.clear()


def statements_allowed(path: str) -> int:
    more = (number for page, number in ALLOWED_MORE.items() if re.fullmatch(page, path))
    return next(more, STATEMENTS_PER_PAGE)


@SQLITE_ONLY
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
    """Those of a page: a file that it leads to, a feed, a table, is opened and goes no further."""
    if page.response.mimetype != "text/html":
        return []
    ours = [link for link in page.links() if link.startswith("/") and not link.startswith(("//", "/static/"))]
    return [link.partition("#")[0] for link in ours]
