"""Addresses, contacts and hours as FHIR, on lines that people and FINESS write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.published import Address, Kind, Meta
from app.integrations.ror_fhir import reference, resource, tombstone
from app.integrations.ror_fhir.addresses import address, line_parts
from tests.support.fhir_paths import at
from tests.support.published_examples import CORRECTED, ESTABLISHMENT, PLACE, ROLE, SEAT, TODAY, UNIT
from tests.support.published_strategies import names

LIBRE = {
    "coding": [
        {
            "system": "https://mos.esante.gouv.fr/NOS/TRE_R283-NiveauConfidentialite/FHIR/TRE-R283-NiveauConfidentialite",
            "code": "1",
            "display": "Accès libre",
        }
    ]
}


def made(document: Any) -> dict[str, Any]:
    return resource(document, "0.6", "93", today=TODAY)


def parts(line: str, *, street: bool = True) -> dict[str, str]:
    return {one["url"].rpartition("-")[2]: one["valueString"] for one in line_parts(line, street=street)["extension"]}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1 RUE DES ESSAIS", {"houseNumber": "1", "streetNameType": "RUE", "streetNameBase": "DES ESSAIS"}),
        (
            "12 bis rue des Micocouliers",
            {
                "houseNumber": "12",
                "buildingNumberSuffix": "bis",
                "streetNameType": "rue",
                "streetNameBase": "des Micocouliers",
            },
        ),
        (
            "188B BD DE LA REPUBLIQUE",
            {
                "houseNumber": "188",
                "buildingNumberSuffix": "B",
                "streetNameType": "BD",
                "streetNameBase": "DE LA REPUBLIQUE",
            },
        ),
        ("3, Allée des Pins", {"houseNumber": "3", "streetNameType": "Allée", "streetNameBase": "des Pins"}),
        ("Place du Lavoir", {"streetNameType": "Place", "streetNameBase": "du Lavoir"}),
        ("Les Hautes Terres", {"streetNameBase": "Les Hautes Terres"}),
        ("4 Hameau du Pin", {"houseNumber": "4", "streetNameBase": "Hameau du Pin"}),
        ("Rue", {"streetNameBase": "Rue"}),
        ("84200", {"streetNameBase": "84200"}),
        ("BP 20042", {"postBox": "BP 20042"}),
        ("cs 60001", {"postBox": "cs 60001"}),
    ],
)
def test_a_street_is_told_apart(line: str, expected: dict[str, str]):
    assert parts(line) == expected


def test_what_completes_a_street_is_a_locator_or_a_post_box():
    assert parts("Bâtiment B, 2e étage", street=False) == {"additionalLocator": "Bâtiment B, 2e étage"}
    assert parts("BP 42534", street=False) == {"postBox": "BP 42534"}


@given(st.builds("{}{} {}".format, st.integers(1, 99999), st.sampled_from(["", " bis", "ter", ","]), names) | names)
def test_the_parts_of_a_street_are_all_of_it(line: str):
    kept = "".join("".join(parts(line).values()).split())
    assert kept == "".join(line.split()) or kept == "".join(line.replace(",", "", 1).split())


def test_an_address_says_its_lines_its_parts_and_its_commune():
    assert address(SEAT) == {
        "extension": [
            {
                "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code",
                "valueCoding": {
                    "system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM",
                    "code": "84031",
                    "display": "Carpentras",
                },
            }
        ],
        "line": ["BP 20042", "12 bis rue des Micocouliers"],
        "_line": [line_parts("BP 20042", street=False), line_parts("12 bis rue des Micocouliers", street=True)],
        "city": "CARPENTRAS",
        "postalCode": "84200",
    }


def test_an_address_of_which_nothing_is_known_is_not_written():
    assert address(Address()) is None
    assert "address" not in made(replace(ESTABLISHMENT, address=Address(), point=None))


def test_the_point_of_an_establishment_is_on_its_address_that_of_a_place_is_its_position():
    geo = "address.extension[geolocation].extension"
    assert at(made(ESTABLISHMENT), f"{geo}[latitude].valueDecimal") == [44.05507]
    assert at(made(ESTABLISHMENT), f"{geo}[longitude].valueDecimal") == [5.04813]
    assert made(PLACE)["position"] == {"longitude": 5.04813, "latitude": 44.05507}
    assert at(made(PLACE), geo) == []


# ── contacts ────────────────────────────────────────────────────────────────


def test_the_standard_is_a_contact_by_nature_with_its_hours():
    standard = made(ESTABLISHMENT)["contact"][0]
    assert at(standard, "purpose.coding.code") == ["06"]
    assert at(standard, "extension[ror-contact-description].valueString") == ["Du lundi au vendredi, de 9 h à 12 h"]
    assert at(standard, "extension[ror-contact-confidentiality-level].valueCodeableConcept") == [LIBRE]
    (point,) = standard["telecom"]
    assert (point["system"], point["value"], point["use"]) == ("phone", "+33465719901", "work")
    assert at(point, "extension[ror-telecom-communication-channel].valueCodeableConcept.coding.code") == ["2"]
    assert at(point, "extension[ror-telecom-confidentiality-level].valueCodeableConcept") == [LIBRE]


def test_the_secretariat_and_the_site_follow_then_the_contacts_of_the_sheet():
    told = [
        (at(contact, "purpose.coding.code"), at(contact, "telecom.system"), at(contact, "name.text"))
        for contact in made(ESTABLISHMENT)["contact"]
    ]
    assert told[1:] == [(["07"], ["email"], []), (["01"], ["url"], []), ([], ["email"], ["Claire Daumas"])]


def test_a_mobile_standard_is_a_mobile():
    (point, *_) = at(made(replace(ESTABLISHMENT, phone="+33612345678")), "contact.telecom")
    assert (point["use"], *at(point, "extension.valueCodeableConcept.coding.code")) == ("mobile", "1", "1")


def test_an_extension_number_is_told_with_the_usage_of_the_line():
    telecom = at(
        made(UNIT), "extension[ror-healthcareservice-contact].extension[ror-healthcareservice-contact-telecom]"
    )
    assert at(telecom[0], "extension[ror-telecom-usage].valueString") == ["Soins non programmés, poste 12"]
    assert at(telecom[0], "extension[telecomAddress].valueString") == ["+33465719902"]


# ── hours ───────────────────────────────────────────────────────────────────


def test_hours_say_the_day_twice_and_the_closure_that_is_over_is_left_out():
    secretariat, christmas = made(UNIT)["availableTime"]
    assert at(secretariat, "extension[ror-available-time-number-days-of-week].valueInteger") == [1]
    assert (secretariat["daysOfWeek"], secretariat["availableStartTime"]) == (["mon"], "09:00:00")
    assert at(secretariat, "extension[ror-available-time-type-of-time].valueCodeableConcept.coding.code") == ["04"]
    period = at(christmas, "extension[ror-available-time-effective-opening-closing-date].valuePeriod")
    assert period == [{"start": "2026-12-24", "end": "2027-01-03"}]


def test_a_period_is_told_until_its_last_day():
    def told(day: str) -> int:
        return len(resource(UNIT, "0.6", "93", today=TODAY.fromisoformat(day))["availableTime"])

    assert [told(day) for day in ("2026-08-16", "2026-08-17", "2027-01-03", "2027-01-04")] == [3, 2, 2, 1]


# ── references, tombstones ──────────────────────────────────────────────────


def test_references_lead_from_the_role_up_to_the_entity():
    role, unit, establishment = made(ROLE), made(UNIT), made(ESTABLISHMENT)
    assert role["healthcareService"] == [reference(Kind.UNIT, "12")] == [{"reference": "HealthcareService/12"}]
    assert role["practitioner"] == {"reference": f"Practitioner/{ROLE.person.id}"}
    assert unit["providedBy"] == role["organization"] == {"reference": "Organization/840021281"}
    assert unit["location"] == [{"reference": "Location/eg-840021281"}]
    assert establishment["partOf"] == {"reference": "Organization/840021273"}
    assert "location" not in made(replace(UNIT, place_key=None))
    assert "partOf" not in made(replace(ESTABLISHMENT, entity_finess=None))


def test_a_tombstone_says_what_went_and_when():
    gone = Meta(5, CORRECTED.created_at, CORRECTED.updated_at)
    assert tombstone(Kind.UNIT, "12", gone) == {
        "request": {"method": "DELETE", "url": "HealthcareService/12"},
        "response": {"status": "204", "etag": 'W/"5"', "lastModified": "2026-11-24T16:42:07Z"},
    }
