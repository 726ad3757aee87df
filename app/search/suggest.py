"""A few lines while somebody types: the best of each kind, the communes meant, and how many results there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.reader import Reader
from app.search.find import Answer, ReadRows, answer, best_of_each, rows
from app.search.looking import COUNTED
from app.search.places import NamedCommune
from app.search.question import Question, understand

SHORTEST = 2
SHOWN = (4, 2, 2)
SHOWN_COMMUNES = 2
READ_COMMUNES = 5


@dataclass(frozen=True)
class Suggestions:
    question: Question
    answer: Answer | None = None
    rows: dict[int, list[Any]] = field(default_factory=dict)
    """By kind, without the empty ones."""
    communes: list[NamedCommune] = field(default_factory=list)

    @property
    def total(self) -> int:
        return min(self.answer.total, COUNTED) if self.answer else 0

    @property
    def is_capped(self) -> bool:
        return self.answer is not None and self.answer.total > COUNTED


def suggest(reader: Reader, text: str, region: str, read: ReadRows = rows) -> Suggestions:
    """`region`: communes of other regions are only suggested when a CPTS here has them in its zone."""
    question = understand(text)
    if question.empty or len(question.text) < SHORTEST:
        return Suggestions(question)
    found = answer(reader, question)
    best_of = best_of_each(reader, found, SHOWN)
    lines = {line.rid: line for line in read(reader, [rid for rids in best_of.values() for rid in rids])}
    shown = {kind: [lines[rid] for rid in rids if rid in lines] for kind, rids in best_of.items()}
    served = found.places.served
    nearest = dict.fromkeys((*found.places.insees[:READ_COMMUNES], *served[:READ_COMMUNES]))
    named = (found.places.communes[insee] for insee in nearest if insee in found.places.communes)
    communes = [one for one in named if one.insee in served or one.region == region]
    return Suggestions(question, found, shown, communes[:SHOWN_COMMUNES])
