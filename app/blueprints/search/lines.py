"""What a line of results shows, ready to print: twenty of them make a fragment, so the template only writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from app.search.expression import Word
from app.search.find import Row
from app.search.results import Results
from app.web.french import date_fr, phone_fr, phone_uri, plural
from app.web.marking import marked

KINDS = {
    "etablissement": ("batiment", "Établissement"),
    "unite": ("unite", "Unité"),
    "professionnel": ("personne", "Professionnel"),
}
Badge = tuple[str, str]
"""Tone and text."""


@dataclass(frozen=True, slots=True)
class Line:
    type: str
    id: str
    icon: str
    kind: str
    url: str
    title: Markup
    plain_title: str
    facts: list[tuple[str, Markup]]
    """Icon (or nothing) and text."""
    phone: tuple[str, str] | None
    badges: list[Badge]
    details: list[tuple[str, str]]
    """Term and text, behind « Plus d’infos »."""
    units: list[tuple[str, str]]
    """Address and name."""
    email: str | None
    serves: str | None
    """The commune that the question names, when it is in the zone of this one."""


class Lines:
    """Builds the lines of one answer: the words to mark and the addresses are worked out once."""

    def __init__(self, searched: Sequence[Word]) -> None:
        self.searched = searched
        self.establishments = url_for("establishments.page", finess="0").removesuffix("0")
        self.units = url_for("establishments.unit", unit_id=0).removesuffix("0")

    def of(self, results: Results) -> list[Line]:
        named = results.answer.places.named
        return [self.line(row, results.served_commune if row.rid in named else None) for row in results.rows]

    def line(self, row: Row, serves: str | None = None) -> Line:
        icon, kind = KINDS[row.type]
        person = row.type == "professionnel"
        return Line(
            type=row.type,
            id=row.id,
            icon=icon,
            kind=kind,
            url=self.url(row),
            title=self.marked(row.card["title"]),
            plain_title=row.card["title"],
            facts=self._person_facts(row.card) if person else self._place_facts(row.card),
            phone=None if person else _phone(row.card["phone"]),
            badges=[] if person else _badges(row.card),
            details=[] if person else _details(row),
            units=[] if person else [(f"{self.units}{unit['id']}", unit["name"]) for unit in row.card.get("units", ())],
            email=row.card.get("email"),
            serves=serves,
        )

    def url(self, row: Row) -> str:
        """Where the heading leads: a professional is shown on the page of their unit."""
        if row.type == "etablissement":
            return self.establishments + row.id
        return f"{self.units}{row.id if row.type == 'unite' else row.card['units'][0]['id']}"

    def marked(self, text: str) -> Markup:
        return marked(text, self.searched)

    def _place_facts(self, card: Mapping[str, Any]) -> list[tuple[str, Markup]]:
        facts = [("batiment", self.marked(card["establishment"]))] if card.get("establishment") else []
        return [*facts, ("lieu", self.marked(card["address"]))] if card["address"] else facts

    def _person_facts(self, card: Mapping[str, Any]) -> list[tuple[str, Markup]]:
        facts = [("", self.marked(card["profession"]))] if card["profession"] else []
        facts += [("lieu", self.marked(commune)) for commune in card["communes"]]
        return [*facts, *(("batiment", escape(unit["establishment"])) for unit in card["units"])]


def _badges(card: Mapping[str, Any]) -> list[Badge]:
    told = [("primaire", activity) for activity in card.get("activities", ())]
    if card.get("cpts"):
        told = [("primaire", "CPTS")]
    told = told or [("neutre", card["category"])]
    told.append(("neutre", card["departement"]))
    return [*told, ("neutre", plural(card["communes"], "commune"))] if card["communes"] else told


def _details(row: Row) -> list[tuple[str, str]]:
    shown, count = row.card["zone"], row.card["communes"]
    more = f" et {plural(count - len(shown), 'autre')}" if count > len(shown) else ""
    zone = [("Communes", ", ".join(shown) + more)] if shown else []
    return [*zone, ("Mise à jour", date_fr(row.updated_on))]


@lru_cache(maxsize=4096)
def _phone(number: str | None) -> tuple[str, str] | None:
    """URI and text of a number; worked out once, it takes as long as the search."""
    return (phone_uri(number), phone_fr(number)) if number else None
