"""« Prêt pour le SAS » (B-01): green, or what the regulator will not see and the button that opens that field."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.blueprints.sas_readiness.blueprint import bp, own_page, readable_or_404
from app.blueprints.sas_readiness.lights import lights_of
from app.blueprints.sas_readiness.mending import Mending
from app.blueprints.sas_readiness.preview import sight_of
from app.domain.readiness import RULES, Level, UnitRule
from app.domain.sas_states import SasState
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.ledger import told_of
from app.queries.readiness import verified_boxes
from app.queries.sas_states import read_states
from app.web.access import checked
from app.web.htmx import announce, page_or_fragment, wants_fragment

STATES = {Level.BLOCKING: "bloque", Level.WARNING: "manque", Level.INFO: "manque"}
READY, NOT_READY = "Prêt pour le SAS.", "Pas encore prêt pour le SAS."


@bp.get("/etablissements/<finess>/sas")
@checked(Permission.SAS_READ)
def page(finess: str) -> Response:
    establishment = readable_or_404(finess)
    state = read_states([finess])[finess]
    mending = Mending(establishment, own_page(finess))
    context = _readiness(establishment, state, mending)
    if not wants_fragment():
        context = sight_of(establishment, state, mending) | {"platforms": told_of(finess)} | context
    answer = page_or_fragment("sas_readiness/page.html", "sas_readiness/_readiness.html", **context)
    return announce(answer, READY if state.eligible else NOT_READY) if wants_fragment() else answer


def _readiness(establishment: Establishment, state: SasState, mending: Mending) -> dict[str, Any]:
    told = mending.told(state.findings)
    lights = lights_of(state, verified_boxes(state), establishment.verified_at)
    return {
        "establishment": establishment,
        "state": state,
        "blocking": [one for one in told if one.finding.level is Level.BLOCKING],
        "warnings": [one for one in told if one.finding.level is Level.WARNING],
        "infos": [one for one in told if one.finding.level is Level.INFO],
        "lights": [(light, mending.at(light.spot)) for light in lights],
        "rules": _looked_at(state),
    }


def _looked_at(state: SasState) -> list[tuple[str, str, str]]:
    """Each rule with what it found and where it comes from, as m.controles shows it."""
    worst: dict[str, Level] = {}
    for finding in state.findings:
        worst.setdefault(finding.rule, finding.level)
    missing = "manque" if not state.facts.units else "ok"
    return [
        (
            STATES[worst[rule.key]] if rule.key in worst else missing if isinstance(rule, UnitRule) else "ok",
            rule.label,
            f"Source : {rule.source}",
        )
        for rule in RULES
    ]
