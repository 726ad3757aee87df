"""Tiles: an agent adds one and it appears; each person's own clicks order them (S-007, S-008)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models import JournalBody, JournalEntry, PortalTile, PortalTileClick
from tests.personas import Personas
from tests.support.client import Visitor

NEW = "/centre/contenus/tuiles/nouvelle"
ADVICE = {"libelle": "Avis de spécialistes", "adresse": "https://avis.example/accueil", "texte": "Demander un avis."}


def tile(session: Session, label: str, **values: object) -> PortalTile:
    made = PortalTile(
        **{
            "label": label,
            "url": "https://ailleurs.example/",
            "audience": "signed_in",
            "position": 10,
            "active": True,
            "version": 1,
            "updated_at": clock.now(),
            **values,
        }
    )
    session.add(made)
    session.flush()
    return made


def shown(client: Visitor) -> list[str]:
    return client.get("/").read_all(".tuile h3")


def test_an_agent_adds_a_tile_and_it_appears_to_signed_in_people_only(client: Visitor, people: Personas) -> None:
    assert shown(client) == []
    client.enter(people.agent)
    client.get(NEW)
    page = client.submit(**ADVICE)
    assert "« Avis de spécialistes » est enregistrée" in page.text
    client.enter(people.professional)
    assert shown(client) == ["Avis de spécialistes"]
    client.sign_out()
    assert shown(client) == []


def test_a_tile_for_presidents_is_theirs_alone(client: Visitor, session: Session, people: Personas) -> None:
    tile(session, "Présidences", audience="president")
    tile(session, "Tous")
    tile(session, "Masquée", active=False)
    client.enter(people.president)
    assert shown(client) == ["Présidences", "Tous"]
    client.enter(people.referent)
    assert shown(client) == ["Tous"]


def test_the_order_follows_the_clicks_of_each_person(client: Visitor, session: Session, people: Personas) -> None:
    first, second, third = (tile(session, label, position=n) for n, label in enumerate(("Un", "Deux", "Trois")))
    client.enter(people.professional)
    assert shown(client) == ["Un", "Deux", "Trois"]
    for opened, times in ((third, 2), (second, 1)):
        for _ in range(times):
            client.get("/")
            client.submit(f"#tuile-{opened.id}")
    assert shown(client) == ["Trois", "Deux", "Un"]
    client.enter(people.referent)
    assert shown(client) == ["Un", "Deux", "Trois"], "the clicks of one person order nothing for another"
    assert first.version == 1


def test_a_click_leads_to_the_other_site_and_says_so(client: Visitor, session: Session, people: Personas) -> None:
    made = tile(session, "Télémédecine", url="https://tele.example/a;b")
    client.enter(people.professional)
    link = client.get("/").one(".tuile a")
    assert (link["href"], link["rel"]) == ("https://tele.example/a;b", ["noopener", "noreferrer"])
    assert "lien externe" in client.current().read(".tuile")
    page = client.submit(f"#tuile-{made.id}")
    assert page.response.headers["Refresh"] == "0; url=https://tele.example/a;b"
    assert "https://tele.example/a;b" in page.links()
    assert session.scalars(select(PortalTileClick.count)).one() == 1


def test_a_click_on_a_page_of_ours_leads_there(client: Visitor, session: Session, people: Personas) -> None:
    made = tile(session, "Répertoire", url="/repertoire")
    client.enter(people.professional)
    client.get("/")
    page = client.submit(f"#tuile-{made.id}")
    assert page.path == "/repertoire"


def test_nobody_opens_the_tile_of_others(client: Visitor, session: Session, people: Personas) -> None:
    made = tile(session, "Présidences", audience="president")
    client.enter(people.professional)
    client.post(f"/applications/{made.id}", status=404)
    client.get(f"/applications/{made.id}", status=404)
    assert session.scalars(select(PortalTileClick)).all() == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//ailleurs.example/",
        "/\\ailleurs.example",
        "ftp://ailleurs.example/",
        "https://",
        "https://moi@ailleurs.example/",
        'https://a.example/"onmouseover=alert(1)',
        "/nulle-part",
        "https://[a",
    ],
)
def test_only_web_addresses_and_pages_of_ours_are_taken(client: Visitor, people: Personas, address: str) -> None:
    client.enter(people.agent)
    client.get(NEW)
    page = client.submit(status=422, **{**ADVICE, "adresse": address})
    assert page.has("#adresse[aria-invalid=true]")
    assert page.one("#libelle")["value"] == ADVICE["libelle"], "what was typed is kept"


def test_the_portal_s_own_address_is_kept_as_a_path(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.agent)
    client.get(NEW)
    client.submit(**{**ADVICE, "adresse": "http://127.0.0.1:5000/aide"})
    assert session.scalars(select(PortalTile.url)).one() == "/aide"


@pytest.mark.parametrize("rank", ["", "-1", "1000", "dix", "1e3", "9" * 400])
def test_a_rank_that_is_none_is_told(client: Visitor, people: Personas, rank: str) -> None:
    client.enter(people.agent)
    client.get(NEW)
    page = client.submit(status=422, **ADVICE, rang=rank)
    assert "Choisissez un rang entre 0 et 999." in page.text


def test_two_agents_at_once_the_second_sees_both_texts(client: Visitor, session: Session, people: Personas) -> None:
    made = tile(session, "Avis")
    client.enter(people.agent)
    form = client.get(f"/centre/contenus/tuiles/{made.id}").form("main form[method=post]")
    colleague = {name: values[0] for name, values in form.filled({"libelle": "Avis du collègue"}).items()}
    client.post(f"/centre/contenus/tuiles/{made.id}", **colleague)
    page = client.post(f"/centre/contenus/tuiles/{made.id}", status=409, **{**colleague, "libelle": "Mon avis"})
    assert "« Avis du collègue »" in page.text
    assert page.one("#libelle")["value"] == "Mon avis"
    client.page = page
    client.submit()
    session.refresh(made)
    assert (made.label, made.version) == ("Mon avis", 3)


def test_each_change_is_in_the_journal_before_and_after(client: Visitor, session: Session, people: Personas) -> None:
    made = tile(session, "Avis")
    client.enter(people.agent)
    client.get(f"/centre/contenus/tuiles/{made.id}")
    client.submit(libelle="Avis et expertise")
    entry = session.scalars(select(JournalEntry).where(JournalEntry.event == "portal.tile_saved")).one()
    assert entry.actor == f"account:{people.agent.account.id}"
    body = json.loads(session.get_one(JournalBody, (entry.chain, entry.seq)).body)
    assert (body["before"], body["after"]) == ({"label": "Avis"}, {"label": "Avis et expertise"})


@pytest.mark.parametrize("path", ["/centre/contenus", "/centre/contenus/tuiles", NEW])
def test_only_agents_edit(client: Visitor, people: Personas, path: str) -> None:
    client.enter(people.president)
    page = client.get(path, status=403)
    assert "le centre de services" in page.text
