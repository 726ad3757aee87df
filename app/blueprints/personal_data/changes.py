"""Correcting one's name and phone; changing one's address, confirmed by a link to the new one."""

from __future__ import annotations

from flask import flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.roles import own_account
from app.blueprints.personal_data.blueprint import bp
from app.blueprints.personal_data.forms import CorrectionForm, NewEmailForm
from app.credentials.links import Purpose, is_usable, resolve
from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import Invalid
from app.policies.permissions import Permission
from app.usecases.personal_data import ask_email_change, confirm_email, correct_person
from app.web import sessions
from app.web.access import acting, public, signed_in
from app.web.forms import PortalForm
from app.web.htmx import see_other
from app.web.limits import MAIL_ME_A_LINK, PROVE, limited
from app.web.proving import proving


@bp.route("/mon-compte/donnees/corriger", methods=["GET", "POST"])
@signed_in
def correct() -> Response | tuple[str, int]:
    account, person = own_account()
    known = {"nom": person.family_name, "prenom": person.given_name, "telephone": person.phone}
    form = CorrectionForm(data=known)
    if form.validate_on_submit():
        words = {"family_name": form.nom.data or "", "given_name": form.prenom.data or ""}
        try:
            correct_person(acting(), account, phone=form.telephone.data, **words)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            flash("Vos informations sont corrigées.", "ok")
            return see_other(url_for("personal_data.mine"))
    return render_template("personal_data/correct.html", form=form), form.status


@bp.route("/mon-compte/donnees/adresse", methods=["GET", "POST"])
@signed_in
@limited(PROVE)
@limited(MAIL_ME_A_LINK)
def new_email() -> Response | tuple[str, int]:
    account, _ = own_account()
    form = NewEmailForm()
    if form.validate_on_submit():
        try:
            actor = proving(act_key(Permission.ACCOUNT_CHANGE_EMAIL, account.id))
            ask_email_change(actor, account, email=form.email.data or "")
        except ProofNeeded:
            raise
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            flash("Un lien est parti à la nouvelle adresse. Elle ne change qu’une fois ce lien ouvert.", "ok")
            return see_other(url_for("personal_data.mine"))
    return render_template("personal_data/new_email.html", form=form, account=account), form.status


@bp.route("/mon-compte/adresse/<token>", methods=["GET", "POST"])
@public
def confirm_new_email(token: str) -> Response:
    """GET only shows the button: mail scanners follow links."""
    link = resolve(token, Purpose.NEW_EMAIL)
    if link is None or not is_usable(link):
        page = render_template("accounts/link_gone.html", known=link is not None)
        return sessions.unkept(make_response(page, 404 if link is None else 410))
    form = PortalForm()
    if form.validate_on_submit():
        confirm_email(acting(holding=link), link)
        flash("Votre nouvelle adresse est enregistrée. C’est elle qui vous identifie désormais.", "ok")
        return see_other(url_for("accounts.account"))
    page = render_template("personal_data/confirm_email.html", form=form, email=link.email)
    return sessions.unkept(make_response(page, form.status))
