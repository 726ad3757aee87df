"""Searching FHIR: each parameter, what is included, pages that hold while data change, statements that do not grow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.domain import fhir_search as limits
from app.domain.fhir_parameters import ResourceType, parameters
from app.models import Establishment, Unit
from app.queries import fhir_search
from app.queries.served_communes import cpts_of_commune
from tests import factories
from tests.personas import Personas
from tests.support import fhir as kit
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.fhir import Fhir, by_mode, link, matches
from tests.support.publishing import project
from tests.support.statements import recorded

backend = on_both_engines
NOS = "https://mos.esante.gouv.fr/NOS"
CATEGORY = f"{NOS}/TRE_R66-CategorieEtablissement/FHIR/TRE-R66-CategorieEtablissement"
OFFER_TYPE = f"{NOS}/TRE_R244-CategorieOrganisation/FHIR/TRE-R244-CategorieOrganisation"
ENTITY, COMTAT = "840021273", "840021281"


@pytest.fixture
def people(session: Session) -> Personas:
    return kit.build(session)


@pytest.fixture
def fhir(client: Visitor) -> Fhir:
    return Fhir(client)


def asked(people: Personas) -> dict[str, set[str]]:
    """Each search, and what it must find: at least one of each parameter of the table."""
    unit, other = str(people.comtat.unit.id), str(people.other.unit.id)
    there, there_entity = people.other.finess, str(people.other.establishment.legal_entity_finess)
    doctor = people.professional.person
    return {
        f"Organization?_id={COMTAT},{there},inconnu": {COMTAT, there},
        "Organization?_lastUpdated=lt2020": set(),
        "Organization?_lastUpdated=ge2020&_lastUpdated=lt2999": {COMTAT, ENTITY, there, there_entity},
        "Organization?_lastUpdated=ne2020": {COMTAT, ENTITY, there, there_entity},
        "Organization?active=true&_id=840021281": {COMTAT},
        "Organization?active=false": set(),
        f"Organization?identifier={COMTAT}": {COMTAT},
        f"Organization?identifier=1{COMTAT}": {COMTAT},
        f"Organization?identifier=https://finess.esante.gouv.fr|{COMTAT}": {COMTAT},
        f"Organization?identifier=http://finess.esante.gouv.fr|{COMTAT}": {COMTAT},
        f"Organization?identifier=urn:oid:1.2.250.1.71.4.2.2|1{COMTAT}": {COMTAT},
        f"Organization?identifier=https://sirene.fr|{COMTAT}": set(),
        "Organization?identifier=https://sirene.fr|84002128100017": {COMTAT},
        "Organization?identifier=840021281,840021273": {COMTAT, ENTITY},
        "Organization?name=cpts du comtat": {COMTAT, ENTITY},
        "Organization?name=comtat": set(),
        "Organization?name:contains=COMTAT": {COMTAT, ENTITY},
        "Organization?name:contains=com_at": set(),
        "Organization?name:exact=CPTS DU COMTAT VENAISSIN": {COMTAT, ENTITY},
        "Organization?name:exact=cpts du comtat venaissin": set(),
        "Organization?name=santé en vénaissin": {COMTAT},
        f"Organization?type={CATEGORY}|604": {COMTAT, there},
        f"Organization?type={OFFER_TYPE}|604": set(),
        f"Organization?partof=Organization/{ENTITY}": {COMTAT},
        "Organization?partof.name:contains=avignon": {there},
        "Organization?address-city=carpen": {COMTAT},
        "Organization?address-postalcode=84000": {there},
        f"HealthcareService?identifier=93/{unit}": {unit},
        f"HealthcareService?identifier={unit}&name:contains=avignon": set(),
        "HealthcareService?name=cpts grand": {other},
        f"HealthcareService?service-category={OFFER_TYPE}|255&intervention-zone=84088": {unit},
        "HealthcareService?service-type=05&characteristic=58&specialty=475": {unit, other},
        f"HealthcareService?service-category={OFFER_TYPE}|": {unit, other},
        "HealthcareService?intervention-zone=84007,84031": {unit, other},
        "HealthcareService?intervention-zone=84007&intervention-zone=84031": set(),
        "HealthcareService?intervention-zone=99999": set(),
        f"HealthcareService?organization={COMTAT}": {unit},
        "HealthcareService?organization.type=604&organization.address-city=carpentras": {unit},
        f"HealthcareService?location=Location/eg-{there}": {other},
        f"HealthcareService?location=uo-{unit}": {unit},
        f"HealthcareService?location=eg-{COMTAT}": set(),
        "HealthcareService?active=true": {unit, other},
        f"Location?identifier=eg-{there}&status=active": {f"eg-{there}"},
        "Location?status=inactive": set(),
        f"PractitionerRole?identifier=93/{unit}/8{doctor.rpps}": {"role"},
        f"PractitionerRole?identifier=93/{unit}/{doctor.rpps},94/{unit}/8{doctor.rpps}": set(),
        f"PractitionerRole?identifier=93/{other}/8{doctor.rpps}": set(),
        "PractitionerRole?specialty=SM54": {"role"},
        "PractitionerRole?specialty=SM53": set(),
        f"Location?organization={COMTAT}": {f"eg-{COMTAT}", f"uo-{unit}"},
        "Location?name:contains=avignon": {f"eg-{there}"},
        "Location?address-city=pernes": {f"uo-{unit}"},
        "Location?address-postalcode=84210": {f"uo-{unit}"},
        "Location?commune-cog=84088": {f"uo-{unit}"},
        "Location?commune-cog=84031": {f"eg-{COMTAT}"},
        f"PractitionerRole?service=HealthcareService/{unit}": {"role"},
        f"PractitionerRole?service={other}": set(),
        f"PractitionerRole?organization={COMTAT}&active=true&role=10": {"role"},
        "PractitionerRole?role=60": set(),
        f"PractitionerRole?practitioner={doctor.id}": {"role"},
        "PractitionerRole?practitioner=inconnu": set(),
        "PractitionerRole?service.intervention-zone=84088": {"role"},
        f"PractitionerRole?practitioner.identifier=8{doctor.rpps}": {"role"},
        f"Practitioner?identifier={doctor.rpps}": {str(doctor.id)},
        f"Practitioner?identifier=https://rpps.esante.gouv.fr|{doctor.rpps}&active=true": {str(doctor.id)},
        "Practitioner?name=soph": {str(doctor.id)},
        "Practitioner?family=marchal&given:exact=Sophie": {str(doctor.id)},
        "Practitioner?family=vasseur": set(),
    }


def test_each_parameter_finds_what_it_says(session: Session, people: Personas, fhir: Fhir) -> None:
    place, unit = people.comtat.establishment, people.comtat.unit
    place.siret, place.operational_name = "84002128100017", "Santé en Venaissin"
    unit.street, unit.postcode, unit.city = "1 place du Marché", "84210", "Pernes les Fontaines"
    factories.doctor(session, people.professional.person, speciality_code="SM54")
    for official in (people.president, people.referent, people.second_referent, people.other_president):
        official.person.listed = False
    people.other_referent.person.listed = False
    project(session)
    (role,) = fhir.ids("/PractitionerRole")
    searches = asked(people)
    faults = {}
    for path, expected in searches.items():
        wanted = {role if one == "role" else one for one in expected}
        bundle = fhir.get(f"/{path}")
        found = [one["id"] for one in matches(bundle)]
        if set(found) != wanted or len(found) != len(wanted) or bundle["total"] != len(wanted):
            faults[path] = found
    assert faults == {}
    tried = {name.partition("=")[0].partition(":")[0].partition(".")[0] for name in named(searches)}
    assert tried >= {name for resource in ResourceType for name in parameters(resource)}


def named(searches: Any) -> list[str]:
    return [pair for path in searches for pair in path.partition("?")[2].split("&")]


def test_what_sas_asks_for_a_commune_is_what_its_page_says(session: Session, people: Personas, fhir: Fhir) -> None:
    """S-149: a city through its arrondissement, a commune that became part of another, as the public page does."""
    marseille = factories.commune(session, "13055", "Marseille", "13001")
    first = factories.commune(session, "13201", "Marseille 1er", "13001", kind="ARM", parent_insee="13055")
    place = factories.establishment(session, "CPTS DU PREMIER", commune=marseille)
    kit.complete(session, factories.unit(session, place, first))
    project(session)
    for insee, expected in {
        "13055": {place.finess},
        "13201": {place.finess},
        "84088": {COMTAT},
        "13202": set(),
    }.items():
        found = matches(fhir.get(f"/HealthcareService?intervention-zone={insee}"))
        told = {one["providedBy"]["reference"].removeprefix("Organization/") for one in found}
        assert told == expected == set(cpts_of_commune(insee)), insee


def test_what_goes_along_is_included_once(people: Personas, fhir: Fhir) -> None:
    """The query of the ROR guide (DOMAIN.md §3.10), and a role up to its legal entity."""
    unit = people.comtat.unit.id
    along = by_mode(
        fhir.get(
            "/HealthcareService?intervention-zone=84031,84088&_include=HealthcareService:organization"
            "&_include:iterate=Organization:partof&_include=HealthcareService:location"
            "&_revinclude=PractitionerRole:service&_include=PractitionerRole:practitioner"
        ),
        "include",
    )
    named = [f"{one['resourceType']}/{one['id']}" for one in along]
    doctor = people.professional.person.id
    assert len(named) == len(set(named))
    assert {f"Organization/{COMTAT}", f"Organization/{ENTITY}", f"Location/eg-{COMTAT}"} <= set(named)
    assert f"Practitioner/{doctor}" in named
    chain = fhir.get(
        f"/PractitionerRole?practitioner={doctor}&_include=PractitionerRole:service"
        "&_include:iterate=HealthcareService:organization&_include:iterate=Organization:partof"
    )
    assert [one["id"] for one in by_mode(chain, "include")] == [str(unit), COMTAT, ENTITY]
    reverse = fhir.get(f"/Organization?_id={COMTAT}&_revinclude=HealthcareService:organization")
    assert [one["id"] for one in by_mode(reverse, "include")] == [str(unit)]


@SQLITE_ONLY
def test_too_much_to_include_is_said(people: Personas, fhir: Fhir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.blueprints.fhir.including.MOST_INCLUDED", 1)
    bundle = fhir.get("/HealthcareService?_include=HealthcareService:organization&_include=HealthcareService:location")
    assert len(matches(bundle)) == 2
    assert len(by_mode(bundle, "include")) == 1
    (told,) = by_mode(bundle, "outcome")
    assert told["issue"][0]["severity"] == "warning"


# ── pages ───────────────────────────────────────────────────────────────────


def test_pages_hold_while_data_change(session: Session, people: Personas, fhir: Fhir) -> None:
    """Between two pages one row read changes, one is withdrawn, one is born: nothing else comes twice or is lost."""
    kit.crowd(session, people, 7)
    kept = set(fhir.ids("/HealthcareService"))
    pages = fhir.pages("/HealthcareService?_count=2")
    first = next(pages)
    read, last = (session.get_one(Unit, int(one["id"])) for one in matches(first))
    read.name, doomed = "CPTS RENOMMÉE", max(kept)
    session.get_one(Unit, int(doomed)).closed_on = factories.clock.now().date()
    kit.crowd(session, people, 1)
    found = [str(read.id), str(last.id), *(one["id"] for page in pages for one in matches(page))]
    assert len(found) == len(set(found))
    assert kept - {doomed} <= set(found)


@pytest.mark.parametrize("sort", ["_id", "_lastUpdated", "-_lastUpdated"])
def test_each_order_gives_everything_once(session: Session, people: Personas, fhir: Fhir, sort: str) -> None:
    kit.crowd(session, people, 3)
    pages = list(fhir.pages(f"/Organization?_count=3&_sort={sort}"))
    found = [one for page in pages for one in matches(page)]
    assert [page["total"] for page in pages] == [10] * 4
    assert len({one["id"] for one in found}) == len(found) == 10
    moments = [one["meta"]["lastUpdated"] for one in found]
    if sort != "_id":
        assert moments == sorted(moments, reverse=sort.startswith("-"))


@SQLITE_ONLY
def test_a_search_stops_and_leads_to_the_export(
    session: Session, people: Personas, fhir: Fhir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fhir_search, "TRUNCATED_AT", 3)
    pages = list(fhir.pages("/Organization?_count=2"))
    assert [len(matches(page)) for page in pages] == [2, 1]
    assert all("total" not in page for page in pages)  # counting a country would take longer than reading it
    assert fhir.get("/Organization?_count=2&_total=accurate")["total"] == 4
    assert fhir.get("/Organization?_summary=count")["total"] == 4
    assert by_mode(pages[-1], "outcome")[0]["issue"][0]["code"] == "too-costly"
    assert limits.TRUNCATED_AT == 10_000


@SQLITE_ONLY
def test_the_links_say_what_was_understood(people: Personas, fhir: Fhir) -> None:
    page = fhir.get("/Organization?_count=1&name=cpts&inconnu=1&_format=json")
    assert link(page, "self") == "http://127.0.0.1:5000/fhir/Organization?_count=1&name=cpts"
    following = fhir.get(str(link(page, "next")))
    assert link(following, "first") == link(page, "self")
    assert link(following, "self") == link(page, "next")


@SQLITE_ONLY
def test_the_link_of_another_search_is_refused(people: Personas, fhir: Fhir) -> None:
    cursor = str(link(fhir.get("/Organization?_count=1"), "next")).rpartition("=")[2]
    assert fhir.refused(f"/Organization?_sort=_lastUpdated&_cursor={cursor}")["code"] == "invalid"


def test_a_link_that_somebody_wrote_by_hand_is_refused_or_read(people: Personas, fhir: Fhir) -> None:
    for position in (("",), ("eg", "\ud800"), ("0001-01-01T00:00:00+14:00", "eg", "1"), ("hier", "eg", "1"), ()):
        cursor = limits.cursor_text(limits.Cursor(position, 0, None))
        for path in ("/Organization?_sort=_lastUpdated", "/Organization/_history?_count=1"):
            fhir.refused(f"{path}&_cursor={cursor}")


def test_a_page_of_many_says_as_few_statements_as_a_page_of_one(
    app: Flask, session: Session, people: Personas, fhir: Fhir
) -> None:
    path = (
        "/HealthcareService?_include=HealthcareService:organization&_include:iterate=Organization:partof"
        "&_include=HealthcareService:location&_revinclude=PractitionerRole:service"
        "&_include=PractitionerRole:practitioner&intervention-zone=84031&_count=500"
    )
    ordinary = [f"/{resource}?_count=500&_total=none" for resource in ResourceType]
    ordinary += [f"/HealthcareService/{people.comtat.unit.id}", "/HealthcareService?intervention-zone=84031&_count=50"]
    said: list[list[int]] = []
    for size in (0, 200):
        kit.crowd(session, people, size)
        said.append([])
        for asked_for, most in ((path, 16), *((one, 8) for one in ordinary)):
            with app.app_context(), recorded(db.engine()) as statements:
                found = json.loads(fhir.open(asked_for).get_data())
            assert statements.writes() == []
            assert len(statements.counted()) <= most, f"{asked_for}\n" + "\n".join(statements.counted())
            said[-1].append(len(statements.counted()))
        assert "entry" in found
    assert said[0][:-1] == said[1][:-1]  # the last one has a page that follows, hence a total


def test_a_row_that_is_withdrawn_and_not_yet_projected_is_not_shown(
    session: Session, people: Personas, fhir: Fhir
) -> None:
    session.get_one(Establishment, COMTAT).closed_on = factories.clock.now().date()
    session.commit()
    assert COMTAT not in fhir.ids("/Organization")
    fhir.refused(f"/Organization/{COMTAT}", status=410)
