"""« Aide » on each screen opens the chapter about it (S-167); where there is none, the index of the help."""

from __future__ import annotations

from flask import request, url_for

BY_BLUEPRINT = {
    "search": "chercher",
    "establishments": "chercher",
    "directory": "chercher",
    "affiliations": "role-referent",
    "corrections": "role-referent",
    "descriptions": "role-referent",
    "zones": "role-referent",
    "to_do": "role-referent",
    "requests": "professionnel",
    "professionals": "professionnel",
    "memory": "role-referent",
    "mandates": "presidence",
    "registrations": "presidence",
    "service_centre": "centre-de-services",
    "dossier_reviews": "centre-de-services",
    "portal_content": "centre-de-services",
    "accounts": "compte",
    "identities": "compte",
    "personal_data": "compte",
    "sas": "compte-sas",
}
BY_ENDPOINT = {
    "dossier_reviews.approval": "presidence",
    "dossier_reviews.approve": "presidence",
    "accounts.my_establishment": "par-ou-commencer",
    "accounts.invitation": "role-referent",
    "affiliations.ask": "professionnel",
    "affiliations.send": "professionnel",
    "affiliations.end": "professionnel",
    "establishments.contact": "role-referent",
    "establishments.correct": "role-referent",
    "pages.referent_role": "role-referent",
    "pages.understand": "chercher",
}
"""The screens whose chapter is not the one of their blueprint."""


def chapter_of(endpoint: str | None) -> str | None:
    """The chapter of a screen: its own, else that of its blueprint."""
    if endpoint is None:
        return None
    return BY_ENDPOINT.get(endpoint) or BY_BLUEPRINT.get(endpoint.partition(".")[0])


def help_url() -> str:
    """Where « Aide » leads from the page being shown. No look-up: a withdrawn chapter leads to the index by itself."""
    slug = chapter_of(request.endpoint)
    return url_for("pages.chapter", slug=slug) if slug else url_for("pages.help")
