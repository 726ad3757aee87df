"""The main menu by profile (UI.md §6): only the entries that exist for this person."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.domain.directory import CPTS_GROUP
from app.policies.actor import Actor
from app.web.frame import frame, frame_actor
from app.web.help_links import help_url


@dataclass(frozen=True, slots=True)
class Link:
    key: str
    text: str
    url: str
    count: int = 0


def main_navigation() -> list[Link]:
    actor = frame_actor()
    search = _link("recherche", "Rechercher", "search.results")
    directory = _link("repertoire", "Répertoire", "directory.page")
    roles = _link("roles", "Mes rôles", "accounts.my_roles")
    guide = Link("aide", "Aide", help_url())
    if actor.is_agent:
        queue = _link("centre", "File d’attente", "service_centre.desk", frame().to_decide)
        return [queue, search, directory, roles, guide]
    boxed = Link("repertoire", directory.text, url_for("directory.page", type=CPTS_GROUP))
    if actor.mandates:
        return [search, boxed, *_establishment_links(actor), guide]  # « Mes rôles » is in the menu of the account
    if actor.graces:
        return [search, boxed, _link("cpts", "Ma CPTS", "accounts.my_establishment"), roles, guide]
    if actor.account_id:
        return [search, directory, roles, guide]
    return [search, directory, _link("comprendre", "Comprendre les CPTS", "pages.understand"), guide]


def _establishment_links(actor: Actor) -> list[Link]:
    """My CPTS and what waits for a decision: its inbox, or the list of them all with several."""
    managed = {mandate.establishment_finess for mandate in actor.mandates}
    inbox = url_for("to_do.page")
    if len(managed) == 1:
        inbox = url_for("affiliations.inbox", finess=next(iter(managed)))
    mine = _link("cpts", "Ma CPTS", "accounts.my_establishment")
    dossiers = _link("dossiers", "Dossiers", "dossiers.mine")
    return [mine, dossiers, Link("demandes", "Demandes", inbox, frame().to_decide)]


def _link(key: str, text: str, endpoint: str, count: int = 0) -> Link:
    return Link(key, text, url_for(endpoint), count)
