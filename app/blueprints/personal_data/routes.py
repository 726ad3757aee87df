"""`/mon-compte/donnees`: everything held about me, and what I may do with it."""

from __future__ import annotations

from flask import Response, jsonify, make_response, render_template
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.accounts.roles import own_account
from app.blueprints.personal_data import changes, erasure, terms  # noqa: F401 – their routes are on the same blueprint
from app.blueprints.personal_data.blueprint import bp
from app.blueprints.personal_data.presentation import document, lines
from app.queries.personal_data import as_json, countable, gather
from app.web import sessions
from app.web.access import signed_in
from app.web.pdf import make_pdf
from app.web.terms import before_terms


@bp.get("/mon-compte/donnees")
@signed_in
@before_terms
def mine() -> BaseResponse:
    account, person = own_account()
    sections = gather(account, person)
    page = render_template(
        "personal_data/mine.html",
        account=account,
        person=person,
        sections=[(section, lines(section)) for section in sections],
        total=countable(sections),
    )
    return sessions.unkept(make_response(page))


@bp.get("/mon-compte/donnees.json")
@signed_in
@before_terms
def export_json() -> BaseResponse:
    return _file(jsonify(as_json(gather(*own_account()), at=clock.now())), "json")


@bp.get("/mon-compte/donnees.pdf")
@signed_in
@before_terms
def export_pdf() -> BaseResponse:
    account, person = own_account()
    made = make_pdf("my_data", document(gather(account, person), name=person.full_name, at=clock.now()))
    return _file(Response(made, mimetype="application/pdf"), "pdf")


def _file(response: Response, suffix: str) -> BaseResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="mes-donnees-{clock.now():%Y-%m-%d}.{suffix}"'
    return sessions.unkept(response)
