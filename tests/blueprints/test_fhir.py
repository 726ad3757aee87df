"""/fhir over HTTP: what is read, under which version, in which form, and how a refusal is told."""

from __future__ import annotations

import gzip
import json

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import db
from app.domain.fhir_parameters import INCLUDES, ResourceType, parameters
from app.models import RateCounter
from app.queries import fhir_search
from tests import factories
from tests.personas import Personas
from tests.support import fhir as kit
from tests.support.client import Visitor
from tests.support.fhir import Fhir, matches
from tests.support.publishing import project
from tests.support.statements import recorded

COMTAT = "840021281"


@pytest.fixture
def people(session: Session) -> Personas:
    return kit.build(session)


@pytest.fixture
def fhir(client: Visitor) -> Fhir:
    return Fhir(client)


# ── what the server says it does ────────────────────────────────────────────


def test_the_capability_statement_promises_what_is_answered(people: Personas, fhir: Fhir) -> None:
    """Each parameter, include, interaction and operation that it names is tried."""
    told = fhir.get("/metadata")
    (rest,) = told["rest"]
    assert (told["fhirVersion"], rest["security"]["cors"]) == ("4.0.1", False)
    assert [one["type"] for one in rest["resource"]] == list(ResourceType)
    for resource in rest["resource"]:
        kind = resource["type"]
        (one,) = matches(fhir.get(f"/{kind}?_count=1"))
        assert fhir.get(f"/{kind}/{one['id']}") == one
        assert fhir.get(f"/{kind}/{one['id']}/_history")["total"] == 1
        assert fhir.get(f"/{kind}/_history")["type"] == "history"
        strict = {"headers": {"Prefer": "handling=strict"}}
        for name in resource["searchParam"]:
            value = {"_lastUpdated": "2026", "active": "true"}.get(name["name"], "840021281")
            fhir.get(f"/{kind}?{name['name']}={value}", **strict)
        for name in resource.get("searchInclude", []):
            fhir.get(f"/{kind}?_include={name}", **strict)
        for name in resource.get("searchRevInclude", []):
            fhir.get(f"/{kind}?_revinclude={name}", **strict)
    assert fhir.get("/_history")["type"] == "history"
    assert [one["name"] for one in rest["operation"]] == ["export"]
    fhir.open("/$export", status=202)


def test_nothing_that_is_answered_is_left_out_of_it(fhir: Fhir) -> None:
    (rest,) = fhir.get("/metadata")["rest"]
    for resource in rest["resource"]:
        assert {one["name"] for one in resource["searchParam"]} == set(parameters(ResourceType(resource["type"])))
    assert {name for one in rest["resource"] for name in one.get("searchInclude", [])} == set(INCLUDES)


def test_somebody_reads_what_it_does_and_follows_an_example(people: Personas, client: Visitor, fhir: Fhir) -> None:
    page = client.get("/fhir")
    examples = [one for one in page.links() if one.startswith("http://127.0.0.1:5000/fhir/")]
    assert len(examples) == 5
    assert [len(matches(fhir.get(one))) for one in examples if "_history" not in one and "metadata" not in one] == [
        1
    ] * 3
    told = page.read("main")
    assert [name for kind in ResourceType for name in parameters(kind) if name not in told] == []
    assert client.get("/donnees-ouvertes").has("main a[href='/fhir']")


def test_before_anything_is_published_the_page_says_so(client: Visitor) -> None:
    assert "Rien n’est encore publié" in client.get("/fhir").read("main")


# ── versions ────────────────────────────────────────────────────────────────


def test_a_client_that_has_the_version_is_not_sent_it_again(session: Session, people: Personas, fhir: Fhir) -> None:
    first = fhir.open(f"/Organization/{COMTAT}")
    assert (first.headers["ETag"], first.headers["Cache-Control"]) == ('W/"1"', "public, no-cache")
    assert first.headers["Last-Modified"]
    same = fhir.open(f"/Organization/{COMTAT}", status=304, headers={"If-None-Match": 'W/"7", W/"1"'})
    assert same.get_data() == b""
    fhir.open(f"/Organization/{COMTAT}", status=304, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    people.comtat.establishment.operational_name = "Santé en Venaissin"
    project(session)
    second = fhir.open(f"/Organization/{COMTAT}", headers={"If-None-Match": 'W/"1"'})
    assert second.headers["ETag"] == 'W/"2"'
    assert json.loads(second.get_data())["meta"]["versionId"] == "2"


def test_what_a_client_has_is_not_read_again_unless_something_waits(
    app: Flask, session: Session, people: Personas, fhir: Fhir
) -> None:
    path, has = f"/HealthcareService/{people.comtat.unit.id}", {"headers": {"If-None-Match": 'W/"1"'}}
    with app.app_context(), recorded(db.engine()) as statements:
        fhir.open(path, status=304, **has)
    assert len(statements.counted()) == 2
    people.comtat.unit.sensitive = True
    session.commit()
    fhir.refused(path, status=410, **has)


def test_a_page_that_says_the_same_is_not_sent_again(session: Session, people: Personas, fhir: Fhir) -> None:
    etag = fhir.open("/Organization").headers["ETag"]
    assert "Last-Modified" not in fhir.open("/Organization").headers
    fhir.open("/Organization", status=304, headers={"If-None-Match": etag})
    people.comtat.establishment.operational_name = "Santé en Venaissin"
    project(session)
    fhir.open("/Organization", headers={"If-None-Match": etag})


def test_a_head_says_what_a_get_would(people: Personas, fhir: Fhir) -> None:
    got, head = fhir.open(f"/Organization/{COMTAT}"), fhir.open(f"/Organization/{COMTAT}", method="HEAD")
    assert head.get_data() == b""
    assert {**got.headers} == {**head.headers}


# ── forms ───────────────────────────────────────────────────────────────────


def test_a_large_answer_is_packed_for_who_unpacks(people: Personas, fhir: Fhir) -> None:
    plain = fhir.open("/Organization")
    packed = fhir.open("/Organization", headers={"Accept-Encoding": "gzip"})
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert {"accept-encoding", "accept"} <= {one.lower() for one in plain.vary}
    assert len(packed.get_data()) < len(plain.get_data()) / 3


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+json",
        "application/fhir+json; fhirVersion=4.0",
        "application/json",
        "*/*",
        "text/html,application/xml;q=0.9,*/*;q=0.8",
        None,
    ],
)
def test_json_is_what_is_spoken(people: Personas, fhir: Fhir, accept: str | None) -> None:
    fhir.get(f"/Organization/{COMTAT}", headers={"Accept": accept} if accept else {})


@pytest.mark.parametrize("path", ["/Organization", f"/Organization/{COMTAT}", "/metadata", "/_history"])
def test_another_form_is_refused(people: Personas, fhir: Fhir, path: str) -> None:
    for headers in ({"Accept": "application/fhir+xml"}, {"Accept": "application/json;q=0"}):
        assert fhir.refused(path, status=406, headers=headers)["code"] == "not-supported"
    fhir.refused(f"{path}?_format=xml", status=406, headers={"Accept": "application/fhir+json"})
    fhir.get(f"{path}?_format=application/fhir+json", headers={"Accept": "application/fhir+xml"})


def test_only_some_elements_may_be_asked(people: Personas, fhir: Fhir) -> None:
    (found,) = matches(fhir.get(f"/Organization?_id={COMTAT}&_elements=name,identifier"))
    assert set(found) == {"resourceType", "id", "meta", "name", "identifier"}
    assert found["meta"]["tag"][-1]["code"] == "SUBSETTED"
    assert "address" not in fhir.get(f"/Organization/{COMTAT}?_elements=name")


def test_a_count_brings_no_resource(people: Personas, fhir: Fhir) -> None:
    told = fhir.get("/Organization?_summary=count")
    assert (told["total"], told.get("entry")) == (4, None)
    assert "total" not in fhir.get("/Organization?_total=none")


def test_nothing_found_is_an_empty_bundle(people: Personas, fhir: Fhir) -> None:
    told = fhir.get("/Organization?identifier=999999999")
    assert (told["total"], told.get("entry")) == (0, None)


def test_a_search_may_be_a_form(people: Personas, fhir: Fhir) -> None:
    told = fhir.get(
        "/HealthcareService/_search?_count=1",
        method="POST",
        data={"intervention-zone": "84031,84007", "_total": "none"},
    )
    assert len(matches(told)) == 1
    following = next(one["url"] for one in told["link"] if one["relation"] == "next")
    assert len(matches(fhir.get(following))) == 1


def test_a_form_that_searches_can_write_nothing(fhir: Fhir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_search, "find", lambda _search: db.session().execute(sa.delete(RateCounter)))
    fhir.refused("/Organization/_search", method="POST", status=503)


def test_the_server_has_not_to_be_asked_by_its_name(app: Flask, people: Personas, fhir: Fhir) -> None:
    """Addresses are those of the settings: nobody makes the portal write another one in a page that caches keep."""
    told = fhir.get("/Organization", base_url="http://ailleurs.example")
    assert "ailleurs" not in json.dumps(told)


# ── refusals ────────────────────────────────────────────────────────────────


def test_what_is_unknown_is_not_found_and_what_is_gone_is_gone(session: Session, people: Personas, fhir: Fhir) -> None:
    for path in ("/Organization/840999999", "/Organization/a b", "/HealthcareService/840021281", "/Location/_x"):
        assert fhir.refused(path, status=404)["code"] == "not-found"
    people.comtat.establishment.closed_on = factories.clock.now().date()
    project(session)
    for path in (f"/Organization/{COMTAT}", f"/HealthcareService/{people.comtat.unit.id}", f"/Location/eg-{COMTAT}"):
        assert fhir.refused(path, status=410)["code"] == "deleted"


def test_an_address_that_does_not_exist_is_refused_as_fhir(fhir: Fhir) -> None:
    assert fhir.refused("/Patient", status=404)["code"] == "not-supported"
    for path in ("/", "/Organization/1/2/3", "/Organization/1/_history/1"):
        assert fhir.refused(path, status=404)["code"] == "not-found"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_written(fhir: Fhir, method: str) -> None:
    for path in ("/Organization", f"/Organization/{COMTAT}", "/metadata"):
        answer = fhir.open(path, method=method, status=405)
        assert answer.get_json(force=True)["issue"][0]["code"] == "not-supported"
        assert "GET" in answer.headers["Allow"]


def test_other_addresses_keep_their_page(client: Visitor) -> None:
    assert client.get("/nulle-part", status=404).html.lstrip().startswith("<!doctype html>")


def test_a_search_that_is_not_understood_says_which_parameter(fhir: Fhir) -> None:
    issue = fhir.refused("/Organization?_lastUpdated=hier")
    assert (issue["code"], issue["expression"]) == ("invalid", ["http._lastUpdated"])
    fhir.refused("/Organization?inconnu=1", headers={"Prefer": "respond-async; handling=strict"})
    fhir.refused("/Organization/_history?_at=2026", headers={"Prefer": "handling=strict"})
    fhir.refused("/Organization/_history?_since=hier")


def test_who_asks_too_much_is_told_when_to_come_back(app: Flask, session: Session, fhir: Fhir) -> None:
    app.extensions["settings"].rate_limits = True
    statuses = [fhir.visitor._open("/fhir/$export", method="GET").status_code for _ in range(31)]
    assert (statuses[0], statuses[-2:]) == (202, [202, 429])
    answer = fhir.open("/$export", status=429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert fhir.refused("/$export", status=429)["code"] == "throttled"


def test_every_route_is_counted(app: Flask, session: Session, people: Personas, fhir: Fhir) -> None:
    app.extensions["settings"].rate_limits = True
    ours = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("fhir.")]
    routes = [rule for rule in ours if rule.endpoint != "fhir.guide"]  # a page as others
    parts = {"resource_type": "Organization", "resource_id": COMTAT, "token": "faux"}
    for rule in routes:
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        with app.test_request_context():
            path = url_for(rule.endpoint, **{name: parts[name] for name in rule.arguments})
        fhir.visitor._open(path, method=method)
    counted = session.scalars(sa.select(RateCounter.key)).all()
    assert {rule.endpoint for rule in routes} == {
        one for one in app.view_functions if any(one in key for key in counted)
    }


def test_a_database_that_is_away_is_said(fhir: Fhir, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("for the test"))

    monkeypatch.setattr(fhir_search, "find", away)
    assert fhir.refused("/Organization", status=503)["code"] == "transient"
    assert fhir.open("/Organization", status=503).headers["Retry-After"] == "60"


def test_a_fault_of_ours_tells_nothing_of_itself(app: Flask, fhir: Fhir, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("for the test")

    app.testing = False
    monkeypatch.setattr(fhir_search, "find", broken)
    answer = fhir.open("/Organization", status=500)
    assert answer.get_json(force=True)["issue"][0]["code"] == "exception"
    assert "for the test" not in answer.get_data(as_text=True)
