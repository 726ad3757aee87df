"""What people write to the service centre: a message, a demand for help, a report with its search attached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.blueprints.requests.presentation import described
from app.blueprints.service_centre.kinds.answered import ANSWERED
from app.models import Request


def _context(request: Request) -> dict[str, Any]:
    return {"lines": described(request)}


WRITTEN = replace(ANSWERED, panel="service_centre/kinds/written.html", context=_context)
