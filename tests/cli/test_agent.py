"""`flask agent`: prints a link that opens, once, an account of the service centre; removes a lost factor."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.models import Account
from tests import personas
from tests.support.client import Visitor

PUBLIC = "http://127.0.0.1:5000"


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["agent", "create", *arguments])


def test_the_printed_link_activates_an_agent(app: Flask, client: Visitor, session: Session) -> None:
    result = run(app, "Nadia.Ferrero@essai.example", "--name", "Nadia  Ferrero Diaz")
    assert result.exit_code == 0, result.output
    address = result.stdout.strip().splitlines()[-1]
    assert address.startswith(f"{PUBLIC}/invitations/")
    page = client.get(address.removeprefix(PUBLIC))
    assert "Bienvenue, Nadia Ferrero Diaz" in page.text
    client.post(address.removeprefix(PUBLIC), password="quatre cyprès bleus dansent")
    account = session.query(Account).one()
    assert (account.status, account.email) == ("active", "Nadia.Ferrero@essai.example")
    assert account.agent_since is not None
    client.get(address.removeprefix(PUBLIC), status=410)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nadia", "--name", "Nadia Ferrero"), "ce n’est pas une adresse électronique"),
        (("nadia@essai.example", "--name", "Nadia"), "donnez le prénom puis le nom"),
        (("nadia@essai.example",), "--name"),
    ],
)
def test_a_mistake_is_explained_and_creates_nothing(
    app: Flask, session: Session, arguments: tuple[str, ...], sentence: str
) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 2
    assert sentence in result.output
    assert session.query(Account).count() == 0


def test_an_address_already_taken_is_refused_in_one_line(app: Flask, session: Session, client: Visitor) -> None:
    first = run(app, "nadia@essai.example", "--name", "Nadia Ferrero").stdout.strip().splitlines()[-1]
    client.get(first.removeprefix(PUBLIC))
    client.submit("main form", password="quatre cyprès bleus dansent", status=303)
    result = run(app, "NADIA@essai.example", "--name", "Nadia Ferrero")
    assert result.exit_code == 1
    assert "déjà celle d’un agent" in result.output


def test_the_lost_factor_of_the_last_agent_is_removed_by_who_runs_the_portal(
    app: Flask, client: Visitor, session: Session
) -> None:
    agent = personas.build(session).agent
    session.commit()
    client.enter(agent)
    known = app.test_cli_runner().invoke(args=["agent", "reset-factors", agent.email.upper()])
    assert known.exit_code == 0, known.output
    client.get("/mon-compte", status=303)
    client.sign_in(agent)
    assert client.current().path == "/mon-compte", "led to add another"
    again = app.test_cli_runner().invoke(args=["agent", "reset-factors", agent.email])
    assert again.exit_code == 1
    assert "Aucun agent" in again.output
