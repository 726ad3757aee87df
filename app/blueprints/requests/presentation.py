"""What was asked, in lines: for the person who follows and for those who decide."""

from __future__ import annotations

from app.blueprints.requests.blueprint import bp
from app.domain.requests import Kind
from app.models import Request
from app.web.french import phone_fr
from app.web.names import name_fr

DETAILS: dict[Kind, dict[str, str]] = {}
"""Label of each key of `Request.details` that people may read, by kind; the modules of the kinds fill it."""


def described(request: Request) -> list[tuple[str, str | None]]:
    """(label, value) of what was typed in the form of that kind; what was left empty is not listed."""
    lines: list[tuple[str, str | None]] = []
    if request.kind in (Kind.AFFILIATION, Kind.ACCOUNT):
        lines.append(("Unité", name_fr(request.unit.name) if request.unit else None))
    asked = {
        "Objet": request.subject,
        "Téléphone": phone_fr(request.phone) if request.phone else None,
        "Profession": request.profession_label,
        "Fonction": request.function,
        "Numéro RPPS": request.rpps,
    }
    lines += [(label, value) for label, value in asked.items() if value]
    labels = DETAILS.get(Kind(request.kind), {})
    told = [(label, _text(request.details.get(key))) for key, label in labels.items()]
    lines += [(label, value) for label, value in told if value]
    if request.kind == Kind.AFFILIATION:
        lines.append(("Affichage de votre nom", "accepté" if request.listed else "non accepté : compté, non nommé"))
    return lines


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value) or None
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value) if value not in (None, "") else None


OF_ITS_KIND = {
    Kind.AFFILIATION: "requests/kinds/affiliation.html",
    Kind.CPTS: "requests/kinds/cpts.html",
    Kind.PRESIDENCY: "requests/kinds/presidency.html",
}
"""What the tracking page of a kind shows besides what they all do."""

HAPPENED = {
    "submitted": "Demande envoyée",
    "link_sent": "Lien de suivi renvoyé",
    "link_changed": "Lien de suivi changé",
    "info_asked": "Précision demandée",
    "info_given": "Réponse envoyée",
    "aci_awaited": "Mise en attente d’ACI",
    "aci_given": "Date de l’ACI donnée",
    "message": "Message reçu",
    "reply": "Message envoyé",
    "escalated": "Retard signalé au centre de services",
    "appealed": "Recours",
    "accepted": "Demande acceptée",
    "refused": "Demande refusée",
    "cancelled": "Demande annulée",
    "expired": "Demande expirée",
}
"""What each kind of event is called in the timeline."""


@bp.app_template_global()
def happened(event_kind: str) -> str:
    return HAPPENED.get(event_kind, "Suite donnée")


@bp.app_template_global()
def kind_label(kind: str) -> str:
    return Kind(kind).label
