"""« C'est exact » and « Corriger »: what president and référents do to the contact details (S-032, S-038)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.establishments.forms import ContactForm
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment
from app.policies.permissions import Permission
from app.usecases.establishments import confirm_contact, update_contact
from app.web.access import acting, authorise, checked, load_or_404
from app.web.htmx import page_or_fragment, see_other


def register(bp: Blueprint) -> None:
    bp.post("/etablissements/<finess>/confirmation")(confirm)
    bp.get("/etablissements/<finess>/coordonnees")(contact)
    bp.post("/etablissements/<finess>/coordonnees")(correct)


@checked(Permission.ESTABLISHMENT_CONFIRM)
def confirm(finess: str) -> BaseResponse:
    confirm_contact(acting(), load_or_404(Establishment, finess))
    flash("Coordonnées confirmées.", "ok")
    return see_other(url_for("establishments.page", finess=finess))


@checked(Permission.ESTABLISHMENT_UPDATE)
def contact(finess: str) -> Response:
    establishment = load_or_404(Establishment, finess)
    authorise(Permission.ESTABLISHMENT_UPDATE, establishment)
    return _form(establishment, ContactForm.of(establishment), 200)


@checked(Permission.ESTABLISHMENT_UPDATE)
def correct(finess: str) -> Response | BaseResponse:
    establishment = load_or_404(Establishment, finess)
    authorise(Permission.ESTABLISHMENT_UPDATE, establishment)
    form = ContactForm.of(establishment)
    if not form.validate_on_submit():
        return _form(establishment, form, 422)
    try:
        update_contact(acting(), establishment, contact=form.contact, seen=form.seen)
    except Invalid as error:
        form.refuse(error)
        return _form(establishment, form, 422)
    except ImpossibleNow as error:
        db.session().refresh(establishment)
        return _form(establishment, form, 409, conflict=str(error))
    flash("Coordonnées enregistrées.", "ok")
    return see_other(url_for("establishments.page", finess=finess))


def _form(establishment: Establishment, form: ContactForm, status: int, conflict: str = "") -> Response:
    """After a conflict the next submit is about the fresh version: the person has seen both."""
    if conflict:
        form.version.data = establishment.updated_at.isoformat()
    return page_or_fragment(
        "establishments/contact.html",
        "establishments/_contact.html",
        status=status,
        establishment=establishment,
        form=form,
        conflict=conflict,
    )
