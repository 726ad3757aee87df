"""Following what is published: histories (IHE mCSD, ITI-91), exports of everything (Bulk Data), and their client.

The client below keeps a copy as another portal would, by the addresses that the answers give; at the end its copy must
be what the server serves, whatever happened between two readings.
"""

from __future__ import annotations

import contextvars
import json
from collections.abc import Iterator
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.blueprints.fhir import exports
from app.domain.fhir_parameters import ResourceType
from app.models import Contact, Establishment, Telecom, Unit
from app.queries import fhir_search
from tests import factories
from tests.personas import Personas
from tests.support import fhir as kit
from tests.support.backends import POSTGRES_ONLY, SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.fhir import Fhir, by_mode, link, matches
from tests.support.publishing import project
from tests.support.statements import recorded
from tests.support.time import FrozenClock

backend = on_both_engines
COMTAT = "840021281"
Copy = dict[str, dict[str, Any]]


@pytest.fixture
def people(session: Session) -> Personas:
    return kit.build(session)


@pytest.fixture
def fhir(client: Visitor) -> Fhir:
    return Fhir(client)


class Consumer:
    """A care services update consumer: what it holds, and the `_since` of its next reading."""

    def __init__(self, fhir: Fhir) -> None:
        self.fhir, self.held, self.since = fhir, {}, ""  # type: ignore[var-annotated]

    def update(self, path: str = "/_history?_count=2") -> list[str]:
        """Every page of what changed; the names of what was told, in order."""
        told = []
        pages = list(self.fhir.pages(f"{path}{f'&_since={self.since}' if self.since else ''}"))
        for entry in [entry for page in pages for entry in page.get("entry", ())]:
            name = entry["fullUrl"].partition("/fhir/")[2]
            told.append(f"{entry['request']['method']} {name}")
            if entry["request"]["method"] == "DELETE":
                self.held.pop(name, None)
            else:
                self.held[name] = entry["resource"]
        self.since = pages[0]["meta"]["lastUpdated"]
        return told

    def served(self) -> Copy:
        found = [one for kind in ResourceType for page in self.fhir.pages(f"/{kind}") for one in matches(page)]
        return {f"{one['resourceType']}/{one['id']}": one for one in found}


@pytest.fixture
def consumer(people: Personas, fhir: Fhir) -> Consumer:
    made = Consumer(fhir)
    made.update()
    return made


# ── histories ───────────────────────────────────────────────────────────────


def test_a_first_reading_gives_everything_and_the_next_one_nothing(consumer: Consumer) -> None:
    assert consumer.held == consumer.served()
    assert len(consumer.held) == 10
    assert consumer.update() == []


def test_a_reading_gives_exactly_what_changed(session: Session, people: Personas, consumer: Consumer) -> None:
    unit, other = people.comtat.unit, people.other.unit
    unit.name = "CPTS renommée"
    project(session)
    assert consumer.update() == [f"PUT HealthcareService/{unit.id}"]
    other.closed_on = clock.now().date()
    project(session)
    told = consumer.update()
    assert f"DELETE HealthcareService/{other.id}" in told
    assert f"DELETE Location/eg-{people.other.finess}" not in told
    assert consumer.held == consumer.served()
    other.closed_on = None
    project(session)
    assert f"PUT HealthcareService/{other.id}" in consumer.update()
    assert consumer.held == consumer.served()


def test_what_changes_during_a_reading_is_for_the_next_one(
    session: Session, people: Personas, consumer: Consumer, fhir: Fhir
) -> None:
    """One row already read and one not yet read change between two pages: neither is told twice, none is lost."""
    kit.crowd(session, people, 3)
    pages = fhir.pages(f"/HealthcareService/_history?_count=1&_since={consumer.since}")
    first = next(pages)
    read = first["entry"][0]["resource"]["id"]
    unread = min(int(one) for one in fhir.ids("/HealthcareService") if int(one) > people.other.unit.id and one != read)
    for key in (read, unread):
        session.get_one(Unit, int(key)).name = "CPTS renommée"
    project(session)
    rest = [entry["resource"]["id"] for page in pages for entry in page.get("entry", ())]
    assert read not in rest
    consumer.update()
    assert consumer.held == consumer.served()
    since = first["meta"]["lastUpdated"]
    told = fhir.get(f"/HealthcareService/_history?_since={since}")
    assert {entry["resource"]["id"] for entry in told["entry"]} == {read, str(unread)}


def test_an_establishment_that_closes_takes_everything_below_it(
    session: Session, people: Personas, consumer: Consumer
) -> None:
    """RG_EXP_002: what hangs below is not served any more; the legal entity above still is."""
    below = {name for name, one in consumer.held.items() if COMTAT in json.dumps(one)}
    session.get_one(Establishment, COMTAT).closed_on = clock.now().date()
    project(session)
    told = consumer.update()
    assert {f"DELETE {name}" for name in below} <= set(told)
    assert f"DELETE HealthcareService/{people.comtat.unit.id}" in told
    assert "Organization/840021273" in consumer.held
    assert consumer.held == consumer.served()


@SQLITE_ONLY
def test_the_next_since_does_not_depend_on_what_is_asked(people: Personas, fhir: Fhir, consumer: Consumer) -> None:
    for path in ("/_history?_since=2999", "/Location/_history", f"/Location/_history?_since={consumer.since}"):
        told = fhir.get(path)
        later = path.endswith("2999")
        assert told["meta"]["lastUpdated"] == ("2999-01-01T00:00:00Z" if later else consumer.since)
        assert told["total"] == len(told.get("entry", ()))


@SQLITE_ONLY
def test_the_history_of_one_ends_with_its_withdrawal(session: Session, people: Personas, fhir: Fhir) -> None:
    path = f"/HealthcareService/{people.comtat.unit.id}/_history"
    (born,) = fhir.get(path)["entry"]
    assert (born["request"]["method"], born["response"]["etag"]) == ("POST", 'W/"1"')
    people.comtat.unit.sensitive = True
    project(session)
    (gone,) = fhir.get(path)["entry"]
    assert (gone["request"]["method"], gone["response"]["etag"]) == ("DELETE", 'W/"2"')
    assert "resource" not in gone
    fhir.refused("/HealthcareService/999/_history", status=404)


def test_a_page_of_history_says_few_statements(app: Flask, session: Session, people: Personas, fhir: Fhir) -> None:
    said = []
    for size in (0, 20):
        kit.crowd(session, people, size)
        with app.app_context(), recorded(db.engine()) as statements:
            fhir.get("/_history")
        assert statements.writes() == []
        said.append(len(statements.counted()))
    assert said[0] == said[1] <= 34


# ── mCSD: finding matching care services (ITI-90) ───────────────────────────


@SQLITE_ONLY
def test_a_query_client_finds_its_way(session: Session, people: Personas, fhir: Fhir) -> None:
    """From a commune to the services, their organization and the people who practise there, by the answers alone."""
    (service, *others) = matches(fhir.get("/HealthcareService?active=true&intervention-zone=84088"))
    assert others == []
    (organization,) = matches(fhir.get(f"/Organization?active=true&_id={service['providedBy']['reference'][13:]}"))
    finess = next(one["value"] for one in organization["identifier"] if "finess" in one["system"])
    for query in (
        f"/Organization?identifier=https://finess.esante.gouv.fr|{finess}",
        "/Organization?name:contains=comtat&type=604",
        f"/Organization?partof={organization['partOf']['reference']}&_lastUpdated=gt2020-01-01T00:00:00Z",
        "/Organization?name:exact=CPTS DU COMTAT VENAISSIN&_revinclude=Location:organization&type=604",
    ):
        assert [one["id"] for one in matches(fhir.get(query))] == [finess], query
    for query in (
        f"/HealthcareService?organization=Organization/{finess}&active=true",
        f"/HealthcareService?identifier={service['identifier'][0]['value']}",
        f"/HealthcareService?location=Location/eg-{finess}&service-type={service['type'][0]['coding'][0]['code']}",
    ):
        assert [one["id"] for one in matches(fhir.get(query))] == [service["id"]], query
    roles = fhir.get(
        f"/PractitionerRole?service=HealthcareService/{service['id']}&organization={finess}&active=true"
        "&_include=PractitionerRole:practitioner"
    )
    practitioners = {f"Practitioner/{one['id']}" for one in by_mode(roles, "include")}
    assert {one["practitioner"]["reference"] for one in matches(roles)} == practitioners
    assert practitioners
    (place,) = matches(fhir.get(f"/Location?organization={finess}&name:contains=comtat"))
    assert place["managingOrganization"]["reference"] == f"Organization/{finess}"


# ── exports ─────────────────────────────────────────────────────────────────


def exported(fhir: Fhir, query: str = "") -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The three steps of a client: kick-off, manifest, files."""
    headers = {"Prefer": "respond-async", "Accept": "application/fhir+json"}
    started = fhir.open(f"/$export{query}", status=202, headers=headers)
    manifest: dict[str, Any] = json.loads(fhir.open(started.headers["Content-Location"]).get_data())
    files = {one["url"].rpartition("/")[2]: fhir.lines(one["url"]) for one in manifest["output"] + manifest["deleted"]}
    return manifest, files


def test_an_export_is_what_is_served(people: Personas, fhir: Fhir, consumer: Consumer) -> None:
    manifest, files = exported(fhir)
    assert list(files) == [f"{kind}.ndjson" for kind in ResourceType]
    lines = [one for file in files.values() for one in file]
    assert {f"{one['resourceType']}/{one['id']}": one for one in lines} == consumer.served()
    assert len(lines) == len(consumer.held)
    assert manifest["transactionTime"] == consumer.since
    assert (manifest["requiresAccessToken"], manifest["error"], manifest["deleted"]) == (False, [], [])


def test_an_export_since_a_moment_tells_changes_and_withdrawals(session: Session, people: Personas, fhir: Fhir) -> None:
    since = exported(fhir)[0]["transactionTime"]
    people.comtat.unit.name, people.other.unit.closed_on = "CPTS renommée", clock.now().date()
    project(session)
    manifest, files = exported(fhir, f"?_since={since}&_type=HealthcareService")
    assert manifest["request"].endswith(f"/fhir/$export?_since={since.replace(':', '%3A')}&_type=HealthcareService")
    assert [one["id"] for one in files["HealthcareService.ndjson"]] == [str(people.comtat.unit.id)]
    (bundle,) = files["HealthcareService.deleted.ndjson"]
    assert [one["request"]["url"] for one in bundle["entry"]] == [f"HealthcareService/{people.other.unit.id}"]


def test_a_file_is_cut_in_chunks_that_lose_nothing(
    session: Session, people: Personas, fhir: Fhir, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.crowd(session, people, 5)
    whole = exported(fhir)[1]
    monkeypatch.setattr(fhir_search, "CHUNK", 2)
    assert exported(fhir)[1] == whole


def offers(fhir: Fhir) -> list[dict[str, Any]]:
    return exported(fhir, "?_type=HealthcareService")[1]["HealthcareService.ndjson"]


@POSTGRES_ONLY
def test_a_file_is_of_one_moment(
    app: Flask, session: Session, people: Personas, fhir: Fhir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row of the second chunk changes once the first one is read: the file tells it as it was."""
    monkeypatch.setattr(fhir_search, "CHUNK", 1)

    def rename() -> None:
        with app.app_context():
            db.session().execute(sa.update(Unit).values(name="CPTS renommée"))
            db.session().commit()

    before = {one["id"]: one["name"] for one in offers(fhir)}
    read = fhir_search.documents

    def then_change(rows: Any) -> Any:
        found = read(rows)
        contextvars.Context().run(rename)
        return found

    monkeypatch.setattr(fhir_search, "documents", then_change)
    assert {one["id"]: one["name"] for one in offers(fhir)} == before
    monkeypatch.undo()
    after = offers(fhir)
    assert {one["name"] for one in after} == {"CPTS renommée"}


@SQLITE_ONLY
def test_files_are_sent_a_few_at_a_time(people: Personas, fhir: Fhir, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is being read, and whatever becomes of it, the others are told to wait; then they are served."""
    monkeypatch.setattr(exports, "AT_ONCE", BoundedSemaphore(1))
    files = json.loads(fhir.open(fhir.open("/$export", status=202).headers["Content-Location"]).get_data())["output"]
    read = fhir_search.documents

    def while_another_asks(rows: Any) -> Any:
        answer = contextvars.Context().run(fhir.open, files[1]["url"], status=503)
        assert answer.headers["Retry-After"] == "60"
        raise RuntimeError("for the test")

    monkeypatch.setattr(fhir_search, "documents", while_another_asks)
    with pytest.raises(RuntimeError):
        fhir.open(files[0]["url"])
    monkeypatch.setattr(fhir_search, "documents", read)
    assert fhir.lines(files[1]["url"])


@SQLITE_ONLY
def test_an_export_of_one_type_and_what_it_refuses(people: Personas, fhir: Fhir, frozen_clock: FrozenClock) -> None:
    started = fhir.open("/Location/$export", status=202)
    address = started.headers["Content-Location"]
    (output,) = json.loads(fhir.open(address).get_data())["output"]
    assert output["type"] == "Location"
    for query in ("?_type=Patient", "?_typeFilter=x", "?_outputFormat=text/csv", "?_since=hier"):
        fhir.refused(f"/$export{query}")
    fhir.open("/$export?_typeFilter=x", status=202, headers={"Prefer": "respond-async, handling=lenient"})
    fhir.open("/$export?_outputFormat=application/fhir+ndjson", status=202)
    fhir.refused(output["url"].replace("Location.ndjson", "Organization.ndjson"), status=404)
    fhir.refused(f"{address[:-3]}xyz", status=404)
    fhir.refused(output["url"], status=406, headers={"Accept": "application/fhir+json"})
    frozen_clock.advance(days=1, seconds=1)
    for gone in (address, output["url"]):
        assert fhir.refused(gone, status=410)["code"] == "deleted"


# ── nothing that is restricted leaves ───────────────────────────────────────

CANARIES = {
    "+33699000001": "restricted phone of the establishment",
    "+33699000002": "free contact, restricted telecom",
    "+33699000003": "restricted contact of the unit",
    "Contact-Restreint": "its name",
    "Offre-Sensible": "sensitive unit",
    "+33699000004": "its free contact",
    "Offre-Incomplete": "unit without its mandatory elements",
    "Info-Regulateur": "what only the regulator reads",
    "Non-Listee": "somebody who did not choose to be listed",
    "Sans-Numero": "somebody without an RPPS number",
    "Partie-Depuis": "somebody who left",
    "essai.example": "the address of somebody",
    factories.PHONE: "the phone of somebody",
    "Cpts-Fermee": "a closed CPTS",
    "Sous-Fermee": "what is below it",
}


def seed(session: Session, people: Personas) -> None:
    """Each canary where the public may not see it."""
    presidency, unit = people.president.mandate, people.comtat.unit
    assert presidency is not None
    unit.regulator_info = "Info-Regulateur"

    def contact(number: str, level: int, telecom_level: int, place: Unit | None = None, **values: Any) -> None:
        line = Telecom(position=1, channel_code="2", value=number, confidentiality=telecom_level)
        finess, unit_id = (place.establishment_finess, place.id) if place else (COMTAT, None)
        told = {"establishment_finess": finess, "unit_id": unit_id, "confidentiality": level}
        session.add(Contact(**told, telecoms=[line], **values))

    contact("+33699000001", 2, 2, nature_code="06")
    contact("+33699000002", 1, 2, nature_code="06")
    contact("+33699000003", 3, 3, unit, name="Contact-Restreint", function_code="01")
    sensitive = factories.unit(session, people.comtat.establishment, name="Offre-Sensible", sensitive=True)
    kit.complete(session, sensitive)
    contact("+33699000004", 1, 1, sensitive, nature_code="06")
    factories.unit(session, people.comtat.establishment, name="Offre-Incomplete")
    for name, values in (("Non-Listee", {"listed": False}), ("Sans-Numero", {}), ("Partie-Depuis", {})):
        numbered = {} if name == "Sans-Numero" else {"rpps": factories.new_rpps()}
        somebody = factories.person(session, "Camille", name, **numbered, **values)
        held = factories.affiliation(session, somebody, unit, presidency)
        if name == "Partie-Depuis":
            held.ended_at, held.end_reason = held.started_at, "Départ"
    closed = factories.establishment(session, closed_on=clock.now().date() - timedelta(days=1))
    closed.name = "Cpts-Fermee"
    kit.complete(session, factories.unit(session, closed, name="Sous-Fermee"))
    project(session)


def everything(fhir: Fhir) -> Iterator[str]:
    for kind in ResourceType:
        for path in (
            f"/{kind}?_revinclude=PractitionerRole:service&_include=HealthcareService:location",
            f"/{kind}/_history",
        ):
            for page in fhir.pages(path):
                yield json.dumps(page, ensure_ascii=False)
    for lines in exported(fhir, "?_since=2020")[1].values():
        yield json.dumps(lines, ensure_ascii=False)


def test_nothing_restricted_or_incomplete_leaves(session: Session, people: Personas, fhir: Fhir) -> None:
    seed(session, people)
    told = "".join(everything(fhir))
    assert "CPTS DU COMTAT VENAISSIN" in told
    assert {canary: why for canary, why in CANARIES.items() if canary in told} == {}
    for path in ("Organization?name=cpts-fermee", "HealthcareService?name=offre", "Practitioner?name=non-listee"):
        assert fhir.get(f"/{path}")["total"] == 0, path
    assert link(fhir.get("/Organization"), "next") is None


def test_what_becomes_restricted_is_gone_at_once(session: Session, people: Personas, fhir: Fhir) -> None:
    """Before any projection: what is served is read live."""
    people.comtat.unit.sensitive = True
    people.professional.person.listed = False
    session.commit()
    told = "".join(everything(fhir))
    assert f'"HealthcareService/{people.comtat.unit.id}"' not in told.replace("/HealthcareService/", "")
    assert str(people.professional.person.rpps) not in told
    fhir.refused(f"/HealthcareService/{people.comtat.unit.id}", status=410)
