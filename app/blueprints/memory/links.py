"""`/c-est-exact/<token>`: the mailed link. GET shows what is published, the POST confirms, once (B-18)."""

from __future__ import annotations

from flask import Response, abort
from werkzeug.wrappers import Response as BaseResponse

from app import clock, db
from app.blueprints.memory.blueprint import bp
from app.blueprints.memory.forms import SeenForm
from app.credentials.links import resolve_freshness
from app.domain.errors import ImpossibleNow, NotAllowed
from app.domain.freshness import LINK_FOR
from app.models import Account, Establishment, FreshnessAsk
from app.policies.permissions import Permission
from app.policies.rules import allows
from app.queries.actors import actor_of
from app.queries.freshness import question
from app.usecases.freshness import GONE
from app.usecases.freshness import confirm_by_link as confirm
from app.usecases.sheet_steps import StaleBoxes
from app.web.access import public
from app.web.htmx import page_or_fragment
from app.web.limits import PUBLIC_FORM, limited

MOVED = "Ces informations ont changé pendant votre lecture. Relisez-les, puis confirmez."
NOT_YOURS = "Ce lien n’est plus valable\u00a0: vous n’êtes plus en exercice dans cette CPTS."


@bp.get("/c-est-exact/<token>")
@public
def confirm_by_link(token: str) -> Response:
    ask, account = resolve_freshness(token) or abort(404)
    return _page(token, ask, account)


@bp.post("/c-est-exact/<token>")
@limited(PUBLIC_FORM)
@public
def confirmed_by_link(token: str) -> BaseResponse:
    (ask, account), form = resolve_freshness(token) or abort(404), SeenForm()
    establishment = db.session().get_one(Establishment, ask.establishment_finess)
    if _why_not(ask, account, establishment):
        return _page(token, ask, account)
    if not form.validate_on_submit():
        return _page(token, ask, account, status=422)
    try:
        confirm(actor_of(account), establishment, ask=ask, seen=form.version.data or "")
    except (StaleBoxes, NotAllowed):
        db.session().refresh(ask)
        return _page(token, ask, account, status=409, notice=MOVED)
    except ImpossibleNow:
        db.session().refresh(ask)
        return _page(token, ask, account)
    return _page(token, ask, account, done=True)


def _page(
    token: str, ask: FreshnessAsk, account: Account, *, status: int = 200, notice: str = "", done: bool = False
) -> Response:
    establishment = db.session().get_one(Establishment, ask.establishment_finess, populate_existing=True)
    gone = "" if done else _why_not(ask, account, establishment)
    asked = question(establishment.finess)
    response = page_or_fragment(
        "memory/confirm.html",
        "memory/_confirm.html",
        status=410 if gone else status,
        establishment=establishment,
        token=token,
        form=SeenForm(formdata=None, version=asked.fingerprint),
        communes=asked.communes,
        verified=asked.verified,
        gone=gone,
        notice=notice,
        done=done,
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _why_not(ask: FreshnessAsk, account: Account, establishment: Establishment) -> str:
    """Why the link confirms nothing any more; "" when it does."""
    if ask.closed_at is not None or clock.now() >= ask.last_mailed_at + LINK_FOR:
        return GONE
    allowed = allows(Permission.ESTABLISHMENT_CONFIRM, actor_of(account), establishment)
    return "" if allowed else NOT_YOURS
