"""« C'est exact » and « Corriger »: what president and référents do to the contact details (S-032, S-038).

« Corriger » is the form of the box « Coordonnées », at the address that it always had.
"""

from __future__ import annotations

from flask import Blueprint, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.descriptions import routes as boxes
from app.models import Establishment
from app.policies.permissions import Permission
from app.usecases.establishments import confirm_contact
from app.web.access import acting, checked, load_or_404
from app.web.htmx import see_other

CONTACT = "coordonnees"


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
def contact(finess: str) -> BaseResponse:
    return boxes.edit(CONTACT, finess)


@checked(Permission.ESTABLISHMENT_UPDATE)
def correct(finess: str) -> BaseResponse:
    return boxes.save(CONTACT, finess)
