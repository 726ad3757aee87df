"""What a line of results or of suggestions shows, and the lines of one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request, url_for
from markupsafe import Markup, escape

from app.blueprints.search.prepared import NEXT, Kept, Prepared, Shelf, Wanted, prepare
from app.reader import Reader
from app.search.expression import Word
from app.search.find import Row, rows
from app.search.highlight import telling
from app.search.results import Results
from app.web.french import date_fr, phone_fr, phone_uri, plural
from app.web.marking import Slots

KINDS = {
    "etablissement": ("batiment", "Établissement"),
    "unite": ("unite", "Unité"),
    "professionnel": ("personne", "Professionnel"),
}
RESULT, SUGGESTION = "search/result_lines.html", "search/suggestion_lines.html"
KEPT = {RESULT: 20 * 2**20, SUGGESTION: 4 * 2**20}
"""Bytes of lines that a process keeps ready, by template: about 9,000 results and 6,000 suggestions."""
Badge = tuple[str, str]
"""Tone and text."""


def init_app(app: Flask) -> None:
    app.extensions["search_lines"] = {template: Shelf(size) for template, size in KEPT.items()}


class Lines:
    """The lines of one answer: those that are ready, and those that are made for it. `version`: of the data."""

    def __init__(self, template: str, version: int) -> None:
        self.template = template
        shelf: Shelf = current_app.extensions["search_lines"][template]
        changing = current_app.jinja_env.auto_reload  # somebody works on the template
        self.kept: Kept = shelf.of(object() if changing else (version, request.script_root))

    def rows(self, reader: Reader, rids: Sequence[int]) -> list[Prepared]:
        """In the order of the ids; what is ready is not read."""
        ready = {rid: line for rid in rids if (line := self.kept.lines.get(rid))}
        if len(ready) < len(rids):
            made = self._made(rows(reader, [rid for rid in rids if rid not in ready]))
            self.kept.add(made)
            ready.update((line.rid, line) for line in made)
        return [ready[rid] for rid in rids if rid in ready]

    def _made(self, found: Sequence[Row]) -> list[Prepared]:
        """By one rendering: what a template needs before its first line costs as much as ten lines."""
        said = Slots()
        shown = [told(row, said) if self.template == RESULT else suggested(row, said) for row in found]
        html = current_app.jinja_env.get_template(self.template).render(lines=shown)
        parts = zip(found, html.split(NEXT), strict=True) if found else ()
        return [prepare(row.rid, row.type, row.id, part, said) for row, part in parts]


def wanted_of(searched: Sequence[Word]) -> list[Wanted]:
    return [(word.text, word.prefix) for word in telling(searched)]


def marked_lines(lines: Sequence[Prepared], searched: Sequence[Word]) -> list[bytes]:
    wanted, written = wanted_of(searched), list[bytes]()
    for line in lines:
        line.write(wanted, b"", written)
    return written


def result_lines(results: Results) -> list[bytes]:
    """With the commune that the question names on those whose zone has it."""
    wanted, written = wanted_of(results.answer.terms.words), list[bytes]()
    named, commune = results.answer.places.named, results.served_commune
    badge = _served(commune) if commune else b""
    for line in results.rows:
        line.write(wanted, badge if line.rid in named else b"", written)
    return written


def _served(commune: str) -> bytes:
    return current_app.jinja_env.get_template("search/served.html").render(commune=commune).encode()


def told(row: Row, said: Slots) -> dict[str, Any]:
    """A result, for its template."""
    icon, kind = KINDS[row.type]
    card, person = row.card, row.type == "professionnel"
    return {
        "type": row.type,
        "id": row.id,
        "icon": icon,
        "kind": kind,
        "url": address_of(row),
        "title": said(card["title"]),
        "plain_title": card["title"],
        "facts": _person_facts(card, said) if person else _place_facts(card, said),
        "phone": None if person else _phone(card["phone"]),
        "badges": [] if person else _badges(card),
        "details": [] if person else _details(row),
        "units": [] if person else [(unit_address(unit["id"]), unit["name"]) for unit in card.get("units", ())],
        "email": card.get("email"),
    }


def suggested(row: Row, said: Slots) -> dict[str, Any]:
    """A suggestion, for its template."""
    return {
        "type": row.type,
        "id": row.id,
        "icon": KINDS[row.type][0],
        "url": address_of(row),
        "title": said(row.card.get("name") or row.card["title"]),
        "detail": detail(row),
    }


def address_of(row: Row) -> str:
    """Where the heading leads: a professional is shown on the page of their unit."""
    if row.type == "etablissement":
        return _beginnings(request.script_root)[0] + row.id
    return unit_address(row.id if row.type == "unite" else row.card["units"][0]["id"])


def unit_address(unit_id: Any) -> str:
    return f"{_beginnings(request.script_root)[1]}{unit_id}"


@lru_cache(maxsize=16)
def _beginnings(_script_root: str) -> tuple[str, str]:
    """Of the addresses of establishments and of units: all that `url_for` would add is the id."""
    establishment = url_for("establishments.page", finess="0").removesuffix("0")
    return establishment, url_for("establishments.unit", unit_id=0).removesuffix("0")


def detail(row: Row) -> str:
    """The second line of a suggestion."""
    card = row.card
    if row.type == "professionnel":
        parts = [card["profession"], card["units"][0]["establishment"]]
    elif row.type == "unite":
        parts = [card["establishment"], card["city"]]
    else:
        parts = [card["city"] or card["departement"], plural(card["communes"], "commune") if card["communes"] else None]
    return " · ".join(part for part in parts if part)


Fact = tuple[str, Markup]
"""Icon (or nothing) and text."""


def _place_facts(card: Mapping[str, Any], said: Slots) -> list[Fact]:
    facts = [("batiment", said(card["establishment"]))] if card.get("establishment") else []
    return [*facts, ("lieu", said(card["address"]))] if card["address"] else facts


def _person_facts(card: Mapping[str, Any], said: Slots) -> list[Fact]:
    facts = [("", said(card["profession"]))] if card["profession"] else []
    facts += [("lieu", said(commune)) for commune in card["communes"]]
    return [*facts, *(("batiment", escape(unit["establishment"])) for unit in card["units"])]


def _badges(card: Mapping[str, Any]) -> list[Badge]:
    told = [("primaire", activity) for activity in card.get("activities", ())]
    if card.get("cpts"):
        told = [("primaire", "CPTS")]
    told = told or [("neutre", card["category"])]
    told.append(("neutre", card["departement"]))
    return [*told, ("neutre", plural(card["communes"], "commune"))] if card["communes"] else told


def _details(row: Row) -> list[tuple[str, str]]:
    """Term and text, behind « Plus d’infos »."""
    shown, count = row.card["zone"], row.card["communes"]
    more = f" et {plural(count - len(shown), 'autre')}" if count > len(shown) else ""
    zone = [("Communes", ", ".join(shown) + more)] if shown else []
    return [*zone, ("Mise à jour", date_fr(row.updated_on))]


@lru_cache(maxsize=4096)
def _phone(number: str | None) -> tuple[str, str] | None:
    """URI and text of a number; worked out once, it takes as long as the search."""
    return (phone_uri(number), phone_fr(number)) if number else None
