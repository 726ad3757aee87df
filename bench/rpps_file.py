"""The open extraction of the Annuaire Santé, `PS_LibreAcces_Personne_activite` (DOMAIN.md §7.2), a line at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from bench.structures import Structures, keyed
from bench.territory import Place
from bench.words import GIVEN_NAMES, Weighted, surnames, zipf

PERSON = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice"
    "|Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|Code profession"
    "|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire"
    "|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice"
    "|Numéro SIRET site|Numéro SIREN site|Numéro FINESS site|Numéro FINESS établissement juridique"
    "|Identifiant technique de la structure|Raison sociale site|Enseigne commerciale site"
)
COORDINATES = (
    "Complément destinataire|Complément point géographique|Numéro Voie|Indice répétition voie|Code type de voie"
    "|Libellé type de voie|Libellé Voie|Mention distribution|Bureau cedex|Code postal|Code commune|Libellé commune"
    "|Code pays|Libellé pays|Téléphone|Téléphone 2|Télécopie|Adresse e-mail"
)
STRUCTURE = (
    "Code Département (structure)|Libellé Département (structure)|Ancien identifiant de la structure"
    "|Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|Code section tableau pharmaciens"
    "|Libellé section tableau pharmaciens|Code fonction|Libellé fonction|Code genre d'activité|Libellé genre d'activité"
)


def _columns() -> list[str]:
    of_place = [f"{name} (coord. structure)" for name in COORDINATES.split("|")]
    return [*PERSON.split("|"), *of_place, *STRUCTURE.split("|")]


COLUMNS = _columns()
PROFESSIONS = Weighted(
    (
        ("60", "Infirmier"), ("10", "Médecin"), ("70", "Masseur-Kinésithérapeute"), ("21", "Pharmacien"),
        ("40", "Chirurgien-Dentiste"), ("93", "Psychologue"), ("91", "Orthophoniste"), ("50", "Sage-Femme"),
        ("80", "Pédicure-Podologue"), ("95", "Diététicien"), ("94", "Ergothérapeute"), ("92", "Orthoptiste"),
    ),
    (45, 17, 8, 6, 4, 5, 2.5, 2, 1.3, 1, 1.2, 0.5),
)  # fmt: skip
PHYSICIAN = "10"
SPECIALITIES = Weighted(
    (
        ("SM54", "Médecine générale"),
        ("SM53", "Spécialiste en médecine générale"),
        ("SM04", "Cardiologie et maladies vasculaires"),
        ("SM49", "Santé publique et médecine sociale"),
    ),
    (40, 35, 15, 10),
)
IN_A_STRUCTURE = 0.35
OFFICES = ("CABINET {name}", "CABINET DU DR {name}", "CABINET MEDICAL", "CABINET DE GROUPE", "SCM {name}")
STEP = 7_919
"""A prime: numbers that follow each other in the file do not look alike."""


@dataclass(frozen=True, slots=True)
class Person:
    rpps: str
    family_name: str
    given_name: str
    profession: tuple[str, str]
    speciality: tuple[str, str]


class Professionals:
    """Those of a country, one after the other, as the register gives them: a line for each place of practice."""

    def __init__(self, structures: Structures) -> None:
        self.structures = structures
        self.seed = structures.seed
        self.count = structures.territory.scale.professionals
        self.surnames = surnames(random.Random(f"{self.seed}/surnames"))
        self.given_names = zipf(GIVEN_NAMES)

    def write(self, file: TextIO) -> None:
        file.write("|".join(COLUMNS) + "|\n")
        file.writelines("|".join(line.get(name, "") for name in COLUMNS) + "|\n" for line in self.lines())

    def lines(self) -> Iterator[dict[str, str]]:
        for rank in range(self.count):
            chance = self._chance(rank)
            person = _told(self.person(rank, chance))
            for _ in range(2 if chance.random() < 0.12 else 1):
                yield person | self._activity(person, chance)

    def person(self, rank: int, chance: random.Random | None = None) -> Person:
        chance = chance or self._chance(rank)
        profession = PROFESSIONS.draw(chance)
        return Person(
            rpps=rpps_number(rank),
            family_name=self.surnames.draw(chance).upper(),
            given_name=self.given_names.draw(chance).upper(),
            profession=profession,
            speciality=SPECIALITIES.draw(chance) if profession[0] == PHYSICIAN else ("", ""),
        )

    def _chance(self, rank: int) -> random.Random:
        return random.Random(f"{self.seed}/ps/{rank}")

    def _activity(self, person: dict[str, str], chance: random.Random) -> dict[str, str]:
        if chance.random() < IN_A_STRUCTURE:
            structure = self.structures.at(chance.randrange(len(self.structures)))
            at = structure.address
            site = {
                "Code mode exercice": "S",
                "Libellé mode exercice": "Salarié",
                "Numéro FINESS site": structure.finess,
                "Numéro FINESS établissement juridique": structure.entity,
                "Raison sociale site": structure.name,
                "Numéro Voie (coord. structure)": at.number,
                "Libellé Voie (coord. structure)": at.street,
            }
            return site | _commune(at.place)
        territory = self.structures.territory
        place = territory.draws[territory.anywhere.draw(chance)].draw(chance)
        office = {
            "Code mode exercice": "L",
            "Libellé mode exercice": "Libéral, indépendant, artisan, commerçant",
            "Raison sociale site": chance.choice(OFFICES).format(name=person["Nom d'exercice"]),
            "Numéro Voie (coord. structure)": str(chance.randint(1, 240)),
        }
        return office | _commune(place)


def rpps_number(rank: int) -> str:
    return keyed(f"10{rank * STEP % 10**8:08d}")


def _told(person: Person) -> dict[str, str]:
    physician = person.profession[0] == PHYSICIAN
    return {
        "Type d'identifiant PP": "8",
        "Identifiant PP": person.rpps,
        "Identification nationale PP": f"8{person.rpps}",
        "Libellé civilité d'exercice": "Docteur" if physician else "",
        "Nom d'exercice": person.family_name,
        "Prénom d'exercice": person.given_name,
        "Code profession": person.profession[0],
        "Libellé profession": person.profession[1],
        "Code catégorie professionnelle": "C",
        "Libellé catégorie professionnelle": "Civil",
        "Code type savoir-faire": "S" if physician else "",
        "Libellé type savoir-faire": "Spécialité ordinale" if physician else "",
        "Code savoir-faire": person.speciality[0],
        "Libellé savoir-faire": person.speciality[1],
    }


def _commune(place: Place) -> dict[str, str]:
    return {
        "Code postal (coord. structure)": place.postcodes[0],
        "Code commune (coord. structure)": place.insee,
        "Libellé commune (coord. structure)": place.name,
        "Code pays (coord. structure)": "99000",
        "Libellé pays (coord. structure)": "France",
    }
