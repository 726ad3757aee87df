"""Who is told of a dossier before it is reviewed: those who validate it, those who may send it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.dossiers import DossierStatus, SheetState
from app.domain.sheets.catalogue import SheetKind
from app.models import Dossier
from app.notifications.dossier_reviews import dossier_of, to_reviewers, words_of
from app.notifications.mail import Body, Mail, announces
from app.notifications.mandates import address, presidents
from app.queries.actors import deciders
from app.queries.dossier_followers import followers_of
from app.queries.dossier_sheets import names_of


@announces("dossier.opened")
def opened(body: Body) -> Iterator[Mail]:
    """The CPTS, when the service centre prepares it."""
    if body["origin"] == "centre":
        dossier = dossier_of(body)
        for follower in followers_of(dossier):
            yield Mail("dossier_prepared", follower.email, {**words_of(dossier), "reader": follower.name})


@announces("dossier.submitted")
def submitted(body: Body) -> Iterator[Mail]:
    """Those who validate it next."""
    dossier = dossier_of(body)
    if body["status"] == DossierStatus.TO_REVIEW:
        yield from to_reviewers(dossier)
        return
    by = dossier.submitted_by_account_id
    words = {
        **words_of(dossier),
        "sender": names_of([by]).get(by, "") if by else "",
        "units": sum(sheet.kind == SheetKind.UO for sheet in dossier.sheets),
    }
    yield from _to_presidents(dossier, "dossier_to_approve", words)


@announces("dossier.reopened")
def reopened(body: Body) -> Iterator[Mail]:
    dossier = dossier_of(body)
    yield from _to_presidents(dossier, "dossier_withdrawn", {**words_of(dossier), "given_up": False})


@announces("dossier.cancelled")
def cancelled(body: Body) -> Iterator[Mail]:
    """The presidency, when it had been asked to validate it."""
    if body["status"] == DossierStatus.TO_APPROVE:
        dossier = dossier_of(body)
        yield from _to_presidents(dossier, "dossier_withdrawn", {**words_of(dossier), "given_up": True})


@announces("dossier.reminded")
def reminded(body: Body) -> Iterator[Mail]:
    """Those in office, who may send it."""
    dossier = dossier_of(body)
    words = {
        **words_of(dossier),
        "changed_at": dossier.updated_at.isoformat(),
        "sheets": len(dossier.sheets),
        "left": sum(sheet.state != SheetState.FINAL for sheet in dossier.sheets),
    }
    for person in deciders(dossier.establishment_finess):
        yield Mail("dossier_reminder", address(person.id), {**words, "reader": person.full_name})


def _to_presidents(dossier: Dossier, slug: str, words: dict[str, Any]) -> Iterator[Mail]:
    for president in presidents(dossier.establishment_finess):
        yield Mail(slug, address(president.person_id), words)
