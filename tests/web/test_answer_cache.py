"""Fragments kept ready: never another's, never of before a change, never more than their share of memory."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.models import EstablishmentAlias
from app.search.index import index_establishment, rebuild
from app.web.answer_cache import LONGEST_QUERY, Answer, AnswerCache, Kept
from tests import personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import HTMX, Visitor

RESULTS, SUGGESTIONS = "/recherche?q=comtat", "/recherche/suggestions?q=comtat"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    rebuild(session)
    session.commit()
    return built


@pytest.fixture
def dispatched(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that went as far as Flask."""
    seen: list[str] = []
    cache: AnswerCache = app.extensions["answer_cache"]
    flask = cache.flask

    def watched(environ, start_response):  # type: ignore[no-untyped-def]
        seen.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    monkeypatch.setattr(cache, "flask", watched)
    return seen


@pytest.mark.parametrize("path", [RESULTS, SUGGESTIONS])
def test_an_answer_is_made_once_and_again_when_something_is_published(
    client: Visitor, people: Personas, session: Session, dispatched: list[str], path: str
) -> None:
    first, second = client.htmx.get(path), client.htmx.get(path)
    assert len(dispatched) == 1
    assert second.html == first.html
    assert list(second.response.headers) == list(first.response.headers)
    session.add(EstablishmentAlias(finess="840021281", alias="Synapse"))
    index_establishment(session, "840021281")
    client.htmx.get(path)
    assert len(dispatched) == 2


@SQLITE_ONLY
def test_a_head_has_the_headers_of_the_answer_and_no_body(
    client: Visitor, people: Personas, dispatched: list[str]
) -> None:
    whole = client.htmx.get(RESULTS).response
    for etag, status in ((None, 200), (whole.headers["ETag"], 304)):
        asked = {**HTMX, "If-None-Match": etag} if etag else HTMX
        head = client._open(RESULTS, method="HEAD", headers=asked)
        assert (head.status_code, head.get_data()) == (status, b"")
        left_out = set(whole.headers.keys()) - set(head.headers.keys())
        assert left_out == (set() if status == 200 else {"Content-Type", "Content-Length", "HX-Trigger"})
        assert all(value == whole.headers[name] for name, value in head.headers)
    assert len(dispatched) == 1


@SQLITE_ONLY
def test_tabs_pages_and_whole_pages_are_not_mixed(client: Visitor, people: Personas) -> None:
    paths = [
        RESULTS,
        f"{RESULTS}&onglet=unites",
        f"{RESULTS}&page=2",
        SUGGESTIONS,
        "/recherche/suggestions?cpts=comtat",
    ]
    first = [client.htmx.get(path).html for path in paths]
    assert len(set(first)) == len(paths)
    assert [client.htmx.get(path).html for path in paths] == first
    assert "<html" in client.get(RESULTS).html
    for restoring in ("HX-History-Restore-Request", "HX-Boosted"):
        assert "<html" in client.request("GET", RESULTS, status=200, headers={**HTMX, restoring: "true"}).html


@SQLITE_ONLY
def test_who_asks_changes_nothing_and_gets_no_cookie(client: Visitor, people: Personas, dispatched: list[str]) -> None:
    client.enter(people.agent)
    signed_in = client.htmx.get(RESULTS)
    assert "Set-Cookie" not in signed_in.response.headers
    assert "Cookie" not in signed_in.response.headers["Vary"]
    client.app.extensions["answer_cache"].kept.clear()
    assert Visitor(client.app).htmx.get(RESULTS).html == signed_in.html
    assert len(dispatched) == 2


@SQLITE_ONLY
def test_a_host_that_is_refused_is_never_answered_from_what_is_kept(
    app: Flask, client: Visitor, people: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["localhost"])
    etag = client.htmx.get(RESULTS).response.headers["ETag"]
    for told in ({}, {"If-None-Match": etag}):
        answer = app.test_client().get(RESULTS, headers={**HTMX, "Host": "evil.example", **told})
        assert answer.status_code == 400


@SQLITE_ONLY
def test_a_query_as_long_as_a_flood_is_answered_and_not_kept(
    client: Visitor, people: Personas, dispatched: list[str]
) -> None:
    long = f"{RESULTS}&x={'x' * LONGEST_QUERY}"
    assert client.htmx.get(long).html == client.htmx.get(long).html
    assert len(dispatched) == 2


@SQLITE_ONLY
def test_a_portal_without_this_memory_still_says_that_nothing_changed(
    app: Flask, client: Visitor, people: Personas, dispatched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["answer_cache"].kept, "most_bytes", 0)
    etag = client.htmx.get(RESULTS).response.headers["ETag"]
    client.htmx.get(RESULTS)
    assert len(dispatched) == 2
    client.request("GET", RESULTS, status=304, headers={**HTMX, "If-None-Match": f'"other", {etag}'})
    assert len(dispatched) == 2


@SQLITE_ONLY
def test_a_database_that_is_away_is_said_and_not_kept(
    app: Flask, client: Visitor, people: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.htmx.get(RESULTS)

    def away() -> object:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(app.extensions["database"].wires, "take", away)
    for asked in (HTMX, {}):
        answer = client._open(RESULTS, method="GET", headers=asked)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert (answer.headers.get("ETag"), answer.headers["Cache-Control"]) == (None, "no-store")


def test_memory_is_bounded_and_the_least_lately_asked_leaves_first() -> None:
    answer = Answer("200 OK", [], b"x" * 1000)
    kept = Kept(most_bytes=3 * answer.size)
    for text in "abc":
        kept.put("1", ("", "/recherche", text), answer)
    assert kept.get("1", ("", "/recherche", "a")) is answer
    kept.put("1", ("", "/recherche", "d"), answer)
    assert kept.size == kept.most_bytes
    assert kept.get("1", ("", "/recherche", "b")) is None
    assert kept.get("1", ("", "/recherche", "a")) is answer
    kept.put("2", ("", "/recherche", "a"), answer)
    assert (kept.size, kept.get("1", ("", "/recherche", "a"))) == (answer.size, None)
