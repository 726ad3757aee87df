"""What I may do, and where (S-004, S-005, S-006)."""

from __future__ import annotations

import uuid

from flask import abort, render_template, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.credentials.links import Purpose, token_of, tracking_token
from app.models import Account, Person
from app.queries import accounts as queries
from app.queries.first_steps import first_steps
from app.queries.my_roles import my_lists, myself
from app.queries.sas_states import read_states
from app.web.access import current_actor, signed_in
from app.web.htmx import see_other


@bp.get("/mes-roles")
@signed_in
def my_roles() -> str:
    actor = current_actor()
    me = myself(actor.account_id) if actor.account_id else abort(404)
    lists, roles = my_lists(actor, me.account.email_key), queries.roles_of(me.person.id)
    return render_template(
        "accounts/my_roles.html",
        account=me.account,
        person=me.person,
        held=[role for role in roles if role.in_office],
        former=[role for role in roles if not role.in_office],
        nominations=[(pending, token_of(pending.link_id, Purpose.NOMINATION)) for pending in lists.nominations],
        requests=[(request, tracking_token(request.id, request.tracking_generation)) for request in lists.requests],
        affiliations=lists.affiliations,
        tiles=lists.tiles,
        doctor=me.doctor,
        steps=[cpts for cpts in first_steps(actor) if not cpts.finished],
    )


@bp.get("/mon-etablissement")
@signed_in
def my_establishment() -> Response | str:
    """The only one at once, a chooser when there are several."""
    actor = current_actor()
    deciding = {mandate.establishment_finess for mandate in actor.mandates}
    managed = deciding | {grace.establishment_finess for grace in actor.graces}
    if len(managed) == 1:
        return see_other(url_for("establishments.page", finess=managed.pop()))
    return render_template(
        "accounts/my_establishment.html",
        establishments=queries.managed_establishments(managed),
        deciding=deciding,
        sas=read_states(deciding) if deciding else {},
    )


def own_account() -> tuple[Account, Person]:
    account_id = current_actor().account_id
    assert isinstance(account_id, uuid.UUID)  # noqa: S101 – the route is marked @signed_in
    return queries.account_and_person(account_id)
