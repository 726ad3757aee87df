"""Public documents: listed, downloaded one by one or together; what is sent is judged by its content (S-013)."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.domain.files import LARGEST
from app.models import JournalBody, JournalEntry, PortalDocument, PortalDocumentFile
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.page import Page

NEW = "/centre/contenus/documents/nouveau"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 20
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def zipped(**parts: bytes) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def office(part: str, *more: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, b"<x/>")
    return made.getvalue()


ODT = zipped(mimetype=b"application/vnd.oasis.opendocument.text", content=b"<x/>")
DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")


def send(client: Visitor, path: str = NEW, *, status: int = 303, name: str = "x.pdf", **fields: Any) -> Page:
    """What a browser sends from the form."""
    content = fields.pop("content", PDF)
    data = {
        "csrf_token": client.csrf_token(),
        "titre": "Guide du référent",
        "nature": "guide",
        "en_ligne": "y",
        **fields,
        "fichier": FileStorage(BytesIO(content), filename=name, content_type="application/pdf"),
    }
    boundary, body = encode_multipart({name: value for name, value in data.items() if value is not None})
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return client.request("POST", path, status=status, data=body, headers=headers)


@pytest.fixture
def agent(client: Visitor, people: Personas) -> Visitor:
    client.enter(people.agent)
    return client


def test_an_agent_puts_a_document_online_and_anybody_downloads_it(agent: Visitor, session: Session) -> None:
    send(agent, description="Ce que fait un référent.")
    agent.sign_out()
    page = agent.get("/documents")
    assert page.read("[data-document] h3 a").startswith("Guide du référent")
    assert "PDF, 1 ko" in page.text
    assert "Ce que fait un référent." in page.text
    document = session.scalars(select(PortalDocument)).one()
    answer = agent._open(f"/documents/{document.id}", method="GET")
    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=guide-du-referent.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    again = agent._open(f"/documents/{document.id}", method="GET", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_all_together_is_a_zip_of_each_listed_file(agent: Visitor, session: Session) -> None:
    contents = {"Guide": PDF, "Guide ": PNG + b"1", "Modèle de courrier": ODT, "../../etc/passwd": JPG}
    for title, content in contents.items():
        send(agent, titre=title, content=content)
    send(agent, titre="Guide", content=PDF + b"2", nature="form")
    send(agent, titre="Retiré", en_ligne=None)
    page = agent.get("/documents")
    assert len(page.all("[data-document]")) == 5
    answer = agent._open(page.link("Tout télécharger en un fichier ZIP"), method="GET")
    assert answer.headers["Content-Disposition"] == "attachment; filename=documents.zip"
    with ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        found = {archive.read(name) for name in names}
    assert found == {*contents.values(), PDF + b"2"}
    assert sorted(names) == ["etc-passwd.jpg", "guide-2.pdf", "guide.pdf", "guide.png", "modele-de-courrier.odt"]


def test_without_documents_there_is_nothing_to_take(client: Visitor) -> None:
    assert not client.get("/documents").has("main a[href$='.zip']")
    client.get("/documents/tous.zip", status=404)


@pytest.mark.parametrize(
    ("content", "extension"),
    [(PDF, "pdf"), (PNG, "png"), (JPG, "jpg"), (ODT, "odt"), (DOCX, "docx"), (XLSX, "xlsx")],
)
def test_the_format_is_read_from_the_content(agent: Visitor, session: Session, content: bytes, extension: str) -> None:
    send(agent, content=content, name="nom-quelconque.exe")
    assert session.scalars(select(PortalDocumentFile.format)).one() == extension


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><script>alert(1)</script>",
        SVG,
        b"<?xml version='1.0'?>" + SVG,
        b"\n%PDF-1.7",
        b"GIF89a" + b"\0" * 20,
        b"MZ" + b"\0" * 20,
        b"PK\x03\x04 not a zip",
        zipped(readme=b"a zip of anything"),
        zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
        zipped(mimetype=b"application/vnd.oasis.opendocument.text", Basic__script=b"x"),
        office("word/document.xml", "word/vbaProject.bin"),
        office("ppt/presentation.xml"),
        ODT[:-30],
    ],
)
def test_what_is_no_document_is_refused_whatever_its_name(agent: Visitor, session: Session, content: bytes) -> None:
    page = send(agent, content=content, name="guide.pdf", status=422)
    assert "Choisissez un fichier PDF" in page.read(".champ--erreur")
    assert page.one("#titre")["value"] == "Guide du référent"
    assert session.scalars(select(PortalDocument)).all() == []


def test_no_file_is_told(agent: Visitor) -> None:
    page = send(agent, name="", content=b"", status=422)
    assert "Choisissez un fichier." in page.text


def test_the_name_it_was_sent_with_is_never_kept(agent: Visitor, session: Session) -> None:
    send(agent, name="../../../app/templates/pages/help.html", titre="Fiche")
    document = session.scalars(select(PortalDocument)).one()
    answer = agent._open(f"/documents/{document.id}", method="GET")
    assert answer.headers["Content-Disposition"] == "attachment; filename=fiche.pdf"


def test_five_mebibytes_are_taken_and_six_are_told_too_large(agent: Visitor, session: Session) -> None:
    send(agent, content=PDF.ljust(LARGEST, b"\0"))
    page = send(agent, content=PDF.ljust(6 * 1024 * 1024, b"\0"), status=422)
    assert "Ce fichier dépasse 5 Mo." in page.text
    assert page.one("#titre")["value"] == "Guide du référent"
    page = send(agent, content=PDF.ljust(9 * 1024 * 1024, b"\0"), status=413)
    assert "Réduisez sa taille" in page.text
    assert session.scalars(select(PortalDocumentFile.size)).all() == [LARGEST]


def test_only_these_routes_take_large_bodies(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    client.post("/centre/contenus/tuiles/nouvelle", status=413, libelle="x" * 300_000)


def test_a_stranger_s_large_body_is_refused(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    send(client, status=403)
    assert client.get("/documents").text.count("Guide du référent") == 0


def test_an_agent_replaces_a_file_and_the_old_one_is_kept(agent: Visitor, session: Session) -> None:
    send(agent)
    document = session.scalars(select(PortalDocument)).one()
    send(agent, f"/centre/contenus/documents/{document.id}", content=PNG, version=1)
    assert agent._open(f"/documents/{document.id}", method="GET").data == PNG
    kept = session.scalars(select(PortalDocumentFile).order_by(PortalDocumentFile.number)).all()
    assert [(file.number, file.format) for file in kept] == [(1, "pdf"), (2, "png")]
    assert "Version 1 du" in agent.get(f"/centre/contenus/documents/{document.id}").text
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)).one()
    body = json.loads(session.get_one(JournalBody, (entry.chain, entry.seq)).body)
    assert body["after"] == {"file": 2, "format": "png", "size": len(PNG), "sha256": hashlib.sha256(PNG).hexdigest()}


def test_a_withdrawn_document_is_nowhere(agent: Visitor, session: Session) -> None:
    send(agent)
    document = session.scalars(select(PortalDocument)).one()
    send(agent, f"/centre/contenus/documents/{document.id}", name="", content=b"", version=1, en_ligne=None)
    agent.get(f"/documents/{document.id}", status=404)
    assert "Guide du référent" not in agent.get("/documents").text
    assert "Retiré" in agent.get("/centre/contenus/documents").text


def test_two_agents_at_once_the_second_sees_both_titles(agent: Visitor, session: Session) -> None:
    send(agent)
    document = session.scalars(select(PortalDocument)).one()
    path = f"/centre/contenus/documents/{document.id}"
    send(agent, path, titre="Celui du collègue", version=1)
    page = send(agent, path, titre="Le mien", version=1, status=409)
    assert "« Celui du collègue »" in page.text
    assert page.one("#titre")["value"] == "Le mien"
    assert page.one("input[name=version]")["value"] == "2"
    assert len(session.scalars(select(PortalDocumentFile)).all()) == 2
