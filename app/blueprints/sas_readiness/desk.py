"""`/centre/sas`: how many CPTS the regulators see, what hides the others, the list and its file."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from app.blueprints.sas_readiness.blueprint import bp
from app.domain.readiness import RULES, Level
from app.domain.sas_states import card_of
from app.domain.territories import DEPARTEMENTS
from app.policies.permissions import Permission
from app.queries.campaigns import departements_of_cpts
from app.queries.readiness import BLOCKED, PER_PAGE, READY, STATES, TO_CHECK, Line, Overview, overview
from app.web.access import authorise, checked
from app.web.csv_files import Cell, csv_file
from app.web.french import phone_fr
from app.web.htmx import page_or_fragment
from app.web.names import name_fr

LONGEST_SEARCH = 120
LABELS = {BLOCKED: "Invisibles des régulateurs", TO_CHECK: "Visibles, à vérifier", READY: "Prêtes"}
KNOWN_RULES = {rule.key: rule.label for rule in RULES}
COLUMNS = (
    "FINESS",
    "CPTS",
    "Département",
    "État",
    "Ce que le régulateur ne voit pas",
    "À vérifier",
    "Téléphone affiché",
    "Communes transmises",
    "Effecteurs",
)


@bp.get("/centre/sas")
@checked(Permission.SERVICE_CENTRE_DESK)
def desk() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    departement, view = _asked()
    kept = view.kept(**_filters())
    pages = max(1, -(-len(kept) // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return page_or_fragment(
        "sas_readiness/desk.html",
        "sas_readiness/_desk.html",
        view=view,
        labels=LABELS,
        rule_labels=KNOWN_RULES,
        kept=kept,
        shown=kept[(number - 1) * PER_PAGE : number * PER_PAGE],
        number=number,
        pages=pages,
        departement=departement,
        departements=[(code, count, DEPARTEMENTS.get(code)) for code, count in departements_of_cpts().items()],
        blocking=Level.BLOCKING,
        warning=Level.WARNING,
        filters=_named(departement),
    )


@bp.get("/centre/sas.csv")
@checked(Permission.SERVICE_CENTRE_DESK)
def desk_file() -> Response:
    """Of those that the page lists."""
    authorise(Permission.SERVICE_CENTRE_DESK)
    _, view = _asked()
    return csv_file("cpts-et-sas", COLUMNS, _rows(view.kept(**_filters())))


# ── what is asked ───────────────────────────────────────────────────────────


def _asked() -> tuple[str, Overview]:
    departement = request.args.get("dept", "")
    known = departement if departement in DEPARTEMENTS else ""
    return known, overview(known)


def _filters() -> dict[str, str]:
    stands, rule = request.args.get("etat", ""), request.args.get("motif", "")
    return {
        "stands": stands if stands in STATES else "",
        "rule": rule if rule in KNOWN_RULES else "",
        "text": request.args.get("q", "")[:LONGEST_SEARCH].strip(),
    }


def _named(departement: str) -> dict[str, str]:
    """As the address writes them."""
    asked = _filters()
    return {"etat": asked["stands"], "motif": asked["rule"], "q": asked["text"], "dept": departement}


def _rows(lines: list[Line]) -> Iterator[tuple[Cell, ...]]:
    return (
        (
            line.finess,
            name_fr(line.name),
            line.departement,
            LABELS[line.stands],
            _sentences(line, Level.BLOCKING),
            _sentences(line, Level.WARNING),
            phone_fr(card_of(line.state.payload).phone) if line.state.eligible else None,
            len(line.state.payload["communes"]) if line.state.eligible else None,
            line.state.facts.effectors,
        )
        for line in lines
    )


def _sentences(line: Line, level: Level) -> str:
    return " ".join(finding.sentence for finding in line.state.findings if finding.level is level)
