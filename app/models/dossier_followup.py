"""Around dossiers: when a draft was reminded, what a box proposed before, whether the help on fields is shown."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class DossierReminder(Base):
    """Those who may send the draft were told that it waits; again only after somebody has written in it."""

    __tablename__ = "dossier_reminder"

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(primary_key=True)


class DossierBoxPast(Base):
    """What a box proposed at a version that another followed: what two people who wrote at once started from."""

    __tablename__ = "dossier_box_past"

    sheet_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier_sheet.id", ondelete="CASCADE"), primary_key=True)
    box: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)


class HelpTips(Base):
    """« Afficher les infobulles »: the choice of one account; without a row they are shown."""

    __tablename__ = "help_tips"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    shown: Mapped[bool]
