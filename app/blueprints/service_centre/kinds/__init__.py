"""The desk of each kind of request, one module a kind. A module imports KindDesk from kinds.desk."""

from __future__ import annotations

from app.blueprints.service_centre.kinds.account import ACCOUNT
from app.blueprints.service_centre.kinds.affiliation import AFFILIATION
from app.blueprints.service_centre.kinds.correction import CORRECTION
from app.blueprints.service_centre.kinds.cpts import CPTS
from app.blueprints.service_centre.kinds.desk import KindDesk
from app.blueprints.service_centre.kinds.presidency import PRESIDENCY
from app.blueprints.service_centre.kinds.sas_account import SAS_ACCOUNT
from app.blueprints.service_centre.kinds.written import WRITTEN
from app.domain.requests import Kind
from app.models import Request

DESKS: dict[Kind, KindDesk] = {
    Kind.AFFILIATION: AFFILIATION,
    Kind.CPTS: CPTS,
    Kind.PRESIDENCY: PRESIDENCY,
    Kind.ACCOUNT: ACCOUNT,
    Kind.SAS_ACCOUNT: SAS_ACCOUNT,
    Kind.CORRECTION: CORRECTION,
    Kind.HELP: WRITTEN,
    Kind.REPORT: WRITTEN,
    Kind.CONTACT: WRITTEN,
}


def desk_of(request: Request) -> KindDesk:
    """How that request is shown and accepted."""
    return DESKS[Kind(request.kind)]
