"""A page of results as a reader asks for it: tab, order, page, widenings; and what to say about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from app.domain.distances import EARTH, Point, kilometres
from app.reader import Reader, query
from app.search.find import Answer, ReadRows, answer, best, candidates_of, rows
from app.search.kinds import KINDS
from app.search.looking import COUNTED
from app.search.places import NamedCommune
from app.search.question import Question, understand

PAGE = 20
LAST_PAGE = COUNTED // PAGE
TABS: dict[str, tuple[int, ...]] = {"tous": KINDS, "etablissements": (0,), "unites": (1,), "professionnels": (2,)}
SORTS = ("pertinence", "nom", "departement", "recent", "distance")
WIDENINGS = ("orthographe", "mots")

ORDERED_BY = query(
    "SELECT rid, name_key, departement, updated_on, latitude, longitude FROM search_document WHERE rid = ANY(?)"
)


class Place(NamedTuple):
    """What a document is sorted by."""

    rid: int
    name_key: str
    departement: str | None
    updated_on: date | str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Asked:
    text: str
    tab: str = "tous"
    sort: str = "pertinence"
    page: int = 1
    widened: tuple[str, ...] = ()


@dataclass
class Results:
    asked: Asked
    question: Question
    answer: Answer
    rows: list[Any]
    """`Row`, or what `read` made of them."""
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


def find_results(reader: Reader, asked: Asked, read: ReadRows = rows) -> Results:
    question = understand(asked.text)
    found = answer(reader, question, asked.widened)
    communes = found.places.communes
    named = [communes[insee] for insee in found.places.insees[:3] if insee in communes]
    shown = Results(asked, question, found, [], named)
    shown.rows = read(reader, _rids(reader, shown))
    return shown


def only_finess(results: Results) -> str | None:
    """The establishment, when the text is a FINESS number with one answer."""
    alone = results.question.only_identifier and results.answer.total == 1
    one = results.rows[0] if alone and results.rows else None  # another tab shows nothing of it
    return one.id if one and one.type == "etablissement" else None


def _rids(reader: Reader, shown: Results) -> list[int]:
    asked, kinds = shown.asked, TABS[shown.asked.tab]
    start = (asked.page - 1) * PAGE
    if not shown.total or start >= shown.total:
        return []
    if asked.sort not in shown.sorts or asked.sort == "pertinence":
        return best(reader, shown.answer, kinds, start=start, size=PAGE)
    return _sorted(reader, shown, kinds)[start : start + PAGE]


def _sorted(reader: Reader, shown: Results, kinds: Sequence[int]) -> list[int]:
    """Ids in the order that the reader chose, among the first 1,000 results."""
    rids = candidates_of(reader, shown.answer, kinds, COUNTED)
    origin = shown.communes[0].point if shown.communes else None
    order = _orders(origin)[shown.asked.sort]
    return [row.rid for row in sorted(map(Place._make, reader.rows(ORDERED_BY, rids)), key=order)]


def _orders(origin: Point | None) -> dict[str, Callable[[Place], tuple[Any, ...]]]:
    return {
        "nom": lambda row: (row.name_key, row.rid),
        "departement": lambda row: (row.departement or "~", row.name_key, row.rid),
        "recent": lambda row: (-_day(row.updated_on).toordinal(), row.name_key, row.rid),
        "distance": lambda row: (_distance(origin, row), row.name_key, row.rid),
    }


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _distance(origin: Point | None, row: Place) -> float:
    """Kilometres as the crow flies; what has no place comes last."""
    if origin is None or row.latitude is None or row.longitude is None:
        return EARTH * 10
    return kilometres(origin, (row.latitude, row.longitude))
