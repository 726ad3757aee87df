"""One of each kind of the portal's own content, at known ids, for the walks through every route."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.models import (
    HelpVersion,
    PortalBanner,
    PortalDocument,
    PortalDocumentFile,
    PortalTile,
    SupportException,
    SupportSchedule,
)
from app.working_days import day_of
from tests.consistency.world import CONTENT, World

PDF = b"%PDF-1.7\n"
DAY = date(2099, 12, 24)
WEEK = {"lundi_1_ouvre": "08:00", "lundi_1_ferme": "18:00", "version": "0"}
TILE = {"libelle": "Avis", "adresse": "https://avis.example/", "public": "signed_in", "rang": "1", "affichee": "y"}
BANNER = {"texte": "Campagne", "ton": "info", "du": "2026-11-01", "au": "2026-11-30", "public": "everyone"}
BANNER |= {"departement": "", "affiche": "y"}
HELP = {"titre": "Se former", "texte": "Un mot.", "suite": "publier", "version": "0"}
SPECIAL = {"jour": DAY.isoformat(), "raison": "Pont"}
SEEN = {"version": "1"}


def document(_world: World) -> dict[str, Any]:
    """What the form sends, its file included."""
    return {"titre": "Guide", "nature": "guide", "en_ligne": "y", "fichier": (BytesIO(PDF), "x.pdf")}


def seen_document(world: World) -> dict[str, Any]:
    return {**document(world), **SEEN}


def placed(session: Session, world: World) -> None:
    now, account = clock.now(), world.people.agent.account.id
    today = day_of(now)
    kept = {"version": 1, "updated_at": now}
    session.add(
        PortalTile(id=CONTENT, label="Avis", url="/aide", audience="signed_in", position=1, active=True, **kept)
    )
    session.add(
        PortalBanner(
            id=CONTENT,
            text="Campagne",
            tone="info",
            starts_on=today,
            ends_on=today + timedelta(days=1),
            audience="everyone",
            active=True,
            **kept,
        )
    )
    session.add(PortalDocument(id=CONTENT, title="Guide", kind="guide", published=True, **kept))
    session.flush()
    session.add(
        PortalDocumentFile(
            document_id=CONTENT,
            number=1,
            format="pdf",
            size=len(PDF),
            sha256="0" * 64,
            content=PDF,
            uploaded_at=now,
            uploaded_by_account_id=account,
        )
    )
    session.add(SupportException(id=CONTENT, day=DAY + timedelta(days=1), label="Pont"))
    session.flush()


# ── what a colleague does meanwhile ─────────────────────────────────────────


def tile_saved(session: Session, _world: World) -> None:
    session.get_one(PortalTile, CONTENT).version = 2


def banner_saved(session: Session, _world: World) -> None:
    session.get_one(PortalBanner, CONTENT).version = 2


def document_saved(session: Session, _world: World) -> None:
    session.get_one(PortalDocument, CONTENT).version = 2


def week_saved(session: Session, world: World) -> None:
    account = world.people.agent.account.id
    session.add(SupportSchedule(number=1, week=[[]] * 7, saved_at=clock.now(), saved_by_account_id=account))


def day_added(session: Session, _world: World) -> None:
    session.add(SupportException(day=DAY, label="Pont"))


def day_removed(session: Session, _world: World) -> None:
    session.delete(session.get_one(SupportException, CONTENT))


def help_saved(session: Session, world: World) -> None:
    account = world.people.agent.account.id
    text = {"slug": "presidence", "number": 1, "title": "Présider", "body": "Un mot.", "state": "draft"}
    session.add(HelpVersion(id=uuid.uuid4(), **text, saved_at=clock.now(), saved_by_account_id=account))
