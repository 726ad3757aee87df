"""Banners: agents write them, people put them away (S-010)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.dialects import postgresql, sqlite

from app import clock, db
from app.domain.errors import Invalid
from app.journal.catalogue import BannerSaved
from app.journal.record import record
from app.models import Account, PortalBanner, PortalBannerDismissal
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.editing import add_row, change_row


@dataclass(frozen=True)
class BannerWords:
    text: str
    tone: str
    link_url: str | None
    link_label: str | None
    starts_on: date
    ends_on: date
    audience: str
    departement: str | None
    active: bool


@usecase(Permission.PORTAL_CONTENT_EDIT)
def add_banner(actor: Actor, _portal: None, *, words: BannerWords) -> PortalBanner:
    """Raises Invalid when it ends before it starts, or holds half a link."""
    _check(words)
    banner = PortalBanner(**asdict(words))
    before, after = add_row(banner)
    record(BannerSaved(actor=actor.reference, subject=reference(banner), before=before, after=after))
    return banner


@usecase(Permission.PORTAL_CONTENT_EDIT)
def change_banner(actor: Actor, banner: PortalBanner, *, words: BannerWords, seen: int) -> None:
    """Raises Invalid as above, ImpossibleNow when somebody saved it after version `seen`."""
    _check(words)
    before, after = change_row(banner, words, seen=seen)
    record(BannerSaved(actor=actor.reference, subject=reference(banner), before=before, after=after))


@usecase(Permission.ACCOUNT_MANAGE)
def put_away(_actor: Actor, account: Account, *, banner: PortalBanner) -> None:
    """This account sees it no more. Twice is once; not in the journal."""
    insert = postgresql.insert if db.dialect_name() == "postgresql" else sqlite.insert
    kept = insert(PortalBannerDismissal).values(account_id=account.id, banner_id=banner.id, at=clock.now())
    db.session().execute(kept.on_conflict_do_nothing())


def _check(words: BannerWords) -> None:
    faults = {}
    if words.ends_on < words.starts_on:
        faults["ends_on"] = "Choisissez un dernier jour qui suit le premier, ou le même."
    if words.link_url and not words.link_label:
        faults["link_label"] = "Donnez les mots du lien, par exemple « Lire la consigne »."
    if words.link_label and not words.link_url:
        faults["link_url"] = "Donnez l’adresse du lien, ou effacez ses mots."
    if faults:
        raise Invalid(faults)
