"""Who serves a commune already, what a zone leaves out, who is told, and mergers accepted in one click."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.domain.errors import ImpossibleNow, NotAllowed
from app.domain.zones import Kind
from app.models import (
    Commune,
    CommuneGrouping,
    FormerCommune,
    GroupingMember,
    JournalBody,
    JournalEntry,
    Revision,
    Unit,
    UnitCommune,
)
from app.queries.actors import actor_of
from app.queries.commune_choices import communes_like
from app.queries.groupings import communes_of, groupings_in
from app.queries.sheets import SheetRef, read_sheet
from app.queries.zone_neighbours import neighbourhood, served_by
from app.search.index import index_communes
from app.usecases.descriptions import update_box
from app.usecases.sheet_steps import Write
from app.usecases.zone_changes import replace_ceased, tell_holders
from tests import factories, personas
from tests.notifications.test_requests import deliver, whole
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.grid import grid
from tests.support.mailbox import Mailbox
from tests.support.page import plain
from tests.support.statements import recorded


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def zone(session: Session, unit: Unit) -> list[str]:
    held = sa.select(UnitCommune.insee).where(UnitCommune.unit_id == unit.id)
    return sorted(session.scalars(held.execution_options(populate_existing=True)))


def events(session: Session, name: str) -> list[dict[str, object]]:
    rows = sa.select(JournalBody.body).join(
        JournalEntry, sa.and_(JournalEntry.chain == JournalBody.chain, JournalEntry.seq == JournalBody.seq)
    )
    return [json.loads(body) for body in session.scalars(rows.where(JournalEntry.event == name))]


def save_zone(people: Personas, *codes: str) -> None:
    ref = SheetRef(people.comtat.finess, people.comtat.unit.id)
    write = Write(ref, "zone", {"communes": sorted(codes)})
    update_box(actor_of(people.president.account), people.comtat.establishment, write=write)


# ── overlaps ────────────────────────────────────────────────────────────────


def test_a_commune_of_another_cpts_is_flagged_to_both_presidents(
    app: Flask, session: Session, people: Personas, smtp: Mailbox
):
    save_zone(people, "84031", "84088", "84007")
    (event,) = events(session, "zone.overlapped")
    assert event["others"] == {people.other.finess: ["84007"]}
    deliver(app)
    ours, theirs = (smtp.to(who.email) for who in (people.president, people.other_president))
    assert [mail.subject for mail in ours] == ["Des communes de votre zone sont servies aussi par une autre CPTS"]
    assert [mail.subject for mail in theirs] == ["La CPTS du Comtat Venaissin sert aussi des communes de votre zone"]
    assert "CPTS Grand Avignon : Avignon" in plain(whole(ours[0]).text)
    assert "que la CPTS Grand Avignon sert déjà : Avignon." in plain(whole(theirs[0]).text)


@SQLITE_ONLY
def test_nobody_is_told_again_of_what_was_shared_before_nor_of_a_hidden_unit(session: Session, people: Personas):
    save_zone(people, "84031", "84088", "84007")
    factories.commune(session, "84080", "Monteux")
    save_zone(people, "84031", "84088", "84007", "84080")
    save_zone(people, "84031")
    assert len(events(session, "zone.overlapped")) == 1
    people.comtat.unit.sensitive = True
    save_zone(people, "84031", "84007")
    assert len(events(session, "zone.overlapped")) == 1


@SQLITE_ONLY
def test_a_city_and_its_arrondissements_are_served_by_the_same(session: Session, people: Personas):
    city = factories.commune(session, "13055", "Marseille")
    part, other = (
        factories.commune(session, insee, insee, kind="ARM", parent_insee="13055") for insee in ("13201", "13202")
    )
    place = factories.establishment(session, "CPTS DU VIEUX PORT", commune=city)
    factories.unit(session, place, part)
    found = served_by(["13055", "13201", "13202"], but="")
    assert {code: [one.finess for one in who] for code, who in found.items()} == {
        "13055": [place.finess],
        "13201": [place.finess],
    }
    whole_city = factories.establishment(session, "CPTS MARSEILLE", commune=city)
    factories.unit(session, whole_city, city)
    assert [one.finess for one in served_by([other.insee], but="")["13202"]] == [whole_city.finess]


@SQLITE_ONLY
def test_closed_and_hidden_units_serve_nobody_here(session: Session, people: Personas):
    assert set(served_by(["84007"], but=people.comtat.finess)) == {"84007"}
    people.other.unit.sensitive = True
    session.flush()
    assert served_by(["84007"], but=people.comtat.finess) == {}
    people.other.unit.sensitive, people.other.unit.closed_on = False, clock.now().date()
    session.flush()
    assert served_by(["84007"], but=people.comtat.finess) == {}


# ── holes ───────────────────────────────────────────────────────────────────


def test_what_a_zone_surrounds_is_told_with_who_serves_it(session: Session, people: Personas):
    """Columns 1 to 3 of lines 1 to 3, but the middle; the middle of the next three is served by nobody."""
    communes = grid(session, 9, 5)
    ring = {communes[x, y].insee for x in range(1, 4) for y in range(1, 4)} - {communes[2, 2].insee}
    found = neighbourhood(ring, people.comtat.finess)
    assert [(hole.insee, hole.enclosed, hole.servers) for hole in found.holes] == [(communes[2, 2].insee, True, ())]
    right = [communes[x, y] for x in range(4, 7) for y in range(1, 4) if (x, y) not in ((4, 2), (5, 2))]
    factories.unit(session, people.other.establishment, communes[2, 2], *right)
    found = neighbourhood(ring, people.comtat.finess)
    assert [(hole.name, hole.enclosed, [one.name for one in hole.servers]) for hole in found.holes] == [
        ("Commune 2-2", True, ["CPTS GRAND AVIGNON"]),
        ("Commune 4-2", False, []),
        ("Commune 5-2", False, []),
    ]


def test_a_zone_of_three_hundred_communes_takes_three_statements(app: Flask, session: Session, people: Personas):
    communes = grid(session, 20, 18)
    codes = {row.insee for (x, y), row in communes.items() if 0 < x < 19 and (x, y) != (9, 9)}
    factories.unit(session, people.other.establishment, *[communes[x, 3] for x in range(5, 10)])
    session.commit()
    with recorded(db.engine()) as statements:
        found = neighbourhood(codes, people.comtat.finess)
    assert len(statements.counted()) == 3
    assert (len(found.places), len(found.overlaps), found.population) == (323, 5, 32_300)
    assert [hole.name for hole in found.holes] == ["Commune 9-9"]
    assert all(place.postcodes == ("84200",) for place in found.places)


# ── mergers ─────────────────────────────────────────────────────────────────


@pytest.fixture
def merged(session: Session, people: Personas) -> Unit:
    """Pernes-les-Fontaines, of the zone of the Comtat, became part of Monteux."""
    factories.commune(session, "84080", "Monteux")
    session.get_one(Commune, "84088").ceased_at = clock.now()
    session.add(FormerCommune(insee="84088", name="Pernes-les-Fontaines", current_insee="84080"))
    session.commit()
    return people.comtat.unit


def test_a_merger_is_accepted_in_one_click_once(session: Session, people: Personas, merged: Unit):
    president = actor_of(people.president.account)
    told = replace_ceased(president, people.comtat.establishment, unit=merged, gone="84088")
    assert told == "Pernes-les-Fontaines, qui n’est plus une commune, est remplacée par Monteux."
    assert zone(session, merged) == ["84031", "84080"]
    assert read_sheet(SheetRef(people.comtat.finess, merged.id))["zone"] == {"communes": ["84031", "84080"]}
    assert session.scalars(sa.select(Revision.reason)).all() == [told]
    assert [event["fields"] for event in events(session, "establishment.described")] == [
        [f"uo-{merged.id}/zone/communes"]
    ]
    with pytest.raises(ImpossibleNow):
        replace_ceased(president, people.comtat.establishment, unit=merged, gone="84088")


@SQLITE_ONLY
def test_only_those_who_keep_the_page_accept_it(session: Session, people: Personas, merged: Unit):
    for persona in (people.professional, people.other_president, people.stranger):
        with pytest.raises(NotAllowed):
            replace_ceased(actor_of(persona.account), people.comtat.establishment, unit=merged, gone="84088")
    assert zone(session, merged) == ["84031", "84088"]


@SQLITE_ONLY
def test_the_last_commune_is_never_taken_away(session: Session, people: Personas, merged: Unit):
    session.execute(sa.delete(FormerCommune))
    session.execute(sa.delete(UnitCommune).where(UnitCommune.insee == "84031"))
    session.commit()
    with pytest.raises(ImpossibleNow, match="SAS"):
        replace_ceased(actor_of(people.president.account), people.comtat.establishment, unit=merged, gone="84088")
    assert zone(session, merged) == ["84088"]


def test_holders_of_what_ceased_get_a_mail_unless_they_replaced_it(
    app: Flask, session: Session, people: Personas, merged: Unit, smtp: Mailbox
):
    assert tell_holders({"84088"}) == 1
    session.commit()
    deliver(app)
    mails = list(smtp.mails)
    expected = {people.president.email, people.referent.email, people.second_referent.email}
    assert {mail.recipients[0] for mail in mails} == expected
    assert "Pernes-les-Fontaines, qui fait maintenant partie de Monteux" in plain(whole(mails[0]).text)
    assert f"/unites/{merged.id}" in mails[0].text
    smtp.clear()
    tell_holders({"84088"})
    session.commit()
    replace_ceased(actor_of(people.referent.account), people.comtat.establishment, unit=merged, gone="84088")
    deliver(app)
    assert smtp.mails == []


# ── where communes come from ────────────────────────────────────────────────


def test_groupings_are_offered_around_and_give_communes_of_today(session: Session, people: Personas):
    """Marseille comes as a city; a commune that ceased comes no more, an EPCI elsewhere is not offered."""
    city = factories.commune(session, "13055", "Marseille", population=870000)
    factories.commune(session, "13201", "Marseille 1er Arrondissement", kind="ARM", parent_insee="13055")
    gone = factories.commune(session, "84080", "Monteux")
    gone.ceased_at = clock.now()
    for kind, code, name, insees in (
        (Kind.EPCI, "248400053", "CA Ventoux", ["84031", "84080"]),
        (Kind.EPCI, "200054807", "Métropole", ["13055"]),
        (Kind.CANTON, "8404", "Carpentras", ["84031"]),
    ):
        session.add(CommuneGrouping(kind=kind, code=code, name=name))
        session.flush()
        session.add_all(GroupingMember(kind=kind, code=code, insee=insee) for insee in insees)
    session.flush()
    around = {kind: [(one.name, one.count) for one in found] for kind, found in groupings_in({"84"}).items()}
    assert around == {Kind.EPCI: [("CA Ventoux", 1)], Kind.CANTON: [("Carpentras", 1)]}
    assert communes_of(Kind.EPCI, "248400053") == communes_of(Kind.CANTON, "8404") == ["84031"]
    assert communes_of(Kind.DEPARTEMENT, "84") == ["84007", "84031", "84088"]
    assert communes_of(Kind.DEPARTEMENT, "13") == [city.insee]


def test_communes_are_proposed_by_their_beginning_those_of_the_region_first(session: Session, people: Personas):
    factories.commune(session, "26057", "Carpentry", population=90000, region="84")
    factories.commune(session, "84080", "Monteux", "84170")
    index_communes(session)
    assert [one.insee for one in communes_like("carp", "93")] == ["84031", "26057"]
    assert [one.insee for one in communes_like("84170", "93")] == ["84080"]
    assert [one.insee for one in communes_like("84031", "93")] == ["84031"]
    assert communes_like("c", "93") == []
