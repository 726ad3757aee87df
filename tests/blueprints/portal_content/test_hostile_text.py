"""What an agent types, or whoever stole an agent's session, stays a text on every page that shows it (case 19)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import PortalDocument, PortalTile
from tests.blueprints.portal_content.test_documents import send
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor
from tests.support.html_rules import page_faults
from tests.support.page import Page, plain

pytestmark = SQLITE_ONLY
PAYLOADS = [
    "<script>pwned=1</script>",
    "<img src=x onerror=pwned=1>",
    '"><svg onload=pwned=1>',
    "'><b hx-get=/deconnexion hx-trigger=load>",
    '" autofocus onfocus=pwned=1 x="',
    "{{ 7*7 }}{% print 7 %}",
    "</title></textarea><iframe srcdoc=x>",
    "<a href=javascript:pwned=1>x</a>",
    "<!-- --><style>*{display:none}</style>",
    "&lt;script&gt;&#60;img&#62;",
]
FOREIGN = ("script", "iframe", "style", "b", "img")
"""Elements that these pages never make in their body."""


@pytest.fixture
def agent(client: Visitor, people: Personas) -> Visitor:
    client.enter(people.agent)
    return client


def shown_as_text(client: Visitor, payloads: list[str], *paths: str, times: int = 1) -> None:
    """On each page, each of them, at least that many times, and as nothing else."""
    for path in paths:
        page = Page(client._open(path, method="GET"))
        assert page.status == 200, path
        assert not [fault for fault in page_faults(page.html, page.soup) if not fault.startswith("leak")], path
        body = page.one("body")
        assert body.find(FOREIGN) is None, path
        assert body.find(attrs={"hx-get": "/deconnexion"}) is None, path
        text = page.text
        assert {payload: text.count(plain(payload)) >= times for payload in payloads} == dict.fromkeys(payloads, True)


def test_tiles(agent: Visitor, session: Session) -> None:
    rest = {"adresse": "https://avis.example/", "public": "signed_in", "rang": "1", "affichee": "y"}
    for payload in PAYLOADS:
        agent.post("/centre/contenus/tuiles/nouvelle", libelle=payload, texte=payload, **rest)
    shown_as_text(agent, PAYLOADS, "/", times=2)
    shown_as_text(agent, PAYLOADS, "/centre/contenus/tuiles")
    for made in session.scalars(select(PortalTile)):
        shown_as_text(agent, [made.label], f"/applications/{made.id}")
        page = Page(agent._open(f"/centre/contenus/tuiles/{made.id}", method="GET"))
        assert [page.one(f"#{field}")["value"] for field in ("libelle", "texte")] == [made.label, made.label]


def test_banners_on_every_page(agent: Visitor) -> None:
    rest = {"ton": "info", "du": "2026-01-01", "au": "2100-01-01", "adresse": "/aide", "public": "everyone"}
    for payload in PAYLOADS:
        agent.post(
            "/centre/contenus/bandeaux/nouveau", texte=payload, lien=payload, departement="", affiche="y", **rest
        )
    shown_as_text(agent, PAYLOADS, "/", "/aide", times=2)
    shown_as_text(agent, PAYLOADS, "/centre/contenus/bandeaux")
    shown_as_text(Visitor(agent.app), PAYLOADS, "/", "/connexion", times=2)


def test_documents(agent: Visitor, session: Session) -> None:
    for payload in PAYLOADS:
        send(agent, titre=payload, description=payload)
    shown_as_text(agent, PAYLOADS, "/documents", times=2)
    shown_as_text(agent, PAYLOADS, "/centre/contenus/documents")
    for made in session.scalars(select(PortalDocument)):
        header = agent._open(f"/documents/{made.id}", method="GET").headers["Content-Disposition"]
        assert set(header.removeprefix("attachment; filename=")) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def test_exceptional_days(agent: Visitor) -> None:
    for day, payload in enumerate(PAYLOADS, 10):
        agent.post("/centre/contenus/horaires/jours", jour=f"2099-12-{day}", raison=payload)
    shown_as_text(agent, PAYLOADS, "/centre/contenus/horaires")


def test_help_pages(agent: Visitor) -> None:
    for number, payload in enumerate(PAYLOADS):
        text = f"{payload}\n\n## {payload}\n- {payload}\n1. {payload}\n\n**{payload}** [{payload}](/aide)"
        sent = {"titre": payload, "chapo": payload, "texte": text, "version": number, "suite": "publier"}
        agent.post("/centre/contenus/aide/presidence", **sent)
        shown_as_text(agent, [payload], "/aide/presidence", times=6)
        shown_as_text(agent, [payload], "/aide", times=2)
        shown_as_text(agent, [payload], "/centre/contenus/aide")
