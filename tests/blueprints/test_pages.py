"""Help, legal and contact pages, open to everybody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from app import __version__
from app.blueprints.pages.rights import NOUNS, rights_table
from app.policies.permissions import Permission
from app.policies.rules import RULES, who_may
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor
from tests.support.page import plain
from tests.support.time import FrozenClock

pytestmark = SQLITE_ONLY
PAGES = {
    "/aide": "Aide",
    "/aide/droits": "Qui peut faire quoi",
    "/aide/role-referent": "Le rôle de référent établissement",
    "/comprendre": "Comprendre les CPTS",
    "/contact": "Contacter le centre de services",
    "/mentions-legales": "Mentions légales",
    "/donnees-personnelles": "Données personnelles",
    "/conditions": "Conditions d’utilisation",
    "/accessibilite": "Accessibilité : non conforme",
    "/plan-du-site": "Plan du site",
}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_each_page_has_its_title_its_breadcrumb_and_the_search(client: Visitor, path: str, title: str) -> None:
    page = client.get(path)
    assert page.h1 == title
    assert page.title == f"{title} – Relais"
    assert page.read(".ariane [aria-current=page]") == title
    assert page.one("header form[role=search]")["action"] == "/recherche"
    assert page.has("header form[role=search] input[name=q]")


def test_every_footer_leads_to_the_legal_pages_and_tells_the_version(client: Visitor) -> None:
    page = client.get("/aide")
    footer = {str(link["href"]) for link in page.all("footer a")}
    assert {"/mentions-legales", "/conditions", "/accessibilite", "/donnees-personnelles", "/plan-du-site"} <= footer
    assert __version__ in page.read(".pied__version")


def test_the_rights_are_those_that_the_guards_apply(client: Visitor) -> None:
    """Each permission of the policy once, with exactly its rules (B-24)."""
    page = client.get("/aide/droits")
    shown = {}
    for row in page.all("tr[data-permission]"):
        label, who = row.find_all(["th", "td"])
        words = [plain(item.get_text()) for item in who.find_all("li")] or [plain(who.get_text())]
        shown[row["data-permission"]] = (plain(label.get_text()), words)
    assert shown == {p.value: (p.label, who_may(p)) for p in RULES}
    assert set(shown) == {p.value for p in Permission}
    assert {group.noun for group in rights_table()} == set(NOUNS), "each group has its French name"


def test_contact_tells_whether_somebody_answers(client: Visitor, frozen_clock: FrozenClock) -> None:
    frozen_clock.move_to(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    page = client.get("/contact")
    assert "fermé – réouverture lundi 8 h" in page.text
    frozen_clock.move_to(datetime(2026, 11, 30, 9, 0, tzinfo=UTC))
    assert "ouvert jusqu’à 18 h" in client.get("/contact").text
    assert "tel:+33465710000" in page.links()
    assert "mailto:aide@relais.example" in page.links()


def test_name_region_and_support_come_from_the_settings(app: Flask, client: Visitor) -> None:
    settings = app.extensions["settings"]
    settings.portal_name, settings.region_name = "Portail de santé", "Corse"
    settings.support_email, settings.accessibility_level = "aide@sante.example", "partiellement conforme"
    page = client.get("/accessibilite")
    assert page.read("header .marque") == "Portail de santé Corse"
    assert page.title == "Accessibilité : partiellement conforme – Portail de santé"
    assert "mailto:aide@sante.example" in page.links()
    assert "Aucun audit" not in page.text
