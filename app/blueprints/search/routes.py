"""Search: home, results, suggestions. The fragments are public and cacheable: no session, no account, no token."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import __version__, db
from app.blueprints.search import presentation
from app.blueprints.search.lines import Lines
from app.search.find import data_version
from app.search.results import LAST_PAGE, SORTS, TABS, WIDENINGS, Asked, find_results, only_finess
from app.search.suggest import suggest
from app.settings import current_settings
from app.web.access import public
from app.web.htmx import announce, page_or_fragment, wants_fragment

bp = Blueprint("search", __name__)
FRESH_FOR = "public, max-age=60"


@bp.get("/")
@public
def home() -> str:
    return render_template("search/home.html")


@bp.get("/recherche")
@public
def results() -> BaseResponse:
    return _cached(_results) if wants_fragment() else _results()


@bp.get("/recherche/suggestions")
@public
def suggestions() -> BaseResponse:
    return _cached(_suggestions) if wants_fragment() else _suggestions()


def _results() -> BaseResponse:
    found = find_results(db.reader(), _asked())
    finess = only_finess(found)
    if finess and not wants_fragment():
        return redirect(url_for("establishments.page", finess=finess), code=303)
    response = page_or_fragment(
        "search/results.html",
        "search/_results.html",
        results=found,
        lines=Lines(found.answer.terms.words).of(found),
        show=presentation,
        is_fragment=wants_fragment(),
    )
    return announce(response, presentation.count_words(found)) if wants_fragment() else response


def _suggestions() -> BaseResponse:
    """With `cpts` rather than `q`: CPTS to choose in a form, not pages to open."""
    choosing = "cpts" in request.args
    text = request.args.get("cpts" if choosing else "q", "")
    found = suggest(db.reader(), text, current_settings().region_code)
    return page_or_fragment(
        "search/suggestions.html",
        "search/_choices.html" if choosing else "search/_suggestions.html",
        choosing=choosing,
        found=found,
        lines=Lines(found.answer.terms.words if found.answer else ()),
        show=presentation,
    )


def _asked() -> Asked:
    """Unknown values are taken as the default ones: an address that somebody edited still answers."""
    args = request.args
    tab, sort = args.get("onglet", ""), args.get("tri", "")
    return Asked(
        text=" ".join(args.get("q", "").split()),
        tab=tab if tab in TABS else "tous",
        sort=sort if sort in SORTS else "pertinence",
        page=min(max(args.get("page", 1, type=int), 1), LAST_PAGE),
        widened=tuple(name for name in WIDENINGS if name in args.getlist("elargir")),
    )


def _cached(make: Callable[[], BaseResponse]) -> BaseResponse:
    """The answer, or 304 as long as the index has not changed; caches may keep it a minute."""
    etag = f"{data_version(db.reader())}-{__version__}"
    response = current_app.response_class(status=304) if request.if_none_match.contains_weak(etag) else make()
    response.headers["Cache-Control"] = FRESH_FOR
    response.set_etag(etag, weak=True)
    return response
