"""A sheet, or the whole dossier, as a tagged PDF (S-121, S-122)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.dossiers.blueprint import bp, dossier_or_404, sheet_or_404
from app.blueprints.dossiers.words import fields_of, labels_for
from app.domain.dossiers import DossierStatus
from app.models import Dossier
from app.policies.permissions import Permission
from app.queries.dossier_sheets import Proposed, proposed_of
from app.settings import current_settings
from app.web import sessions
from app.web.access import checked
from app.web.french import datetime_fr
from app.web.names import name_fr
from app.web.pdf import file_name, make_pdf

UNPUBLISHED = "Document de travail, non publié"


@bp.get("/dossiers/<uuid:dossier_id>/dossier.pdf")
@checked(Permission.DOSSIER_READ)
def dossier_pdf(dossier_id: uuid.UUID) -> BaseResponse:
    dossier = dossier_or_404(dossier_id)
    return _file(dossier, proposed_of(dossier), dossier.name)


@bp.get("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>/fiche.pdf")
@checked(Permission.DOSSIER_READ)
def sheet_pdf(dossier_id: uuid.UUID, sheet_id: uuid.UUID) -> BaseResponse:
    dossier = dossier_or_404(dossier_id)
    found = sheet_or_404(dossier, sheet_id)
    return _file(dossier, [found], name_fr(found.title))


def document(dossier: Dossier, sheets: Sequence[Proposed], title: str) -> dict[str, Any]:
    """For templates/pdf/dossier.typ: every field that is filled, and what is not said of a sheet."""
    labels, status = labels_for(sheets), DossierStatus(dossier.status)
    return {
        "title": title,
        "lead": f"Dossier collaboratif « {dossier.name} » de la {name_fr(dossier.establishment.name)}.",
        "state": f"Dossier {status.label}",
        "mark": UNPUBLISHED if status is not DossierStatus.PUBLISHED else "Publié",
        "made": datetime_fr(clock.now()),
        "portal": current_settings().portal_name,
        "contents": len(sheets) > 1,
        "sheets": [
            {
                "code": sheet.kind.upper(),
                "title": name_fr(sheet.title),
                "kind": sheet.kind.label,
                "state": sheet.state.label,
                "boxes": [
                    {
                        "title": box.box.label,
                        "fields": [
                            {"name": field.label, "lines": lines, "note": source}
                            for field, lines, source in fields_of(box, labels)
                            if lines
                        ],
                    }
                    for box in sheet.boxes.values()
                ],
            }
            for sheet in sheets
        ],
    }


def _file(dossier: Dossier, sheets: Sequence[Proposed], title: str) -> BaseResponse:
    made = make_pdf("dossier", document(dossier, sheets, title))
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(title)}-{clock.now():%Y-%m-%d}.pdf"'
    return sessions.unkept(response)
