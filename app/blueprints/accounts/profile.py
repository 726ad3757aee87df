"""My account: identity, password, listing, sessions."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import ChangePasswordForm, ListingForm
from app.blueprints.accounts.roles import own_account
from app.domain.errors import Invalid
from app.queries import factors
from app.usecases.accounts import change_password
from app.usecases.affiliations import choose_listing
from app.usecases.sign_in import end_other_sessions, end_session
from app.web.access import acting, signed_in
from app.web.french import plural
from app.web.htmx import see_other
from app.web.limits import PROVE, give_back, limited


@bp.get("/mon-compte")
@signed_in
def account() -> tuple[str, int]:
    return _page()


@bp.post("/mon-compte/mot-de-passe")
@signed_in
@limited(PROVE)
def new_password() -> Response | tuple[str, int]:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        mine, _ = own_account()
        try:
            change_password(
                acting(),
                mine,
                current=form.actuel.data or "",
                password=form.password.data or "",
                session_id=current_user.session_id,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            give_back()
            flash("Votre mot de passe est changé. Les autres sessions sont fermées.", "ok")
            return _back()
    return _page(password_form=form)


@bp.post("/mon-compte/affichage")
@signed_in
def listing() -> Response:
    form = ListingForm()
    mine, _ = own_account()
    choose_listing(acting(), mine, listed=bool(form.affiche.data))
    shown = "Votre nom est affiché" if form.affiche.data else "Votre nom n’est plus affiché"
    flash(f"{shown} sur la page de vos unités.", "ok")
    return _back()


@bp.post("/mon-compte/sessions/<handle>/fermer")
@signed_in
def close_session(handle: str) -> Response:
    """One of the sessions listed; this one is closed by signing out."""
    mine, _ = own_account()
    session_id = factors.session_id_of(mine.id, handle) or abort(404)
    end_session(acting(), mine, session_id=session_id)
    flash("Cette session est fermée.", "ok")
    return see_other(url_for("accounts.account", _anchor="sessions"))


@bp.post("/mon-compte/sessions")
@signed_in
def close_sessions() -> Response:
    mine, _ = own_account()
    closed = end_other_sessions(acting(), mine, session_id=current_user.session_id)
    flash(f"{plural(closed, 'session fermée', 'sessions fermées')}." if closed else "Aucune autre session.", "ok")
    return _back()


def _page(**forms: Any) -> tuple[str, int]:
    mine, person = own_account()
    shown = {"password_form": ChangePasswordForm(formdata=None), **forms}
    page = render_template(
        "accounts/account.html",
        account=mine,
        person=person,
        listing_form=ListingForm(formdata=None, data={"affiche": person.listed}),
        factors=factors.factors_of(mine.id),
        sessions=factors.open_sessions(mine.id, here=current_user.session_id),
        **shown,
    )
    return page, shown["password_form"].status


def _back() -> Response:
    return see_other(url_for("accounts.account"))
