"""CPTS and their presidencies, mails that do not leave, the journal: what the desk keeps an eye on."""

from __future__ import annotations

from flask import Response, request

from app.blueprints.service_centre.blueprint import bp
from app.policies.permissions import Permission
from app.queries import service_centre as queries
from app.queries.journal_lines import latest
from app.queries.service_centre import Show
from app.web.access import authorise, checked
from app.web.htmx import page_or_fragment

JOURNAL_LINES = 50
LONGEST_SEARCH = 120


@bp.get("/centre/cpts")
@checked(Permission.SERVICE_CENTRE_DESK)
def cpts() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    text = request.args.get("q", "")[:LONGEST_SEARCH]
    return page_or_fragment(
        "service_centre/cpts.html",
        "service_centre/_cpts.html",
        listed=queries.cpts_list(_show(), text, request.args.get("page", 1, type=int)),
        text=text,
        orphans=queries.requests_without_decider(),
    )


@bp.get("/centre/courriels")
@checked(Permission.SERVICE_CENTRE_DESK)
def mails() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    return page_or_fragment("service_centre/mails.html", "service_centre/_mails.html", mails=queries.mails())


@bp.get("/centre/journal")
@checked(Permission.SERVICE_CENTRE_DESK)
def journal() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    return page_or_fragment(
        "service_centre/journal.html", "service_centre/_journal.html", lines=latest(limit=JOURNAL_LINES)
    )


def _show() -> Show:
    try:
        return Show(request.args.get("etat", Show.WITHOUT))
    except ValueError:
        return Show.WITHOUT
