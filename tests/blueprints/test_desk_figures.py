"""Figures of the service centre over HTTP: counted right, the same in the chart, the table and the file."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import Request
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.page import Page
from tests.support.statements import recorded
from tests.support.time import FrozenClock

backend = on_both_engines

TODAY = datetime(2026, 3, 20, 9, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOST_STATEMENTS = 9


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    frozen_clock.move_to(datetime(2024, 1, 8, tzinfo=UTC))  # long before the months that are counted
    built = personas.build(session)
    session.commit()
    frozen_clock.move_to(TODAY)
    return built


def decided(session: Session, people: Personas, kind: str, sent: datetime, days: int, **values: Any) -> Request:
    signed = {"decided_at": sent + timedelta(days=days), "decided_by_account_id": people.agent.account.id}
    how = {"status": "accepted", "decided_as": "agent", **signed, **values}
    return factories.request(session, kind, submitted_at=sent, **how)


@pytest.fixture
def past(session: Session, people: Personas) -> None:
    """In March, ten messages decided after 0, 0, 1, 1, 2, 2, 3, 3, 4 and 11 working days; in February, one in three."""
    for days in (0, 0, 1, 1, 2, 2, 3, 3, 4, 15):
        decided(session, people, "contact", MONDAY, days)
    decided(session, people, "help", datetime(2026, 2, 10, 9, tzinfo=UTC), 3, status="refused", refusal_reason="x")
    factories.request(session, "contact", submitted_at=TODAY - timedelta(days=1))
    factories.request(session, "contact", submitted_at=TODAY - timedelta(days=30))
    factories.request(session, "contact", submitted_at=TODAY - timedelta(days=40), status="info_needed")
    session.commit()


def numbers(page: Page) -> dict[str, str]:
    return {item["data-chiffre"]: item.get_text() for item in page.all("[data-chiffre]")}


def row(page: Page, css: str) -> list[str]:
    return [cell.get_text(" ", strip=True).replace("\xa0", " ") for cell in page.one(css).find_all("td")]


@pytest.mark.usefixtures("past")
def test_the_figures_are_counted_in_working_days(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    page = client.get("/centre/chiffres?mois=3")
    assert numbers(page) == {
        "recues": "14",
        "decidees": "11",
        "mediane": "2",
        "decile": "4",
        "attente": "2",
        "ailleurs": "1",
    }
    assert row(page, "[data-mois='2026-03']") == ["11", "10", "2", "4"]
    assert row(page, "[data-mois='2026-02']") == ["3", "1", "3", "3"]
    assert row(page, "[data-mois='2026-01']") == ["0", "0", "–", "–"]
    assert row(page, "[data-type=contact]") == ["13", "10", "2", "4", "2", "22 jours ouvrés"]
    assert row(page, "[data-type=cpts]") == ["0", "0", "–", "–", "0", "–"]
    assert [cell.get_text() for cell in page.all("#tableau-ages td")] == ["1", "0", "0", "1"]


@pytest.mark.usefixtures("past")
def test_one_kind_alone(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    client.get("/centre/chiffres")
    page = client.submit("form[aria-label='Choisir la période']", mois="6", type="help")
    assert numbers(page)["recues"] == "1"
    assert numbers(page)["attente"] == "0"
    assert len(page.all("[data-mois]")) == 6
    assert len(client.get("/centre/chiffres?mois=7&type=autre").all("[data-mois]")) == 12


@pytest.mark.usefixtures("past")
def test_chart_table_and_file_say_the_same(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    page = client.get("/centre/chiffres?mois=3")
    in_table = [row(page, f"[data-mois='2026-{month:02d}']") for month in (1, 2, 3)]
    for rank in (1, 2):
        drawn = [float(bar["height"]) for bar in page.all(f"#volumes .graphique__barre--{rank}")]
        told = [int(cells[rank - 1]) for cells in in_table]
        assert [height / max(drawn) for height in drawn] == pytest.approx([n / max(told) for n in told], abs=0.01)
    file = client.request("GET", page.link("Télécharger en CSV"), status=200).response
    assert file.headers["Content-Disposition"] == 'attachment; filename="chiffres-2026-01-2026-03.csv"'
    lines = list(csv.reader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    assert lines[0][:4] == ["Mois", "Type de demande", "Reçues", "Décidées"]
    assert [[cell or "–" for cell in line[2:]] for line in lines[1:4]] == in_table
    assert lines[4] == ["Total", "Tous", "14", "11", "2", "4"]


@pytest.mark.usefixtures("past")
def test_the_figures_cost_the_same_whatever_they_count(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.agent)
    client.get("/centre/chiffres")
    for _ in range(40):
        decided(session, people, "report", MONDAY, 2)
    session.commit()
    with app.app_context(), recorded(db.engine()) as statements:
        client.get("/centre/chiffres?mois=24")
    assert len(statements.counted()) <= MOST_STATEMENTS, statements.counted()


@pytest.mark.parametrize("who", ["president", "referent", "professional", "stranger"])
def test_nobody_else_reads_the_figures(client: Visitor, people: Personas, who: str) -> None:
    client.enter(getattr(people, who))
    client.get("/centre/chiffres", status=403)
    client.get("/centre/chiffres.csv", status=403)
