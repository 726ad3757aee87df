"""Renaming an establishment (its official name: agents) or a unit (those in office, agents): S-102."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.directory.forms import RenameForm
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment, Unit
from app.policies.permissions import Permission
from app.usecases.renaming import rename_establishment, rename_unit
from app.web.access import acting, authorise, checked, load_or_404
from app.web.htmx import page_or_fragment, see_other
from app.web.names import name_fr


def register(bp: Blueprint) -> None:
    bp.get("/repertoire/etablissements/<finess>/renommer")(establishment_name)
    bp.post("/repertoire/etablissements/<finess>/renommer")(name_establishment)
    bp.get("/repertoire/unites/<int:unit_id>/renommer")(unit_name)
    bp.post("/repertoire/unites/<int:unit_id>/renommer")(name_unit)


@checked(Permission.ESTABLISHMENT_RENAME)
def establishment_name(finess: str) -> Response:
    establishment = load_or_404(Establishment, finess)
    authorise(Permission.ESTABLISHMENT_RENAME, establishment)
    return _form(establishment, RenameForm(nom=establishment.name, vu=establishment.name), 200)


@checked(Permission.ESTABLISHMENT_RENAME)
def name_establishment(finess: str) -> BaseResponse:
    establishment = load_or_404(Establishment, finess)
    authorise(Permission.ESTABLISHMENT_RENAME, establishment)
    return _answer(establishment)


@checked(Permission.UNIT_RENAME)
def unit_name(unit_id: int) -> Response:
    unit = _open_unit(unit_id)
    authorise(Permission.UNIT_RENAME, unit)
    return _form(unit, RenameForm(nom=unit.name, vu=unit.name), 200)


@checked(Permission.UNIT_RENAME)
def name_unit(unit_id: int) -> BaseResponse:
    unit = _open_unit(unit_id)
    authorise(Permission.UNIT_RENAME, unit)
    return _answer(unit)


def _answer(structure: Establishment | Unit) -> BaseResponse:
    form = RenameForm()
    if not form.validate_on_submit():
        return _form(structure, form, 422)
    try:
        if isinstance(structure, Unit):
            rename_unit(acting(), structure, name=form.nom.data or "", seen=form.vu.data or "")
        else:
            rename_establishment(acting(), structure, name=form.nom.data or "", seen=form.vu.data or "")
    except Invalid as error:
        form.refuse(error)
        return _form(structure, form, 422)
    except ImpossibleNow as error:
        db.session().refresh(structure)
        form.vu.data = structure.name
        return _form(structure, form, 409, conflict=str(error))
    flash(f"{name_fr(structure.name)} : le nouveau nom est enregistré. L’ancien mène toujours à la fiche.", "ok")
    return see_other(page_of(structure))


def page_of(structure: Establishment | Unit) -> str:
    if isinstance(structure, Unit):
        return url_for("establishments.unit", unit_id=structure.id)
    return url_for("establishments.page", finess=structure.finess)


def _open_unit(unit_id: int) -> Unit:
    unit: Unit = load_or_404(Unit, unit_id)
    return unit if unit.closed_on is None else abort(404)


def _form(structure: Establishment | Unit, form: RenameForm, status: int, conflict: str = "") -> Response:
    return page_or_fragment(
        "directory/rename.html",
        "directory/_rename.html",
        status=status,
        structure=structure,
        of_unit=isinstance(structure, Unit),
        back=page_of(structure),
        form=form,
        conflict=conflict,
    )
