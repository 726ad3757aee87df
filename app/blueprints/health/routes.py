"""`/sante`: liveness and readiness as JSON; 503 names the part that fails."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from app import __version__, db
from app.queries.health import database_fault, guards_fault, outbox_fault
from app.schema import current_and_head
from app.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/sante")
@public(cacheable=True)
def status() -> tuple[Response, int]:
    faults: dict[str, str | None] = {"base": database_fault()}
    if faults["base"] is None:
        faults["migrations"] = _migration_fault()
    if faults.get("migrations", "unknown") is None:
        faults |= {"gardes": guards_fault(), "messages": outbox_fault()}
    failing = {part: fault for part, fault in faults.items() if fault}
    body = {"etat": "en panne" if failing else "en service", "version": __version__, "pannes": failing}
    return jsonify(body), 503 if failing else 200


def _migration_fault() -> str | None:
    current, head = current_and_head(db.session().connection())
    return None if current == head else f"la base est en version {current}, le portail attend {head}"
