"""`/a-faire`: one inbox for each person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.credentials.links import Purpose, token_of, tracking_token
from app.domain.rhythms import Rhythm, Topic
from app.models import Account
from app.policies.actor import Actor
from app.queries import accounts as queries
from app.queries.to_do import rhythms_of, to_do
from app.usecases.rhythms import choose_rhythm
from app.web.access import acting, current_actor, signed_in
from app.web.forms import PortalForm
from app.web.htmx import page_or_fragment, see_other

bp = Blueprint("to_do", __name__)

CHOICES = [SelectChoice(rhythm.value, rhythm.label) for rhythm in Rhythm]


class RhythmForm(PortalForm):
    """A question for each topic that concerns this person."""

    requests = RadioField(Topic.REQUESTS.label, choices=CHOICES)
    corrections = RadioField(Topic.CORRECTIONS.label, choices=CHOICES)
    queue = RadioField(Topic.QUEUE.label, choices=CHOICES)

    def __init__(self, actor: Actor, **values: Any) -> None:
        super().__init__(**values)
        for topic in Topic:
            if topic not in topics_of(actor):
                del self[topic.value]

    def chosen(self) -> dict[Topic, Rhythm]:
        return {Topic(field.name): Rhythm(field.data) for field in self if isinstance(field, RadioField)}


def topics_of(actor: Actor) -> list[Topic]:
    if actor.is_agent:
        return [Topic.QUEUE]
    return [Topic.REQUESTS, Topic.CORRECTIONS] if actor.mandates else []


@bp.get("/a-faire")
@signed_in
def page() -> Response:
    return _page(_account(), None)


@bp.post("/a-faire/rythme")
@signed_in
def rhythm() -> BaseResponse:
    account, form = _account(), RhythmForm(current_actor())
    if not form.validate_on_submit():
        return _page(account, form, status=422)
    choose_rhythm(acting(), account, chosen=form.chosen())
    flash("Votre choix est enregistré.", "ok")
    return see_other(url_for("to_do.page"))


def _page(account: Account, form: RhythmForm | None, *, status: int = 200) -> Response:
    actor = current_actor()
    todo = to_do(actor, account.email_key)
    return page_or_fragment(
        "to_do/page.html",
        "to_do/_page.html",
        status=status,
        todo=todo,
        mine=[(request, tracking_token(request.id, request.tracking_generation)) for request in todo.mine],
        nominations=[
            (pending, token_of(pending.link_id, Purpose.NOMINATION))
            for pending in queries.pending_nominations(account.email_key)
        ],
        topics=topics_of(actor),
        form=form or RhythmForm(actor, formdata=None, data=rhythms_of(account.id)),
    )


def _account() -> Account:
    account_id = current_actor().account_id
    assert account_id is not None  # noqa: S101 – the routes are marked @signed_in
    return queries.account(account_id)
