"""The authored registers of the demonstration: well formed, coherent with one another, and plainly invented."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

from app.demo.stage import CPTS

DATA = Path(__file__).resolve().parents[2] / "app" / "demo" / "data"
BEING_DESCRIBED = ("sisteron", "baous", "asse", "vieux-port")
FICTION_LANDLINE = "046571"  # Arcep: reserved for works of fiction
FICTION_MOBILE = "+336399800"


def lines(name: str) -> list[list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [line.rstrip("\n").split(";") for line in file][1:]


def rows(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL))


def luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def establishments() -> list[list[str]]:
    return [line for line in lines("finess-etablissements.csv") if line[0] == "structureet"]


def test_finess_numbers_are_luhn_valid_and_unique():
    numbers = [line[1] for line in establishments()] + [line[1] for line in lines("finess-entites-juridiques.csv")]
    assert all(luhn(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_every_establishment_has_its_legal_entity_its_commune_and_its_place():
    entities = {line[1] for line in lines("finess-entites-juridiques.csv")}
    communes = {row["insee_code"] for row in rows("communes.csv")}
    placed = {line[1] for line in lines("finess-etablissements.csv") if line[0] == "geolocalisation"}
    for line in establishments():
        assert line[2] in entities
        assert line[13] + line[12] in communes
        assert line[1] in placed


def test_the_six_departements_have_a_cpts_and_comtat_venaissin_is_the_real_one():
    cpts = {line[1]: line for line in establishments() if line[18] == "604"}
    assert {line[13] for line in cpts.values()} == {"04", "05", "06", "13", "83", "84"}
    comtat = cpts["840021281"]
    assert (comtat[2], comtat[3], comtat[15]) == ("840021273", "CPTS DU COMTAT VENAISSIN", "84200 CARPENTRAS")
    assert comtat[7:10] == ["584", "AV", "VICTOR HUGO"]


def test_zones_name_known_cpts_and_communes_and_leave_some_communes_without_cpts():
    cpts = {line[1] for line in establishments() if line[18] == "604"}
    communes = {row["insee_code"] for row in rows("communes.csv")}
    zones = rows("zones.csv")
    assert {row["finess_eg"] for row in zones} == cpts - {CPTS[key] for key in BEING_DESCRIBED}
    assert {row["insee_code"] for row in zones} < communes


def test_phones_are_reserved_for_fiction():
    phones = [line[16] for line in establishments()] + [line[15] for line in lines("finess-entites-juridiques.csv")]
    assert all(phone.startswith(FICTION_LANDLINE) and len(phone) == 10 for phone in phones)


def test_professionals_carry_invented_luhn_valid_rpps_numbers():
    people = rows("professionnels.txt", delimiter="|")
    numbers = [person["Identifiant PP"] for person in people]
    assert len(set(numbers)) == len(numbers) > 60
    assert all(number.startswith("10999") and len(number) == 11 and luhn(number) for number in numbers)
    communes = {row["insee_code"] for row in rows("communes.csv")}
    assert {person["Code commune (coord. structure)"] for person in people} <= communes


def test_people_have_fictional_phones_example_addresses_and_the_name_of_their_rpps_row():
    registered = {row["Identifiant PP"]: row for row in rows("professionnels.txt", delimiter="|")}
    people = rows("people.csv")
    assert len({person["key"] for person in people}) == len(people)
    assert len({person["email"] for person in people}) == len(people)
    for person in people:
        assert person["phone"].startswith(FICTION_MOBILE)
        assert person["email"].endswith(".example")
        if person["rpps"]:
            row = registered[person["rpps"]]
            assert row["Nom d'exercice"] == person["family_name"].upper()
            assert row["Prénom d'exercice"] == person["given_name"]


def test_descriptions_are_about_the_cpts_of_the_demonstration_and_name_only_example_domains():
    cpts = {line[1] for line in establishments() if line[18] == "604"}
    text = (DATA / "descriptions.json").read_text(encoding="utf-8")
    assert set(json.loads(text)) == cpts
    assert all(host.endswith(".example") for host in re.findall(r"(?:https://|@)([\w.-]+)", text))
    assert all(phone.startswith("+33465710") for phone in re.findall(r"\+\d+", text))


def test_epci_are_made_of_the_communes_of_the_demonstration():
    members = rows("epci.csv")
    known = {row["insee_code"]: row["name"] for row in rows("communes.csv")}
    assert len({row["epci_siren"] for row in members}) == 4
    assert all(known[row["insee_code"]] == row["commune_name"] for row in members)
    assert len({row["insee_code"] for row in members}) == len(members) == 45
    assert all(luhn(row["epci_siren"]) for row in members)


def test_what_people_type_names_only_fictional_phones_example_domains_and_communes_of_the_demonstration():
    communes = {row["insee_code"] for row in rows("communes.csv")}
    for name in ("fiches.json", "encadres.json"):
        text = (DATA / name).read_text(encoding="utf-8")
        assert all(host.endswith(".example") for host in re.findall(r"(?:https://|@)([\w.-]+)", text))
        assert all(phone.startswith(("+33465710", FICTION_MOBILE)) for phone in re.findall(r"\+\d+", text))
        for zone in re.findall(r'"communes": \[([^\]]*)\]', text):
            assert set(re.findall(r"\w+", zone)) <= communes
