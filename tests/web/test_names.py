"""Register capitals read as names; what somebody typed with care is left alone."""

from __future__ import annotations

import pytest

from app.web.names import name_fr, street_fr


@pytest.mark.parametrize(
    ("registered", "shown"),
    [
        ("CPTS DU COMTAT VENAISSIN", "CPTS du Comtat Venaissin"),
        ("CPTS LE GRAND AVIGNON", "CPTS Le Grand Avignon"),
        ("CPTS DE L'ENCLAVE", "CPTS de l’Enclave"),
        ("CPTS SUD04", "CPTS SUD04"),
        ("SAINT-RÉMY-DE-PROVENCE", "Saint-Rémy-de-Provence"),
        ("LE PONTET", "Le Pontet"),
        ("CPTS du Pays d’Apt", "CPTS du Pays d’Apt"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name(registered: str | None, shown: str) -> None:
    assert name_fr(registered) == shown


@pytest.mark.parametrize(
    ("registered", "shown"),
    [
        ("584 AV VICTOR HUGO", "584 avenue Victor Hugo"),
        ("12 BIS R DU STADE", "12 bis rue du Stade"),
        ("3 A QU DES OCRES", "3 a quai des Ocres"),
        ("PL DE L'EGLISE", "place de l’Eglise"),
        ("LES BASSES PLAINES", "Les Basses Plaines"),
        ("5 rue du Four", "5 rue du Four"),
        (None, ""),
    ],
)
def test_a_street(registered: str | None, shown: str) -> None:
    assert street_fr(registered) == shown
