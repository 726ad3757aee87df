"""Whatever the document: the tables of the ROR guide (DOMAIN.md §3.3 to §3.7), the RG_EXP rules that a resource can
break, and the invariants of R4 that `fhir.resources` does not check."""

from __future__ import annotations

import re
from collections.abc import Callable
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
    entities,
    establishments,
    persons,
    places,
    roles,
    units,
)

MANY = 10**6
Written = dict[str, Any]
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
CREATED = "extension[ror-meta-creation-date].valueDateTime"
CODE = "valueCodeableConcept.coding.code"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TABLES: dict[str, tuple[tuple[str, int, int], ...]] = {
    "entity": (
        *STRUCTURE,
        ("type", 0, 1),
        ("extension[ror-organization-creation-date].valueDate", 0, 1),
        ("contact", 0, 0),
    ),
    "establishment": (
        *STRUCTURE,
        ("type[TRE_R66-CategorieEtablissement]", 1, 1),
        ("extension[organization-period].valuePeriod.start", 0, 1),
        ("extension[ror-organization-comment].valueString", 0, 1),
        ("address.extension[fr-core-address-insee-code].valueCoding", 0, 1),
    ),
    "unit": (
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
    "place": (
        *EVERYWHERE,
        ("extension[ror-commune-cog].valueCodeableConcept.coding", 1, 1),
        ("identifier", 1, 1),
        ("identifier.type.coding.system", 1, 1),
        ("managingOrganization", 1, 1),
        ("position", 0, 1),
    ),
    "person": (*EVERYWHERE, ("identifier[urn:oid:1.2.250.1.71.4.2.1]", 1, 1), ("name.family", 1, 1), ("telecom", 0, 0)),
    "role": (
        *EVERYWHERE,
        ("extension[ror-practitionerrole-unit-exercise-mode].valueCodeableConcept.coding", 1, 1),
        ("identifier", 1, 1),
        ("practitioner", 1, 1),
        ("healthcareService", 1, 1),
        ("organization", 1, 1),
        ("telecom", 0, 0),
    ),
}


# ── identifiers ─────────────────────────────────────────────────────────────


def national_id_is_made_of_the_finess_number(document: Any, written: Written) -> None:
    """RG_EXP_004, RG_EXP_005; the SAS wants `^1[0-9]{9}$`, which a Corsican number with its letter cannot match."""
    (national,) = at(written, "identifier[urn:oid:1.2.250.1.71.4.2.2].value")
    assert at(written, "identifier[https://finess.esante.gouv.fr].value") == [document.finess]
    assert national == f"1{document.finess}"
    assert re.fullmatch(r"1[0-9]{9}", national) or document.finess[:2] in {"2A", "2B"}


def offre_is_named_by_its_region_and_its_number(document: Any, written: Written) -> None:
    """RG_EXP_042: nothing of its establishment is in it."""
    assert at(written, "identifier.value") == [f"93/{document.id}"]


def situation_is_named_after_its_offre_and_its_professional(document: Any, written: Written) -> None:
    (told,) = at(written, "identifier.value")
    assert re.fullmatch(rf"93/{document.unit_id}/8[0-9]{{11}}", told)
    assert at(made(document.person), "identifier[urn:oid:1.2.250.1.71.4.2.1].value") == [told.rpartition("/")[2]]


# ── dates, hours, ages, zone ────────────────────────────────────────────────


def dates_are_those_of_the_publication(document: Any, written: Written) -> None:
    """RG_EXP_020 and 023: to the second; at creation, both are one."""
    (created,), (updated,) = at(written, CREATED), at(written, "meta.lastUpdated")
    assert datetime.fromisoformat(created) == document.meta.created_at
    assert datetime.fromisoformat(updated) == document.meta.updated_at
    assert (created == updated) == (document.meta.version == 1)


def hours_have_a_day_or_a_period_and_none_is_past(document: Any, written: Written) -> None:
    """RG_EXP_014, RG_EXP_018."""
    lines = written.get("availableTime", [])
    assert len(lines) == sum(1 for line in document.hours if not line["to"] or line["to"] >= TODAY.isoformat())
    for line in lines:
        days = at(line, "extension[ror-available-time-number-days-of-week].valueInteger")
        ends = at(line, "extension[ror-available-time-effective-opening-closing-date].valuePeriod.end")
        assert days or ends
        assert [WEEK.index(day) + 1 for day in at(line, "daysOfWeek")] == days
        assert all(date.fromisoformat(end) >= TODAY for end in ends)


def zone_is_one_commune_an_extension(document: Any, written: Written) -> None:
    """RG_EXP_009."""
    divisions = at(written, "extension[ror-territorial-division]")
    kind, code = (f"extension[{name}TerritorialDivision].{CODE}" for name in ("type", "code"))
    assert [at(one, code) for one in divisions] == [[commune.code] for commune in document.zone]
    assert [at(one, kind) for one in divisions] == [["3"]] * len(document.zone)


def ages_have_a_unit_and_its_system(document: Any, written: Written) -> None:
    """RG_EXP_048; qty-3 of R4."""
    (age,) = at(written, "extension[ror-healthcareservice-patient-type].extension[ageRange].valueRange")
    assert {age[end]["code"] for end in ("low", "high")} <= {"a", "mo", "wk", "d"}
    assert all(age[end]["system"] for end in ("low", "high"))


# ── contacts ────────────────────────────────────────────────────────────────


def contact_of_an_offre_is_free_and_so_is_each_number(document: Any, written: Written) -> None:
    """RG_EXP_034 and the table: one level, and a channel, a level and an address a number."""
    for contact in at(written, CONTACT):
        assert at(contact, f"extension[ror-confidentiality-level].{CODE}") == ["1"]
        for line in at(contact, "extension[ror-healthcareservice-contact-telecom]"):
            assert len(at(line, "extension[ror-telecom-communication-channel]")) == 1
            assert at(line, f"extension[ror-telecom-confidentiality-level].{CODE}") == ["1"]
            assert len(at(line, "extension[telecomAddress].valueString")) == 1


def contact_of_an_establishment_is_free_and_so_is_each_number(document: Any, written: Written) -> None:
    for contact in written.get("contact", []):
        assert at(contact, f"extension[ror-contact-confidentiality-level].{CODE}") == ["1"]
        for point in contact["telecom"]:
            assert len(at(point, "extension[ror-telecom-communication-channel]")) == 1
            assert at(point, f"extension[ror-telecom-confidentiality-level].{CODE}") == ["1"]


def nature_has_no_name_and_function_has_one(document: Any, written: Written) -> None:
    """RG_EXP_040, RG_EXP_041."""
    function = "extension[ror-contact-function-contact]"
    told = [(at(one, "purpose"), at(one, "name"), at(one, function)) for one in written.get("contact", [])]
    for one in at(written, CONTACT):
        told.append((at(one, "extension[purposeContact]"), at(one, "extension[name]"), at(one, function)))
    for nature, name, has_function in told:
        assert not (nature and (name or has_function))
        assert name or not has_function


def coordinates_are_told_once(document: Any, written: Written) -> None:
    for nature, value in (("06", document.phone), ("07", document.email), ("01", document.website)):
        held = at(written, f"contact[{nature}].telecom.value")
        of_sheet = [line["value"] for one in document.contacts if one["nature"] == nature for line in one["telecoms"]]
        assert value is None or held.count(value) == max(1, of_sheet.count(value))


# ── invariants of R4, addresses of systems ──────────────────────────────────


def invariants_of_r4_hold(document: Any, written: Written) -> None:
    for name, element in every(written):
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


def systems_are_well_made(document: Any, written: Written) -> None:
    """`https://mos…/NOS/TRE_R66-Name/FHIR/TRE-R66-Name`: underscore, then hyphen."""
    for _, element in every(written):
        system = str(element.get("system", ""))
        if system.startswith("https://mos."):
            named = re.fullmatch(r"https://mos\.esante\.gouv\.fr/NOS/TRE_([RG][0-9]+-[A-Za-z-]+)/FHIR/TRE-(.+)", system)
            assert named, system
            assert named[1] == named[2]


ALWAYS = (dates_are_those_of_the_publication, invariants_of_r4_hold, systems_are_well_made)
OF_AN_ESTABLISHMENT = (
    national_id_is_made_of_the_finess_number,
    contact_of_an_establishment_is_free_and_so_is_each_number,
    nature_has_no_name_and_function_has_one,
    coordinates_are_told_once,
)
OF_A_UNIT = (
    offre_is_named_by_its_region_and_its_number,
    hours_have_a_day_or_a_period_and_none_is_past,
    zone_is_one_commune_an_extension,
    ages_have_a_unit_and_its_system,
    contact_of_an_offre_is_free_and_so_is_each_number,
    nature_has_no_name_and_function_has_one,
)
KINDS: dict[str, tuple[st.SearchStrategy[Any], tuple[Callable[[Any, Written], None], ...]]] = {
    "entity": (entities, (national_id_is_made_of_the_finess_number,)),
    "establishment": (establishments, OF_AN_ESTABLISHMENT),
    "unit": (units(), OF_A_UNIT),
    "place": (places, ()),
    "person": (persons, ()),
    "role": (roles, (situation_is_named_after_its_offre_and_its_professional,)),
}


def made(document: Document, generation: str = "0.6") -> Written:
    return resource(document, generation, "93", today=TODAY)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(data=st.data())
def test_the_table_of_the_guide_and_the_rules_hold_in_both_generations(kind: str, data: st.DataObject):
    strategy, rules = KINDS[kind]
    document = data.draw(strategy)
    for generation in VERSIONS:
        written = made(document, generation)
        for path, low, high in TABLES[kind]:
            assert low <= len(at(written, path)) <= high, path
        for rule in (*ALWAYS, *rules):
            rule(document, written)


def test_every_kind_has_its_table_and_its_rules():
    assert TABLES.keys() == KINDS.keys()
