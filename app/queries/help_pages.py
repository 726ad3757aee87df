"""Help pages: what people read, what agents edit. A page that nobody has edited is the one that comes with Relais."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from app import db
from app.domain.portal_content import PageState
from app.models import Account, HelpVersion, Person

TEXTS = Path(__file__).resolve().parent.parent / "help_texts"
"""`<slug>.txt`: title, lead, an empty line, the text."""
CHAPTERS = (
    "par-ou-commencer",
    "chercher",
    "repertoire",
    "dossier-collaboratif",
    "composer-la-zone",
    "valider-et-publier",
    "modifier-un-encadre",
    "historique",
    "pret-pour-le-sas",
    "professionnel",
    "presidence",
    "role-referent",
    "centre-de-services",
    "campagne",
    "compte",
    "compte-sas",
)
"""The pages that come with Relais, in the order of the index; the screens point to them (app/web/help_links.py)."""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """`number` 0 and no date: the text that comes with Relais."""

    slug: str
    title: str
    lead: str
    body: str
    number: int = 0
    state: PageState = PageState.PUBLISHED
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SavedVersion:
    number: int
    state: PageState
    title: str
    saved_at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class EditedPage:
    """`latest` version, and the one that people read, if any: the same unless it is a draft or withdrawn."""

    latest: HelpPage
    read: HelpPage | None


def help_page(slug: str) -> HelpPage | None:
    """The page as people read it: one statement."""
    query = sa.select(HelpVersion).where(HelpVersion.slug == slug, HelpVersion.state != PageState.DRAFT)
    latest = db.session().scalars(query.order_by(HelpVersion.number.desc()).limit(1)).one_or_none()
    if latest is None:
        return initial_page(slug)
    return None if latest.state == PageState.WITHDRAWN else _page(latest)


def help_index() -> list[HelpPage]:
    """Every page that people can read, ours first, in order: one statement."""
    pages = {slug: initial_page(slug) for slug in CHAPTERS}
    for version in _latest(HelpVersion.state != PageState.DRAFT):
        pages[version.slug] = None if version.state == PageState.WITHDRAWN else _page(version)
    found = [page for page in pages.values() if page is not None]
    return sorted(found, key=lambda page: (_rank(page.slug), page.title))


def edited_pages() -> list[EditedPage]:
    """Every page that has ever been, with its draft: two statements."""
    read = {page.slug: page for page in help_index()}
    latest = {page.slug: page for page in map(initial_page, CHAPTERS) if page is not None}
    latest |= {version.slug: _page(version) for version in _latest(sa.true())}
    made = [EditedPage(page, read.get(slug)) for slug, page in latest.items()]
    return sorted(made, key=lambda edited: (_rank(edited.latest.slug), edited.latest.title))


def latest_version(slug: str) -> HelpPage | None:
    """What an agent edits: the latest version whatever its state, else the text that comes with Relais."""
    query = sa.select(HelpVersion).where(HelpVersion.slug == slug).order_by(HelpVersion.number.desc()).limit(1)
    latest = db.session().scalars(query).one_or_none()
    return _page(latest) if latest else initial_page(slug)


def version_of(slug: str, number: int) -> HelpPage | None:
    """One version; number 0 is the text that comes with Relais."""
    if number == 0:
        return initial_page(slug)
    query = sa.select(HelpVersion).where(HelpVersion.slug == slug, HelpVersion.number == number)
    found = db.session().scalars(query).one_or_none()
    return _page(found) if found else None


def versions(slug: str) -> Sequence[SavedVersion]:
    """Who saved what and when, the latest first."""
    query = (
        sa.select(HelpVersion, Person)
        .join(Account, Account.id == HelpVersion.saved_by_account_id)
        .join(Person, Person.id == Account.person_id)
        .where(HelpVersion.slug == slug)
        .order_by(HelpVersion.number.desc())
    )
    return [
        SavedVersion(row.number, PageState(row.state), row.title, row.saved_at, person.full_name)
        for row, person in db.session().execute(query)
    ]


@cache
def initial_page(slug: str) -> HelpPage | None:
    if slug not in CHAPTERS:
        return None
    title, lead, _, *body = (TEXTS / f"{slug}.txt").read_text(encoding="utf-8").splitlines()
    return HelpPage(slug, title, lead, "\n".join(body).strip())


def _latest(where: sa.ColumnElement[bool]) -> Sequence[HelpVersion]:
    """The latest version of each page among those `where` keeps."""
    ranked = (
        sa.select(HelpVersion.slug, sa.func.max(HelpVersion.number).label("number"))
        .where(where)
        .group_by(HelpVersion.slug)
        .subquery()
    )
    both = sa.and_(ranked.c.slug == HelpVersion.slug, ranked.c.number == HelpVersion.number)
    return db.session().scalars(sa.select(HelpVersion).join(ranked, both)).all()


def _page(version: HelpVersion) -> HelpPage:
    return HelpPage(
        slug=version.slug,
        title=version.title,
        lead=version.lead or "",
        body=version.body,
        number=version.number,
        state=PageState(version.state),
        saved_at=version.saved_at,
    )


def _rank(slug: str) -> int:
    return CHAPTERS.index(slug) if slug in CHAPTERS else len(CHAPTERS)
