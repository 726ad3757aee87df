"""What the demonstration holds, read back from both databases: states, rights, journal, search, mails."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, db
from app.demo.stage import CPTS, cast
from app.demo.tour import PASSWORD, TOTP_SECRET, VISIT, VISITORS
from app.models import (
    Account,
    Affiliation,
    Commune,
    CommuneContour,
    Dossier,
    DossierSheet,
    Establishment,
    JournalEntry,
    Nomination,
    OutboxMessage,
    Person,
    Request,
    Revision,
    Unit,
    UnitCommune,
)
from app.policies.actor import Role
from app.queries.actors import held_mandates
from app.queries.campaigns import campaigns, overview
from app.search.find import answer, best, rows
from app.search.question import understand
from tests.support.client import Visitor

COMTAT = CPTS["comtat"]
EVERY_KIND = (0, 1, 2)
BEING_DESCRIBED = ("sisteron", "baous", "asse", "vieux-port")


@pytest.fixture
def inside(told: Flask) -> Iterator[None]:
    with told.app_context():
        yield


def rights(key: str) -> set[tuple[Role, str]]:
    person_id = db.session().scalars(sa.select(Account.person_id).where(Account.email == cast()[key].email)).one()
    return {(mandate.role, mandate.establishment_finess) for mandate in held_mandates(person_id)}


@pytest.mark.usefixtures("inside")
def test_requests_of_the_comtat_are_in_every_state_and_some_wait_since_0_5_and_10_days():
    states = Counter(db.session().scalars(sa.select(Request.status).where(Request.kind == "affiliation")))
    assert set(states) == {"submitted", "info_needed", "accepted", "refused", "cancelled", "expired"}
    waiting = sa.select(Request.submitted_at).where(Request.establishment_finess == COMTAT)
    waiting = waiting.where(Request.kind == "affiliation", Request.status == "submitted")
    dates = db.session().scalars(waiting.order_by(Request.submitted_at.desc()))
    assert [(clock.now() - date).days for date in dates] == pytest.approx([0, 5, 10], abs=1)


@pytest.mark.usefixtures("inside")
def test_each_persona_has_the_rights_that_the_tour_announces():
    assert rights("vasseur") == {(Role.PRESIDENT, COMTAT)}
    assert rights("daumas") == rights("bensalem") == {(Role.REFERENT, COMTAT)}
    assert rights("esteve") == {(Role.PRESIDENT, CPTS["avignon"])}
    assert rights("roumanille") == rights("chabaud") == {(Role.PRESIDENT, CPTS["apt"])}
    for nobody in ("marchal", "faure", "tessier", "ferrero", "lantier", "jourdan", "arnaud"):
        assert rights(nobody) == set(), nobody
    agents = sa.select(Account.email).where(Account.agent_since.is_not(None))
    assert list(db.session().scalars(agents)) == [cast()["ferrero"].email]


@pytest.mark.usefixtures("inside")
def test_one_cpts_has_nobody_in_office():
    orphans = sa.select(Establishment.finess).where(Establishment.category_code == "604")
    orphans = orphans.where(sa.not_(Establishment.has_president))
    assert list(db.session().scalars(orphans)) == [CPTS["ouveze"]]


@pytest.mark.usefixtures("inside")
def test_one_nomination_waits():
    proposed = db.session().scalars(sa.select(Nomination).where(Nomination.status == "proposed")).one()
    assert proposed.email == cast()["arnaud"].email


@pytest.mark.usefixtures("inside")
def test_one_professional_of_the_comtat_is_attached_and_not_named():
    hidden = sa.select(Person.given_name, Person.family_name).join(Affiliation, Affiliation.person_id == Person.id)
    hidden = hidden.where(Affiliation.establishment_finess == COMTAT, Affiliation.ended_at.is_(None))
    assert db.session().execute(hidden.where(sa.not_(Person.listed))).all() == [("Bruno", "Faure")]


def test_the_journal_is_whole_and_dated_in_the_order_of_its_chains(told: Flask):
    result = told.test_cli_runner().invoke(args=["journal", "verify"])
    assert result.exit_code == 0, result.output
    with told.app_context():
        entries = db.session().execute(
            sa.select(JournalEntry.chain, JournalEntry.at).order_by(JournalEntry.chain, JournalEntry.seq)
        )
        dates: dict[str, list[object]] = {}
        for chain, at in entries:
            dates.setdefault(chain, []).append(at)
    assert len(dates) == len(CPTS) + 1
    assert all(told_dates == sorted(told_dates) for told_dates in dates.values())


@pytest.mark.usefixtures("inside")
def test_only_the_mails_of_today_are_still_to_send():
    waiting = db.session().scalars(sa.select(OutboxMessage).where(OutboxMessage.delivered_at.is_(None))).all()
    assert {message.topic for message in waiting} == {"referent.nominated", "affiliation.requested"}
    assert all(clock.now() - message.created_at < timedelta(hours=1) for message in waiting)


@pytest.mark.usefixtures("inside")
def test_cpts_comtat_finds_one_establishment_one_unit_and_no_professional():
    found = answer(db.reader(), understand("CPTS comtat"))
    assert (found.total, *found.counts) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("comtat venaisin", "comtat"),
        ("84200", "comtat"),
        ("840021281", "comtat"),
        ("840021273", "comtat"),
        ("verdon", "verdon"),
        ("brianconnais ecrins", "brianconnais"),
        ("l’isle sur la sorgue", "cerebellum"),
        ("st saturnin les apt", "apt"),
        ("cpts d'orange", "iaso"),
        ("valreas", "enclave"),
        ("iles d or", "hyeres"),
        ("13006", "plateau"),
        ("albiosc", "verdon"),
    ],
)
@pytest.mark.usefixtures("inside")
def test_a_cpts_comes_first_however_it_is_typed(typed: str, key: str):
    found = answer(db.reader(), understand(typed))
    first = rows(db.reader(), best(db.reader(), found, EVERY_KIND, start=0, size=1))
    assert [row.id for row in first] == [CPTS[key]]


@pytest.mark.usefixtures("inside")
def test_every_described_cpts_has_a_unit_with_its_zone_and_two_have_a_second_one():
    zones = sa.select(Unit.establishment_finess, sa.func.count(UnitCommune.insee)).select_from(Unit)
    zones = zones.outerjoin(UnitCommune, UnitCommune.unit_id == Unit.id).group_by(Unit.id)
    rows = db.session().execute(zones).all()
    assert {finess for finess, _ in rows} == set(CPTS.values())
    assert {finess for finess, count in rows if not count} == {CPTS[key] for key in BEING_DESCRIBED}
    assert len(rows) == len(CPTS) + 2


@pytest.mark.usefixtures("inside")
def test_each_cpts_being_described_is_stuck_a_step_further_and_the_campaign_knows():
    (campaign,) = campaigns()
    view = overview(campaign)
    stuck = {target.progress.finess: at.number for target in view.targets if (at := target.progress.stuck)}
    expected = {"ouveze": 1, "vieux-port": 3, "sisteron": 4, "baous": 5, "asse": 6}
    assert stuck == {CPTS[key]: number for key, number in expected.items()}
    reminded = {target.progress.finess for target in view.targets if target.reminded_at}
    assert reminded == {CPTS["vieux-port"], CPTS["sisteron"], CPTS["baous"], CPTS["asse"]}
    assert not any(target.rests for target in view.targets)


@pytest.mark.usefixtures("inside")
def test_the_draft_shows_a_green_sheet_and_an_amber_one():
    states = sa.select(DossierSheet.state).join(Dossier, Dossier.id == DossierSheet.dossier_id)
    mine = states.where(Dossier.establishment_finess == CPTS["sisteron"]).order_by(DossierSheet.position)
    assert list(db.session().scalars(mine)) == ["final", "started"]


@pytest.mark.usefixtures("inside")
def test_the_comtat_has_a_memory_and_the_grand_avignon_published_a_dossier():
    told = sa.select(Revision.source, Revision.role).where(Revision.source != "import").order_by(Revision.number)
    comtat = db.session().execute(told.where(Revision.establishment_finess == COMTAT)).all()
    assert [tuple(row) for row in comtat] == [
        ("direct", "referent"),
        ("direct", "president"),
        ("direct", "president"),
        ("direct", "referent"),
        ("direct", "referent"),
        ("direct", "president"),
        ("direct", "president"),
    ]
    avignon = db.session().execute(told.where(Revision.establishment_finess == CPTS["avignon"])).all()
    assert [tuple(row) for row in avignon] == [("dossier", "agent")]
    dates = sa.select(Revision.at).where(Revision.establishment_finess == COMTAT).order_by(Revision.number)
    in_order = list(db.session().scalars(dates))
    assert in_order == sorted(in_order)


@pytest.mark.usefixtures("inside")
def test_the_map_names_itself_schematic_and_a_commune_without_cpts_exists():
    assert set(db.session().scalars(sa.select(CommuneContour.source))) == {
        "Carte schématique de démonstration, calculée autour du centre des communes"
    }
    served = sa.select(UnitCommune.insee)
    alone = db.session().scalars(sa.select(Commune.name).where(Commune.insee.not_in(served)))
    assert {"Sisteron", "Mirabeau", "Carros"} <= set(alone)


@pytest.mark.slow
def test_every_visitor_of_the_tour_signs_in_and_reaches_what_it_announces(told: Flask):
    for visitor in VISITORS:
        client = Visitor(told)
        client.sign_in(cast()[visitor.key], PASSWORD, secret=TOTP_SECRET)
        for path in ["/mes-roles", *paths(visitor.first)]:
            assert client.get(path).status == 200, (visitor.key, path)
    stranger = Visitor(told)
    stranger.sign_in(cast()["esteve"], PASSWORD)
    assert stranger.get(f"/etablissements/{COMTAT}/demandes", status=403)


def test_every_page_of_the_visit_opens_without_an_account(told: Flask):
    for path in paths(" ".join(VISIT)):
        assert Visitor(told).get(path).status == 200, path


def paths(text: str) -> list[str]:
    """Addresses written in the tour, without the punctuation that follows them."""
    return re.findall(r"(?<!\S)/[a-z][\w/-]*\w", text)
