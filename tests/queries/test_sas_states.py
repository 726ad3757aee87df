"""The state of each CPTS as the database holds it, set-wise, and the CPTS of a commune (S-149)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.models import Affiliation, Contact, FormerCommune, Telecom
from app.queries.places import commune_page
from app.queries.readiness import BLOCKED, READY, TO_CHECK, overview
from app.queries.sas_states import read_states
from app.queries.served_communes import cpts_of_commune
from app.working_days import day_of
from tests import factories, personas
from tests.personas import Personas
from tests.support.publishing import make_shown
from tests.support.statements import recorded

MOST = 1
CARPENTRAS, PERNES, MARSEILLE = "84031", "84088", "13055"


@pytest.fixture
def people(session: Session) -> Personas:
    """The SAS shows that of the Comtat, whose doctor takes part; not the other, which has no phone."""
    built = personas.build(session)
    make_shown(session, built.comtat.unit)
    built.comtat.unit.regulator_info = "Composer le 1."
    session.commit()
    return built


def rules(finess: str) -> list[str]:
    return [finding.rule for finding in read_states([finess])[finess].findings]


def test_the_state_of_a_cpts_is_what_its_sheets_hold(session: Session, people: Personas) -> None:
    state = read_states([people.comtat.finess])[people.comtat.finess]
    assert state.eligible
    told = state.payload
    assert told["finess"] == "1840021281"
    assert told["phones"] == ["+33465719902"]
    assert told["communes"] == [CARPENTRAS, PERNES]
    assert told["regulator_info"] == "Composer le 1."
    assert told["address"]["street"] == "584 AV VICTOR HUGO"
    assert told["units"] == [
        {"id": people.comtat.unit.id, "name": people.comtat.unit.name, "type": "255", "activities": ["001"]}
    ]
    assert [finding.rule for finding in state.findings] == ["one-number", "effectors"]


def test_a_doctor_who_takes_part_is_an_effector_and_no_longer_when_it_ends(session: Session, people: Personas) -> None:
    held = people.professional.person
    factories.doctor(session, held)
    affiliation = session.scalars(sa.select(Affiliation).where(Affiliation.person_id == held.id))
    taking_part = factories.participation(session, affiliation.one())
    session.commit()
    (one,) = read_states([people.comtat.finess])[people.comtat.finess].payload["effectors"]
    assert one["id"] == f"8{held.rpps}"
    assert "effectors" not in rules(people.comtat.finess)
    taking_part.ended_at, taking_part.end_reason = clock.now(), "Retirée"
    session.commit()
    assert read_states([people.comtat.finess])[people.comtat.finess].payload["effectors"] == []


def test_what_breaks_in_the_database_is_found(session: Session, people: Personas) -> None:
    place, unit = people.comtat.establishment, people.comtat.unit
    session.execute(sa.delete(Telecom))
    session.execute(sa.delete(Contact))
    session.commit()
    assert rules(place.finess)[0] == "phone"
    unit.closed_on = day_of(clock.now())
    session.commit()
    assert rules(place.finess)[0] == "units"
    place.category_code = "355"
    session.commit()
    assert rules(place.finess)[0] == "finess"


def test_a_commune_that_was_merged_is_left_out_and_said(session: Session, people: Personas) -> None:
    people.comtat.communes[1].ceased_at = clock.now()
    session.commit()
    state = read_states([people.comtat.finess])[people.comtat.finess]
    assert state.payload["communes"] == [CARPENTRAS]
    assert "Pernes-les-Fontaines n’est plus une commune" in " ".join(one.sentence for one in state.findings)


def test_an_unchanged_year_is_a_warning(session: Session, people: Personas) -> None:
    people.comtat.unit.updated_at = clock.now() - timedelta(days=400)
    session.commit()
    assert "freshness" in rules(people.comtat.finess)


def test_the_number_of_statements_does_not_depend_on_the_number_of_cpts(
    app: Flask, session: Session, people: Personas
) -> None:
    places = [factories.establishment(session, f"CPTS N° {number}") for number in range(30)]
    for place in places:
        make_shown(session, factories.unit(session, place))
    session.commit()
    with recorded(db.engine()) as said:
        states = read_states([people.comtat.finess, *(place.finess for place in places)])
    assert len(said.counted()) <= MOST
    assert len(states) == 31
    assert all(state.eligible for state in states.values())
    with recorded(db.engine()) as said:
        view = overview()
    assert len(said.counted()) <= MOST + 1
    assert view.counts == {BLOCKED: 1, TO_CHECK: 31, READY: 0}
    assert view.reasons["phone"] == (1, 0)
    assert view.reasons["one-number"] == (0, 31)


def test_nobody_is_nothing(session: Session) -> None:
    assert read_states(["999999999"]) == {}
    assert read_states([]) == {}


# ── of a commune ────────────────────────────────────────────────────────────


def arrondissement(session: Session, number: int) -> None:
    insee = str(13200 + number)
    factories.commune(session, insee, f"Marseille {number}e", f"130{number:02d}", kind="ARM", parent_insee=MARSEILLE)


@pytest.mark.parametrize("insee", [CARPENTRAS, PERNES, "84007", MARSEILLE, "13201", "13202", "84089", "84111"])
def test_the_public_page_of_a_commune_and_the_lookup_agree(session: Session, people: Personas, insee: str) -> None:
    """Whole cities, arrondissements, communes that were merged, units and CPTS that are closed or sensitive."""
    city = factories.commune(session, MARSEILLE, "Marseille", "13001")
    for number in (1, 2):
        arrondissement(session, number)
    neuville = factories.commune(session, "84111", "Neuville", "84110")
    merged = factories.commune(session, "84089", "Ancienneville", "84110", ceased_at=clock.now())
    session.add(FormerCommune(insee=merged.insee, name=merged.name, current_insee=neuville.insee))
    first = session.get_one(type(city), "13201")
    for name, zone, values in (
        ("CPTS VILLE", city, {}),
        ("CPTS DU PREMIER", first, {}),
        ("CPTS FUSIONNEE", merged, {}),
        ("CPTS SENSIBLE", neuville, {"sensitive": True}),
        ("CPTS SANS UNITE", neuville, {"closed_on": day_of(clock.now())}),
    ):
        factories.unit(session, factories.establishment(session, name), zone, **values)
    gone = factories.establishment(session, "CPTS FERMEE", closed_on=day_of(clock.now()))
    factories.unit(session, gone, neuville)
    session.commit()
    page = commune_page(insee)
    shown = {row[0].finess for row in page.cpts} if page else None
    found = cpts_of_commune(insee)
    if insee == merged.insee:
        assert page is None, "it leads to the commune it became part of"
    else:
        assert set(found) == shown
    assert gone.finess not in found


def test_the_lookup_says_which_communes_of_the_zone_it_is_by(session: Session, people: Personas) -> None:
    city = factories.commune(session, MARSEILLE, "Marseille", "13001")
    for number in (1, 2):
        arrondissement(session, number)
    whole = factories.unit(session, factories.establishment(session, "CPTS VILLE"), city)
    parts = [session.get_one(type(city), code) for code in ("13201", "13202")]
    some = factories.unit(session, factories.establishment(session, "CPTS DEUX"), *parts)
    session.commit()
    assert cpts_of_commune(MARSEILLE) == {
        whole.establishment_finess: [MARSEILLE],
        some.establishment_finess: ["13201", "13202"],
    }
    assert cpts_of_commune("13201") == {whole.establishment_finess: [MARSEILLE], some.establishment_finess: ["13201"]}
    assert cpts_of_commune("00000") == {}
