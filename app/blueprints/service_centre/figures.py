"""`/centre/chiffres`: received, decided, delays and backlog; a chart, a table and a file that say the same."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from app.blueprints.service_centre.blueprint import bp
from app.domain.requests import Kind
from app.policies.permissions import Permission
from app.queries import figures as queries
from app.queries.figures import AGES, PERIODS, Figures, Tally
from app.web.access import authorise, checked
from app.web.charts import Chart, bar_chart
from app.web.csv_files import Cell, csv_file
from app.web.french import month_fr
from app.web.htmx import page_or_fragment

USUAL_PERIOD = 12
COLUMNS = ("Mois", "Type de demande", "Reçues", "Décidées", "Délai médian (jours ouvrés)", "9e décile (jours ouvrés)")


@bp.get("/centre/chiffres")
@checked(Permission.SERVICE_CENTRE_DESK)
def figures() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    found = _figures()
    return page_or_fragment(
        "service_centre/figures.html",
        "service_centre/_figures.html",
        figures=found,
        period=_period(),
        periods=PERIODS,
        kinds=list(Kind),
        ages=_ages(),
        volumes=_chart(found, ("Reçues", "received"), ("Décidées", "decided")),
        delays=_chart(found, ("Délai médian", "median"), ("9e décile", "ninth_decile")),
    )


@bp.get("/centre/chiffres.csv")
@checked(Permission.SERVICE_CENTRE_DESK)
def figures_file() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    found = _figures()
    return csv_file(f"chiffres-{found.since:%Y-%m}-{found.until:%Y-%m}", COLUMNS, _rows(found))


# ── steps ───────────────────────────────────────────────────────────────────


def _figures() -> Figures:
    return queries.figures(_period(), _kind())


def _period() -> int:
    asked = request.args.get("mois", USUAL_PERIOD, type=int)
    return asked if asked in PERIODS else USUAL_PERIOD


def _kind() -> Kind | None:
    try:
        return Kind(request.args.get("type", ""))
    except ValueError:
        return None


def _chart(found: Figures, *series: tuple[str, str]) -> Chart:
    labels = [month_fr(first, short=True) for first in found.months]
    return bar_chart(
        labels, [(name, [getattr(tally, value) for tally in found.months.values()]) for name, value in series]
    )


def _rows(found: Figures) -> Iterator[list[Cell]]:
    what = found.kind.label if found.kind else "Tous"
    for first, tally in found.months.items():
        yield [f"{first:%Y-%m}", what, *_cells(tally)]
    yield ["Total", what, *_cells(found.total)]
    for kind, tally in found.kinds.items():
        yield ["Total", kind.label, *_cells(tally)]


def _cells(tally: Tally) -> list[Cell]:
    return [tally.received, tally.decided, tally.median, tally.ninth_decile]


def _ages() -> list[str]:
    """« jusqu’à 3 », « de 4 à 7 »…, « plus de 14 » (working days)."""
    starts = [None, *(bound + 1 for bound in AGES[:-1])]
    between = [f"de {start} à {end}" if start else f"jusqu’à {end}" for start, end in zip(starts, AGES, strict=True)]
    return [*between, f"plus de {AGES[-1]}"]
