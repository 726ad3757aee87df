"""What people write to the service centre: a message, a demand for help, a report with its search attached.

Written from a dossier collaboratif, it shows that dossier, its state and what is missing in it (S-132).
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

from app import db
from app.blueprints.dossiers.presentation import SheetView, views_of
from app.blueprints.requests.presentation import described
from app.blueprints.service_centre.kinds.answered import ANSWERED
from app.domain.dossiers import DossierStatus
from app.models import Dossier, Request
from app.queries.dossier_sheets import proposed_of

FROM_A_DOSSIER = re.compile(r"/dossiers/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/.*)?")


def _context(request: Request) -> dict[str, Any]:
    return {"lines": described(request), **_dossier_of(request)}


def _dossier_of(request: Request) -> dict[str, Any]:
    """The dossier that the message was written from, of the CPTS that it names."""
    named = FROM_A_DOSSIER.fullmatch(request.came_from or "")
    dossier = db.session().get(Dossier, uuid.UUID(named[1])) if named else None
    if dossier is None or dossier.establishment_finess != request.establishment_finess:
        return {"dossier": None}
    views: list[SheetView] = views_of(dossier, proposed_of(dossier))
    return {"dossier": dossier, "stage": DossierStatus(dossier.status), "views": views}


WRITTEN = replace(ANSWERED, panel="service_centre/kinds/written.html", context=_context)
