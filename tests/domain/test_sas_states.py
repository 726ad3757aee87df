"""The document that the SAS receives, field by field, and the card that a regulator reads of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.participations import Effector, EffectorPlace
from app.domain.readiness import LABEL, Spot
from app.domain.readiness_facts import Facts
from app.domain.sas_states import ROWS, SasState, absence, answer, card_of, expanded, shows
from app.domain.sheets.catalogue import BOXES, SAS, Box, Field, SheetKind
from app.domain.territories import CITY_OF
from tests.support.readiness import RESERVED, STANDARD, phone, ready, unit

DOCTOR = Effector(
    national_id="810002909371",
    family_name="Marchal",
    given_name="Sophie",
    speciality_code="SM26",
    speciality="Médecine générale",
    since=date(2026, 9, 1),
    until=None,
    has_software=True,
    gives_hours=False,
    places=(EffectorPlace("Cabinet des Halles", "1 RUE DES HALLES", "84200", "Carpentras", "84031"),),
)
CARPENTRAS, AVIGNON, MARSEILLE = "84031", "84007", "13055"


def payload(facts: Facts, *effectors: Effector) -> dict[str, Any]:
    return SasState(facts, effectors).payload


def test_the_document_of_a_cpts_that_the_regulators_see() -> None:
    assert payload(ready(), DOCTOR) == {
        "status": "active",
        "finess": "1840021281",
        "type": {"code": "604", "label": "Communauté Professionnelle Territoriale de Santé (CPTS)"},
        "name": "CPTS DU COMTAT VENAISSIN",
        "address": {"street": "584 AV VICTOR HUGO", "extra": None, "postcode": "84200", "city": "CARPENTRAS"},
        "switchboard": STANDARD,
        "phones": [STANDARD],
        "communes": ["84031", "84088"],
        "regulator_info": "Composer le 1.",
        "units": [{"id": 12, "name": "CPTS DU COMTAT VENAISSIN", "type": "255", "activities": ["475"]}],
        "effectors": [
            {
                "id": "810002909371",
                "family_name": "Marchal",
                "given_name": "Sophie",
                "speciality": {"code": "SM26", "label": "Médecine générale"},
                "since": "2026-09-01",
                "until": None,
                "has_software": True,
                "gives_hours": False,
                "places": [
                    {
                        "name": "Cabinet des Halles",
                        "street": "1 RUE DES HALLES",
                        "postcode": "84200",
                        "city": "Carpentras",
                        "insee": "84031",
                    }
                ],
            }
        ],
    }


def test_the_label_is_that_of_the_platform_to_the_letter() -> None:
    assert LABEL == "Communauté Professionnelle Territoriale de Santé (CPTS)"


def test_a_cpts_that_they_do_not_see_is_withdrawn_with_its_reasons_and_nothing_else() -> None:
    state = SasState(ready(unit(contacts={"contacts": []})), (DOCTOR,))
    assert not state.eligible
    assert state.payload == {
        "status": "withdrawn",
        "finess": "1840021281",
        "type": {"code": "604", "label": LABEL},
        "name": "CPTS DU COMTAT VENAISSIN",
        "reasons": [
            {
                "rule": "phone",
                "sentence": "Le téléphone de l’unité manque : le régulateur ne verra aucun numéro.",
            }
        ],
    }


def test_what_only_warns_withdraws_nothing() -> None:
    state = SasState(ready(coordonnees={"phone": "15"}, effectors=0))
    assert state.eligible
    assert state.findings
    assert state.payload["switchboard"] is None


# ── exactly the fields that are said to be transmitted (S-140) ──────────────

OTHERWISE: dict[str, Any] = {
    "phone": "+33465710330",
    "postcode": "84100",
    "communes": ["84031"],
    "activities": ["475", "476"],
    "contacts": [phone("+33465710330")],
    "hours": [{"type": "01", "day": 1, "start": "09:00", "end": "17:00", "from": None, "to": None}],
    "sensitive": False,
    "capacity": 4,
    "latitude": 44.1,
    "longitude": 5.1,
    "min_age": 3,
    "max_age": 90,
    "min_age_unit": "mo",
    "max_age_unit": "mo",
    "pathways": ["Insuffisance cardiaque"],
    "project_signed_on": "2026-01-01",
}
FIELDS = [(box, field) for kind in SheetKind for box in BOXES[kind] for field in box.fields]


@pytest.mark.parametrize(("box", "field"), FIELDS, ids=[f"{box.kind}-{box.key}-{field.key}" for box, field in FIELDS])
def test_a_field_changes_the_document_exactly_when_the_catalogue_says_that_the_sas_receives_it(
    box: Box, field: Field
) -> None:
    other = {field.key: OTHERWISE.get(field.key, "Autre")}
    if box.kind is SheetKind.UO:
        changed = ready(unit(**{box.key: other}))
    else:
        facts = ready()
        changed = replace(facts, sheet={**facts.sheet, box.key: {**facts.sheet[box.key], **other}})
    state = SasState(changed)
    assert state.eligible, state.findings
    assert (state.payload != payload(ready())) == (SAS in field.receivers)


def test_the_state_is_one_text_and_one_digest() -> None:
    one, same = SasState(ready(), (DOCTOR,)), SasState(ready(), (DOCTOR,))
    assert json.loads(one.text) == one.payload
    assert one.text == json.dumps(one.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert one.digest == same.digest
    assert re.fullmatch("[0-9a-f]{64}", one.digest)
    assert one.digest != SasState(ready()).digest


def test_neither_time_nor_verification_changes_the_state() -> None:
    """Else every CPTS would be sent again every day."""
    later = replace(ready(), today=date(2027, 3, 1))
    assert SasState(later).text == SasState(ready()).text


def test_the_order_in_which_effectors_are_read_changes_nothing() -> None:
    other = replace(DOCTOR, national_id="810009999999")
    assert SasState(ready(), (DOCTOR, other)).text == SasState(ready(), (other, DOCTOR)).text


# ── telephones ──────────────────────────────────────────────────────────────


def test_telephones_are_sent_in_the_order_declared_once_each_the_free_ones_alone() -> None:
    first = unit(
        contacts={"contacts": [phone("04 65 71 02 20"), phone(RESERVED, level=2), phone("x@y.example", channel="3")]}
    )
    second = unit(13, contacts={"contacts": [phone("+33465710330"), phone("+33465710220")]})
    assert payload(ready(first, second))["phones"] == ["+33465710220", "+33465710330"]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 3), st.sampled_from(["+33465710001", "15", "04 65 71 00 02"])),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_restricted_is_ever_sent(numbers: list[tuple[int, int, str]]) -> None:
    told = [phone(value, level=level, contact_level=above) for level, above, value in numbers]
    state = SasState(ready(unit(contacts={"contacts": told})))
    free = {value.replace(" ", "").lstrip("+")[-9:] for level, above, value in numbers if level == above == 1}
    sent = state.payload.get("phones", [])
    assert {number[-9:] for number in sent} == {value for value in free if len(value) == 9}
    assert all(re.fullmatch(r"\+33[1-9][0-9]{8}", number) for number in sent)


def test_what_units_tell_the_regulator_is_gathered_and_that_of_a_unit_that_is_not_sent_is_not() -> None:
    told = payload(
        ready(
            unit(),
            unit(13, conditions={"regulator_info": "Le soir, le 2."}),
            unit(14, offre={"sensitive": True}, conditions={"regulator_info": "Secret."}),
        )
    )
    assert told["regulator_info"] == "Composer le 1.\n\nLe soir, le 2."
    assert [one["id"] for one in told["units"]] == [12, 13]


# ── communes ────────────────────────────────────────────────────────────────


def test_the_whole_city_is_sent_with_each_of_its_arrondissements() -> None:
    sent = payload(ready(unit(zone={"communes": [MARSEILLE]})))["communes"]
    assert sent == ["13055", *(str(code) for code in range(13201, 13217))]


def test_an_arrondissement_never_makes_the_city() -> None:
    assert payload(ready(unit(zone={"communes": ["13201"]})))["communes"] == ["13201"]


def test_what_is_no_commune_of_today_is_not_sent() -> None:
    told = payload(ready(unit(zone={"communes": ["84031", "84", "248400053", "84999"]})))
    assert told["communes"] == ["84031"]


@given(st.sets(st.sampled_from([*CITY_OF, *set(CITY_OF.values()), "84031"])))
def test_expanding_a_zone_adds_the_arrondissements_of_its_cities_and_nothing_else(zone: set[str]) -> None:
    assert expanded(zone) - zone == {part for part, city in CITY_OF.items() if city in zone} - zone
    assert expanded(expanded(zone)) == expanded(zone)


# ── the card ────────────────────────────────────────────────────────────────


def test_the_card_shows_the_first_telephone_of_the_units_not_the_switchboard() -> None:
    facts = ready(unit(contacts={"contacts": [phone("+33465710220"), phone()]}))
    card = card_of(payload(facts, DOCTOR))
    assert (card.finess, card.name, card.phone) == ("840021281", "CPTS DU COMTAT VENAISSIN", "+33465710220")
    assert card.address == "584 AV VICTOR HUGO, 84200 CARPENTRAS"
    assert (card.regulator_info, card.effectors) == ("Composer le 1.", 1)


def test_a_search_finds_a_cpts_by_the_very_code_of_the_commune() -> None:
    told = payload(ready())
    assert shows(told, CARPENTRAS)
    assert not shows(told, AVIGNON)
    assert not shows(told, "84")
    assert not shows(payload(ready(unit(contacts={"contacts": []}))), CARPENTRAS)


def test_the_platform_answers_fifty_cpts_at_most() -> None:
    names = [f"CPTS {number:02d}" for number in range(60)]
    many = [payload(ready(identite={"name": name})) for name in names]
    cards = answer(many[::-1], CARPENTRAS)
    assert [card.name for card in cards] == names[:ROWS]
    assert answer(many, AVIGNON) == []


# ── why it is not there ─────────────────────────────────────────────────────


def test_a_cpts_that_is_there_has_no_reason_not_to_be() -> None:
    assert absence(SasState(ready()), CARPENTRAS, "Carpentras", [CARPENTRAS]) == []


def test_a_cpts_that_nobody_sees_is_absent_for_its_own_reasons() -> None:
    state = SasState(ready(unit(contacts={"contacts": []})))
    assert absence(state, CARPENTRAS, "Carpentras", [CARPENTRAS]) == state.blocking


@pytest.mark.parametrize(
    ("insee", "name", "zone", "words", "mended"),
    [
        (AVIGNON, "Avignon", ["84031"], "Avignon n’est pas dans la zone d’intervention.", True),
        (MARSEILLE, "Marseille", ["13201"], "par arrondissement", False),
        ("84001", "Neuville", ["84031", "84999"], "La zone nomme encore Ancienneville", True),
    ],
)
def test_the_reason_of_an_absence_is_said_with_the_field_that_mends_it(
    insee: str, name: str, zone: list[str], words: str, mended: bool
) -> None:
    held = [code for code in zone if code != CARPENTRAS]
    (found,) = absence(SasState(ready(unit(zone={"communes": zone}))), insee, name, held)
    assert words in found.sentence
    assert found.spot == (Spot("zone", "communes", 12) if mended else None)
