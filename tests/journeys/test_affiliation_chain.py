"""Steps 4 and 5 of the main job, as people live them: over HTTP, without JavaScript, mails and links included."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.models import Request
from tests import personas
from tests.personas import Personas
from tests.support.client import Visitor, settle
from tests.support.mailbox import Mail, Mailbox

PAGE = "/etablissements/840021281"
ASK = f"{PAGE}/rattachement"
ASKER = "thomas.perrin@soins.example"
PASSWORD = "olivier-et-romarin-84"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def deliver(app: Flask) -> None:
    settle()
    assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0
    settle()


def opened(mail: Mail, containing: str) -> str:
    """The path of the link, as a mail reader would follow it."""
    return mail.link(containing).split("/", 3)[3].join(["/", ""])


def ask(visitor: Visitor) -> str:
    """From the page of the CPTS to the tracking page."""
    visitor.get(visitor.get(PAGE).link("Demander mon rattachement"))
    page = visitor.submit(
        f"form[action='{ASK}']",
        prenom="Thomas",
        nom="Perrin",
        email=ASKER,
        telephone="06 39 98 00 42",
        profession="10",
        rpps="10999710014",
        message="Je m’installe à Carpentras.",
        affichage=True,
    )
    return page.path


def test_asked_completed_accepted_activated(app: Flask, session: Session, people: Personas, smtp: Mailbox) -> None:
    professional, referent, president = Visitor(app), Visitor(app), Visitor(app)
    unit = f"/unites/{people.comtat.unit.id}"

    ask(professional)
    deliver(app)
    tracking = opened(smtp.only(ASKER), "/suivi/")
    assert "en attente d’une décision" in professional.get(tracking).text
    assert "Thomas Perrin" not in professional.get(unit).text

    referent.sign_in(people.referent)
    referent.get(opened(smtp.only(people.referent.email), "/demandes"))
    referent.get(referent.current().link("Demander une précision à Thomas Perrin"))
    referent.submit(message="À quelle adresse ?")
    deliver(app)

    professional.get(opened(smtp.latest(ASKER), "/suivi/"))
    professional.submit("#repondre form", message="12 rue des Halles.")
    deliver(app)
    assert "12 rue des Halles." in smtp.latest(people.president.email).text

    president.sign_in(people.president)
    page = president.get(opened(smtp.latest(people.president.email), "/demandes"))
    assert "12 rue des Halles." in page.read("[data-demande]")
    request_id = page.one("[data-demande]")["data-demande"]
    president.submit(f"form[action='/demandes/{request_id}/accepter']")

    assert "Thomas Perrin" in Visitor(app).get(unit).text
    assert not referent.get(f"{PAGE}/demandes").has("[data-demande]")
    assert f"Acceptée par {people.president.person.full_name}" in referent.get(f"{PAGE}/demandes?etat=acceptees").read(
        f"[data-demande='{request_id}']"
    )

    deliver(app)
    professional.get(opened(smtp.latest(ASKER), "/invitations/"))
    professional.submit(password=PASSWORD)
    newcomer = session.scalars(sa.select(Request).where(Request.email_key == ASKER)).one()
    signed_in = Visitor(app)
    signed_in.sign_in(newcomer, PASSWORD)
    assert "Comtat Venaissin" in signed_in.get("/mes-roles").text
    signed_in.get(f"{PAGE}/demandes", status=403)
    assert app.test_cli_runner().invoke(args=["journal", "verify"]).exit_code == 0


def test_refused_with_a_reason_that_reaches_the_person_who_asks_again(
    app: Flask, session: Session, people: Personas, smtp: Mailbox
) -> None:
    professional, referent = Visitor(app), Visitor(app)
    tracking = ask(professional)
    referent.sign_in(people.referent)
    referent.get(referent.get(f"{PAGE}/demandes").link("Refuser… la demande de Thomas Perrin"))
    referent.submit(motif="Vous exercez à Apt : adressez-vous à sa CPTS.")
    deliver(app)
    assert "Vous exercez à Apt" in smtp.latest(ASKER).text
    page = professional.get(tracking)
    assert "Vous exercez à Apt" in page.text
    assert people.referent.person.full_name in page.text
    assert ask(professional) != tracking


def test_cancelled_before_anybody_decides(app: Flask, people: Personas, smtp: Mailbox) -> None:
    professional, referent = Visitor(app), Visitor(app)
    referent.sign_in(people.referent)
    professional.get(ask(professional))
    professional.get(professional.current().link("Annuler ma demande…"))
    assert "Demande annulée" in professional.submit().text
    assert not referent.get(f"{PAGE}/demandes").has("[data-demande]")
    deliver(app)
    assert "annulée" in smtp.latest(ASKER).subject
