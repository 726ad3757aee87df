"""The A4 plaque of a CPTS: a tagged PDF of public values, whose QR code opens its page."""

from __future__ import annotations

import re
import zlib
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.blueprints.establishments import plaque
from app.models import Commune
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor
from tests.support.page import plain
from tests.support.qr import modules_of, read_qr

pytestmark = SQLITE_ONLY
LONGEST = ("Communauté professionnelle territoriale de santé des pays d’Apt et du Luberon, " * 3)[:200].strip(" ,")


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was given to Typst last."""
    seen: dict[str, Any] = {}
    make = plaque.make_pdf

    def noted(name: str, data: dict[str, Any]) -> bytes:
        seen.update(data)
        return make(name, data)

    monkeypatch.setattr(plaque, "make_pdf", noted)
    return seen


def letters(made: bytes) -> set[str]:
    """Those that a reader may extract: the fonts of the document say which letter each glyph is."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    maps = [text for text in map(inflated, streams) if b"beginbfchar" in text]
    pairs = re.findall(rb"<[0-9A-Fa-f]{4}> <([0-9A-Fa-f]+)>", b"".join(maps))
    return {letter for pair in pairs for letter in bytes.fromhex(pair.decode()).decode("utf-16-be")}


def inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_the_plaque_is_an_accessible_page_whose_code_opens_the_cpts(
    app: Flask, client: Visitor, people: Personas, told: dict[str, Any]
) -> None:
    app.extensions["settings"].public_url = "https://annuaire.example/"
    page = client.get(f"/etablissements/{people.comtat.finess}")
    answer = client.browser.get(page.link("Plaque à afficher (PDF)"))
    made = answer.get_data()
    assert answer.mimetype == "application/pdf"
    assert "plaque-cpts-du-comtat-venaissin.pdf" in answer.headers["Content-Disposition"]
    address = f"https://annuaire.example/etablissements/{people.comtat.finess}"
    assert read_qr(modules_of(told["qr"])) == address
    for said in (
        b"pdfuaid",
        b"fr-FR",
        b"/StructTreeRoot",
        b"/S/H1",
        b"/S/Figure",
        f"/Alt(Code QR qui ouvre la page {address})",
    ):
        assert (said.encode() if isinstance(said, str) else said) in made
    words = {name: plain(str(told[name])) for name in ("title", "phone", "url")}
    assert words == {
        "title": "CPTS du Comtat Venaissin",
        "phone": "04 65 71 99 01",
        "url": address.removeprefix("https://"),
    }
    assert told["address"] == ["584 avenue Victor Hugo", "84200 Carpentras"]
    assert letters(made) >= set("".join(words.values())) - {" "}


def test_it_is_one_page_whatever_it_says(
    client: Visitor, session: Session, people: Personas, told: dict[str, Any]
) -> None:
    place, carpentras = people.comtat.establishment, session.get_one(Commune, "84031")
    place.name, place.opening_hours, place.street = LONGEST, "Du lundi au vendredi. " * 7, "12 avenue du Général " * 9
    for number in range(40):
        commune = factories.commune(session, f"849{number:02}", f"Saint-Remy-en-Bouzemont-Saint-Genest-{number}")
        factories.unit(session, place, commune, carpentras)
    made = client.browser.get(f"/etablissements/{place.finess}/plaque.pdf").get_data()
    assert made.count(b"/Type/Page/") + made.count(b"/Type/Page\n") == 1
    assert told["communes"][0].endswith("et 18 autres")
    place.name, place.phone, place.street = "CPTS", None, None
    assert b"pdfuaid" in client.browser.get(f"/etablissements/{place.finess}/plaque.pdf").get_data()


def test_nothing_is_made_of_what_is_closed_or_no_cpts(client: Visitor, session: Session, people: Personas) -> None:
    hospital = factories.establishment(session, "HÔPITAL", category_code="355")
    closed = factories.establishment(session, "CPTS FERMÉE", closed_on=date(2025, 1, 1))
    for finess in (hospital.finess, closed.finess, "840000000"):
        client.get(f"/etablissements/{finess}/plaque.pdf", status=404)
        if finess != "840000000":
            assert "Plaque à afficher" not in client.get(f"/etablissements/{finess}").text
