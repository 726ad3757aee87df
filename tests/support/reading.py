"""The search, over what a test has written."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.reader import Reader


def reading(session: Session) -> Reader:
    return Reader.within(session.connection())
