"""Search: home, results, suggestions. The fragments are public and cacheable: no session, no account, no token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.search import lines as ready_lines
from app.blueprints.search import presentation
from app.blueprints.search.lines import RESULT, SUGGESTION, Lines, detail, marked_lines, result_lines
from app.blueprints.search.prepared import filled
from app.search.find import data_version
from app.search.results import LAST_PAGE, SORTS, TABS, WIDENINGS, Asked, find_results, only_finess
from app.search.suggest import suggest
from app.settings import current_settings
from app.web import answer_cache
from app.web.access import public
from app.web.answer_cache import KEEPABLE
from app.web.htmx import announce, wants_fragment
from app.web.marking import hole, marked

bp = Blueprint("search", __name__)


@bp.record
def _keep_ready(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    ready_lines.init_app(app)
    answer_cache.init_app(app, ("/recherche", "/recherche/suggestions"), lambda: data_version(db.reader()))


@bp.get("/")
@public
def home() -> str:
    return render_template("search/home.html")


@bp.get("/recherche")
@public
def results() -> BaseResponse:
    reader, asked = db.reader(), _asked()
    lines = Lines(RESULT, data_version(reader))
    found = find_results(reader, asked)
    finess = only_finess(found)
    if finess and not wants_fragment():
        return redirect(url_for("establishments.page", finess=finess), code=303)
    response = _page_or_fragment(
        ("search/results.html", "search/_results.html"),
        [result_lines(found, lines.of(found.rows))],
        results=found,
        is_fragment=wants_fragment(),
    )
    return announce(response, presentation.count_words(found)) if wants_fragment() else response


@bp.get("/recherche/suggestions")
@public
def suggestions() -> BaseResponse:
    """With `cpts` rather than `q`: CPTS to choose in a form, not pages to open."""
    reader, choosing = db.reader(), "cpts" in request.args
    lines = Lines(SUGGESTION, data_version(reader))
    found = suggest(reader, request.args.get("cpts" if choosing else "q", ""), current_settings().region_code)
    words = found.answer.terms.words if found.answer else ()
    return _page_or_fragment(
        ("search/suggestions.html", "search/_choices.html" if choosing else "search/_suggestions.html"),
        [] if choosing else [marked_lines(lines.of(rows), words) for rows in found.rows.values()],
        choosing=choosing,
        found=found,
        searched=words,
        marked=marked,
        detail=detail,
    )


def _page_or_fragment(templates: tuple[str, str], lines: Sequence[Sequence[bytes]], **shown: Any) -> Response:
    """A fragment is the same for everybody until the data change: the answer cache and browsers may keep it."""
    page, fragment = templates
    if not wants_fragment():
        return Response(filled(render_template(page, show=presentation, hole=hole, **shown), lines))
    written = current_app.jinja_env.get_template(fragment).render(show=presentation, hole=hole, **shown)
    return Response(filled(written, lines), headers={"Cache-Control": KEEPABLE})


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
