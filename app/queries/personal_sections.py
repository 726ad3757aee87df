"""What one person's data are made of: sections of entries, and under what names the person stands in the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.models import Account, Person

Value = str | int | bool | datetime | None
Entry = dict[str, Value]
Rows = Mapping[str, Sequence[Any]]
"""What a statement read of several tables: part → its rows (queries/together.py)."""
MOST = 5000
"""Lines of one section; beyond, the service centre answers."""


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    note: str = ""
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Subject:
    """Whose data, and under what names they stand in the tables."""

    account: Account
    person: Person
    requests: Sequence[Any]
    nominations: Sequence[Any]

    @property
    def references(self) -> set[str]:
        return {
            f"account:{self.account.id}",
            f"person:{self.person.id}",
            *(f"request:{request.id}" for request in self.requests),
            *(f"nomination:{nomination.id}" for nomination in self.nominations),
        }
