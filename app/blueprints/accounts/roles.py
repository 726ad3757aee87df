"""What I may do, and where (S-004, S-005, S-006)."""

from __future__ import annotations

import uuid

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.credentials.links import Purpose, token_of, tracking_token
from app.models import Account, Person
from app.queries import accounts as queries
from app.queries.affiliations import open_affiliations
from app.queries.first_steps import first_steps
from app.queries.participation_standing import is_doctor
from app.queries.reviews import suspended_of
from app.queries.sas_states import read_states
from app.web.access import current_actor, signed_in
from app.web.htmx import see_other


@bp.get("/mes-roles")
@signed_in
def my_roles() -> str:
    account, person = own_account()
    roles = queries.roles_of(person.id)
    return render_template(
        "accounts/my_roles.html",
        account=account,
        person=person,
        held=[role for role in roles if role.in_office],
        former=[role for role in roles if not role.in_office],
        nominations=[
            (pending.nomination, token_of(pending.link_id, Purpose.NOMINATION))
            for pending in queries.pending_nominations(account.email_key)
        ],
        requests=[
            (request, tracking_token(request.id, request.tracking_generation))
            for request in queries.own_requests(person.id, account.email_key)
        ],
        affiliations=open_affiliations(person.id),
        doctor=is_doctor(person),
        steps=[cpts for cpts in first_steps(current_actor()) if not cpts.finished],
        paused=[held for held in suspended_of(person.id) if not held.referent],
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
