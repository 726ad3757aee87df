"""`/centre/campagne`: counted from facts, alike in chart, table and file; reminders that do not harass."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.domain.dossiers import DossierStatus
from app.domain.referencing import MILESTONES, stuck_at
from app.journal.deliver import deliver_pending
from app.models import (
    Campaign,
    CampaignReminder,
    Dossier,
    DossierBox,
    DossierSheet,
    Establishment,
    JournalBody,
    JournalEntry,
    OutboxMessage,
    Unit,
    UnitCommune,
)
from app.queries.referencing import next_page, progress_of
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox
from tests.support.page import Page
from tests.support.statements import recorded
from tests.support.time import FrozenClock

backend = on_both_engines

PAGE = "/centre/campagne"
FORM = {"nom": "Campagne régionale", "debut": "2026-03-01", "fin": "2026-12-31", "departements": "84", "cpts": ""}
TODAY = datetime(2026, 3, 20, 9, tzinfo=UTC)
MOST_STATEMENTS = 14


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    frozen_clock.move_to(TODAY)
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def campaign(session: Session, people: Personas) -> Campaign:
    today = clock.now().date()
    made = Campaign(
        name="Campagne d’essai",
        starts_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=40),
        departements=["84"],
        created_at=clock.now(),
        created_by_account_id=people.agent.account.id,
        updated_at=clock.now(),
    )
    session.add(made)
    session.commit()
    return made


def blank(session: Session, name: str, **values: Any) -> Establishment:
    """A CPTS that describes nothing: a unit, no commune."""
    place = factories.establishment(session, name, **values)
    unit = factories.unit(session, place)
    session.execute(sa.delete(UnitCommune).where(UnitCommune.unit_id == unit.id))
    return place


def presided(session: Session, people: Personas, place: Establishment, *, days_ago: int = 5) -> str:
    """Somebody presides it; their address."""
    account = factories.account(session)
    holder = session.get_one(type(people.president.person), account.person_id)
    factories.presidency(
        session, place, holder, people.agent.account, started_at=clock.now() - timedelta(days=days_ago)
    )
    return account.email


def dossier(session: Session, people: Personas, place: Establishment, **values: Any) -> Dossier:
    return factories.dossier(session, place, people.agent.account, **values)


def propose_zone(session: Session, made: Dossier) -> None:
    for box in session.scalars(
        sa.select(DossierBox).join(DossierSheet).where(DossierSheet.dossier_id == made.id, DossierBox.box == "zone")
    ):
        box.values = {"communes": ["84031"]}


def finalise(session: Session, made: Dossier) -> None:
    session.execute(sa.update(DossierSheet).where(DossierSheet.dossier_id == made.id).values(state="final"))


def sent(people: Personas) -> dict[str, Any]:
    signed = {"approved_at": clock.now(), "approved_by_account_id": people.president.account.id}
    return {"status": "to_review", "submitted_at": clock.now(), **signed}


Made = dict[int, tuple[Establishment, str]]


@pytest.fixture
def stuck(session: Session, people: Personas) -> Made:
    """Milestone → a CPTS stuck there, and the address of its president. The two of the personas are published."""
    made: Made = {1: (blank(session, "CPTS UN", email="contact@un.example"), "contact@un.example")}
    for number, name, extra in (
        (2, "CPTS DEUX", {"phone": None}),
        (3, "CPTS TROIS", {}),
        (4, "CPTS QUATRE", {}),
        (5, "CPTS CINQ", {}),
        (6, "CPTS SIX", {}),
    ):
        place = blank(session, name, **extra)
        made[number] = (place, presided(session, people, place))
    dossier(session, people, made[3][0])
    propose_zone(session, dossier(session, people, made[4][0]))
    for number, values in ((5, {"status": "to_approve"}), (6, sent(people))):
        one = dossier(session, people, made[number][0], **values)
        propose_zone(session, one)
        finalise(session, one)
    session.commit()
    return made


def table(page: Page) -> dict[str, list[str]]:
    return {
        row["data-etape"]: [
            re.sub(r" ?CPTS arrêtées.*", "", cell.get_text(" ", strip=True)).replace("\xa0", " ")
            for cell in row.find_all("td")
        ]
        for row in page.all("tr[data-etape]")
    }


def listed(page: Page) -> list[str]:
    return [str(row["data-cpts"]) for row in page.all("tr[data-cpts]")]


def deliver(app: Flask, session: Session) -> None:
    session.commit()
    with app.app_context():
        while deliver_pending():
            pass


# ── where each CPTS stands ──────────────────────────────────────────────────


@SQLITE_ONLY
def test_an_agent_without_a_campaign_is_shown_how_to_open_one_and_opens_it(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    assert "Aucune campagne" in client.get(PAGE).text
    page = client.get(f"{PAGE}/nouvelle")
    assert "Vaucluse (84) : 2 CPTS" in page.text.replace("\xa0", " ")
    page = client.submit("main form[method=post]", **FORM)
    assert page.read(".titre-page h2") == "Campagne régionale"
    assert "2 CPTS suivies" in page.text.replace("\xa0", " ")


def test_each_milestone_counts_those_beyond_it_and_those_stuck_there(
    client: Visitor, session: Session, people: Personas, campaign: Campaign, stuck: Made
) -> None:
    client.enter(people.agent)
    page = client.get(PAGE)
    assert table(page) == {
        "1": ["7", "88 %", "1"],
        "2": ["7", "88 %", "1"],
        "3": ["5", "62 %", "1"],
        "4": ["4", "50 %", "1"],
        "5": ["3", "38 %", "1"],
        "6": ["2", "25 %", "1"],
    }
    for number, (place, _) in stuck.items():
        assert listed(client.get(f"{PAGE}?etape={number}")) == [place.finess], number
    assert page.read("#etapes-titre") == "CPTS par étape"
    assert len(page.all(".graphique__barre")) == 12


@SQLITE_ONLY
def test_the_file_says_what_the_page_says(client: Visitor, people: Personas, campaign: Campaign, stuck: Made) -> None:
    client.enter(people.agent)
    page = client.get(PAGE)
    answer = client.get(page.link("Télécharger en CSV"))
    rows = list(csv.DictReader(io.StringIO(answer.html.removeprefix("\ufeff")), delimiter=";"))
    assert {row["FINESS"]: row["Arrêtée à l’étape"] for row in rows} == {
        **{place.finess: str(number) for number, (place, _) in stuck.items()},
        people.comtat.finess: "",
        people.other.finess: "",
    }
    done = [sum(row[f"{each.number}. {each.label}"] == "oui" for row in rows) for each in MILESTONES]
    assert [str(count) for count in done] == [row[0] for row in table(page).values()]


@SQLITE_ONLY
def test_the_longest_stuck_come_first_and_say_since_when(
    client: Visitor, session: Session, people: Personas, campaign: Campaign
) -> None:
    names = {"CPTS B": 3, "CPTS A": 3, "CPTS VIEILLE": 90}
    places = {name: blank(session, name, phone=None) for name in names}
    for name, days in names.items():
        presided(session, people, places[name], days_ago=days)
    client.enter(people.agent)
    page = client.get(f"{PAGE}?etape=2")
    assert listed(page) == [places[name].finess for name in ("CPTS VIEILLE", "CPTS A", "CPTS B")]
    since = [row.find_all("time")[0]["datetime"][:10] for row in page.all("tr[data-cpts]")]
    assert since == ["2025-12-20", "2026-03-17", "2026-03-17"]


@SQLITE_ONLY
def test_a_campaign_follows_chosen_cpts_of_other_departements_too(
    client: Visitor, session: Session, people: Personas, campaign: Campaign
) -> None:
    elsewhere = factories.establishment(
        session, "CPTS D’AILLEURS", commune=factories.commune(session, "04209", "Sisteron")
    )
    client.enter(people.agent)
    page = client.get(f"{PAGE}/{campaign.id}/modifier")
    page = client.submit("main form[method=post]", cpts=f"{elsewhere.finess} ; {people.comtat.finess}")
    assert "3 CPTS suivies" in page.text.replace("\xa0", " ")


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"departements": [], "cpts": ""}, "departements", "Cochez au moins un département"),
        ({"cpts": "84002"}, "cpts", "Ce ne sont pas des numéros FINESS"),
        ({"cpts": "840021281 999999999"}, "cpts", "Aucune CPTS ouverte ne porte ces numéros"),
        ({"fin": "2026-02-01"}, "fin", "Le dernier jour est avant le premier."),
        ({"nom": " "}, "nom", "Donnez un nom"),
    ],
)
def test_a_campaign_that_makes_no_sense_is_explained(
    client: Visitor, people: Personas, typed: dict[str, Any], field: str, sentence: str
) -> None:
    client.enter(people.agent)
    client.get(f"{PAGE}/nouvelle")
    page = client.post(f"{PAGE}/nouvelle", status=422, **{**FORM, **typed})
    assert sentence in page.text
    assert page.has(f"a[href='#{field}']")


@SQLITE_ONLY
def test_a_second_agent_does_not_overwrite_a_campaign_unawares(
    client: Visitor, session: Session, people: Personas, campaign: Campaign
) -> None:
    client.enter(people.agent)
    client.get(f"{PAGE}/{campaign.id}/modifier")
    campaign.version += 1
    session.commit()
    page = client.submit("main form[method=post]", nom="Autre nom", status=409)
    assert "modifié pendant votre saisie" in page.text
    assert client.submit("main form[method=post]").read(".titre-page h2") == "Autre nom", (
        "the second time, both were seen"
    )


# ── reminders ───────────────────────────────────────────────────────────────


def remind(client: Visitor, campaign: Campaign, step: int, *finess: str, **fields: str) -> Page:
    client.get(f"{PAGE}?etape={step}")
    answer = client.post(f"{PAGE}/{campaign.id}/relances", etape=str(step), cpts=list(finess), **fields)
    return client.follow(answer)


def test_those_ticked_get_one_mail_with_the_next_thing_to_do_and_its_address(
    client: Visitor, app: Flask, session: Session, people: Personas, campaign: Campaign, stuck: Made, smtp: Mailbox
) -> None:
    client.enter(people.agent)
    expected = {
        1: f"/demandes/presidence?finess={stuck[1][0].finess}",
        2: f"/etablissements/{stuck[2][0].finess}/encadres/coordonnees",
        3: "/dossiers/",
        4: "/dossiers/",
        5: "/dossiers/",
    }
    for number, path in expected.items():
        place, address = stuck[number]
        assert "1 CPTS relancée" in remind(client, campaign, number, place.finess).text.replace("\xa0", " ")
        deliver(app, session)
        mail = smtp.only(address)
        assert MILESTONES[number - 1].action in mail.text
        assert path in mail.text
        assert path in mail.html.replace("&amp;", "&")
    events = session.scalars(sa.select(JournalEntry.event).where(JournalEntry.subject == f"campaign:{campaign.id}"))
    assert list(events) == ["campaign.reminded"] * 5
    bodies = session.scalars(sa.select(JournalBody.body)).all()
    assert any(stuck[1][0].finess in body for body in bodies)


@SQLITE_ONLY
def test_links_of_reminders_lead_to_pages(app: Flask, client: Visitor, people: Personas, stuck: Made) -> None:
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for progress in progress_of(sa.true()):
            path = next_page(progress).partition("?")[0]
            assert adapter.match(path, method="GET"), path


def test_nobody_is_reminded_twice_in_seven_days(
    client: Visitor, session: Session, people: Personas, campaign: Campaign, stuck: Made, frozen_clock: FrozenClock
) -> None:
    place = stuck[3][0]
    client.enter(people.agent)
    remind(client, campaign, 3, place.finess)
    page = client.get(f"{PAGE}?etape=3")
    assert not page.has("tr[data-cpts] input[type=checkbox]")
    assert "moins de sept jours" in remind(client, campaign, 3, place.finess).text
    frozen_clock.move_to(TODAY + timedelta(days=7, minutes=1))
    client.enter(people.agent)
    assert "1 CPTS relancée" in remind(client, campaign, 3, place.finess).text.replace("\xa0", " ")
    assert session.scalar(sa.select(sa.func.count()).select_from(CampaignReminder)) == 2


@SQLITE_ONLY
def test_all_of_a_step_are_reminded_at_once_and_the_presidency_alone_of_what_is_its_own(
    client: Visitor, app: Flask, session: Session, people: Personas, campaign: Campaign, smtp: Mailbox
) -> None:
    addresses = []
    for number in range(30):
        place = blank(session, f"CPTS {number:02d}")
        addresses.append(presided(session, people, place))
        one = dossier(session, people, place, status=DossierStatus.TO_APPROVE)
        propose_zone(session, one)
        finalise(session, one)
    session.commit()
    client.enter(people.agent)
    page = remind(client, campaign, 5, toutes="oui")
    assert "30 CPTS relancées" in page.text.replace("\xa0", " ")
    deliver(app, session)
    assert all(len(smtp.to(address)) == 1 for address in addresses)


@SQLITE_ONLY
def test_somebody_who_presides_two_cpts_gets_one_mail_about_both(
    client: Visitor, app: Flask, session: Session, people: Personas, campaign: Campaign, smtp: Mailbox
) -> None:
    places = [blank(session, name) for name in ("CPTS UNE", "CPTS DEUX")]
    for place in places:
        factories.presidency(session, place, people.stranger.person, people.agent.account)
    session.commit()
    client.enter(people.agent)
    remind(client, campaign, 3, *[place.finess for place in places])
    deliver(app, session)
    (mail,) = smtp.to(people.stranger.email)
    assert all(f"/dossiers/nouveau?finess={place.finess}" in mail.text for place in places)


@SQLITE_ONLY
def test_what_waits_for_the_service_centre_and_who_cannot_be_written_to_are_not_reminded(
    client: Visitor, session: Session, people: Personas, campaign: Campaign, stuck: Made
) -> None:
    silent = blank(session, "CPTS MUETTE")
    client.enter(people.agent)
    assert "au centre de services d’agir" in remind(client, campaign, 6, stuck[6][0].finess).text
    page = remind(client, campaign, 1, silent.finess)
    assert "ne connaît personne à qui écrire" in page.text
    assert "Cochez au moins une CPTS" in remind(client, campaign, 1).text
    assert not session.scalars(sa.select(OutboxMessage).where(OutboxMessage.topic == "campaign.reminded")).all()


@SQLITE_ONLY
def test_a_cpts_that_moved_on_before_the_mail_left_is_left_alone(
    client: Visitor, app: Flask, session: Session, people: Personas, campaign: Campaign, stuck: Made, smtp: Mailbox
) -> None:
    place, address = stuck[3]
    client.enter(people.agent)
    remind(client, campaign, 3, place.finess)
    unit = session.scalars(sa.select(Unit).where(Unit.establishment_finess == place.finess)).one()
    session.add(UnitCommune(unit_id=unit.id, insee="84031"))
    deliver(app, session)
    assert smtp.to(address) == []


@SQLITE_ONLY
def test_a_campaign_that_is_over_reminds_nobody(
    client: Visitor, session: Session, people: Personas, campaign: Campaign, stuck: Made
) -> None:
    client.enter(people.agent)
    client.get(PAGE)
    campaign.ends_on = clock.now().date() - timedelta(days=1)
    session.commit()
    page = client.post(f"{PAGE}/{campaign.id}/relances", status=409, etape="3", cpts=stuck[3][0].finess)
    assert "Cette campagne est terminée." in page.text


# ── bounded ─────────────────────────────────────────────────────────────────


@SQLITE_ONLY
def test_the_page_costs_the_same_whatever_the_number_of_cpts(
    client: Visitor, session: Session, people: Personas, campaign: Campaign, stuck: Made
) -> None:
    client.enter(people.agent)

    def cost() -> int:
        session.commit()
        with recorded(db.engine()) as statements:
            client.get(f"{PAGE}?etape=3")
        return len(statements.counted())

    before = cost()
    for number in range(40):
        dossier(session, people, blank(session, f"CPTS {number}"))
    assert cost() == before <= MOST_STATEMENTS


@pytest.mark.parametrize(
    ("done", "number"), [((True,) * 6, None), ((False,) * 6, 1), ((True, True, False, True, True, True), 3)]
)
def test_the_first_milestone_missed_is_where_one_is_stuck(done: tuple[bool, ...], number: int | None) -> None:
    found: Callable[..., Any] = stuck_at
    milestone = found(done)
    assert (milestone.number if milestone else None) == number
