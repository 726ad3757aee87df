"""Search: home, results, suggestions. The fragments are public and cacheable: no session, no account, no token."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from markupsafe import escape
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.search import lines as ready_lines
from app.blueprints.search import presentation
from app.blueprints.search.frames import Frames, Slots, slotted
from app.blueprints.search.lines import RESULT, SUGGESTION, Lines, detail, marked_lines, result_lines
from app.search.find import data_version
from app.search.results import LAST_PAGE, SORTS, TABS, WIDENINGS, Asked, find_results, only_finess
from app.search.suggest import suggest
from app.settings import current_settings
from app.web import answer_cache
from app.web.access import public
from app.web.answer_cache import KEEPABLE
from app.web.htmx import announce, page_or_fragment, wants_fragment
from app.web.marking import marked, slot

bp = Blueprint("search", __name__)
Texts = Mapping[str, bytes | list[bytes]]
"""What goes into the slots of a template."""


@bp.record
def _keep_ready(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    ready_lines.init_app(app)
    app.extensions["search_frames"] = Frames()
    answer_cache.init_app(app, ("/recherche", "/recherche/suggestions"), lambda: data_version(db.reader()))


@bp.get("/")
@public
def home() -> str:
    return render_template("search/home.html")


@bp.get("/recherche")
@public
def results() -> BaseResponse:
    reader, is_fragment = db.reader(), wants_fragment()
    found = find_results(reader, _asked(), Lines(RESULT, data_version(reader)).rows)
    finess = only_finess(found)
    if finess and not is_fragment:
        return redirect(url_for("establishments.page", finess=finess), code=303)
    texts: dict[str, bytes | list[bytes]] = {**presentation.texts_of(found), "lines": result_lines(found)}
    told = presentation.told_communes(found)
    texts["communes"] = _small("search/communes.html", told=told) if told else b""
    texts["commune"] = escape(found.communes[0].name).encode() if found.communes else b""
    frame = presentation.frame_of(found, is_fragment=is_fragment)
    if not is_fragment:
        return _page("search/results.html", frame, texts)
    response = _fragment("search/_results.html", frame, texts)
    return announce(response, presentation.count_words(found))


@bp.get("/recherche/suggestions")
@public
def suggestions() -> BaseResponse:
    """With `cpts` rather than `q`: CPTS to choose in a form, not pages to open."""
    if "cpts" in request.args:
        return _choices(request.args["cpts"])
    reader = db.reader()
    read = Lines(SUGGESTION, data_version(reader)).rows
    found = suggest(reader, request.args.get("q", ""), current_settings().region_code, read)
    words = found.answer.terms.words if found.answer else ()
    texts: dict[str, bytes | list[bytes]] = {**presentation.question_texts(found.question.text)}
    texts["words"] = presentation.suggestion_words(found).encode()
    texts["total"] = b"%d" % found.total
    texts.update((f"lines_{kind}", marked_lines(lines, words)) for kind, lines in found.rows.items())
    if found.communes:
        texts["communes"] = _small(
            "search/suggested_communes.html", communes=found.communes, searched=words, marked=marked
        )
    frame = (tuple(found.rows), bool(found.communes), found.total > 0)
    if not wants_fragment():
        named = {"text": slot("text"), "address": presentation.found_at()}
        return _page("search/suggestions.html", frame, texts, choosing=False, listed=any(frame), **named)
    return _fragment("search/_suggestions.html", frame, texts)


def _choices(text: str) -> Response:
    found = suggest(db.reader(), text, current_settings().region_code)
    response = page_or_fragment(
        "search/suggestions.html",
        "search/_choices.html",
        choosing=True,
        found=found,
        searched=found.answer.terms.words if found.answer else (),
        listed=found.total > 0,
        text=found.question.text,
        address=url_for("search.results", q=found.question.text),
        marked=marked,
        detail=detail,
    )
    if wants_fragment():
        response.headers["Cache-Control"] = KEEPABLE
    return response


def _fragment(template: str, frame: Hashable, texts: Texts) -> Response:
    """The same for everybody until the data change: the answer cache and browsers may keep it."""
    frames: Frames = current_app.extensions["search_frames"]
    made = frames.of(template, frame, show=presentation)
    return Response(made.filled(texts), headers={"Cache-Control": KEEPABLE})


def _page(template: str, frame: Hashable, texts: Texts, **shown: Any) -> Response:
    page = render_template(template, frame=frame, at=Slots(), show=presentation, **shown)
    return Response(slotted(page).filled(texts))


def _small(template: str, **shown: Any) -> bytes:
    return current_app.jinja_env.get_template(template).render(**shown).encode()


def _asked() -> Asked:
    """Unknown values are taken as the default ones: an address that somebody edited still answers."""
    args = request.args
    tab, sort = args.get("onglet", ""), args.get("tri", "")
    return Asked(
        text=" ".join(args.get("q", "").split()),
        tab=tab if tab in TABS else "tous",
        sort=sort if sort in SORTS else "pertinence",
        page=min(max(args.get("page", 1, type=int), 1), LAST_PAGE) if "page" in args else 1,
        widened=tuple(name for name in WIDENINGS if name in args.getlist("elargir")) if "elargir" in args else (),
    )
