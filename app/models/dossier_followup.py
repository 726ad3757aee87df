"""Around dossiers: when a draft was reminded, and whether the help on fields is shown."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class DossierReminder(Base):
    """Those who may send the draft were told that it waits; again only after somebody has written in it."""

    __tablename__ = "dossier_reminder"

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(primary_key=True)


class HelpTips(Base):
    """« Afficher les infobulles »: the choice of one account; without a row they are shown."""

    __tablename__ = "help_tips"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    shown: Mapped[bool]
