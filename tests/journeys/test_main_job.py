"""The main job, end to end on registers read from files, as people live it without JavaScript (issue 2).

The portal starts with registers and one agent, nothing else: every right comes from somebody who held one.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.demo.registers import load_registers
from tests.journeys.cast import (
    ASK,
    CHAIN,
    CPTS,
    FINESS,
    INBOX,
    INVITATION,
    KARIM,
    MARGAUX,
    NAME,
    OTHER,
    PASSWORD,
    PRESIDENT,
    REFERENT,
    RIVAL,
    THOMAS,
    Character,
    appoint_agent,
    deliver,
    nomination,
    opened,
    presidency,
    rattachement,
    run,
)
from tests.support.client import Visitor
from tests.support.mailbox import Mail, Mailbox
from tests.support.page import Page

pytestmark = pytest.mark.slow


@pytest.fixture
def registers(session: Session) -> None:
    load_registers()


@pytest.fixture
def agent(app: Flask, registers: None) -> Visitor:
    """Appointed at the command line, activated by the link that it prints."""
    visitor = Visitor(app)
    visitor.get(appoint_agent(app))
    visitor.submit(INVITATION, password=PASSWORD)
    visitor.get("/centre", status=303)
    visitor.enrol(PASSWORD)
    return visitor


def signed_in(app: Flask, email: str) -> Visitor:
    visitor = Visitor(app)
    visitor.get("/connexion")
    visitor.submit(email=email, password=PASSWORD)
    return visitor


# ── the five steps ──────────────────────────────────────────────────────────


def find(visitor: Visitor) -> str:
    """1. From the home page to the CPTS: a mistyped name, a post code, a FINESS number. Then its unit and communes."""
    for text in ("comtat venaisin", "84200"):
        visitor.get("/")
        found = visitor.submit("main form[role=search]", q=text)
        first = found.all("article[data-resultat]")[0]
        assert (first["data-type"], first["data-id"]) == ("etablissement", FINESS), text
        assert found.one(f"[data-id='{FINESS}'] h3 a")["href"] == CPTS
    visitor.get("/")
    page = visitor.submit("main form[role=search]", q=FINESS, status=303)
    assert page.path == CPTS
    assert page.h1 == NAME
    assert "Aucun président référencé" in page.text

    carpentras = visitor.get(page.one("#zone a[href='/communes/84031']")["href"])
    assert NAME in carpentras.text
    unit = str(page.one("#unites h3 a")["href"])
    assert visitor.get(unit).h1 == NAME
    assert "Carpentras" in visitor.current().read("#zone")
    assert "Aucun professionnel rattaché" in visitor.current().read("#professionnels")
    return unit


def register(agent: Visitor, finess: str, who: Character) -> None:
    agent.get(agent.get(f"/etablissements/{finess}/referents").link("Enregistrer une présidence"))
    agent.submit("#presidence", **presidency(who))


def activate(app: Flask, mail: Mail) -> Visitor:
    """From the mail to the account, which then signs in by itself."""
    visitor = Visitor(app)
    link = opened(mail, "/invitations/")
    visitor.get(link)
    visitor.submit(INVITATION, password=PASSWORD)
    assert "n’est plus valable" in Visitor(app).get(link, status=410).text
    return signed_in(app, mail.recipients[0])


def nobody_else_nominates(*visitors: Visitor) -> None:
    for visitor in visitors:
        assert not visitor.get(CPTS).has("#nomination")
        visitor.post(CHAIN, status=403, **{**nomination(REFERENT), "declaration": "y"})


def ask(app: Flask, who: Character) -> str:
    """4. From the page of the CPTS, without an account, to the tracking page."""
    visitor = Visitor(app)
    visitor.get(visitor.get(CPTS).link("Demander mon rattachement"))
    page = visitor.submit(f"form[action='{ASK}']", **rattachement(who))
    assert page.path.startswith("/suivi/")
    assert "en attente d’une décision" in page.text
    return page.path


def request_id(page: Page, name: str) -> str:
    """The request of `name` in the inbox."""
    (found,) = [item for item in page.all("article[data-demande]") if name in item.get_text(" ")]
    return str(found["data-demande"])


# ── the journey ─────────────────────────────────────────────────────────────


def test_from_a_search_to_an_attached_professional(app: Flask, agent: Visitor, smtp: Mailbox) -> None:
    unit = find(Visitor(app))

    president, rival = registered_presidents(app, agent, smtp)
    referent = nominated_referent(app, agent, president, rival, smtp)

    trackings = {who: ask(app, who) for who in (THOMAS, MARGAUX, KARIM)}
    deliver()
    for who, tracking in trackings.items():
        assert opened(smtp.only(who.email), "/suivi/") == tracking
        for decider in (PRESIDENT, REFERENT):
            assert any(who.full_name in mail.text for mail in smtp.to(decider.email))
    assert opened(smtp.latest(PRESIDENT.email), "/demandes").startswith(INBOX)
    for decider in (president, referent):
        assert len(decider.get(INBOX).all("article[data-demande]")) == 3

    accepted_at_once(app, referent, president, unit, trackings[THOMAS], smtp)
    refused_with_a_motive(app, president, trackings[MARGAUX], smtp)
    completed_then_accepted(app, president, referent, unit, trackings[KARIM], smtp)

    nobody_else_nominates(signed_in(app, THOMAS.email), referent, rival, agent)
    run(app, "journal", "verify")


def registered_presidents(app: Flask, agent: Visitor, smtp: Mailbox) -> tuple[Visitor, Visitor]:
    """2. The service centre registers, the mail activates, the president signs in."""
    register(agent, FINESS, PRESIDENT)
    register(agent, OTHER, RIVAL)
    deliver()
    president = activate(app, smtp.only(PRESIDENT.email))
    rival = activate(app, smtp.only(RIVAL.email))
    role = president.get("/mes-roles").read(f"[data-role=president][data-etablissement='{FINESS}']")
    assert NAME in role
    assert "Centre de services" in role
    return president, rival


def nominated_referent(app: Flask, agent: Visitor, president: Visitor, rival: Visitor, smtp: Mailbox) -> Visitor:
    """3. The president nominates and nobody else; the person accepts and sees the role."""
    nobody_else_nominates(rival, agent)
    Visitor(app).post(CHAIN, status=403, **{**nomination(REFERENT), "declaration": "y"})
    deliver()
    assert not smtp.to(REFERENT.email)

    president.get(CHAIN)
    assert "Invitation envoyée" in president.submit("#nomination", **nomination(REFERENT)).text
    deliver()
    mail = smtp.only(REFERENT.email)
    assert "Hélène Vasseur" in mail.text
    referent = Visitor(app)
    assert "Hélène Vasseur" in referent.get(opened(mail, "/invitations/")).text
    referent.submit(INVITATION, button="[value=accepter]", password=PASSWORD)

    referent = signed_in(app, REFERENT.email)
    role = referent.get("/mes-roles").read(f"[data-role=referent][data-etablissement='{FINESS}']")
    assert "Hélène Vasseur" in role
    deliver()
    assert "Lucie Arnaud" in smtp.latest(PRESIDENT.email).text
    nobody_else_nominates(referent)
    return referent


def accepted_at_once(
    app: Flask, referent: Visitor, president: Visitor, unit: str, tracking: str, smtp: Mailbox
) -> None:
    """5a. On the page of the unit before any mail leaves; the link opens the account; everyone sees who decided."""
    asked = request_id(referent.get(INBOX), "Thomas Perrin")
    assert "Thomas Perrin" not in Visitor(app).get(unit).text
    referent.submit(f"form[action='/demandes/{asked}/accepter']")
    assert "Thomas Perrin" in Visitor(app).get(unit).read("#professionnels")

    assert not president.get(INBOX).has(f"[data-demande='{asked}']")
    president.post(f"/demandes/{asked}/accepter", status=409)
    for decider in (president, referent):
        assert "par Lucie Arnaud" in decider.get(f"{INBOX}?etat=acceptees").read(f"[data-demande='{asked}']")
    page = Visitor(app).get(tracking)
    assert "Demande acceptée" in page.text
    assert "Lucie Arnaud" in page.read("#frise")

    deliver()
    thomas = activate(app, smtp.latest(THOMAS.email))
    assert NAME in thomas.get("/mes-roles").read("#rattachements")
    thomas.get(INBOX, status=403)


def refused_with_a_motive(app: Flask, president: Visitor, tracking: str, smtp: Mailbox) -> None:
    """5b. A motive is required, and reaches the person."""
    president.get(president.get(INBOX).link("Refuser… la demande de Margaux Olivier"))
    president.submit(motif=" ", status=422)
    president.submit(motif="Votre cabinet est à Apt : adressez-vous à sa CPTS.")
    deliver()
    assert "Votre cabinet est à Apt" in smtp.latest(MARGAUX.email).text
    page = Visitor(app).get(tracking)
    assert "Votre cabinet est à Apt" in page.text
    assert "Hélène Vasseur" in page.read("#frise")


def completed_then_accepted(
    app: Flask, president: Visitor, referent: Visitor, unit: str, tracking: str, smtp: Mailbox
) -> None:
    """5c. A question, answered from the tracking page, brings the request back to all deciders."""
    president.get(president.get(INBOX).link("Demander une précision à Karim Mansouri"))
    president.submit(message="À quelle adresse exercez-vous ?")
    assert "Karim Mansouri" not in referent.get(INBOX).read("#demandes")
    deliver()

    karim = Visitor(app)
    assert opened(smtp.latest(KARIM.email), "/suivi/") == tracking
    assert "À quelle adresse exercez-vous ?" in karim.get(tracking).text
    karim.submit("#repondre form", message="12 rue des Halles, à Carpentras.")
    deliver()
    assert "12 rue des Halles" in smtp.latest(REFERENT.email).text

    asked = request_id(referent.get(INBOX), "Karim Mansouri")
    assert "12 rue des Halles" in referent.current().read(f"[data-demande='{asked}']")
    referent.submit(f"form[action='/demandes/{asked}/accepter']")
    assert "Karim Mansouri" in Visitor(app).get(unit).read("#professionnels")
