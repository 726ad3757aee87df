"""« Prêt pour le SAS »: what each rule finds, word for word where the brief gives the words, and what mends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.phones import e164
from app.domain.readiness import RULES, Finding, Level, Spot, blocking, findings, sent_units
from app.domain.readiness_facts import Facts
from app.domain.sheets.catalogue import BOXES, SheetKind
from tests.support.readiness import TODAY, phone, ready, unit

BLOCKING, WARNING, INFO = Level.BLOCKING, Level.WARNING, Level.INFO
CONTACTS = "contacts"
UNSEEN = "le régulateur ne verra pas la CPTS."
A_YEAR = TODAY - timedelta(days=365)


def contacts(*each: object) -> dict[str, object]:
    return {"contacts": list(each)}


CASES = [
    ("finess", BLOCKING, "catégorie 355", None, ready(category="355")),
    ("finess", BLOCKING, "fermée depuis le 26/11/2026", None, ready(closed_on=TODAY)),
    ("name", BLOCKING, "Le nom officiel manque", None, ready(identite={"name": None})),
    ("address", BLOCKING, "(voie ou lieu-dit)", Spot("coordonnees", "street"), ready(coordonnees={"street": None})),
    ("address", BLOCKING, "(code postal)", Spot("coordonnees", "postcode"), ready(coordonnees={"postcode": None})),
    ("address", BLOCKING, "(code postal)", Spot("coordonnees", "postcode"), ready(coordonnees={"postcode": "8420"})),
    ("address", BLOCKING, "(commune)", Spot("coordonnees", "city"), ready(coordonnees={"city": None})),
    ("switchboard", BLOCKING, "standard manque", Spot("coordonnees", "phone"), ready(coordonnees={"phone": None})),
    ("units", BLOCKING, "Aucune unité n’est décrite", None, replace(ready(), units=())),
    ("sensitive", BLOCKING, "est sensible", Spot("offre", "sensitive", 12), ready(unit(offre={"sensitive": True}))),
    (
        "complete",
        BLOCKING,
        "(champ d’activité, mode de prise en charge)",
        Spot("offre", "activity_field_code", 12),
        ready(unit(offre={"activity_field_code": None, "care_mode_code": None})),
    ),
    (
        "complete",
        BLOCKING,
        "(activités opérationnelles)",
        Spot("activites", "activities", 12),
        ready(unit(activites={"activities": []})),
    ),
    (
        "phone",
        BLOCKING,
        "Le téléphone de l’unité manque : le régulateur ne verra aucun numéro.",
        Spot(CONTACTS, CONTACTS, 12, "0.telecoms.0.value"),
        ready(unit(contacts=contacts())),
    ),
    (
        "phone",
        BLOCKING,
        "Le téléphone de l’unité manque",
        Spot(CONTACTS, CONTACTS, 12, "0.telecoms.0.value"),
        ready(unit(contacts=contacts(phone("a@b.example", channel="3")))),
    ),
    (
        "phone",
        BLOCKING,
        "n’est pas en accès libre",
        Spot(CONTACTS, CONTACTS, 12, "0.telecoms.0.level"),
        ready(unit(contacts=contacts(phone(level=2)))),
    ),
    (
        "phone",
        BLOCKING,
        "n’est pas en accès libre",
        Spot(CONTACTS, CONTACTS, 12, "0.level"),
        ready(unit(contacts=contacts(phone(level=3, contact_level=3)))),
    ),
    (
        "phone",
        BLOCKING,
        "(3624) ne s’écrit pas +33",
        Spot(CONTACTS, CONTACTS, 12, "1.telecoms.0.value"),
        ready(unit(contacts=contacts(phone(level=2), phone("3624")))),
    ),
    ("zone", BLOCKING, "de l’unité est vide", Spot("zone", "communes", 12), ready(unit(zone={"communes": []}))),
    (
        "zone",
        BLOCKING,
        "aucune commune d’aujourd’hui",
        Spot("zone", "communes", 12),
        ready(unit(zone={"communes": ["84", "248400053", "84999"]})),
    ),
    (
        "ceased",
        WARNING,
        "Ancienneville n’est plus une commune",
        Spot("zone", "communes", 12),
        ready(unit(zone={"communes": ["84031", "84999"]})),
    ),
    ("dialled", WARNING, "(15)", Spot("coordonnees", "phone"), ready(coordonnees={"phone": "15"})),
    ("freshness", WARNING, "depuis plus d’un an", None, ready(unit(updated_on=A_YEAR))),
    (
        "one-number",
        WARNING,
        "celui de l’unité, qui diffère",
        Spot(CONTACTS, CONTACTS, 12),
        ready(unit(contacts=contacts(phone("+33465710220")))),
    ),
    (
        "regulator-info",
        INFO,
        "Aucune information complémentaire",
        Spot("conditions", "regulator_info", 12),
        ready(unit(conditions={"regulator_info": None})),
    ),
    ("effectors", INFO, "Aucun professionnel ne participe", None, ready(effectors=0)),
]


def only(facts: Facts) -> Finding:
    found = findings(facts)
    assert len(found) == 1, found
    return found[0]


def test_a_cpts_with_nothing_to_mend_is_ready() -> None:
    assert findings(ready()) == []


@pytest.mark.parametrize(
    ("rule", "level", "words", "spot", "facts"), CASES, ids=[f"{rank}-{case[0]}" for rank, case in enumerate(CASES)]
)
def test_each_fault_alone_is_found_by_its_rule_alone(
    rule: str, level: Level, words: str, spot: Spot | None, facts: Facts
) -> None:
    found = only(facts)
    assert (found.rule, found.level, found.spot) == (rule, level, spot)
    assert words in found.sentence
    assert "régulateur" in found.sentence, "it says what the regulator will not see"
    assert found.sentence.endswith(".")


def test_every_rule_has_its_case_and_its_source() -> None:
    assert {case[0] for case in CASES} == {rule.key for rule in RULES}
    assert all(rule.source and rule.label for rule in RULES)


@pytest.mark.parametrize("key", ["finess", "address", "name", "switchboard", "units"])
def test_what_the_establishment_lacks_hides_the_whole_cpts(key: str) -> None:
    facts = next(case[4] for case in CASES if case[0] == key)
    assert only(facts).sentence.endswith(UNSEEN)


def test_a_closing_day_to_come_hides_nothing_yet() -> None:
    assert findings(ready(closed_on=TODAY + timedelta(days=1))) == []


def test_every_box_of_a_unit_that_lacks_something_mandatory_is_named_once() -> None:
    """RG_EXP_002, whatever the catalogue asks for; what has a rule of its own is said by that rule."""
    for box in BOXES[SheetKind.UO]:
        required = [field for field in box.fields if field.required]
        if not required or box.key in {"contacts", "zone"}:
            continue
        found = only(ready(unit(**{box.key: {field.key: None for field in required}})))
        assert (found.rule, found.spot) == ("complete", Spot(box.key, required[0].key, 12))
        assert all(field.label[1:] in found.sentence for field in required)


@pytest.mark.parametrize(
    "broken",
    [
        unit(13, offre={"name": "Antenne", "care_mode_code": None}),
        unit(13, offre={"name": "Antenne"}, contacts=contacts()),
        unit(13, offre={"name": "Antenne"}, zone={"communes": []}),
    ],
)
def test_a_unit_that_is_not_sent_beside_one_that_is_only_warns_and_is_named(broken: object) -> None:
    facts = ready(unit(), broken)  # type: ignore[arg-type]
    found = only(facts)
    assert found.level is WARNING
    assert "« Antenne »" in found.sentence
    assert [one.id for one in sent_units(facts)] == [12]


def test_a_sensitive_unit_beside_another_is_only_told() -> None:
    assert only(ready(unit(), unit(13, offre={"sensitive": True}))).level is INFO


def test_two_units_that_fail_for_different_reasons_are_both_to_mend() -> None:
    found = blocking(findings(ready(unit(contacts=contacts()), unit(13, zone={"communes": []}))))
    assert [(finding.rule, finding.spot.unit_id if finding.spot else None) for finding in found] == [
        ("phone", 12),
        ("zone", 13),
    ]


def test_the_fresh_unit_of_two_keeps_the_cpts_fresh() -> None:
    assert findings(ready(unit(updated_on=A_YEAR), unit(13))) == []


def test_a_long_list_of_communes_that_ceased_is_counted() -> None:
    gone = {f"8400{number}": f"Village {number}" for number in range(1, 8)}
    found = only(ready(unit(zone={"communes": ["84031", *gone]}), ceased=gone))
    assert "Village 1, Village 2, Village 3, Village 4, Village 5 et 2 autres ne sont plus" in found.sentence


FAULTS = {
    "phone": {"contacts": contacts()},
    "zone": {"zone": {"communes": []}},
    "complete": {"activites": {"activities": []}},
    "sensitive": {"offre": {"sensitive": True}},
}


@given(st.lists(st.sets(st.sampled_from(sorted(FAULTS))), min_size=1, max_size=4))
def test_the_regulators_see_a_cpts_exactly_when_one_of_its_units_has_no_fault(faults: list[set[str]]) -> None:
    units = [
        unit(number, **{key: value for fault in each for key, value in FAULTS[fault].items()})
        for number, each in enumerate(faults)
    ]
    facts = ready(*units)
    assert [one.id for one in sent_units(facts)] == [number for number, each in enumerate(faults) if not each]
    assert (not blocking(findings(facts))) == any(not each for each in faults)


# ── numbers ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("+33465710110", "+33465710110"),
        ("04 65 71 01 10", "+33465710110"),
        ("04.65.71.01.10", "+33465710110"),
        ("0033465710110", "+33465710110"),
        ("+33 (0)4 65 71 01 10", "+33465710110"),
        ("+262262500000", "+262262500000"),
        ("+590 590 12 34 56", "+590590123456"),
        ("15", None),
        ("3624", None),
        ("+41223456789", None),
        ("0065710110", None),
        ("046571011", None),
        ("+33٤65710110", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_sent_with_its_prefix_and_nine_digits_or_not_at_all(typed: str | None, sent: str | None) -> None:
    assert e164(typed) == sent


@given(st.text(alphabet="0123456789+() .-", max_size=20))
def test_what_is_sent_is_sent_again_as_it_is(typed: str) -> None:
    number = e164(typed)
    assert number is None or e164(number) == number
