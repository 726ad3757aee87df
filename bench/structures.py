"""Legal entities and establishments of a made-up country. Each is computed from its rank alone: nothing is kept."""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.territory import Place, Territory, shares
from bench.words import STREET_TYPES, STREETS, Weighted


@dataclass(frozen=True, slots=True)
class Category:
    """TRE_R66, and how such an establishment is called; `{town}`, `{patron}`, `{number}` are filled in."""

    code: str
    label: str
    group: str
    names: tuple[str, ...]


CPTS = Category(
    "604",
    "Communautés professionnelles territoriales de santé (CPTS)",
    "2103",
    ("CPTS {town}", "CPTS DU PAYS DE {town}", "CPTS {town} ET SES ENVIRONS", "CPTS GRAND {town}"),
)
OTHERS = Weighted(
    (
        Category(
            "620",
            "Pharmacie d'Officine",
            "3101",
            ("PHARMACIE {patron}", "PHARMACIE DE {town}", "PHARMACIE DU CENTRE", "PHARMACIE {street}"),
        ),
        Category(
            "611", "Laboratoire de Biologie Médicale", "3201", ("LABORATOIRE {patron}", "LBM {town}", "BIOSUD {town}")
        ),
        Category(
            "500",
            "Etablissement d'hébergement pour personnes âgées dépendantes",
            "4401",
            ("EHPAD {patron}", "EHPAD LES JARDINS DE {town}", "RESIDENCE {patron}"),
        ),
        Category(
            "603", "Maison de santé (L.6223-3)", "2103", ("MSP {town}", "MAISON DE SANTE {patron}", "MSP {patron}")
        ),
        Category("124", "Centre de Santé", "2103", ("CENTRE DE SANTE {town}", "CENTRE DE SANTE {patron}")),
        Category("202", "Résidences autonomie", "4401", ("RESIDENCE AUTONOMIE {patron}", "FOYER LOGEMENT {town}")),
        Category(
            "354", "Service de Soins Infirmiers A Domicile (S.S.I.A.D)", "4605", ("SSIAD {town}", "SSIAD {patron}")
        ),
        Category("355", "Centre Hospitalier (C.H.)", "1102", ("CH {town}", "CENTRE HOSPITALIER DE {town}")),
        Category("128", "Etablissement de Soins Chirurgicaux", "1110", ("CLINIQUE {patron}", "POLYCLINIQUE DE {town}")),
        Category("698", "Autre Etablissement Loi Hospitalière", "1109", ("ANTENNE {town}", "SITE {patron}")),
    ),
    (22, 6, 9, 5, 4, 5, 3, 2, 1.5, 3),
)
PATRONS = (
    "SAINT JOSEPH", "SAINT LUC", "NOTRE DAME", "SAINT ROCH", "SAINTE ANNE", "SAINT LOUIS", "DES ARCADES", "DU PARC",
    "LES OLIVIERS", "MISTRAL", "LES CEDRES", "DU LAC", "BEAUSEJOUR", "LES CIGALES", "DES ALPES", "DU SOLEIL",
    "BELLEVUE", "LES TERRASSES", "DU ROCHER", "LES MAGNOLIAS",
)  # fmt: skip
STATUSES = Weighted(
    (
        ("60", "Association Loi 1901 non Reconnue d'Utilité Publique"),
        ("72", "Société A Responsabilité Limitée (S.A.R.L.)"),
        ("13", "Etablissement Public Communal d'Hospitalisation"),
        ("85", "Société d'Exercice Libéral (S.E.L.)"),
    ),
    (40, 25, 10, 25),
)
FINESS_CODES = {"971": "9A", "972": "9B", "973": "9C", "974": "9D", "976": "9F"}
DIALLING = {"971": "059020", "972": "059660", "973": "059430", "974": "026220", "976": "026961"}
METROPOLITAN = ("0142", "0235", "0388", "0490", "0556")
WIDEST_SHORT_NAME, WIDEST_NAME = 38, 60


@dataclass(frozen=True, slots=True)
class Entity:
    finess: str
    name: str
    siren: str
    status: tuple[str, str]
    address: Address
    created_on: str


@dataclass(frozen=True, slots=True)
class Address:
    number: str
    kind: str
    street: str
    repeat: str
    place: Place
    phone: str


@dataclass(frozen=True, slots=True)
class Structure:
    """An establishment (EG) and the FINESS of its entity (EJ)."""

    finess: str
    entity: str
    siren: str
    name: str
    category: Category
    address: Address
    opened_on: str
    updated_on: str


class Structures:
    """Those of a territory, by rank: the départements one after the other, the CPTS of each first."""

    def __init__(self, territory: Territory) -> None:
        scale, weights = territory.scale, territory.weights
        self.territory = territory
        self.seed = territory.seed
        self.codes = list(scale.departements)
        self.cpts = shares(scale.cpts, weights)
        others = shares(scale.establishments - scale.cpts, weights)
        self.establishments = [cpts + other for cpts, other in zip(self.cpts, others, strict=True)]
        self.entities = shares(scale.entities, weights)
        self.upto = list(itertools.accumulate(self.establishments))

    def __len__(self) -> int:
        return self.upto[-1]

    def every_entity(self) -> Iterator[Entity]:
        for index, code in enumerate(self.codes):
            for number in range(self.entities[index]):
                yield self._entity(code, number)

    def every(self) -> Iterator[Structure]:
        return (self.at(rank) for rank in range(len(self)))

    def at(self, rank: int) -> Structure:
        index = bisect.bisect_right(self.upto, rank)
        code, number = self.codes[index], rank - (self.upto[index] - self.establishments[index])
        chance = random.Random(f"{self.seed}/eg/{rank}")
        is_cpts = number < self.cpts[index]
        place = self.zone(index, number)[0] if is_cpts else self.territory.draws[code].draw(chance)
        category = CPTS if is_cpts else OTHERS.draw(chance)
        owner = number * self.entities[index] // self.establishments[index]
        return Structure(
            finess=finess_number(code, 2 * number + 1),
            entity=finess_number(code, 2 * owner),
            siren=self._siren(code, owner),
            name=_named(category, place, chance),
            category=category,
            address=_address(place, chance),
            opened_on=_date(chance, 1995, 2024),
            updated_on=_date(chance, 2025, 2026),
        )

    def finess_at(self, rank: int) -> str:
        index = bisect.bisect_right(self.upto, rank)
        return finess_number(self.codes[index], 2 * (rank - (self.upto[index] - self.establishments[index])) + 1)

    def zone(self, index: int, number: int) -> list[Place]:
        """Communes of the CPTS of that number in that département: a stretch of the map, one commune in twenty of
        which nobody serves, and the first of the next one with it."""
        places, count = self.territory.places[self.codes[index]], self.cpts[index]
        start, end = number * len(places) // count, (number + 1) * len(places) // count
        mine = sorted(places[start:end], key=lambda place: -place.weight)
        kept = [place for place in mine if place is mine[0] or place.rank % 20 != 7]
        return kept + [place for place in places[end : end + 1] if place.rank % 20 != 7]

    def every_zone(self) -> Iterator[tuple[str, Place]]:
        for index, code in enumerate(self.codes):
            for number in range(self.cpts[index]):
                for place in self.zone(index, number):
                    yield finess_number(code, 2 * number + 1), place

    def _entity(self, code: str, number: int) -> Entity:
        chance = random.Random(f"{self.seed}/ej/{code}/{number}")
        place = self.territory.draws[code].draw(chance)
        status = STATUSES.draw(chance)
        kind = {"60": "ASSOCIATION", "72": "SARL", "13": "HOPITAUX DE", "85": "SELARL"}[status[0]]
        return Entity(
            finess=finess_number(code, 2 * number),
            name=f"{kind} {chance.choice(PATRONS)} {_upper(place.name)}"[:WIDEST_NAME].strip(),
            siren=self._siren(code, number),
            status=status,
            address=_address(place, chance),
            created_on=_date(chance, 1980, 2022),
        )

    def _siren(self, code: str, number: int) -> str:
        return keyed(f"{300 + self.codes.index(code):03d}{number:05d}")


def finess_number(departement: str, order: int) -> str:
    """Its shape is that of the register (DOMAIN.md §6.1); the key of a number with a letter is that of its digits."""
    if len(departement) == 3:
        return keyed(f"{departement[:2]}0{departement[2]}{order:04d}")
    if departement.isdigit():
        return keyed(f"{departement}0{order:05d}")
    body = f"{departement}0{order:05d}"
    return body + _key(body[0] + body[2:])


def keyed(body: str) -> str:
    return body + _key(body)


def _key(digits: str) -> str:
    """Luhn's, in one pass: millions of them are made."""
    return str(-sum(map(int, digits[-2::-2] + digits[-1::-2].translate(DOUBLED))) % 10)


DOUBLED = str.maketrans("0123456789", "0246813579")
"""Twice a digit, the figures of that added up: 7 → 14 → 5."""


def _named(category: Category, place: Place, chance: random.Random) -> str:
    pattern = chance.choice(category.names)
    town = _upper(place.name)
    return pattern.format(town=town, patron=chance.choice(PATRONS), street=chance.choice(STREETS))[:WIDEST_NAME].strip()


def _address(place: Place, chance: random.Random) -> Address:
    start = DIALLING.get(place.departement) or METROPOLITAN[sum(map(ord, place.departement)) % len(METROPOLITAN)]
    return Address(
        number=str(chance.randint(1, 240)),
        kind=chance.choice(STREET_TYPES),
        street=chance.choice(STREETS),
        repeat=chance.choice(("", "", "", "", "", "B", "T")),
        place=place,
        phone=start + "".join(chance.choices("0123456789", k=10 - len(start))),
    )


def _upper(name: str) -> str:
    return name.upper().replace("-", " ").replace("’", " ").translate(PLAIN)


PLAIN = str.maketrans("ÂÇÈÉÊËÎÏÔÛŒ", "ACEEEEIIOUO")


def _date(chance: random.Random, first: int, last: int) -> str:
    return f"{chance.randint(first, last)}-{chance.randint(1, 5):02d}-{chance.randint(1, 28):02d}"
