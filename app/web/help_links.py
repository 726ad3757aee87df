"""« Aide » on each screen opens the chapter about it (S-167); where there is none, the index of the help."""

from __future__ import annotations

from flask import request, url_for

CHAPTER_OF = {
    "par-ou-commencer": ("accounts.my_establishment",),
    "chercher": (
        "search.home",
        "search.results",
        "search.suggestions",
        "establishments.page",
        "establishments.unit",
        "establishments.commune",
        "establishments.directory",
        "pages.understand",
    ),
    "professionnel": (
        "affiliations.ask",
        "affiliations.leave",
        "affiliations.end",
        "requests.tracking",
        "requests.cancel",
        "requests.account",
    ),
    "presidence": (
        "mandates.chain",
        "mandates.end",
        "mandates.nominate",
        "requests.presidency",
        "requests.cpts",
    ),
    "role-referent": (
        "affiliations.inbox",
        "affiliations.refuse",
        "affiliations.complete",
        "establishments.contact",
        "establishments.correct",
        "accounts.invitation",
        "pages.referent_role",
    ),
    "compte": (
        "accounts.sign_in",
        "accounts.forgot",
        "accounts.link_sent",
        "accounts.reset",
        "accounts.account",
        "accounts.my_roles",
        "accounts.confirm",
    ),
    "compte-sas": ("requests.sas_account", "sas.account"),
}
BY_BLUEPRINT = {
    "service_centre": "centre-de-services",
    "portal_content": "centre-de-services",
    "accounts": "compte",
    "mandates": "presidence",
    "affiliations": "role-referent",
    "requests": "professionnel",
}
BY_ENDPOINT = {endpoint: slug for slug, endpoints in CHAPTER_OF.items() for endpoint in endpoints}


def chapter_of(endpoint: str | None) -> str | None:
    """The chapter of a screen: its own, else that of its blueprint."""
    if endpoint is None:
        return None
    return BY_ENDPOINT.get(endpoint) or BY_BLUEPRINT.get(endpoint.partition(".")[0])


def help_url() -> str:
    """Where « Aide » leads from the page being shown. No look-up: a withdrawn chapter leads to the index by itself."""
    slug = chapter_of(request.endpoint)
    return url_for("pages.chapter", slug=slug) if slug else url_for("pages.help")
