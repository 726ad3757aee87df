"""What the bench asks the portal: fragments of every question of the workload, pages, FHIR, each with its headers."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from bench.dataset import UNIT_WITH_500, Dataset
from bench.queries import Asked

HTMX = {"HX-Request": "true"}
FHIR_JSON = {"Accept": "application/fhir+json"}
WHOLE_NUMBER = re.compile(r"[\d\s]*\d[\d\s]*|\d[0-9AB][\d\s]*")
"""A FINESS number alone leads to its page (303): no whole page of results."""

WHOLE_PAGES = 150
"""Of results: they ask what the fragments ask."""
ONE_PERSON = """
SELECT u.id, u.establishment_finess FROM affiliation a JOIN unit u ON u.id = a.unit_id
JOIN establishment e ON e.finess = u.establishment_finess
WHERE a.ended_at IS NULL AND u.closed_on IS NULL AND e.closed_on IS NULL AND NOT u.sensitive
GROUP BY u.id, u.establishment_finess HAVING count(*) = 1 ORDER BY u.id LIMIT 1
"""


@dataclass(frozen=True)
class Asking:
    """`paths` are each asked once a round (many) or over and over (one). `small`: the same page where there is little
    to show. `signed_in`: as the president of the CPTS with the full inbox."""

    name: str
    paths: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    small: str | None = None
    signed_in: bool = False

    @property
    def varies(self) -> bool:
        return len(self.paths) > 1


def searches(questions: Sequence[Asked]) -> list[Asking]:
    texts = list(dict.fromkeys(question.text for question in questions if question.text.strip()))
    named = [text for text in texts if not WHOLE_NUMBER.fullmatch(text)]
    named = named[:: max(1, len(named) // WHOLE_PAGES)]
    return [
        Asking("search fragment", _paths("/recherche?q=", texts), HTMX),
        Asking("suggestions", _paths("/recherche/suggestions?q=", texts[::4]), HTMX),
        Asking("results, whole page", _paths("/recherche?q=", named)),
    ]


def pages(dataset: Dataset) -> list[Asking]:
    """The pages that do not search: full ones, each beside the same page with a single row."""
    unit, place = _smallest(dataset)
    busy = dataset.busy_cpts
    return [
        Asking("home", ("/",)),
        Asking("establishment page", (f"/etablissements/{busy}",), small=f"/etablissements/{place}"),
        Asking("unit page, 500 people", (f"/unites/{UNIT_WITH_500}",), small=f"/unites/{unit}"),
        Asking("inbox, 500 requests", (f"/etablissements/{busy}/demandes",), signed_in=True),
        Asking("FHIR, one Organization", (f"/fhir/Organization/{busy}",), FHIR_JSON),
        Asking("FHIR, 50 PractitionerRole", ("/fhir/PractitionerRole?_count=50",), FHIR_JSON),
        Asking("FHIR, 20 Practitioner by name", ("/fhir/Practitioner?family=Martin&_count=20",), FHIR_JSON),
    ]


def _smallest(dataset: Dataset) -> tuple[int, str]:
    """A unit where one person works, and its establishment."""
    engine = sa.create_engine(dataset.sqlalchemy_url)
    with engine.connect() as connection:
        found = connection.execute(sa.text(ONE_PERSON)).one()
    engine.dispose()
    return found.id, found.establishment_finess


def _paths(start: str, texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(start + urllib.parse.quote_plus(text) for text in texts)
