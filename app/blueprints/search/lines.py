"""What a line of results or of suggestions shows, and the lines of one answer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask, current_app, request, url_for
from markupsafe import escape

from app.blueprints.search.frames import Frames, Slotted
from app.blueprints.search.prepared import COMMUNE, Kept, Prepared, Shelf, prepare
from app.reader import Reader
from app.search.expression import Word
from app.search.find import Row, rows
from app.search.highlight import telling
from app.search.results import Results
from app.web.french import date_fr, phone_fr, phone_uri, plural
from app.web.marking import Said, said

KINDS = {
    "etablissement": ("batiment", "Établissement"),
    "unite": ("unite", "Unité"),
    "professionnel": ("personne", "Professionnel"),
}
RESULT, SUGGESTION = "search/result_line.html", "search/suggestion_line.html"
KEPT = {RESULT: 20 * 2**20, SUGGESTION: 4 * 2**20}
"""Bytes of lines that a process keeps ready, by template: about 9,000 results and 6,000 suggestions."""


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
        frames: Frames = current_app.extensions["search_frames"]
        shapes: dict[Hashable, Slotted] = {}
        made = []
        for row in found:
            shape, values = TOLD[self.template](row)
            if shape not in shapes:
                shapes[shape] = frames.of(self.template, shape, beginnings=_beginnings())
            made.append(prepare(row, shapes[shape], values))
        return made


def wanted_of(searched: Sequence[Word]) -> list[str]:
    return [word.needle for word in telling(searched)]


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


class Shape(NamedTuple):
    """All that the template of a result looks at."""

    type: str
    icon: str
    kind: str
    facts: tuple[str, ...]
    """Their icons, empty for none."""
    phone: bool
    badges: tuple[str, ...]
    """Their tones."""
    units: int
    details: tuple[str, ...]
    """Their terms."""
    email: bool


Values = dict[str, bytes | Said]
"""What goes into the slots of a line; a part that is repeated has its number there: `unit_0`, `unit_1` …"""


def told(row: Row) -> tuple[Shape, Values]:
    """A result, for its template."""
    card, kind, person = row.card, KINDS[row.type], row.type == "professionnel"
    values: Values = {"id": row.id.encode(), "place": _place(row), "title": said(card["title"]), COMMUNE: b""}
    values["plain_title"] = _html(card["title"])
    icons, tones, terms = list[str](), list[str](), list[str]()
    for icon, fact in _person_facts(card) if person else _place_facts(card):
        values[f"fact_{len(icons)}"] = fact
        icons.append(icon)
    if person:
        return Shape(row.type, *kind, tuple(icons), False, (), 0, (), False), values
    units, phone, email = card.get("units", ()), card["phone"], card.get("email")
    if phone:
        values["phone_uri"], values["phone"] = _phone(phone)
    for tone, text in _badges(card):
        values[f"badge_{len(tones)}"] = _often(text)
        tones.append(tone)
    for number, unit in enumerate(units):
        values[f"unit_{number}"], values[f"unit_id_{number}"] = _html(unit["name"]), b"%d" % unit["id"]
    for term, text in _details(row):
        values[f"detail_{len(terms)}"] = _often(text)
        terms.append(term)
    if email:
        values["email"] = _html(email)
    badges, details = tuple(tones), tuple(terms)
    return Shape(row.type, *kind, tuple(icons), bool(phone), badges, len(units), details, bool(email)), values


def suggested(row: Row) -> tuple[Hashable, Values]:
    """A suggestion, for its template: its type and icon are its shape."""
    title = said(row.card.get("name") or row.card["title"])
    values: Values = {"id": row.id.encode(), "place": _place(row), "title": title, "detail": _html(detail(row))}
    return (row.type, KINDS[row.type][0]), values


TOLD: Mapping[str, Callable[[Row], tuple[Hashable, Values]]] = {RESULT: told, SUGGESTION: suggested}


def _place(row: Row) -> bytes:
    """The number in the address where the heading leads: a professional is shown on the page of their unit."""
    return b"%d" % row.card["units"][0]["id"] if row.type == "professionnel" else row.id.encode()


def _beginnings() -> dict[str, str]:
    """Of the addresses of establishments and of units: all that `url_for` would add is the number."""
    return {
        "etablissement": url_for("establishments.page", finess="0").removesuffix("0"),
        "unite": url_for("establishments.unit", unit_id=0).removesuffix("0"),
    }


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


Fact = tuple[str, bytes | Said]
"""Icon (or nothing) and text."""


def _place_facts(card: Mapping[str, Any]) -> list[Fact]:
    facts: list[Fact] = [("batiment", said(card["establishment"]))] if card.get("establishment") else []
    return [*facts, ("lieu", said(card["address"]))] if card["address"] else facts


def _person_facts(card: Mapping[str, Any]) -> list[Fact]:
    facts: list[Fact] = [("", said(card["profession"]))] if card["profession"] else []
    facts += [("lieu", said(commune)) for commune in card["communes"]]
    return [*facts, *(("batiment", _often(unit["establishment"])) for unit in card["units"])]


def _badges(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Tone and text."""
    badges = [("primaire", activity) for activity in card.get("activities", ())]
    if card.get("cpts"):
        badges = [("primaire", "CPTS")]
    badges = badges or [("neutre", card["category"])]
    badges.append(("neutre", card["departement"]))
    return [*badges, ("neutre", plural(card["communes"], "commune"))] if card["communes"] else badges


def _details(row: Row) -> list[tuple[str, str]]:
    """Term and text, behind « Plus d’infos »."""
    shown, count = row.card["zone"], row.card["communes"]
    more = f" et {plural(count - len(shown), 'autre')}" if count > len(shown) else ""
    zone = [("Communes", ", ".join(shown) + more)] if shown else []
    return [*zone, ("Mise à jour", _day(row.updated_on))]


def _html(text: str | None) -> bytes:
    return str(escape(text)).encode()


_often = lru_cache(maxsize=4096)(_html)
_day = lru_cache(maxsize=512)(date_fr)


@lru_cache(maxsize=4096)
def _phone(number: str) -> tuple[bytes, bytes]:
    """URI and text of a number; to work it out takes as long as a line."""
    return _html(phone_uri(number)), _html(phone_fr(number))
