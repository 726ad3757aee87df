"""Open data: the same CPTS in every format, whole and by département, and nothing that is restricted (S-153, S-154)."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock, db
from app.domain.open_tables import TABLES
from app.models import SheetBox, Unit
from app.queries import open_data
from app.queries.open_records import read_records
from app.queries.sheets import SheetRef
from tests import factories, personas
from tests.personas import Cpts, Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.json_schema import faults
from tests.support.publishing import contact, make_shown, project, publish
from tests.support.statements import recorded

backend = on_both_engines
FILES = ("cpts.csv", "zones.csv", "cpts.json", "cpts.geojson")
PAGE = "/donnees-ouvertes"


@pytest.fixture
def people(session: Session) -> Personas:
    """The usual two CPTS, published."""
    made = personas.build(session)
    for cpts in (made.comtat, made.other):
        make_shown(session, cpts.unit)
    made.comtat.establishment.latitude, made.comtat.establishment.longitude = 44.055123, 5.048
    project(session)
    return made


def fetch(client: Visitor, path: str, status: int = 200, **headers: str) -> TestResponse:
    answer = client._open(
        f"{PAGE}/{path}", method="GET", headers={name.replace("_", "-"): headers[name] for name in headers}
    )
    assert answer.status_code == status, f"{path}: {answer.get_data(as_text=True)[:300]}"
    return answer


def rows(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""), delimiter=";"))


def read(answer: TestResponse) -> Any:
    return json.loads(answer.get_data())


def check(session: Session, cpts: Cpts, sheet: str, box: str, at: datetime) -> None:
    """The CPTS said that this box is right."""
    session.add(
        SheetBox(sheet=sheet, box=box, establishment_finess=cpts.finess, version=1, updated_at=at, verified_at=at)
    )
    session.commit()


# ── the files ───────────────────────────────────────────────────────────────


def test_every_format_says_the_same_of_a_cpts(client: Visitor, people: Personas) -> None:
    finess = people.comtat.finess
    (row,) = [one for one in rows(fetch(client, "cpts.csv")) if one["finess"] == finess]
    (told,) = [one for one in read(fetch(client, "cpts.json"))["cpts"] if one["finess"] == finess]
    (feature,) = [one for one in read(fetch(client, "cpts.geojson"))["features"] if one["id"] == finess]
    served = [one for one in rows(fetch(client, "zones.csv")) if one["finess"] == finess]
    assert (row["nom"], told["nom"], feature["properties"]["nom"]) == ("CPTS DU COMTAT VENAISSIN",) * 3
    assert (row["telephone"], told["telephone"]) == ("04 65 71 99 01", "+33465719901")
    assert (row["latitude"], row["longitude"]) == ("44,055123", "5,048")
    assert feature["geometry"] == {"type": "Point", "coordinates": [5.048, 44.055123]}
    assert row["zone"] == feature["properties"]["zone"] == "84031|84088"
    assert [one["code_insee"] for one in told["unites"][0]["zone"]] == [one["code_insee"] for one in served]
    assert [one["commune"] for one in served] == ["Carpentras", "Pernes-les-Fontaines"]
    assert row["contacts"] == "04 65 71 99 02"
    assert row["page"] == told["page"] == f"http://127.0.0.1:5000/etablissements/{finess}"


def test_a_file_holds_its_licence_its_source_its_date_and_its_schema(client: Visitor, people: Personas) -> None:
    edition = open_data.edition(["84"])
    assert edition.dated is not None
    dated = f"{edition.dated:%Y-%m-%dT%H:%M:%SZ}"
    told = read(fetch(client, "cpts.json"))
    assert told["licence"]["code"] == "etalab-2.0"
    assert told["source"] == "Relais, Provence-Alpes-Côte d’Azur"
    assert (told["donnees_du"], told["perimetre"]["region"]["code"]) == (dated, "93")
    assert faults(told, read(fetch(client, "schema.json"))) == []
    collection = read(fetch(client, "cpts.geojson"))
    assert (collection["type"], collection["licence"]["nom"]) == ("FeatureCollection", "Licence Ouverte 2.0")
    for name in ("cpts", "zones"):
        answer = fetch(client, f"{name}.csv")
        assert {(row["licence"], row["donnees_du"]) for row in rows(answer)} == {("etalab-2.0", dated)}
        fields = read(fetch(client, f"{name}.tableschema.json"))["fields"]
        assert [field["name"] for field in fields] == list(rows(answer)[0]) == TABLES[name].header
        assert 'rel="license"' in answer.headers["Link"]
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{name}-region-93-')


def test_a_reader_takes_one_departement(client: Visitor, session: Session, people: Personas) -> None:
    gap = factories.commune(session, "05061", "Gap", "05000")
    there = factories.establishment(session, "CPTS DE GAP", commune=gap)
    make_shown(session, factories.unit(session, there, gap))
    project(session)
    for name in FILES:
        alone = fetch(client, f"{name}?departement=05").get_data(as_text=True)
        assert there.finess in alone
        assert people.comtat.finess not in alone
    assert read(fetch(client, "cpts.json?departement=05"))["perimetre"]["departement"] == {
        "code": "05",
        "libelle": "Hautes-Alpes",
    }
    page = client.get(PAGE)
    assert "1 sur 1" in page.read("#fichiers tr:has(a[href*='departement=05'])")
    assert "3 sur 3" in page.read("#fichiers tbody tr:first-child")


@SQLITE_ONLY
@pytest.mark.parametrize("code", ["75", "ZZ", "84%00", "84'", "8" * 500])
def test_a_departement_of_elsewhere_is_refused_in_words(client: Visitor, code: str) -> None:
    page = client.get(f"{PAGE}/cpts.csv?departement={code}", status=422)
    assert "Codes possibles : 04, 05, 06, 13, 83, 84." in page.text.replace("\u00a0", " ")


def test_what_is_not_served_any_more_leaves_every_file(client: Visitor, session: Session, people: Personas) -> None:
    people.other.establishment.closed_on = date(2025, 12, 31)
    people.comtat.unit.activity_field_code = None  # incomplete (RG_EXP_002)
    project(session)
    for name in FILES:
        assert people.other.finess not in fetch(client, name).get_data(as_text=True)
    (told,) = read(fetch(client, "cpts.json"))["cpts"]
    assert (told["finess"], told["unites"]) == (people.comtat.finess, [])
    assert rows(fetch(client, "zones.csv")) == []
    assert rows(fetch(client, "cpts.csv"))[0]["zone_communes"] == "0"


def test_a_cpts_whose_position_is_unknown_is_in_the_map_file_without_a_geometry(
    client: Visitor, people: Personas
) -> None:
    found = {one["id"]: one["geometry"] for one in read(fetch(client, "cpts.geojson"))["features"]}
    assert found[people.other.finess] is None
    for geometry in filter(None, found.values()):
        longitude, latitude = geometry["coordinates"]
        assert -180 <= longitude <= 180
        assert -90 <= latitude <= 90


def test_each_field_says_when_it_was_verified(client: Visitor, session: Session, people: Personas) -> None:
    verified = clock.now() - timedelta(days=3)
    for sheet, box in ((f"eg-{people.comtat.finess}", "coordonnees"), (f"uo-{people.comtat.unit.id}", "zone")):
        check(session, people.comtat, sheet, box, verified)
    row = next(one for one in rows(fetch(client, "cpts.csv")) if one["finess"] == people.comtat.finess)
    told = f"{verified:%Y-%m-%dT%H:%M:%SZ}"
    assert (row["telephone_verifie_le"], row["adresse_verifie_le"], row["zone_verifie_le"]) == (told, told, told)
    assert (row["presentation_verifie_le"], row["activites_verifie_le"]) == ("", "")


@SQLITE_ONLY
def test_an_empty_portal_has_empty_files(client: Visitor) -> None:
    assert read(fetch(client, "cpts.json"))["cpts"] == []
    assert read(fetch(client, "cpts.geojson"))["features"] == []
    assert rows(fetch(client, "cpts.csv")) == rows(fetch(client, "zones.csv")) == []
    assert "0 sur 0" in client.get(PAGE).read("#fichiers tbody tr:first-child")


# ── what is never in them ───────────────────────────────────────────────────

SECRETS = ("0465717701", "0465717702", "0465717703", "zzcanari")


def test_nothing_restricted_and_nobody_is_in_any_file(client: Visitor, session: Session, people: Personas) -> None:
    """Numbers by both levels, the regulator's information, a sensitive unit, people listed or not, a contact's name."""
    place, by, unit = (
        people.comtat.establishment,
        people.president,
        SheetRef(people.comtat.finess, people.comtat.unit.id),
    )
    free = contact("+33465710001", name="Zzcanari Nommée", nature=None, function="01")
    restricted = [contact("+33465717701", level=2), contact("+33465717702", level=3)]
    both = [*restricted, contact("+33465717703", level=1, telecom_level=2), free]
    publish(session, place, by, unit, "contacts", contacts=both)
    publish(session, place, by, SheetRef(place.finess), "contacts", contacts=[*restricted, free])
    publish(session, place, by, unit, "conditions", regulator_info="zzcanari")
    make_shown(session, factories.unit(session, place, name="ZZCANARI SENSIBLE", sensitive=True))
    for listed in (True, False):
        person = factories.person(session, "Anne", "Zzcanari", listed=listed, rpps=factories.new_rpps())
        factories.affiliation(session, person, people.comtat.unit, by.mandate)
    project(session)
    told = ""
    for path in (*FILES, "departements/84.atom", "schema.json", "cpts.tableschema.json"):
        told += fetch(client, path).get_data(as_text=True)
    tight = "".join(told.split()).replace("+33", "0").casefold()
    assert [secret for secret in SECRETS if secret in tight] == []
    assert tight.count("0465710001") >= 3, "what is free is there"


# ── asking again ────────────────────────────────────────────────────────────


def test_a_reader_who_has_the_file_is_told_so_until_it_changes(
    client: Visitor, session: Session, people: Personas
) -> None:
    for name in FILES:
        first = fetch(client, name)
        assert fetch(client, name, status=304, If_None_Match=first.headers["ETag"]).get_data() == b""
        assert fetch(client, name, status=304, If_Modified_Since=first.headers["Last-Modified"]).get_data() == b""
        alone = fetch(client, f"{name}?departement=84", If_None_Match=first.headers["ETag"])
        assert alone.headers["ETag"] != first.headers["ETag"]
    was = fetch(client, "cpts.json").headers["ETag"]
    publish(session, people.comtat.establishment, people.president, SheetRef(people.comtat.finess), "coordonnees",
            email="accueil@cpts-comtat.example")  # fmt: skip
    project(session)
    changed = fetch(client, "cpts.json", If_None_Match=was)
    assert "accueil@cpts-comtat.example" in changed.get_data(as_text=True)
    people.other.establishment.closed_on = date(2025, 12, 31)
    project(session)
    fetch(client, "cpts.json", If_None_Match=changed.headers["ETag"])


def test_a_verification_alone_makes_another_edition(client: Visitor, session: Session, people: Personas) -> None:
    was = fetch(client, "cpts.csv").headers["ETag"]
    check(session, people.comtat, f"uo-{people.comtat.unit.id}", "zone", clock.now() + timedelta(minutes=1))
    fetch(client, "cpts.csv", If_None_Match=was)


@SQLITE_ONLY
def test_a_file_is_packed_for_who_accepts_it(client: Visitor, people: Personas) -> None:
    plain, packed = fetch(client, "cpts.json"), fetch(client, "cpts.json", Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert "Content-Encoding" not in fetch(client, "cpts.json", Accept_Encoding="gzip;q=0").headers
    assert "Accept-Encoding" in plain.headers["Vary"]


@SQLITE_ONLY
def test_other_sites_may_read_the_files_from_their_own_scripts(client: Visitor, people: Personas) -> None:
    for path in (*FILES, "schema.json", "departements/84.atom"):
        headers = fetch(client, path).headers
        assert (headers["Access-Control-Allow-Origin"], headers["Cross-Origin-Resource-Policy"]) == (
            "*",
            "cross-origin",
        )
        assert "Set-Cookie" not in headers
    assert "Access-Control-Allow-Origin" not in client.get(PAGE).response.headers


@SQLITE_ONLY
def test_a_network_that_downloads_without_end_is_asked_to_wait(app: Flask, client: Visitor, people: Personas) -> None:
    app.extensions["settings"].rate_limits = True
    for _ in range(30):
        fetch(client, "zones.csv")
    refused = fetch(client, "zones.csv", status=429)
    assert int(refused.headers["Retry-After"]) <= 60
    client.get(PAGE)


# ── what it costs ───────────────────────────────────────────────────────────


def crowd(session: Session, people: Personas, size: int) -> None:
    for number in range(size):
        place = factories.establishment(session, f"CPTS {number:03d}", commune=people.comtat.communes[0])
        make_shown(session, factories.unit(session, place, people.comtat.communes[0]))
    project(session)


def test_a_file_is_read_chunk_by_chunk_while_it_is_sent(
    app: Flask, session: Session, people: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bounded number of statements a chunk, and none before its turn; no CPTS twice, none missed."""
    monkeypatch.setattr(open_data, "CHUNK", 3)
    crowd(session, people, 6)
    with recorded(db.engine()) as statements:
        found, costs = [], []
        for told in open_data.records(["84"]):
            found.append(told["finess"])
            costs.append(len(statements.counted()))
        ended = len(statements.counted())
    assert found == sorted(set(found))
    assert len(found) == 8
    first, second, third = costs[0], costs[3], costs[6]
    assert costs == [first] * 3 + [second] * 3 + [third] * 2
    assert second - first == third - second == first
    assert first <= 30
    assert ended == third + 1


def test_records_are_read_in_as_many_statements_however_many_cpts(session: Session, people: Personas) -> None:
    finess = people.comtat.finess
    with recorded(db.engine()) as statements:
        (told,) = read_records([finess, "840000000"]).values()
        alone = len(statements.counted())
    assert told["finess"] == finess
    crowd(session, people, 5)
    everybody = [row["finess"] for row in open_data.records(["84"])]
    with recorded(db.engine()) as statements:
        assert len(read_records(everybody)) == 7
        assert len(statements.counted()) == alone
    assert read_records([]) == {}


def test_a_hospital_is_not_among_the_cpts(client: Visitor, session: Session, people: Personas) -> None:
    hospital = factories.establishment(session, "CENTRE HOSPITALIER", category_code="355", category_label="CH")
    project(session)
    assert hospital.finess not in fetch(client, "cpts.json").get_data(as_text=True)
    assert read_records([hospital.finess]) == {}


def test_a_unit_that_became_sensitive_is_gone_before_the_projector_comes(
    client: Visitor, session: Session, people: Personas
) -> None:
    session.get_one(Unit, people.comtat.unit.id).sensitive = True
    session.commit()
    found = {one["finess"]: one["unites"] for one in read(fetch(client, "cpts.json"))["cpts"]}
    assert found[people.comtat.finess] == []
