"""« Aide » on each screen opens the chapter about it (S-167); where there is none, the index of the help."""

from __future__ import annotations

from flask import request, url_for

BY_BLUEPRINT = {
    "search": "chercher",
    "establishments": "chercher",
    "communes": "chercher",
    "directory": "repertoire",
    "open_data": "chercher",
    "affiliations": "role-referent",
    "corrections": "role-referent",
    "descriptions": "modifier-un-encadre",
    "zones": "composer-la-zone",
    "dossiers": "dossier-collaboratif",
    "to_do": "role-referent",
    "requests": "professionnel",
    "professionals": "professionnel",
    "participations": "professionnel",
    "memory": "historique",
    "mandates": "presidence",
    "registrations": "presidence",
    "service_centre": "centre-de-services",
    "dossier_reviews": "valider-et-publier",
    "portal_content": "centre-de-services",
    "accounts": "compte",
    "identities": "compte",
    "personal_data": "compte",
    "sas": "compte-sas",
    "ledger": "centre-de-services",
    "sas_readiness": "pret-pour-le-sas",
}
BY_ENDPOINT = {
    **dict.fromkeys(
        (
            "service_centre.campaign",
            "service_centre.new_campaign",
            "service_centre.create_campaign",
            "service_centre.edit_campaign",
            "service_centre.save_campaign",
            "service_centre.remind_targets",
        ),
        "campagne",
    ),
    "accounts.my_establishment": "par-ou-commencer",
    "accounts.invitation": "role-referent",
    "affiliations.ask": "professionnel",
    "affiliations.send": "professionnel",
    "affiliations.end": "professionnel",
    "establishments.contact": "modifier-un-encadre",
    "establishments.correct": "modifier-un-encadre",
    "pages.referent_role": "role-referent",
    "pages.understand": "chercher",
}
"""The screens whose chapter is not the one of their blueprint."""
BY_BOX = {"zone": "composer-la-zone"}
"""The boxes that have a chapter of their own, wherever they are filled in."""


def chapter_of(endpoint: str | None) -> str | None:
    """The chapter of a screen: its own, else that of its blueprint."""
    if endpoint is None:
        return None
    return BY_ENDPOINT.get(endpoint) or BY_BLUEPRINT.get(endpoint.partition(".")[0])


def help_url() -> str:
    """Where « Aide » leads from the page being shown. No look-up: a withdrawn chapter leads to the index by itself."""
    slug = BY_BOX.get((request.view_args or {}).get("box", "")) or chapter_of(request.endpoint)
    return url_for("pages.chapter", slug=slug) if slug else url_for("pages.help")
