"""Help: written by agents, read by all; no dead link; « Aide » opens the chapter of the screen (S-065, S-165)."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models import DossierBox, DossierSheet, HelpVersion, JournalEntry, UnitCommune
from app.queries.help_pages import CHAPTERS, initial_page
from app.web.help_links import BY_BLUEPRINT, BY_ENDPOINT
from tests import factories
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.page import Page, plain

EDIT = "/centre/contenus/aide/presidence"
NEW = "/centre/contenus/aide/nouvelle"
TEXT = "Un mot.\n\n## Étapes\n1. Lire [le rôle](/aide/role-referent)\n2. **Relire**\n\n- Appeler le {telephone}"
PUBLISH, DRAFT, PREVIEW, WITHDRAW = (f"[value={name}]" for name in ("publier", "brouillon", "apercu", "retirer"))


@pytest.fixture
def agent(client: Visitor, people: Personas) -> Visitor:
    client.enter(people.agent)
    return client


# ── what people read ────────────────────────────────────────────────────────


@pytest.mark.parametrize("slug", CHAPTERS)
def test_each_chapter_comes_with_its_text(client: Visitor, slug: str) -> None:
    page = client.get(f"/aide/{slug}")
    initial = initial_page(slug)
    assert initial is not None
    assert page.h1 == plain(initial.title)
    assert len(page.all(".prose h2")) >= 2
    assert not [sign for sign in ("](", "**", "##", "{") if sign in page.read(".prose")], "everything is understood"
    assert page.read(".ariane [aria-current=page]") == page.h1


def test_the_index_leads_to_every_chapter_and_keeps_the_anchors_of_before(client: Visitor) -> None:
    page = client.get("/aide")
    assert {f"/aide/{slug}" for slug in CHAPTERS} <= set(page.links())
    assert all(page.has(f"#{anchor}") for anchor in ("chercher", "rejoindre", "presider", "referent", "compte"))


def test_no_link_of_the_help_is_dead(client: Visitor, session: Session) -> None:
    """Every page of the help, and every page of ours that one of them leads to, anchors included."""
    waiting, seen = deque(["/aide"]), set[str]()
    while waiting:
        path = waiting.popleft()
        page = Page(client._open(path.partition("#")[0], method="GET"))
        assert page.status in {200, 303}, f"{path}: {page}"
        anchor = path.partition("#")[2]
        assert not anchor or page.status == 303 or page.has(f"[id='{anchor}']"), path
        if path.startswith("/aide"):
            found = {str(link["href"]) for link in page.all("main a[href^='/']")} - seen
            seen |= found
            waiting.extend(sorted(found))
    assert len(seen) > 15


def test_an_unknown_chapter_is_a_404(client: Visitor) -> None:
    client.get("/aide/inconnu", status=404)
    client.get("/aide/..%2Fsettings", status=404)


def lines(page: Page) -> list[str]:
    """The six actions, without the words of their links."""
    return [line.find("span").find(string=True, recursive=False).strip() for line in page.all("ol.controles li")]


def test_the_six_actions_follow_the_facts_and_each_leads_to_the_very_next_page(
    client: Visitor, session: Session, people: Personas
) -> None:
    place, president = people.comtat.establishment, people.president
    place.phone = None
    session.execute(sa.delete(UnitCommune).where(UnitCommune.unit_id == people.comtat.unit.id))
    client.enter(president)
    page = client.get("/mes-roles")
    assert lines(page)[:3] == [
        "1. Vous connecter : fait", "2. Ouvrir un dossier : à faire", "3. Décrire votre CPTS : à faire",
    ]  # fmt: skip
    assert "1 action faite sur 6" in page.text
    for link in page.all("ol.controles a"):
        client.get(str(link["href"]))
    place.phone = "+33465719901"
    dossier = factories.dossier(session, place, president.account)
    session.commit()
    assert "2 actions faites sur 6" in client.get("/mes-roles").text
    for box in session.scalars(sa.select(DossierBox).where(DossierBox.box == "zone")):
        box.values = {"communes": ["84031"]}
    session.commit()
    page = client.get("/mes-roles")
    assert page.all("ol.controles a")[0]["href"] == f"/dossiers/{dossier.id}/fiches/{dossier.sheets[0].id}"
    session.execute(sa.update(DossierSheet).values(state="final"))
    dossier.status = "to_approve"
    session.commit()
    assert client.get("/mes-roles").all("ol.controles a")[0]["href"] == f"/dossiers/{dossier.id}/valider"
    client.enter(people.referent)
    assert lines(client.get("/mes-roles"))[4] == "5. Envoyer en validation : attend la présidence"
    dossier.status, dossier.approved_at, dossier.approved_by_account_id = "to_review", clock.now(), president.account.id
    session.commit()
    assert lines(client.get("/mes-roles"))[5].endswith("attend le centre de services")


def test_once_published_the_help_says_what_keeps_the_page_true(client: Visitor, people: Personas) -> None:
    assert len(client.get("/aide/par-ou-commencer").all(".prose ol.puces li")) == 6
    people.comtat.establishment.verified_at = clock.now() - timedelta(days=400)
    client.enter(people.president)
    assert not client.get("/mes-roles").has("#par-ou-commencer")
    page = client.get("/aide/par-ou-commencer")
    assert "6 actions faites sur 6 : votre CPTS est publiée." in page.text
    assert page.read_all("ul.controles li")[0].startswith("Dire « c’est toujours exact »")
    assert "à faire" in page.read_all("ul.controles li")[0]
    people.comtat.establishment.verified_at = clock.now()
    assert client.get("/aide/par-ou-commencer").read_all("ul.controles li")[0].endswith("fait")


def test_the_official_pages_of_the_sas_are_linked_when_they_are_known(app: Flask, client: Visitor) -> None:
    page = client.get("/aide/compte-sas")
    assert "https://sas.sante.fr/sas/faq/contact" in page.links()
    assert "Plateforme de formation SAS" not in page.text
    app.extensions["settings"].sas_training_url = "https://formation.example/"
    page = client.get("/aide/compte-sas")
    assert page.link("Plateforme de formation SAS (lien externe)") == "https://formation.example/"


# ── « Aide » on each screen ─────────────────────────────────────────────────


WITHOUT_CHAPTER = {"fhir", "pages", "portal", "health", "static"}


def test_every_screen_has_its_chapter(app: Flask) -> None:
    """A new blueprint says which chapter is about it; what is named here exists."""
    assert {*BY_BLUEPRINT.values(), *BY_ENDPOINT.values()} <= set(CHAPTERS)
    assert set(app.blueprints) | {"static"} == set(BY_BLUEPRINT) | WITHOUT_CHAPTER
    assert set(BY_ENDPOINT) <= set(app.view_functions)


def test_aide_opens_the_chapter_of_the_screen(client: Visitor, people: Personas) -> None:
    finess = people.comtat.finess
    opened = {"/": "chercher", f"/etablissements/{finess}/rattachement": "professionnel", "/connexion": "compte"}
    for path, slug in opened.items():
        assert client.get(path).one(".nav a:-soup-contains('Aide')")["href"] == f"/aide/{slug}", path
    assert client.get("/mentions-legales").one(".nav a:-soup-contains('Aide')")["href"] == "/aide"
    client.enter(people.president)
    for path, slug in {"referents": "presidence", "demandes": "role-referent"}.items():
        page = client.get(f"/etablissements/{finess}/{path}")
        assert page.one(".nav a:-soup-contains('Aide')")["href"] == f"/aide/{slug}"
    unit = f"/unites/{people.comtat.unit.id}"
    for path, slug in {
        "/repertoire": "repertoire",
        "/dossiers": "dossier-collaboratif",
        f"/etablissements/{finess}/encadres/coordonnees": "modifier-un-encadre",
        f"{unit}/encadres/zone": "composer-la-zone",
        f"/etablissements/{finess}/historique": "historique",
    }.items():
        assert client.get(path).one(".nav a:-soup-contains('Aide')")["href"] == f"/aide/{slug}", path
    client.enter(people.agent)
    for path, slug in {"/centre/campagne": "campagne", "/centre/dossiers": "valider-et-publier"}.items():
        assert client.get(path).one(".nav a:-soup-contains('Aide')")["href"] == f"/aide/{slug}", path


# ── what agents write ───────────────────────────────────────────────────────


def test_an_agent_publishes_a_page_and_everybody_reads_it(agent: Visitor, app: Flask) -> None:
    agent.get(EDIT)
    agent.submit("#page-aide", button=PUBLISH, titre="Présider", chapo="En bref.", texte=TEXT)
    agent.sign_out()
    page = agent.get("/aide/presidence")
    assert (page.h1, page.read(".sous-titre")) == ("Présider", "En bref.")
    assert page.read(".prose h2#etapes") == "Étapes"
    assert page.read_all(".prose ol li") == ["Lire le rôle", "Relire"]
    assert page.link("le rôle") == "/aide/role-referent"
    assert page.one(".prose ul a")["href"] == "tel:+33465710000"


def test_a_draft_is_for_agents_until_it_is_published(agent: Visitor, session: Session) -> None:
    agent.get(EDIT)
    agent.submit("#page-aide", button=DRAFT, titre="À relire", texte="Bientôt.")
    assert agent.get("/aide/presidence").h1 == "Présider une CPTS"
    assert "Brouillon" in agent.get("/centre/contenus/aide").read("[data-page=presidence]")
    agent.get(EDIT)
    agent.submit("#page-aide", button=PUBLISH)
    assert agent.get("/aide/presidence").h1 == "À relire"
    states = session.scalars(select(HelpVersion.state).order_by(HelpVersion.number)).all()
    assert states == ["draft", "published"]


def test_a_look_at_the_page_saves_nothing(agent: Visitor, session: Session) -> None:
    agent.get(EDIT)
    page = agent.submit("#page-aide", button=PREVIEW, status=200, texte=TEXT)
    assert page.read_all("#apercu ol li") == ["Lire le rôle", "Relire"]
    assert page.read("#texte").startswith("Un mot.")
    assert session.scalars(select(HelpVersion)).all() == []


def test_every_version_is_kept_and_can_be_taken_up_again(agent: Visitor, session: Session, people: Personas) -> None:
    for text in ("Premier texte.", "Second texte."):
        agent.get(EDIT)
        agent.submit("#page-aide", button=PUBLISH, texte=text)
    page = agent.get(EDIT)
    assert [line[:9] for line in page.read_all("[data-version]")] == ["Version 2", "Version 1"]
    assert people.agent.person.full_name in page.read("[data-version='1']")
    agent.get(page.link("Reprendre la version 1"))
    assert agent.current().read("#texte") == "Premier texte."
    agent.submit("#page-aide", button=PUBLISH)
    assert "Premier texte." in agent.get("/aide/presidence").text
    agent.get(f"{EDIT}?version=0")
    assert agent.current().read("#texte").startswith("## Être enregistré")
    agent.get(f"{EDIT}?version=9", status=404)
    assert session.scalars(select(JournalEntry.event)).all().count("portal.help_page_saved") == 3


def test_two_agents_at_once_the_second_sees_both_texts(agent: Visitor, session: Session) -> None:
    form = agent.get(EDIT).form("#page-aide")
    sent = {name: values[0] for name, values in form.filled({"texte": "Celui du collègue."}, PUBLISH).items()}
    agent.post(EDIT, **sent)
    page = agent.post(EDIT, status=409, **{**sent, "texte": "Le mien."})
    assert "Celui du collègue." in page.read("#enregistree")
    assert page.read("#texte") == "Le mien."
    agent.page = page
    agent.submit("#page-aide", button=PUBLISH)
    assert "Le mien." in agent.get("/aide/presidence").text


def test_a_new_page_is_born_in_the_index_and_can_be_withdrawn(agent: Visitor, session: Session) -> None:
    agent.get(NEW)
    agent.submit("#page-aide", button=PUBLISH, titre="Se former au ROR", texte=TEXT)
    assert "/aide/se-former-au-ror" in agent.get("/aide").links()
    agent.get("/centre/contenus/aide/se-former-au-ror")
    agent.submit("#page-aide", button=WITHDRAW)
    agent.get("/aide/se-former-au-ror", status=404)
    assert "/aide/se-former-au-ror" not in agent.get("/aide").links()
    agent.get("/centre/contenus/aide/se-former-au-ror")
    agent.submit("#page-aide", button=PUBLISH)
    agent.get("/aide/se-former-au-ror")


def test_a_page_that_screens_open_is_never_withdrawn(agent: Visitor, session: Session) -> None:
    agent.get(EDIT)
    assert not agent.current().has("[value=retirer]")
    agent.post(EDIT, status=422, titre="x", texte="y", version=0, suite="retirer")
    assert session.scalars(select(HelpVersion)).all() == []


@pytest.mark.parametrize("title", ["Droits", "Nouvelle", "Présidence", "Compte SAS"])
def test_a_title_whose_address_is_taken_is_told(agent: Visitor, title: str) -> None:
    agent.get(NEW)
    page = agent.submit("#page-aide", button=PUBLISH, status=422, titre=title, texte=TEXT)
    assert "Une page d’aide a déjà ce titre." in page.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Écrivez le texte de la page."),
        ("[perdu](/nulle-part)", "Ce lien ne mène nulle part dans le portail : /nulle-part"),
        ("[écrit](/centre/contenus/horaires/jours)", "Ce lien ne mène nulle part"),
        ("NIR 2 69 05 49 588 157 80", "numéro de sécurité sociale"),
        ("x" * 20_001, "Raccourcissez ce texte"),
    ],
)
def test_a_text_that_cannot_stand_is_told(agent: Visitor, text: str, words: str) -> None:
    agent.get(EDIT)
    page = agent.submit("#page-aide", button=PUBLISH, status=422, texte=text)
    assert words in page.text


def test_an_unknown_button_is_a_bad_request(agent: Visitor) -> None:
    agent.post(EDIT, status=400, titre="x", texte="y", version=0, suite="autre")


def test_only_agents_write_help(client: Visitor, people: Personas) -> None:
    for somebody in (people.president, people.professional):
        client.enter(somebody)
        client.get(EDIT, status=403)
        client.post(EDIT, status=403, titre="x", texte="y", version=0, suite="publier")
