"""The page of a dossier, and what its other pages share of it."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.blueprints.dossiers.forms import DetailsForm, UnitsForm
from app.blueprints.dossiers.presentation import SheetView, priorities, stepper, views_of
from app.domain.dossiers import DossierStatus, SheetState
from app.models import Dossier
from app.policies.permissions import Permission
from app.policies.rules import allows
from app.queries.dossier_sheets import proposed_of
from app.queries.dossiers import living_presidents, shows_tips, steps_of
from app.web.access import current_actor
from app.web.htmx import page_or_fragment


def frame(dossier: Dossier, views: list[SheetView], *, tips: bool | None = None) -> dict[str, Any]:
    """What every page of the dossier shows: its state, its sheets, what may be done. `tips`: when it was read."""
    actor, stage = current_actor(), DossierStatus(dossier.status)
    writable = not stage.frozen and allows(Permission.DOSSIER_WRITE, actor, dossier)
    return {
        "dossier": dossier,
        "stage": stage,
        "views": views,
        "done": sum(view.state is SheetState.FINAL for view in views),
        "writable": writable,
        "tips": shows_tips(actor.account_id) if tips is None else tips,
    }


def dossier_page(
    dossier: Dossier,
    *,
    status: int = 200,
    details: DetailsForm | None = None,
    units: UnitsForm | None = None,
    told: str = "",
    finalised: list[str] | None = None,
) -> Response:
    """`told`: why what was asked could not be done; `finalised`: the sheets that just became final."""
    sheets = proposed_of(dossier)
    views = views_of(dossier, sheets)
    known = {"nom": dossier.name, "notes": dossier.notes, "version": str(dossier.version)}
    return page_or_fragment(
        "dossiers/dossier.html",
        "dossiers/_dossier.html",
        status=status,
        **frame(dossier, views),
        priorities=priorities(views),
        steps=stepper(dossier, sheets),
        history=steps_of(dossier),
        presidents=living_presidents(dossier.establishment_finess),
        details=details or DetailsForm(formdata=None, **known),
        units=units or UnitsForm(formdata=None, nombre=1),
        told=told,
        finalised=finalised,
    )
