"""Whatever the document: the tables of the ROR guide (DOMAIN.md §3.3 to §3.7), the RG_EXP rules that a resource can
break, and the invariants of R4 that `fhir.resources` does not check."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.published import Document
from app.integrations.ror_fhir import VERSIONS, resource
from tests.support.fhir_paths import at, every
from tests.support.published_strategies import (
    TODAY,
    documents,
    entities,
    establishments,
    persons,
    places,
    roles,
    units,
)

MANY = 10**6
EVERYWHERE = (
    ("meta.versionId", 1, 1),
    ("meta.lastUpdated", 1, 1),
    ("meta.tag[TRE_R30-RegionOM]", 1, 1),
    ("extension[ror-meta-creation-date].valueDateTime", 1, 1),
)
STRUCTURE = (
    *EVERYWHERE,
    ("identifier[urn:oid:1.2.250.1.71.4.2.2]", 1, 1),
    ("identifier[https://finess.esante.gouv.fr]", 1, 1),
    ("identifier[https://sirene.fr]", 0, 1),
    ("identifier.type.coding.code", 2, 3),
    ("name", 1, 1),
    ("alias", 0, 1),
    ("address", 0, 1),
    ("partOf", 0, 1),
    ("telecom", 0, 0),
)
CONTACT = "extension[ror-healthcareservice-contact]"
TABLES: dict[str, tuple[st.SearchStrategy[Any], tuple[tuple[str, int, int], ...]]] = {
    "entity": (
        entities,
        (*STRUCTURE, ("type", 0, 1), ("extension[ror-organization-creation-date].valueDate", 0, 1), ("contact", 0, 0)),
    ),
    "establishment": (
        establishments,
        (
            *STRUCTURE,
            ("type[TRE_R66-CategorieEtablissement]", 1, 1),
            ("extension[organization-period].valuePeriod.start", 0, 1),
            ("extension[ror-organization-comment].valueString", 0, 1),
            ("address.extension[fr-core-address-insee-code].valueCoding", 0, 1),
        ),
    ),
    "unit": (
        units(),
        (
            *EVERYWHERE,
            ("extension", 3, MANY),
            ("extension[ror-healthcareservice-sensitive-unit].valueBoolean", 1, 1),
            ("extension[ror-healthcareservice-patient-type].extension[ageRange].valueRange.low", 1, 1),
            ("extension[ror-healthcareservice-patient-type].extension[ageRange].valueRange.high", 1, 1),
            ("extension[ror-territorial-division]", 1, MANY),
            ("identifier", 1, 1),
            ("identifier.type.coding.code", 1, 1),
            ("identifier.system", 0, 0),
            ("providedBy", 1, 1),
            ("category[TRE_R244-CategorieOrganisation]", 1, 1),
            ("type[TRE_R227-ChampActivite]", 1, 1),
            ("type", 1, 1),
            ("specialty[TRE_R211-ActiviteOperationnelle]", 1, MANY),
            ("location", 0, 1),
            ("name", 1, 1),
            ("characteristic[TRE_R213-ModePriseEnCharge]", 1, 1),
            ("telecom", 0, 0),
        ),
    ),
    "place": (
        places,
        (
            *EVERYWHERE,
            ("extension[ror-commune-cog].valueCodeableConcept.coding", 1, 1),
            ("identifier", 1, 1),
            ("identifier.type.coding.system", 1, 1),
            ("managingOrganization", 1, 1),
            ("position", 0, 1),
        ),
    ),
    "person": (
        persons,
        (*EVERYWHERE, ("identifier[urn:oid:1.2.250.1.71.4.2.1]", 1, 1), ("name.family", 1, 1), ("telecom", 0, 0)),
    ),
    "role": (
        roles,
        (
            *EVERYWHERE,
            ("extension[ror-practitionerrole-unit-exercise-mode].valueCodeableConcept.coding", 1, 1),
            ("identifier", 1, 1),
            ("practitioner", 1, 1),
            ("healthcareService", 1, 1),
            ("organization", 1, 1),
            ("telecom", 0, 0),
        ),
    ),
}
few = settings(max_examples=40)
both = st.sampled_from(sorted(VERSIONS))


def made(document: Document, generation: str = "0.6") -> dict[str, Any]:
    return resource(document, generation, "93", today=TODAY)


@pytest.mark.parametrize("name", TABLES)
@few
@given(data=st.data(), generation=both)
def test_the_table_of_the_guide_holds(name: str, data: st.DataObject, generation: str):
    strategy, table = TABLES[name]
    written = made(data.draw(strategy), generation)
    for path, low, high in table:
        assert low <= len(at(written, path)) <= high, path


# ── identifiers ─────────────────────────────────────────────────────────────


@few
@given(entities | establishments)
def test_the_national_id_is_made_of_the_finess_number(document: Any):
    """RG_EXP_004, RG_EXP_005; the SAS wants `^1[0-9]{9}$`, which a Corsican number with its letter cannot match."""
    (national,) = at(made(document), "identifier[urn:oid:1.2.250.1.71.4.2.2].value")
    assert at(made(document), "identifier[https://finess.esante.gouv.fr].value") == [document.finess]
    assert national == f"1{document.finess}"
    assert re.fullmatch(r"1[0-9]{9}", national) or document.finess[:2] in {"2A", "2B"}


@few
@given(units(), st.sampled_from(["93", "11"]))
def test_an_offre_keeps_its_identifier_whatever_its_establishment(document: Any, region: str):
    """RG_EXP_042."""
    written = resource(document, "0.6", region, today=TODAY)
    assert at(written, "identifier.value") == [f"{region}/{document.id}"]


@few
@given(roles)
def test_a_situation_is_named_after_its_offre_and_its_professional(document: Any):
    (told,) = at(made(document), "identifier.value")
    assert re.fullmatch(rf"93/{document.unit_id}/8[0-9]{{11}}", told)
    assert at(made(document.person), "identifier[urn:oid:1.2.250.1.71.4.2.1].value") == [told.rpartition("/")[2]]


# ── dates, hours, ages, zone ────────────────────────────────────────────────


@few
@given(documents)
def test_dates_are_those_of_the_publication(document: Any):
    """RG_EXP_020 and 023: to the second; at creation, both are one."""
    written = made(document)
    (created,), (updated,) = (
        at(written, "extension[ror-meta-creation-date].valueDateTime"),
        at(written, "meta.lastUpdated"),
    )
    assert datetime.fromisoformat(created) == document.meta.created_at
    assert datetime.fromisoformat(updated) == document.meta.updated_at
    assert (created == updated) == (document.meta.version == 1)


@few
@given(units())
def test_hours_have_a_day_or_a_period_and_none_is_past(document: Any):
    """RG_EXP_014, RG_EXP_018."""
    lines = made(document).get("availableTime", [])
    assert len(lines) == sum(1 for line in document.hours if not line["to"] or line["to"] >= TODAY.isoformat())
    for line in lines:
        days = at(line, "extension[ror-available-time-number-days-of-week].valueInteger")
        ends = at(line, "extension[ror-available-time-effective-opening-closing-date].valuePeriod.end")
        assert days or ends
        assert [
            ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(day) + 1 for day in at(line, "daysOfWeek")
        ] == days
        assert all(date.fromisoformat(end) >= TODAY for end in ends)


@few
@given(units())
def test_the_zone_is_one_commune_an_extension(document: Any):
    """RG_EXP_009."""
    divisions = at(made(document), "extension[ror-territorial-division]")
    kinds = {
        code
        for one in divisions
        for code in at(one, "extension[typeTerritorialDivision].valueCodeableConcept.coding.code")
    }
    assert [at(one, "extension[codeTerritorialDivision].valueCodeableConcept.coding.code") for one in divisions] == [
        [commune.code] for commune in document.zone
    ]
    assert kinds == {"3"}


@few
@given(units(), both)
def test_ages_have_a_unit_and_never_a_unit_without_its_system(document: Any, generation: str):
    """RG_EXP_048; qty-3 of R4."""
    for age in at(
        made(document, generation), "extension[ror-healthcareservice-patient-type].extension[ageRange].valueRange"
    ):
        assert {age[end]["code"] for end in ("low", "high")} <= {"a", "mo", "wk", "d"}
        assert all(age[end]["system"] for end in ("low", "high"))


# ── contacts ────────────────────────────────────────────────────────────────


def told_levels(contact: dict[str, Any], own: str, telecoms: str) -> tuple[list[int], list[int]]:
    code = "valueCodeableConcept.coding.code"
    under = f"{telecoms}.extension[ror-telecom-confidentiality-level].{code}"
    return [int(level) for level in at(contact, f"extension[{own}].{code}")], [int(one) for one in at(contact, under)]


@few
@given(units())
def test_a_contact_of_an_offre_is_free_and_so_is_each_of_its_numbers(document: Any):
    """RG_EXP_034 and the table: one level, and a channel, a level and an address a number."""
    for contact in at(made(document), CONTACT):
        telecom = "extension[ror-healthcareservice-contact-telecom]"
        own, below = told_levels(contact, "ror-confidentiality-level", telecom)
        assert own == [1]
        assert all(level >= own[0] for level in below)
        for line in at(contact, telecom):
            assert len(at(line, "extension[ror-telecom-communication-channel]")) == 1
            assert len(at(line, "extension[ror-telecom-confidentiality-level]")) == 1
            assert len(at(line, "extension[telecomAddress].valueString")) == 1


@few
@given(establishments)
def test_a_contact_of_an_establishment_is_free_and_so_is_each_of_its_numbers(document: Any):
    for contact in made(document).get("contact", []):
        own, below = told_levels(contact, "ror-contact-confidentiality-level", "telecom")
        assert own == [1]
        assert all(level >= own[0] for level in below)
        assert len(below) == len(contact["telecom"])
        assert len(at(contact, "telecom.extension[ror-telecom-communication-channel]")) == len(contact["telecom"])


@few
@given(units() | establishments)
def test_a_nature_has_neither_name_nor_function_and_a_function_has_a_name(document: Any):
    """RG_EXP_040, RG_EXP_041."""
    written = made(document)
    told = [
        (at(one, "purpose"), at(one, "name"), at(one, "extension[ror-contact-function-contact]"))
        for one in written.get("contact", [])
    ] + [
        (
            at(one, "extension[purposeContact]"),
            at(one, "extension[name]"),
            at(one, "extension[ror-contact-function-contact]"),
        )
        for one in at(written, CONTACT)
    ]
    for nature, name, function in told:
        assert not (nature and (name or function))
        assert name or not function


@few
@given(establishments)
def test_coordinates_are_told_once(document: Any):
    written = made(document)
    for nature, value in (("06", document.phone), ("07", document.email), ("01", document.website)):
        held = [
            point["value"]
            for contact in written.get("contact", [])
            if nature in at(contact, "purpose.coding.code")
            for point in contact["telecom"]
        ]
        given_by_sheet = [
            line["value"] for one in document.contacts if one["nature"] == nature for line in one["telecoms"]
        ]
        assert value is None or held.count(value) == max(1, given_by_sheet.count(value))


# ── invariants of R4 ────────────────────────────────────────────────────────


@few
@given(documents, both)
def test_invariants_of_r4_hold(document: Any, generation: str):
    for name, element in every(made(document, generation)):
        if "url" in element and name == "extension":
            values = [key for key in element if key.startswith("value")]
            assert len(values) + ("extension" in element) == 1, "ext-1"
        if name == "telecom" and "value" in element:
            assert element["system"], "cpt-2"
        if name in {"valuePeriod", "period"} and {"start", "end"} <= set(element):
            assert element["start"] <= element["end"], "per-1"
        if "_line" in element:
            assert len(element["_line"]) == len(element["line"]), "a line and its parts go together"
        if "reference" in element:
            assert re.fullmatch(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}", element["reference"])


@few
@given(documents, both)
def test_systems_are_addresses_of_one_table_or_of_one_register(document: Any, generation: str):
    """`https://mos…/NOS/TRE_R66-Name/FHIR/TRE-R66-Name`: underscore, then hyphen."""
    for _, element in every(made(document, generation)):
        system = str(element.get("system", ""))
        if system.startswith("https://mos."):
            named = re.fullmatch(r"https://mos\.esante\.gouv\.fr/NOS/TRE_([RG][0-9]+-[A-Za-z-]+)/FHIR/TRE-(.+)", system)
            assert named, system
            assert named[1] == named[2]
