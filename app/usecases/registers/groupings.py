"""EPCI and cantons, and the communes they are made of."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app import db
from app.domain.import_report import Outcome
from app.domain.registers import GroupingRow
from app.domain.zones import Kind
from app.models import Commune, CommuneGrouping, GroupingMember
from app.usecases.registers.communes import UNKNOWN_COMMUNE
from app.usecases.registers.run import Import, known
from app.usecases.registers.upsert import upsert

IN_ANOTHER_EPCI = "commune déjà donnée à un autre EPCI par ce fichier"
BATCH = 1_000

Member = tuple[str, str, str]
_MEMBER = sa.tuple_(GroupingMember.kind, GroupingMember.code, GroupingMember.insee)


def write_groupings(run: Import, rows: Sequence[GroupingRow]) -> None:
    """Adds groupings and members. A commune given to an EPCI leaves the one it was in."""
    communes = known(Commune.insee, {row.insee for row in rows if row.insee})
    kept = [(row, row.insee) for row in rows if row.insee and _accepted(run, row, row.insee, communes)]
    run.doubtful_groupings.update((row.kind, row.code) for row in rows if row.insee is None)
    outcomes = upsert(CommuneGrouping, [run.values(CommuneGrouping, row, without=("insee",)) for row, _insee in kept])
    members = [(row.kind, row.code, insee) for row, insee in kept]
    news = _write_members(members)
    for member, outcome in zip(members, outcomes, strict=True):
        renamed = Outcome.UPDATED if outcome is Outcome.UPDATED else Outcome.UNCHANGED
        run.report.count(news.pop(member, renamed))


def end_members(run: Import) -> int:
    """After the last batch: the file gives all the communes of each grouping it names, the others left it.

    A grouping with a rejected line loses none: the line may have been one of its communes.
    """
    session = db.session()
    gone = [
        (kind, code, insee)
        for kind, code, insee in _stored()
        if (kind, code) not in run.doubtful_groupings and insee not in run.groupings.get((kind, code), {insee})
    ]
    for start in range(0, len(gone), BATCH):
        session.execute(sa.delete(GroupingMember).where(_MEMBER.in_(gone[start : start + BATCH])))
    inhabited = sa.exists().where(
        GroupingMember.kind == CommuneGrouping.kind, GroupingMember.code == CommuneGrouping.code
    )
    session.execute(sa.delete(CommuneGrouping).where(~inhabited))
    return len(gone)


def _accepted(run: Import, row: GroupingRow, insee: str, communes: set[str]) -> bool:
    """Whether the line says something that can be kept; notes it for the end of the file."""
    key = (row.kind, row.code)
    members = run.groupings.setdefault(key, set())
    reason = UNKNOWN_COMMUNE if insee not in communes else ""
    if not reason and row.kind == Kind.EPCI and run.epci_of.setdefault(insee, row.code) != row.code:
        reason = IN_ANOTHER_EPCI
    if reason:
        run.report.reject(row.line, reason, insee)
        run.doubtful_groupings.add(key)
        return False
    members.add(insee)
    return True


def _write_members(members: Sequence[Member]) -> dict[Member, Outcome]:
    """The members that were not there: created, or moved from another EPCI."""
    session = db.session()
    stored = _stored({insee for _kind, _code, insee in members})
    news = [member for member in dict.fromkeys(members) if member not in stored]
    joining = {insee: code for kind, code, insee in members if kind == Kind.EPCI}
    left = [
        (kind, code, insee) for kind, code, insee in stored if kind == Kind.EPCI and joining.get(insee, code) != code
    ]
    if left:
        session.execute(sa.delete(GroupingMember).where(_MEMBER.in_(left)))
    if news:
        rows = [{"kind": kind, "code": code, "insee": insee} for kind, code, insee in news]
        session.execute(sa.insert(GroupingMember), rows)
    moved = {(Kind.EPCI.value, joining[insee], insee) for _kind, _code, insee in left}
    return {member: Outcome.UPDATED if member in moved else Outcome.CREATED for member in news}


def _stored(insees: set[str] | None = None) -> set[Member]:
    """Members that are these communes, or all of them."""
    statement = sa.select(GroupingMember.kind, GroupingMember.code, GroupingMember.insee)
    if insees is not None:
        statement = statement.where(GroupingMember.insee.in_(insees))
    return {(kind, code, insee) for kind, code, insee in db.session().execute(statement)}
