"""Help pages: each save is a version, drafts are seen by agents only, nothing is overwritten (S-065, S-168)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.portal_content import PageState
from app.journal.catalogue import HelpPageSaved
from app.journal.record import record
from app.models import HelpVersion
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase

CHANGED_MEANWHILE = "Cette page a été enregistrée par quelqu’un d’autre pendant votre saisie."


@dataclass(frozen=True)
class HelpWords:
    title: str
    lead: str | None
    body: str


@usecase(Permission.PORTAL_CONTENT_EDIT)
def save_help_page(
    actor: Actor, _portal: None, *, slug: str, words: HelpWords, state: PageState, seen: int
) -> HelpVersion:
    """The next version of the page `slug`. Raises ImpossibleNow when another one came after number `seen`."""
    latest = (
        db.session()
        .scalars(sa.select(HelpVersion).where(HelpVersion.slug == slug).order_by(HelpVersion.number.desc()).limit(1))
        .first()
    )
    if (latest.number if latest else 0) != seen:
        raise ImpossibleNow(CHANGED_MEANWHILE)
    version = HelpVersion(
        slug=slug,
        number=seen + 1,
        title=words.title,
        lead=words.lead,
        body=words.body,
        state=state.value,
        saved_at=clock.now(),
        saved_by_account_id=actor.account_id,
    )
    db.session().add(version)
    db.session().flush()
    before, after = _told(latest) if latest else None, _told(version)
    record(HelpPageSaved(actor=actor.reference, subject=reference(version), before=before, after=after))
    return version


def _told(version: HelpVersion) -> dict[str, str | int]:
    """The text itself stays in its row, which never changes; its digest tells whether that is true."""
    digest = hashlib.sha256(f"{version.title}\n{version.lead or ''}\n{version.body}".encode()).hexdigest()
    return {
        "slug": version.slug,
        "number": version.number,
        "state": version.state,
        "title": version.title,
        "sha256": digest,
    }
