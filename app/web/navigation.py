"""The main menu by profile (UI.md §6): only the entries that exist for this person."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from app.policies.actor import ANONYMOUS, Actor
from app.queries.navigation import pending_affiliations, pending_at_service_centre
from app.web.access import current_actor


@dataclass(frozen=True, slots=True)
class Link:
    key: str
    text: str
    url: str
    count: int = 0


SEARCH = Link("recherche", "Rechercher", "/recherche")
DIRECTORY = Link("repertoire", "Répertoire", "/repertoire")
UNDERSTAND = Link("comprendre", "Comprendre les CPTS", "/comprendre")
ROLES = Link("roles", "Mes rôles", "/mes-roles")
HELP = Link("aide", "Aide", "/aide")


def without_account() -> None:
    """From now on this answer shows the visitor's frame: what an error page needs when the database is away."""
    g.frame_without_account = True


def frame_actor() -> Actor:
    """Who the frame greets."""
    return ANONYMOUS if g.get("frame_without_account") else current_actor()


def main_navigation() -> list[Link]:
    actor = frame_actor()
    if actor.is_agent:
        waiting = pending_at_service_centre()
        return [Link("centre", "File d’attente", "/centre", waiting), SEARCH, DIRECTORY, ROLES, HELP]
    if actor.mandates:
        return [SEARCH, *_establishment_links(actor), ROLES, HELP]
    if actor.account_id:
        return [SEARCH, DIRECTORY, ROLES, HELP]
    return [SEARCH, DIRECTORY, UNDERSTAND, HELP]


def _establishment_links(actor: Actor) -> list[Link]:
    """My CPTS and its inbox; with several, the chooser leads to each inbox."""
    managed = {mandate.establishment_finess for mandate in actor.mandates}
    waiting = pending_affiliations(managed)
    inbox = f"/etablissements/{managed.pop()}/demandes" if len(managed) == 1 else "/mon-etablissement"
    return [
        Link("cpts", "Ma CPTS", "/mon-etablissement"),
        Link("demandes", "Demandes", inbox, waiting),
    ]
