"""`/centre/personnes`: find somebody, read their life here, help with their account. Never gives a right."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.service_centre.blueprint import bp
from app.blueprints.service_centre.forms import ReasonForm
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Account, Person
from app.policies.permissions import Permission
from app.queries import people as queries
from app.queries.text_match import LONGEST
from app.usecases.account_care import reopen_account, resend_activation, suspend_account
from app.web.access import acting, authorise, checked
from app.web.htmx import page_or_fragment, see_other


@bp.get("/centre/personnes")
@checked(Permission.SERVICE_CENTRE_DESK)
def people() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    text = request.args.get("q", "")[:LONGEST]
    found = queries.people(text, request.args.get("page", 1, type=int))
    return page_or_fragment("service_centre/people.html", "service_centre/_people.html", people=found, text=text)


@bp.get("/centre/personnes/<uuid:person_id>")
@checked(Permission.SERVICE_CENTRE_DESK)
def person(person_id: uuid.UUID) -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    return _page(*_found(person_id))


@bp.post("/centre/personnes/<uuid:person_id>/activation")
@checked(Permission.ACCOUNT_ASSIST)
def resend(person_id: uuid.UUID) -> BaseResponse:
    account, whose = _found(person_id)
    return _done(
        account, whose, lambda: resend_activation(acting(), account), "Un nouveau lien d’activation est envoyé."
    )


@bp.post("/centre/personnes/<uuid:person_id>/suspension")
@checked(Permission.ACCOUNT_ASSIST)
def suspend(person_id: uuid.UUID) -> BaseResponse:
    (account, whose), form = _found(person_id), ReasonForm()
    return _done(
        account,
        whose,
        lambda: suspend_account(acting(), account, reason=form.motif.data or ""),
        "Le compte est suspendu, ses sessions sont fermées. La personne en est informée.",
        form,
    )


@bp.post("/centre/personnes/<uuid:person_id>/reouverture")
@checked(Permission.ACCOUNT_ASSIST)
def reopen(person_id: uuid.UUID) -> BaseResponse:
    (account, whose), form = _found(person_id), ReasonForm()
    return _done(
        account,
        whose,
        lambda: reopen_account(acting(), account, reason=form.motif.data or ""),
        "Le compte est rouvert. La personne en est informée.",
        form,
    )


# ── steps ───────────────────────────────────────────────────────────────────


def _found(person_id: uuid.UUID) -> tuple[Account, Person]:
    return queries.account_of(person_id) or abort(404)


def _done(
    account: Account, whose: Person, act: Callable[[], None], done: str, form: ReasonForm | None = None
) -> BaseResponse:
    if form is not None and not form.validate_on_submit():
        authorise(Permission.ACCOUNT_ASSIST, account)
        return _page(account, whose, form, status=422)
    try:
        act()
    except Invalid as error:
        if form is None:
            raise
        form.refuse(error)
        return _page(account, whose, form, status=422)
    except ImpossibleNow as error:
        return _page(account, whose, form, status=409, notice=str(error))
    flash(done, "ok")
    return see_other(url_for("service_centre.person", person_id=account.person_id))


def _page(
    account: Account, whose: Person, form: ReasonForm | None = None, *, status: int = 200, notice: str | None = None
) -> Response:
    return page_or_fragment(
        "service_centre/person.html",
        "service_centre/_person.html",
        status=status,
        life=queries.life_of(account, whose),
        form=form or ReasonForm(formdata=None),
        notice=notice,
    )
