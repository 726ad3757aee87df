"""« Ce que voit le régulateur » (B-02): the card, and the answer of the SAS for a commune."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.blueprints.sas_readiness.blueprint import bp, own_page, readable_or_404
from app.blueprints.sas_readiness.mending import Mending, Told
from app.domain.readiness import Spot
from app.domain.sas_states import ROWS, Card, SasState, absence, answer, card_of
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.sas_states import read_states
from app.queries.served_communes import cpts_of_commune
from app.queries.typed_communes import LONGEST_LINE, NamedPlace, places_named, read_communes
from app.settings import current_settings
from app.web.access import checked, storable
from app.web.htmx import announce, page_or_fragment, wants_fragment


@bp.get("/etablissements/<finess>/sas/apercu")
@checked(Permission.SAS_READ)
def preview(finess: str) -> Response:
    """`commune`: a name, a post code or an INSEE code; `insee`: the very one, once chosen."""
    establishment = readable_or_404(finess)
    found = _chosen()
    place = found[0] if len(found) == 1 else None
    held = cpts_of_commune(place.insee) if place else {}
    states = read_states(list(dict.fromkeys([finess, *held])))
    mending = Mending(establishment, own_page(finess))
    context = sight_of(establishment, states[finess], mending) | {"choices": found if len(found) > 1 else []}
    asked = bool({"commune", "insee"} & set(request.args))
    context |= {"searched": asked, "typed": _typed() or (place.name if place else "")}
    if place:
        context |= _answered(states, finess, place, held.get(finess, []), mending)
    shown = page_or_fragment("sas_readiness/preview.html", "sas_readiness/_preview.html", **context)
    return announce(shown, context["said"]) if wants_fragment() else shown


def sight_of(establishment: Establishment, state: SasState, mending: Mending) -> dict[str, Any]:
    """The card of the CPTS, when it has one, and what its units tell the regulator; no commune chosen."""
    units = state.facts.units
    return {
        "establishment": establishment,
        "state": state,
        "card": card_of(state.payload) if state.eligible else None,
        "texts": [(unit, mending.at(Spot("conditions", "regulator_info", unit.id))) for unit in units],
        "rows": ROWS,
        "searched": False,
        "typed": "",
        "place": None,
        "choices": [],
        "said": "Aucune commune trouvée.",
    }


def _answered(
    states: dict[str, SasState], finess: str, place: NamedPlace, held: list[str], mending: Mending
) -> dict[str, Any]:
    cards = answer([state.payload for state in states.values()], place.insee)
    why = mending.told(absence(states[finess], place.insee, place.name, held))
    seen = any(card.finess == finess for card in cards)
    return {"place": place, "cards": cards, "why": why, "seen": seen, "said": _said(place, cards, why, seen=seen)}


def _said(place: NamedPlace, cards: list[Card], why: list[Told], *, seen: bool) -> str:
    if seen:
        return f"{place.name} : votre CPTS apparaît."
    return f"{place.name} : votre CPTS n’apparaît pas." if why else f"{place.name} : {len(cards)} CPTS."


def _typed() -> str:
    typed = request.args.get("commune", "")[:LONGEST_LINE].strip()
    return typed if storable(typed) else ""


def _chosen() -> list[NamedPlace]:
    """The communes that may be meant."""
    exact = request.args.get("insee", "")[:5]
    if exact:
        return places_named([exact]) if storable(exact) else []
    lines = read_communes(_typed(), current_settings().region_code)
    return list(lines[0].places) if len(lines) == 1 else []
