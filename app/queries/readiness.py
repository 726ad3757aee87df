"""Readiness as pages show it: when each of the three data was verified; every CPTS of a region at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import db
from app.domain.readiness import Level
from app.domain.sas_states import SasState
from app.models import Establishment
from app.models.establishment import CPTS_CATEGORY
from app.queries.sas_states import read_states
from app.queries.sheets import SheetRef, box_states
from app.search.normalise import normalise

PER_PAGE = 25
READY, TO_CHECK, BLOCKED = "pretes", "a-verifier", "bloquees"
STATES = (BLOCKED, TO_CHECK, READY)


def verified_boxes(state: SasState) -> dict[tuple[str, str], datetime | None]:
    """Sheet key and box → when it was last verified, those that were written: one statement."""
    refs = [SheetRef(state.finess), *(SheetRef(state.finess, unit.id) for unit in state.facts.units)]
    return {where: box.verified_at for where, box in box_states(refs).items()}


@dataclass(frozen=True, slots=True)
class Line:
    """An open CPTS."""

    finess: str
    name: str
    departement: str
    state: SasState

    @property
    def stands(self) -> str:
        """Blocked, ready with something to check, or ready."""
        if self.state.blocking:
            return BLOCKED
        return TO_CHECK if self.rules(Level.WARNING) else READY

    def rules(self, *levels: Level) -> set[str]:
        return {finding.rule for finding in self.state.findings if finding.level in levels}


@dataclass(frozen=True)
class Overview:
    """`lines`: of every CPTS looked at, by name."""

    lines: list[Line]

    @property
    def counts(self) -> dict[str, int]:
        """How many stand where; `pretes` are those with nothing to check."""
        found = Counter(line.stands for line in self.lines)
        return {state: found[state] for state in STATES}

    @property
    def reasons(self) -> dict[str, tuple[int, int]]:
        """Rule → how many CPTS it hides, how many it only warns, those that have any."""
        hidden = Counter(rule for line in self.lines for rule in line.rules(Level.BLOCKING))
        warned = Counter(rule for line in self.lines for rule in line.rules(Level.WARNING) - line.rules(Level.BLOCKING))
        return {rule: (hidden[rule], warned[rule]) for rule in {**hidden, **warned}}

    def kept(self, *, stands: str = "", rule: str = "", text: str = "") -> list[Line]:
        """Those that stand there, that this rule hides or warns, whose name or number holds the text."""
        asked = normalise(text)
        return [
            line
            for line in self.lines
            if (not stands or line.stands == stands)
            and (not rule or rule in line.rules(Level.BLOCKING, Level.WARNING))
            and (not asked or asked in normalise(f"{line.name} {line.finess}"))
        ]


def overview(departement: str = "") -> Overview:
    """Every open CPTS, of a département if one is asked for: thirteen statements whatever their number."""
    rows = db.session().execute(
        sa.select(Establishment.finess, Establishment.name, Establishment.departement)
        .where(Establishment.category_code == CPTS_CATEGORY, Establishment.closed_on.is_(None))
        .where(Establishment.departement == departement if departement else sa.true())
        .order_by(Establishment.name, Establishment.finess)
    )
    found = rows.all()
    states = _states([row.finess for row in found])
    return Overview([Line(*row, states[row.finess]) for row in found])


def _states(finess: Collection[str]) -> dict[str, SasState]:
    return read_states(finess) if finess else {}
