"""Support hours: the setting at first, then what agents say; the same sentence everywhere (S-055, S-082)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import JournalEntry, SupportException, SupportSchedule
from app.notifications.writing import write
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.page import plain
from tests.support.time import FrozenClock

HOURS = "/centre/contenus/horaires"
EARLY = {"lundi_1_ouvre": "07:30", "lundi_1_ferme": "12:00", "lundi_2_ouvre": "13:00", "lundi_2_ferme": "16:45"}


@pytest.fixture
def agent(client: Visitor, people: Personas) -> Visitor:
    client.enter(people.agent)
    return client


def test_the_setting_fills_the_form_at_first(agent: Visitor) -> None:
    page = agent.get(HOURS)
    assert page.one("#lundi_1_ouvre")["value"] == "08:00"
    assert page.one("#vendredi_1_ferme")["value"] == "18:00"
    assert page.one("#samedi_1_ouvre")["value"] == ""


def test_what_an_agent_says_is_told_everywhere(agent: Visitor, app: Flask, session: Session) -> None:
    agent.get(HOURS)
    page = agent.submit("#semaine", **EARLY)
    sentence = "le lundi, de 7 h 30 à 12 h et de 13 h à 16 h 45, puis du mardi au vendredi, de 8 h à 18 h"
    assert sentence in page.text
    agent.sign_out()
    for path in ("/", "/contact", "/aide/centre-de-services"):
        assert sentence in plain(agent.get(path).text)
    assert sentence in agent.get("/nulle-part", status=404).text
    with app.app_context():
        context = {"name": "Claire", "link_id": str(uuid.uuid4())}
        mail = write("password_reset", "claire@essai.example", context, message_id=uuid.uuid4())
    assert sentence in plain(str(mail.body))
    assert sentence in plain(str(mail.html))


def test_a_public_holiday_and_an_exceptional_day_are_told(agent: Visitor, frozen_clock: FrozenClock) -> None:
    agent.get(HOURS)
    agent.submit("#jour-exceptionnel", jour="2026-12-24", raison="Réveillon", ouvre="08:00", ferme="12:00")
    page = agent.submit("#jour-exceptionnel", jour="2026-12-28", raison="Inventaire")
    assert "Réveillon : de 8 h à 12 h" in page.text
    assert "Inventaire : fermé" in page.text
    agent.sign_out()
    frozen_clock.move_to(datetime(2026, 12, 24, 9, 0, tzinfo=UTC))
    assert "ouvert jusqu’à 12 h" in agent.get("/contact").text
    frozen_clock.move_to(datetime(2026, 12, 25, 9, 0, tzinfo=UTC))
    assert "fermé aujourd’hui, jour férié – réouverture mardi 8 h" in agent.get("/contact").text
    frozen_clock.move_to(datetime(2026, 12, 28, 9, 0, tzinfo=UTC))
    assert "fermé aujourd’hui (Inventaire) – réouverture demain à 8 h" in agent.get("/contact").text


def test_a_removed_day_is_like_the_others_again(agent: Visitor, session: Session, frozen_clock: FrozenClock) -> None:
    agent.get(HOURS)
    agent.submit("#jour-exceptionnel", jour="2026-11-25", raison="Inventaire")
    special = session.scalars(select(SupportException.id)).one()
    agent.submit(f"form[action='{HOURS}/jours/{special}/retrait']")
    assert "ouvert jusqu’à 18 h" in agent.get("/contact").text
    agent.post(f"{HOURS}/jours/{special}/retrait", status=409)
    events = session.scalars(select(JournalEntry.event)).all()
    assert events.count("portal.support_hours_saved") == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lundi_1_ferme": ""}, "Lundi : donnez l’heure d’ouverture et l’heure de fermeture."),
        ({"mardi_1_ferme": "07:00"}, "Mardi : la fermeture suit l’ouverture."),
        ({"jeudi_2_ouvre": "17:00", "jeudi_2_ferme": "19:00"}, "Jeudi : la seconde plage suit la première."),
        ({"lundi_1_ouvre": "25:00"}, "Renseignez une heure, par exemple 08:00."),
        ({"lundi_1_ouvre": "８:00"}, "Renseignez une heure, par exemple 08:00."),
        ({"lundi_1_ouvre": "<i>"}, "Renseignez une heure, par exemple 08:00."),
    ],
)
def test_what_is_wrong_in_the_week_is_told(agent: Visitor, session: Session, wrong: dict[str, str], words: str) -> None:
    agent.get(HOURS)
    page = agent.submit("#semaine", status=422, **wrong)
    assert words in page.read("#resume-erreurs")
    assert session.scalars(select(SupportSchedule)).all() == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"jour": ""}, "Choisissez un jour."),
        ({"raison": ""}, "Dites pourquoi"),
        ({"ouvre": "08:00"}, "Donnez les deux heures"),
        ({"ouvre": "12:00", "ferme": "08:00"}, "Choisissez une heure de fermeture qui suit l’ouverture."),
    ],
)
def test_what_is_wrong_in_a_day_is_told(agent: Visitor, wrong: dict[str, str], words: str) -> None:
    agent.get(HOURS)
    page = agent.submit("#jour-exceptionnel", status=422, **{"jour": "2026-12-24", "raison": "Pont", **wrong})
    assert words in page.read("#resume-erreurs")


def test_a_day_has_one_exception(agent: Visitor) -> None:
    agent.get(HOURS)
    agent.submit("#jour-exceptionnel", jour="2026-12-24", raison="Pont")
    page = agent.submit("#jour-exceptionnel", status=409, jour="2026-12-24", raison="Réveillon")
    assert "Ce jour a déjà des horaires exceptionnels." in page.text
    assert page.one("#raison")["value"] == "Réveillon"


def test_two_agents_at_once_the_second_sees_both(agent: Visitor, session: Session) -> None:
    form = agent.get(HOURS).form("#semaine")
    sent = {name: values[0] for name, values in form.filled(EARLY).items()}
    agent.post(HOURS, **sent)
    page = agent.post(HOURS, status=409, **{**sent, "lundi_1_ouvre": "09:00"})
    assert "de 7 h 30 à 12 h" in page.text
    assert page.one("#lundi_1_ouvre")["value"] == "09:00"
    agent.page = page
    agent.submit("#semaine")
    assert session.scalars(select(SupportSchedule.number).order_by(SupportSchedule.number)).all() == [1, 2]


def test_only_agents_set_hours(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    client.get(HOURS, status=403)
    client.post(f"{HOURS}/jours", status=403, jour="2026-12-24", raison="Pont")
