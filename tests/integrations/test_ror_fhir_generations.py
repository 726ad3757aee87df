"""What the two generations of the ROR profiles write differently (DOMAIN.md §3.7, §3.8), and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from app.domain.published import Document
from app.integrations.ror_fhir import VERSIONS, resource
from app.settings import FHIR_GENERATIONS, SettingsError, load
from tests.support.fhir_paths import at, every
from tests.support.published_examples import ENTITY, ESTABLISHMENT, EXAMPLES, PERSON, ROLE, TODAY, UNIT
from tests.support.published_strategies import entities, establishments, places

G07 = "https://mos.esante.gouv.fr/NOS/TRE_G07-TypeIdentifiantStructure/FHIR/TRE-G07-TypeIdentifiantStructure"
FR_CORE = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
PROFILES = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition"


def made(document: Document, generation: str) -> dict[str, Any]:
    return resource(document, generation, "93", today=TODAY)


def types(document: Document, generation: str) -> list[tuple[str, str, str]]:
    return [
        (one["system"], *at(one, "type.coding.system"), *at(one, "type.coding.code"))
        for one in made(document, generation)["identifier"]
    ]


def test_identifier_types_leave_tre_g07_for_the_codes_of_fr_core():
    assert types(ENTITY, "0.6") == [
        ("urn:oid:1.2.250.1.71.4.2.2", G07, "40"),
        ("https://finess.esante.gouv.fr", G07, "1"),
        ("https://sirene.fr", G07, "2"),
    ]
    assert types(ENTITY, "next") == [
        ("urn:oid:1.2.250.1.71.4.2.2", FR_CORE, "IDNST"),
        ("https://finess.esante.gouv.fr", FR_CORE, "FINEJ"),
        ("https://sirene.fr", FR_CORE, "SIREN"),
    ]
    assert [code for _, _, code in types(ESTABLISHMENT, "0.6")] == ["40", "1", "3"]
    assert [code for _, _, code in types(ESTABLISHMENT, "next")] == ["IDNST", "FINEG", "SIRET"]


def test_the_identifier_of_an_offre_is_the_same_in_both():
    assert made(UNIT, "0.6")["identifier"] == made(UNIT, "next")["identifier"]
    assert at(made(UNIT, "0.6"), "identifier.type.coding.code") == ["35"]


def test_ages_leave_the_table_of_the_nos_for_ucum():
    path = "extension[ror-healthcareservice-patient-type].extension[ageRange].valueRange"
    (published,), (announced,) = at(made(UNIT, "0.6"), path), at(made(UNIT, "next"), path)
    ucum = "https://mos.esante.gouv.fr/NOS/TRE_R247-UcumUniteMesure/FHIR/TRE-R247-UcumUniteMesure"
    assert published == {
        side: {"value": value, "system": ucum, "code": "a"} for side, value in (("low", 0), ("high", 150))
    }
    assert [announced[side]["system"] for side in ("low", "high")] == ["http://unitsofmeasure.org"] * 2


@pytest.mark.parametrize("document", EXAMPLES.values(), ids=EXAMPLES)
def test_a_profile_is_told_next_only(document: Document):
    """ROR-IMPACT: the flows of API v3 did not fill meta.profile."""
    assert at(made(document, "0.6"), "meta.profile") == []
    (profile,) = at(made(document, "next"), "meta.profile")
    names = ("organization", "healthcareservice", "location", "practitioner", "practitionerrole")
    assert profile in {f"{PROFILES}/ror-{name}" for name in names}


def test_the_role_repeats_the_exercise_as_published():
    role, person = made(ROLE, "0.6"), made(PERSON, "0.6")
    (name,) = at(role, "extension[ror-practitionerrole-name]")
    assert at(name, "extension[exerciseTitle].valueCodeableConcept.coding.code") == ["DR"]
    assert at(name, "extension[exerciseLastName].valueString") == ["ROCHEBRUNE"]
    assert at(name, "extension[exerciseFirstName].valueString") == ["Alix"]
    assert at(role, "code[TRE_G15-ProfessionSante].coding.code") == ["10"]
    assert at(role, "specialty.coding.code") == ["S", "SM54"]
    assert [one["system"] for one in person["identifier"]] == ["urn:oid:1.2.250.1.71.4.2.1"]
    assert person["name"] == [{"family": "ROCHEBRUNE", "given": ["Alix"]}]
    assert "qualification" not in person


def test_the_practitioner_holds_the_exercise_next():
    role, person = made(ROLE, "next"), made(PERSON, "next")
    assert {"code", "specialty"}.isdisjoint(role)
    assert at(role, "extension[ror-practitionerrole-name]") == []
    profession, skill = person["qualification"]
    assert at(profession, "code.coding.code") == ["10"]
    assert [coding["code"] for coding in skill["code"]["coding"]] == ["S", "SM54"]
    assert person["name"] == [{"family": "ROCHEBRUNE", "given": ["Alix"], "suffix": ["Docteur"]}]
    assert types(PERSON, "next") == [
        ("urn:oid:1.2.250.1.71.4.2.1", FR_CORE, "IDNPS"),
        ("https://rpps.esante.gouv.fr", FR_CORE, "RPPS"),
    ]


def test_a_title_without_a_code_keeps_its_words():
    odd = replace(ROLE, person=replace(PERSON, title="Médecin-chef des services"))
    told = at(made(odd, "0.6"), "extension[ror-practitionerrole-name].extension[exerciseTitle].valueCodeableConcept")
    assert told == [{"text": "Médecin-chef des services"}]


@settings(max_examples=40)
@given(entities | establishments | places)
def test_structures_and_places_differ_by_profile_and_identifier_type_alone(document: Document):
    published, announced = made(document, "0.6"), made(document, "next")
    del announced["meta"]["profile"]
    for written in (published, announced):
        for _, element in every(written):
            if element.get("system") in {
                "urn:oid:1.2.250.1.71.4.2.2",
                "https://finess.esante.gouv.fr",
                "https://sirene.fr",
            }:
                element.pop("type", None)
    assert published == announced


# ── the setting ─────────────────────────────────────────────────────────────


def test_every_generation_of_the_setting_has_its_version():
    assert tuple(VERSIONS) == FHIR_GENERATIONS


def test_the_published_generation_is_the_default(tmp_path):
    assert load(instance_path=tmp_path).fhir_generation == "0.6"


def test_an_unknown_generation_stops_the_start_with_one_line(tmp_path, capsys):
    with pytest.raises(SettingsError) as stopped:
        load(instance_path=tmp_path, fhir_generation="R5")
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "Relais ne démarre pas : FHIR_GENERATION doit valoir 0.6 ou next.\n"
