"""A client of /fhir that looks at every answer: FHIR of the right type, the headers of the house, no cookie."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from fhir.resources.R4B import get_fhir_model_class
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.models import UnitActivity
from app.web.security_headers import HEADERS
from tests import factories, personas
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.publishing import project

FHIR_JSON = "application/fhir+json"
Resource = dict[str, Any]


class Fhir:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def open(self, path: str, *, method: str = "GET", status: int = 200, **options: Any) -> TestResponse:
        """`path` under /fhir, or an address that an answer gave."""
        if path.startswith("http"):
            parts = urlsplit(path)
            path = f"{parts.path}?{parts.query}"
        else:
            path = f"/fhir{path}"
        answer = self.visitor._open(path, method=method, **options)
        assert answer.status_code == status, f"{answer.status_code} to {path}: {answer.get_data(as_text=True)[:300]}"
        assert "Set-Cookie" not in answer.headers
        assert not {"Cookie", "*"} & set(answer.vary)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert set(HEADERS) <= set(answer.headers.keys())
        return answer

    def get(self, path: str, *, status: int = 200, **options: Any) -> Resource:
        answer = self.open(path, status=status, **options)
        assert answer.mimetype == FHIR_JSON
        return understood(json.loads(answer.get_data()))

    def ids(self, path: str) -> list[str]:
        """Of the matches of one page."""
        return [one["id"] for one in matches(self.get(path))]

    def pages(self, path: str) -> Iterator[Resource]:
        """One after the other, by their `next` links."""
        address: str | None = path
        while address:
            page = self.get(address)
            yield page
            address = link(page, "next")

    def refused(self, path: str, status: int = 400, **options: Any) -> Resource:
        """The one issue of the OperationOutcome."""
        told = self.get(path, status=status, **options)
        assert told["resourceType"] == "OperationOutcome"
        issue: Resource = told["issue"][0]
        assert issue["details"]["text"].endswith(".")
        return issue

    def lines(self, address: str) -> list[Resource]:
        """Of a file of an export."""
        answer = self.open(address)
        assert answer.mimetype == "application/fhir+ndjson"
        return [understood(json.loads(line)) for line in answer.get_data(as_text=True).splitlines()]


def understood(told: Resource) -> Resource:
    """FHIR knows all of it: nothing is unknown or out of place, and its JSON holds nothing empty."""
    assert not list(_empty(told))
    get_fhir_model_class(told["resourceType"]).model_validate(told)
    return told


def _empty(told: Any, path: str = "") -> Iterator[str]:
    if told in ({}, [], "", None):
        yield path
    for key, value in told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ():
        yield from _empty(value, f"{path}/{key}")


def matches(bundle: Resource) -> list[Resource]:
    return by_mode(bundle, "match")


def by_mode(bundle: Resource, mode: str) -> list[Resource]:
    return [entry["resource"] for entry in bundle.get("entry", ()) if entry["search"]["mode"] == mode]


def link(bundle: Resource, relation: str) -> str | None:
    found: Mapping[str, str] = {one["relation"]: one["url"] for one in bundle["link"]}
    return found.get(relation)


def build(session: Session) -> Personas:
    """The usual people, two CPTS whose units are complete, one listed doctor; published."""
    people = personas.build(session)
    for cpts in (people.comtat, people.other):
        complete(session, cpts.unit)
    doctor = people.professional.person
    doctor.listed, doctor.profession_code, doctor.profession_label = True, "10", "Médecin"
    project(session)
    return people


def complete(session: Session, unit: Any) -> None:
    """What RG_EXP_002 asks of an offre."""
    unit.activity_field_code, unit.care_mode_code = "05", "58"
    if session.get(UnitActivity, (unit.id, "475")) is None:
        session.add(UnitActivity(unit_id=unit.id, code="475", label="Coordination de soins non-programmés"))


def crowd(session: Session, people: Personas, size: int) -> None:
    """So many more CPTS, complete, that serve Carpentras, each with a listed doctor; published."""
    presidency = people.president.mandate
    assert presidency is not None
    for number in range(size):
        place = factories.establishment(session, f"CPTS {number:03d}", commune=people.comtat.communes[0])
        unit = factories.unit(session, place, people.comtat.communes[0])
        complete(session, unit)
    project(session)
