"""Claims of Pro Santé Connect → who came in (DOMAIN.md §8.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.domain.identities import VouchedIdentity, rpps_from_subject, same_name
from app.integrations.pro_sante_connect.mapping import ClaimsMissing, psc_claims_to_identity
from tests.factories import new_rpps

RPPS = new_rpps()
NURSE: dict[str, Any] = {
    "sub": f"f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:8{RPPS}",
    "SubjectNameID": f"8{RPPS}",
    "preferred_username": f"8{RPPS}",
    "given_name": "SOPHIE",
    "family_name": "MARCHAL-DUPONT",
    "Secteur_Activite": "SA07^1.2.250.1.71.4.2.4",
    "SubjectRole": ["10^1.2.250.1.213.1.1.5.5"],
    "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
    "otherIds": [{"identifiant": f"8{RPPS}", "origine": "RPPS", "qualite": 1}],
    "SubjectRefPro": {
        "codeCivilite": "MME",
        "exercices": [
            {"codeProfession": "60", "nomDexercice": "MARCHAL", "prenomDexercice": "Sophie", "activities": []},
            {"codeProfession": "10", "nomDexercice": "AUTRE", "prenomDexercice": "Sophie", "activities": []},
        ],
    },
}


def mapped(**changed: Any) -> VouchedIdentity:
    claims = {name: value for name, value in {**NURSE, **changed}.items() if value is not ...}
    return psc_claims_to_identity(claims, issuer="https://psc.example", id_token="jeton")


def test_a_professional_is_known_by_their_national_identifier_and_practice() -> None:
    assert mapped() == VouchedIdentity(
        issuer="https://psc.example",
        subject=f"8{RPPS}",
        family_name="MARCHAL",
        given_name="Sophie",
        rpps=RPPS,
        profession_code="60",
        id_token="jeton",
    )


@pytest.mark.parametrize("reference", [..., None, {}, {"exercices": []}, {"exercices": [None]}, "", {"exercices": ""}])
def test_a_professional_without_a_practice_is_known_by_their_name(reference: Any) -> None:
    identity = mapped(SubjectRefPro=reference)
    assert (identity.family_name, identity.given_name) == ("MARCHAL-DUPONT", "SOPHIE")
    assert (identity.profession_code, identity.rpps) == ("10", RPPS)


def test_empty_values_say_nothing() -> None:
    practice = {"codeProfession": "", "nomDexercice": "", "prenomDexercice": "  "}
    identity = mapped(SubjectRefPro={"exercices": [practice]}, SubjectRole=[])
    assert (identity.family_name, identity.profession_code) == ("MARCHAL-DUPONT", None)


def test_a_test_identity_has_no_number() -> None:
    identity = mapped(SubjectNameID="ANS20210107161422")
    assert (identity.subject, identity.rpps) == ("ANS20210107161422", None)


@pytest.mark.parametrize(
    "missing",
    [
        {"SubjectNameID": ...},
        {"SubjectNameID": ""},
        {"SubjectNameID": 8},
        {"SubjectNameID": "8" * 81},
        {"family_name": "", "SubjectRefPro": ...},
        {"given_name": ..., "SubjectRefPro": ...},
    ],
)
def test_an_answer_that_names_nobody_is_refused(missing: dict[str, Any]) -> None:
    with pytest.raises(ClaimsMissing):
        mapped(**missing)


@pytest.mark.parametrize(
    ("subject", "rpps"),
    [
        (f"8{RPPS}", RPPS),
        (f" 8{RPPS} ", RPPS),
        (f"0{RPPS}", None),
        (RPPS, None),
        (f"8{RPPS}1", None),
        (f"8{RPPS[:-1]}{(int(RPPS[-1]) + 1) % 10}", None),
        ("8ABCDEFGHIJK", None),
        ("٨" * 12, None),
        ("", None),
    ],
)
def test_the_number_is_deduced_from_the_identifier(subject: str, rpps: str | None) -> None:
    assert rpps_from_subject(subject) == rpps


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("DÉLAGE", "Delage", True),
        ("Le Goff", "LE-GOFF", True),
        ("d’Artagnan", "D'ARTAGNAN", True),
        ("Martin", "Martinez", False),
        ("", "", False),
        ("-", "’", False),
    ],
)
def test_two_spellings_of_a_family_name_are_one(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_only_the_return_of_the_provider_writes_on_a_get() -> None:
    root = Path(__file__).resolve().parents[2] / "app"
    callers = {
        path.relative_to(root).as_posix() for path in root.rglob("*.py") if "write_on_return(" in path.read_text()
    }
    assert callers == {"db.py", "blueprints/identities/returning.py"}
