"""« Pour le compte de »: an agent acts for somebody identified, in one CPTS (S-072, S-074).

The address carries for whom (`?pour=person:<id>` or `request:<id>`); the use case checks it again.
"""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.affiliations.blueprint import cpts_or_404
from app.blueprints.service_centre.behalf_forms import ContactForForm, RequestForForm
from app.blueprints.service_centre.blueprint import bp
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment, Person, Request
from app.policies.actor import reference
from app.policies.permissions import Permission
from app.queries import on_behalf as queries
from app.queries.requests import open_units
from app.queries.sheets import SheetRef, box_version, read_sheet
from app.usecases.on_behalf import Behalf, submit_for, update_contact_for
from app.web.access import acting, authorise, checked
from app.web.forms import PortalForm
from app.web.htmx import page_or_fragment, see_other

Requester = Person | Request
CONTACT_BOX = "coordonnees"


@bp.get("/centre/cpts/<finess>/pour-le-compte")
@checked(Permission.SERVICE_CENTRE_DESK)
def behalf(finess: str) -> BaseResponse:
    """Choose for whom: among the people of the CPTS, or by the number of a request."""
    authorise(Permission.SERVICE_CENTRE_DESK)
    establishment, number = cpts_or_404(finess), request.args.get("demande", "")[:20]
    found = queries.request_numbered(number) if number.strip() else None
    if found is not None:
        return see_other(url_for("service_centre.behalf", finess=finess, pour=reference(found)))
    return page_or_fragment(
        "service_centre/behalf.html",
        "service_centre/_behalf.html",
        establishment=establishment,
        who=_who(),
        pour=request.args.get("pour", ""),
        people=queries.people_of(finess),
        number=number,
    )


@bp.get("/centre/cpts/<finess>/pour-le-compte/coordonnees")
@checked(Permission.ESTABLISHMENT_UPDATE_FOR)
def contact_for(finess: str) -> BaseResponse:
    establishment = cpts_or_404(finess)
    authorise(Permission.ESTABLISHMENT_UPDATE_FOR, establishment)
    return _page("contact_for", establishment, _contact_form(establishment))


@bp.post("/centre/cpts/<finess>/pour-le-compte/coordonnees")
@checked(Permission.ESTABLISHMENT_UPDATE_FOR)
def correct_for(finess: str) -> BaseResponse:
    establishment = cpts_or_404(finess)
    form = _contact_form(establishment)
    if (who := _who()) is None or not form.validate_on_submit():
        authorise(Permission.ESTABLISHMENT_UPDATE_FOR, establishment)
        return _page("contact_for", establishment, form, status=422)
    try:
        behalf = Behalf(who, form.raison.data or "")
        update_contact_for(acting(), establishment, behalf=behalf, values=form.values, seen=form.seen, erase=form.erase)
    except Invalid as error:
        form.refuse(error)
        return _page("contact_for", establishment, form, status=422)
    except ImpossibleNow as error:
        db.session().refresh(establishment)
        form.version.data = str(box_version(SheetRef(finess), CONTACT_BOX))
        return _page("contact_for", establishment, form, status=409, notice=str(error))
    flash(f"Coordonnées enregistrées pour le compte de {who.full_name}, qui en est informé, avec la présidence.", "ok")
    return see_other(url_for("establishments.page", finess=finess))


@bp.get("/centre/cpts/<finess>/pour-le-compte/demande")
@checked(Permission.REQUEST_SUBMIT_FOR)
def request_for(finess: str) -> BaseResponse:
    establishment = cpts_or_404(finess)
    authorise(Permission.REQUEST_SUBMIT_FOR, establishment)
    return _page("request_for", establishment, _request_form(establishment, prefilled=True))


@bp.post("/centre/cpts/<finess>/pour-le-compte/demande")
@checked(Permission.REQUEST_SUBMIT_FOR)
def send_for(finess: str) -> BaseResponse:
    establishment = cpts_or_404(finess)
    form = _request_form(establishment)
    if (who := _who()) is None or not form.validate_on_submit() or form.client_key is None:
        authorise(Permission.REQUEST_SUBMIT_FOR, establishment)
        return _page("request_for", establishment, form, status=422)
    try:
        asked = submit_for(
            acting(),
            establishment,
            behalf=Behalf(who, form.raison.data or ""),
            asked=form.asked(),
            client_key=form.client_key,
        )
    except Invalid as error:
        form.refuse(error)
        return _page("request_for", establishment, form, status=422)
    except ImpossibleNow as error:
        return _page("request_for", establishment, form, status=409, notice=str(error))
    flash(f"Demande {asked.number} enregistrée pour le compte de {who.full_name}, qui en est informé.", "ok")
    return see_other(url_for("service_centre.request_page", request_id=asked.id))


# ── steps ───────────────────────────────────────────────────────────────────


def _contact_form(establishment: Establishment) -> ContactForForm:
    ref = SheetRef(establishment.finess)
    return ContactForForm.of(read_sheet(ref)[CONTACT_BOX], ref, version=box_version(ref, CONTACT_BOX))


def _who() -> Requester | None:
    return queries.requester(request.args.get("pour", "")[:60])


def _request_form(establishment: Establishment, *, prefilled: bool = False) -> RequestForForm:
    """What a request already says of its person need not be typed again."""
    units, known = open_units(establishment.finess) or abort(404), {}
    who = _who() if prefilled else None
    if isinstance(who, Request):
        known = {
            "nom": who.family_name,
            "prenom": who.given_name,
            "email": who.email,
            "telephone": who.phone,
            "profession": who.profession_code or "",
            "rpps": who.rpps,
            "fonction": who.function,
        }
    return RequestForForm(units, **known)


def _page(
    name: str, establishment: Establishment, form: PortalForm, *, status: int = 200, notice: str | None = None
) -> BaseResponse:
    """Nobody is chosen yet: back to the choice."""
    who: Requester | None = _who()
    if who is None:
        return see_other(url_for("service_centre.behalf", finess=establishment.finess))
    context: dict[str, Any] = {"establishment": establishment, "form": form, "who": who, "notice": notice}
    response: Response = page_or_fragment(
        f"service_centre/{name}.html",
        f"service_centre/_{name}.html",
        status=status,
        pour=request.args.get("pour", ""),
        **context,
    )
    return response
