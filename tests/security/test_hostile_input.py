"""No text, number or date that a browser can send makes the portal fail: it answers in the 400s, or as if unasked."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.personas import Personas
from tests.support.client import Visitor

GROWS = "\u0958"
"""One character as typed, two once normalised (NFC composition exclusion)."""


@pytest.mark.parametrize("number", [2**31, 2**63, 10**25])
def test_a_unit_number_that_no_database_holds_is_unknown(people: Personas, client: Visitor, number: int) -> None:
    client.get(f"/unites/{number}", status=404)


@pytest.mark.parametrize(
    "address",
    [
        "/etablissements/{nul}",
        "/communes/{nul}",
        "/etablissements/{nul}/rattachement",
        "/etablissements/{nul}/referents",
        "/etablissements/{nul}/demandes",
        "/etablissements/{nul}/coordonnees",
        "/centre/presidences/nouvelle?finess={nul}",
    ],
)
def test_a_nul_character_in_an_address_is_unknown(people: Personas, client: Visitor, address: str) -> None:
    client.enter(people.agent)
    client.get(address.format(nul=quote("8400\x00")), status=404)


def test_a_nul_character_in_a_search_finds_as_if_it_were_not_there(people: Personas, client: Visitor) -> None:
    client.get("/recherche?q=comtat%00")
    client.htmx.get("/recherche/suggestions?q=%00")


@pytest.mark.parametrize("number", [2**31, 2**63, 10**25])
def test_a_decider_chooses_a_unit_number_that_no_database_holds(
    session: Session, people: Personas, client: Visitor, number: int
) -> None:
    request = factories.affiliation_request(session, people.comtat.unit)
    client.enter(people.president)
    client.post(f"/demandes/{request.id}/accepter", unite=number, status=404)
    session.refresh(request)
    assert request.status == "submitted"


@pytest.mark.parametrize("forged", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_version_out_of_time_is_a_bad_request(people: Personas, client: Visitor, forged: str) -> None:
    client.enter(people.president)
    known = {"telephone": "0465719901", "adresse": "1 rue", "code_postal": "84200", "ville": "Carpentras"}
    client.post(f"/etablissements/{people.comtat.finess}/coordonnees", version=forged, status=400, **known)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("ville", GROWS * 80),
        ("adresse", GROWS * 200),
        ("site", "a." + "b" * 298),
        ("site", "https://[exemple.fr"),
    ],
)
def test_what_a_column_cannot_hold_is_told_in_french_on_its_field(
    people: Personas, client: Visitor, field: str, typed: str
) -> None:
    client.enter(people.president)
    client.get(f"/etablissements/{people.comtat.finess}/coordonnees")
    page = client.submit("main form[method=post]", status=422, **{field: typed})
    assert "Raccourcissez" in page.text or "Renseignez une adresse de site" in page.text
    assert "Invalid" not in page.text


def test_a_function_that_grows_once_normalised_is_told_on_its_field(people: Personas, client: Visitor) -> None:
    client.get(f"/etablissements/{people.comtat.finess}/rattachement")
    typed = {"nom": "Olivier", "prenom": "Margaux", "email": "m@essai.example", "telephone": "06 39 98 00 01"}
    page = client.submit("main form[method=post]", status=422, profession="70", fonction=GROWS * 120, **typed)
    assert "Raccourcissez" in page.text
