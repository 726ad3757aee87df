"""Moving a structure (S-100): choose where, read what it changes, confirm; the history, from which a move is undone."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.directory.forms import MoveForm
from app.blueprints.directory.renaming import page_of
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment, LegalEntity, StructureMove, Unit
from app.policies.permissions import Permission
from app.queries.cpts_choice import cpts_named
from app.queries.moves import (
    EntityImpact,
    UnitImpact,
    entities_named,
    entity_impact,
    lines_of,
    move_of,
    moves,
    unit_impact,
)
from app.search.question import LONGEST, understand
from app.usecases.moves import (
    held_sentence,
    move_establishment,
    move_unit,
    no_place_for_establishment,
    no_place_for_unit,
    undo_move,
)
from app.web.access import acting, authorise, checked, load_or_404
from app.web.htmx import page_or_fragment, see_other
from app.web.names import name_fr

UNKNOWN = "Aucune fiche ne porte ce numéro ou ce nom."


def register(bp: Blueprint) -> None:
    bp.get("/repertoire/unites/<int:unit_id>/deplacer")(unit_destination)
    bp.post("/repertoire/unites/<int:unit_id>/deplacer")(put_unit)
    bp.get("/repertoire/etablissements/<finess>/deplacer")(establishment_destination)
    bp.post("/repertoire/etablissements/<finess>/deplacer")(put_establishment)
    bp.get("/repertoire/deplacements")(history)
    bp.get("/repertoire/deplacements/<uuid:move_id>/annuler")(undoing)
    bp.post("/repertoire/deplacements/<uuid:move_id>/annuler")(undo)


@checked(Permission.STRUCTURE_MOVE)
def unit_destination(unit_id: int) -> Response:
    unit = _open_unit(unit_id)
    authorise(Permission.STRUCTURE_MOVE, unit)
    return _choosing(unit, _typed())


@checked(Permission.STRUCTURE_MOVE)
def put_unit(unit_id: int) -> BaseResponse:
    unit = _open_unit(unit_id)
    authorise(Permission.STRUCTURE_MOVE, unit)
    form = MoveForm()
    destination = db.session().get(Establishment, form.destination.data or "") or abort(400)
    if not form.validate_on_submit():
        return _confirming(unit, destination, form, 422)
    try:
        move_unit(acting(), unit, destination=destination, seen=form.vu.data or "", reason=form.motif.data or "")
    except Invalid as error:
        return _refused(unit, destination, form, error)
    except ImpossibleNow as error:
        return _too_late(unit, destination, form, error)
    return _done(unit)


@checked(Permission.STRUCTURE_MOVE)
def establishment_destination(finess: str) -> Response:
    establishment = load_or_404(Establishment, finess)
    authorise(Permission.STRUCTURE_MOVE, establishment)
    return _choosing(establishment, _typed())


@checked(Permission.STRUCTURE_MOVE)
def put_establishment(finess: str) -> BaseResponse:
    establishment = load_or_404(Establishment, finess)
    authorise(Permission.STRUCTURE_MOVE, establishment)
    form = MoveForm()
    destination = db.session().get(LegalEntity, form.destination.data or "") or abort(400)
    if not form.validate_on_submit():
        return _confirming(establishment, destination, form, 422)
    try:
        move_establishment(
            acting(), establishment, destination=destination, seen=form.vu.data or None, reason=form.motif.data or ""
        )
    except Invalid as error:
        return _refused(establishment, destination, form, error)
    except ImpossibleNow as error:
        return _too_late(establishment, destination, form, error)
    return _done(establishment)


@checked(Permission.STRUCTURE_MOVE)
def history() -> Response:
    authorise(Permission.STRUCTURE_MOVE)
    page = max(1, request.args.get("page", 1, type=int))
    lines, pages = moves(page)
    return page_or_fragment(
        "directory/moves.html", "directory/_moves.html", lines=lines, at=min(page, pages), pages=pages
    )


@checked(Permission.STRUCTURE_MOVE)
def undoing(move_id: uuid.UUID) -> Response:
    authorise(Permission.STRUCTURE_MOVE)
    return _undoing(move_of(move_id) or abort(404), 200)


@checked(Permission.STRUCTURE_MOVE)
def undo(move_id: uuid.UUID) -> BaseResponse:
    move = move_of(move_id) or abort(404)
    try:
        undo_move(acting(), move)
    except ImpossibleNow as error:
        db.session().refresh(move)
        return _undoing(move, 409, str(error))
    flash("Le déplacement est annulé : tout est revenu à sa place.", "ok")
    return see_other(url_for("directory.history"))


# ── steps ───────────────────────────────────────────────────────────────────


def _typed() -> str:
    return " ".join(request.args.get("vers", "").replace("\0", "").split())[:LONGEST]


def _choosing(structure: Establishment | Unit, typed: str) -> Response:
    """A number is a destination at once, words are looked up; a destination leads to what it would change."""
    number = understand(typed).identifier if typed else None
    destination = _place(structure, number)
    if destination is not None and not _no_place(structure, destination):
        return _confirming(structure, destination, MoveForm(formdata=None), 200)
    refusal = _no_place(structure, destination) if destination is not None else None
    choices: list[Any] = []
    if typed and not number:
        choices = list(cpts_named(typed) if isinstance(structure, Unit) else entities_named(typed))
    if typed and not choices and refusal is None:
        refusal = UNKNOWN
    return page_or_fragment(
        "directory/move.html",
        "directory/_move.html",
        status=422 if refusal else 200,
        **_about(structure),
        typed=typed,
        choices=[choice for choice in choices if choice.finess != _here(structure)],
        refusal=refusal,
    )


def _confirming(
    structure: Establishment | Unit,
    destination: Establishment | LegalEntity,
    form: MoveForm,
    status: int,
    conflict: str = "",
) -> Response:
    impact = _impact(structure, destination)
    form.destination.data, form.vu.data = destination.finess, _here(structure) or ""
    held = held_sentence(impact.hold) if isinstance(impact, UnitImpact) and impact.hold else ""
    return page_or_fragment(
        "directory/move_impact.html",
        "directory/_move_impact.html",
        status=status,
        **_about(structure),
        destination=destination,
        impact=impact,
        held=held,
        form=form,
        conflict=conflict,
    )


def _refused(
    structure: Establishment | Unit, destination: Establishment | LegalEntity, form: MoveForm, error: Invalid
) -> Response:
    form.refuse(error)
    return _confirming(structure, destination, form, 422)


def _too_late(
    structure: Establishment | Unit, destination: Establishment | LegalEntity, form: MoveForm, error: ImpossibleNow
) -> Response:
    db.session().refresh(structure)
    return _confirming(structure, destination, form, 409, str(error))


def _done(structure: Establishment | Unit) -> BaseResponse:
    flash(f"{name_fr(structure.name)} est à sa nouvelle place. Vous pouvez annuler depuis l’historique.", "ok")
    return see_other(url_for("directory.history"))


def _undoing(move: StructureMove, status: int, conflict: str = "") -> Response:
    structure: Unit | Establishment = move.unit or move.establishment  # type: ignore[assignment]
    back = _place(structure, move.origin)
    (line,) = lines_of([move])
    impact = _impact(structure, back) if back is not None and line.last else None
    held = held_sentence(impact.hold) if isinstance(impact, UnitImpact) and impact.hold else ""
    return page_or_fragment(
        "directory/undo_move.html",
        "directory/_undo_move.html",
        status=status,
        **_about(structure),
        line=line,
        impact=impact,
        held=held,
        conflict=conflict,
    )


def _impact(structure: Establishment | Unit, destination: Establishment | LegalEntity) -> UnitImpact | EntityImpact:
    if isinstance(structure, Unit):
        assert isinstance(destination, Establishment)  # noqa: S101 – loaded as one
        return unit_impact(structure, destination)
    assert isinstance(destination, LegalEntity)  # noqa: S101
    return entity_impact(structure, destination)


def _no_place(structure: Establishment | Unit, destination: Establishment | LegalEntity) -> str | None:
    if isinstance(structure, Unit) and isinstance(destination, Establishment):
        return no_place_for_unit(structure, destination)
    if isinstance(structure, Establishment) and isinstance(destination, LegalEntity):
        return no_place_for_establishment(structure, destination)
    return UNKNOWN


def _place(structure: Establishment | Unit, number: str | None) -> Establishment | LegalEntity | None:
    """What such a structure may hang on, by its number."""
    if not number:
        return None
    session = db.session()
    return session.get(Establishment, number) if isinstance(structure, Unit) else session.get(LegalEntity, number)


def _here(structure: Establishment | Unit) -> str | None:
    return structure.establishment_finess if isinstance(structure, Unit) else structure.legal_entity_finess


def _about(structure: Establishment | Unit) -> dict[str, Any]:
    return {"structure": structure, "of_unit": isinstance(structure, Unit), "back": page_of(structure)}


def _open_unit(unit_id: int) -> Unit:
    unit: Unit = load_or_404(Unit, unit_id)
    return unit if unit.closed_on is None else abort(404)
