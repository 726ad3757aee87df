"""Static files: kept for ever under a name that follows their content, revalidated under any other."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from flask import Flask

from app.web.assets import FOREVER, Assets, asset
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor


def address_of(app: Flask, path: str) -> str:
    with app.test_request_context("/"):
        return asset(path)


@SQLITE_ONLY
def test_a_page_names_its_files_by_their_content(app: Flask, client: Visitor) -> None:
    page = client.get("/aide")
    named = [page.one("link[rel=stylesheet]")["href"], *(script["src"] for script in page.soup.select("script[src]"))]
    assert all(re.fullmatch(r"/static/[\w./]+\.[0-9a-f]{8}\.(css|js)", str(address)) for address in named)
    assert address_of(app, "js/absent.js") == "/static/js/absent.js"


@SQLITE_ONLY
def test_a_hashed_name_is_kept_for_ever_and_a_plain_one_is_revalidated(app: Flask) -> None:
    browser = app.test_client()
    kept = browser.get(address_of(app, "js/portail.js"))
    assert (kept.headers["Cache-Control"], kept.mimetype) == (FOREVER, "text/javascript")
    with browser.get("/static/js/portail.js") as plain:
        assert plain.data == kept.data
        assert plain.headers["Cache-Control"] == "no-cache"
        etag = plain.headers["ETag"]
    with browser.get("/static/js/portail.js", headers={"If-None-Match": etag}) as unchanged:
        assert unchanged.status_code == 304


@SQLITE_ONLY
def test_a_name_of_another_version_gives_the_file_of_now_which_nobody_keeps(app: Flask) -> None:
    answer = app.test_client().get("/static/js/portail.00000000.js")
    assert answer.data == app.test_client().get(address_of(app, "js/portail.js")).data
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["absent.00000000.js", "../settings.00000000.py", "js/./portail.00000000.js"])
@SQLITE_ONLY
def test_nothing_else_is_served_under_a_hash(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/static/{name}").status_code == 404


@SQLITE_ONLY
def test_a_style_sheet_refers_to_hashed_names_that_exist(app: Flask) -> None:
    browser = app.test_client()
    style = browser.get(address_of(app, "css/portail.css")).get_data(as_text=True)
    hero = re.search(r"url\(\.\./(img/hero\.[0-9a-f]{8}\.svg)\)", style)
    assert hero
    assert browser.get(f"/static/{hero[1]}").headers["Cache-Control"] == FOREVER


def test_a_changed_file_is_noticed_while_one_works_on_it(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{background:url(b.svg)}")
    drawing = tmp_path / "b.svg"
    drawing.write_text("<svg/>")
    watched, kept = Assets(tmp_path, watched=True), Assets(tmp_path, watched=False)
    before = watched.find("b.svg"), kept.find("b.svg")
    drawing.write_text("<svg></svg>")
    os.utime(drawing, (1, 1))
    assert before[0] == before[1] != watched.find("b.svg")
    assert kept.find("b.svg") == before[1], "the name that pages hold still gives its content"
    drawing.unlink()
    assert watched.find("b.svg") is None
