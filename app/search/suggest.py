"""A few lines while somebody types: the best of each kind, the communes meant, and how many results there are."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.search.engine import COUNTED, KINDS
from app.search.find import Answer, Row, answer, page_of
from app.search.question import Question, understand
from app.search.results import NamedCommune, named_communes

SHORTEST = 2
SHOWN = (4, 2, 2)
SHOWN_COMMUNES = 2
READ_COMMUNES = 5


@dataclass(frozen=True)
class Suggestions:
    question: Question
    answer: Answer | None = None
    rows: dict[int, list[Row]] = field(default_factory=dict)
    """By kind, without the empty ones."""
    communes: list[NamedCommune] = field(default_factory=list)

    @property
    def total(self) -> int:
        return min(self.answer.total, COUNTED) if self.answer else 0

    @property
    def is_capped(self) -> bool:
        return self.answer is not None and self.answer.total > COUNTED


def suggest(session: Session, text: str, region: str) -> Suggestions:
    """`region`: communes of other regions are only suggested when a CPTS here has them in its zone."""
    question = understand(text)
    if question.empty or len(question.text) < SHORTEST:
        return Suggestions(question)
    found = answer(session, question)
    rows = {kind: page_of(session, found, (kind,), start=0, size=SHOWN[kind]) for kind in KINDS if found.counts[kind]}
    served = found.places.served
    nearest = dict.fromkeys((*found.places.insees[:READ_COMMUNES], *served[:READ_COMMUNES]))
    communes = [one for one in named_communes(session, list(nearest)) if one.insee in served or one.region == region]
    return Suggestions(question, found, rows, communes[:SHOWN_COMMUNES])
