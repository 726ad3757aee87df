"""A page of results as a reader asks for it: tab, order, page, widenings; and what to say about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from app.domain.distances import EARTH, Point, kilometres
from app.models import Commune
from app.search.engine import COUNTED, KINDS
from app.search.find import Answer, Row, answer, candidates_of, page_of, rows
from app.search.question import Question, understand
from app.search.tables import document

PAGE = 20
LAST_PAGE = COUNTED // PAGE
TABS: dict[str, tuple[int, ...]] = {"tous": KINDS, "etablissements": (0,), "unites": (1,), "professionnels": (2,)}
SORTS = ("pertinence", "nom", "departement", "recent", "distance")
WIDENINGS = ("orthographe", "mots")

ORDERED_BY = select(
    document.c.rid,
    document.c.name_key,
    document.c.departement,
    document.c.updated_on,
    document.c.latitude,
    document.c.longitude,
).where(document.c.rid.in_(bindparam("rids", expanding=True)))
COMMUNE = select(
    Commune.insee, Commune.name, Commune.departement, Commune.region, Commune.latitude, Commune.longitude
).where(Commune.insee.in_(bindparam("insees", expanding=True)), Commune.ceased_at.is_(None))


@dataclass(frozen=True)
class Asked:
    text: str
    tab: str = "tous"
    sort: str = "pertinence"
    page: int = 1
    widened: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamedCommune:
    insee: str
    name: str
    departement: str
    region: str
    point: Point | None


@dataclass(frozen=True)
class Results:
    asked: Asked
    question: Question
    answer: Answer
    rows: list[Row]
    communes: list[NamedCommune] = field(default_factory=list)
    """Those that the text names, whether or not a CPTS has them in its zone."""

    @property
    def total(self) -> int:
        return self.total_of(self.asked.tab)

    def total_of(self, tab: str) -> int:
        """Exact up to 1,000."""
        return min(self.answer.count(TABS[tab]), COUNTED)

    def is_capped(self, tab: str) -> bool:
        return self.answer.count(TABS[tab]) > COUNTED

    @property
    def served_commune(self) -> str | None:
        """The name of the commune meant, when the text has one meaning and a zone holds it."""
        names = {one.name for one in self.communes if one.insee in self.answer.places.served}
        return names.pop() if len(names) == 1 else None

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE)

    @property
    def sorts(self) -> tuple[str, ...]:
        """Distance needs a place to start from."""
        near = bool(self.communes and self.communes[0].point)
        return SORTS if near else SORTS[:-1]


def find_results(session: Session, asked: Asked) -> Results:
    question = understand(asked.text)
    found = answer(session, question, asked.widened)
    communes = named_communes(session, found.places.insees[:3])
    shown = Results(asked, question, found, [], communes)
    return Results(asked, question, found, _rows(session, shown), communes)


def named_communes(session: Session, insees: Sequence[str]) -> list[NamedCommune]:
    """These communes, in this order."""
    if not insees:
        return []
    read = {row.insee: row for row in session.connection().execute(COMMUNE, {"insees": list(insees)})}
    return [
        NamedCommune(row.insee, row.name, row.departement, row.region, _point(row))
        for row in (read[insee] for insee in insees if insee in read)
    ]


def only_finess(results: Results) -> str | None:
    """The establishment, when the text is a FINESS number with one answer."""
    one = results.rows[0] if results.question.only_identifier and results.answer.total == 1 else None
    return one.id if one and one.type == "etablissement" else None


def _rows(session: Session, shown: Results) -> list[Row]:
    asked, kinds = shown.asked, TABS[shown.asked.tab]
    start = (asked.page - 1) * PAGE
    if not shown.total or start >= shown.total:
        return []
    if asked.sort not in shown.sorts or asked.sort == "pertinence":
        return page_of(session, shown.answer, kinds, start=start, size=PAGE)
    connection = session.connection()
    return rows(connection, _sorted(connection, shown, kinds)[start : start + PAGE])


def _sorted(connection: Connection, shown: Results, kinds: Sequence[int]) -> list[int]:
    """Ids in the order that the reader chose, among the first 1,000 results."""
    rids = [found.rid for found in candidates_of(connection, shown.answer, kinds, COUNTED)]
    origin = shown.communes[0].point if shown.communes else None
    order = _orders(origin)[shown.asked.sort]
    return [row.rid for row in sorted(connection.execute(ORDERED_BY, {"rids": rids}), key=order)]


def _orders(origin: Point | None) -> dict[str, Callable[[Any], tuple[Any, ...]]]:
    return {
        "nom": lambda row: (row.name_key, row.rid),
        "departement": lambda row: (row.departement or "~", row.name_key, row.rid),
        "recent": lambda row: (-row.updated_on.toordinal(), row.name_key, row.rid),
        "distance": lambda row: (_distance(origin, _point(row)), row.name_key, row.rid),
    }


def _point(row: Any) -> Point | None:
    return None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude)


def _distance(one: Point | None, other: Point | None) -> float:
    """Kilometres as the crow flies; what has no place comes last."""
    if one is None or other is None:
        return EARTH * 10
    return kilometres(one, other)
