"""Choosing a CPTS by its name, a commune or its FINESS number: what a form that is about one starts with."""

from __future__ import annotations

from dataclasses import dataclass

from app import db
from app.search.results import Asked, find_results


@dataclass(frozen=True, slots=True)
class Choice:
    finess: str
    name: str
    city: str | None


def cpts_named(text: str) -> list[Choice]:
    """The open CPTS that the search finds for that text, the best first: those of a commune too."""
    found = find_results(db.reader(), Asked(text, tab="etablissements"))
    return [Choice(row.id, row.card["name"], row.card.get("city")) for row in found.rows if row.card["cpts"]]
