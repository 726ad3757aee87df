"""Who takes part through a CPTS, for those in office and the service centre: « Inscrit le … » (S-151)."""

from __future__ import annotations

from flask import Response

from app.blueprints.affiliations.blueprint import cpts_or_404
from app.blueprints.participations.blueprint import bp
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.participations import Participant, participants
from app.queries.sas_states import read_states
from app.web.access import authorise, checked
from app.web.csv_files import Cell, csv_file
from app.web.htmx import page_or_fragment

HEADER = (
    "Nom",
    "Numéro RPPS",
    "Spécialité",
    "Lieux d’activité",
    "Logiciel de rendez-vous",
    "Deux heures par semaine",
    "Depuis le",
    "Jusqu’au",
    "Inscrit le",
    "Transmis au SAS",
)


@bp.get("/etablissements/<finess>/participants")
@checked(Permission.PARTICIPATION_READ)
def of_cpts(finess: str) -> Response:
    establishment = _readable(finess)
    return page_or_fragment(
        "participations/list.html",
        "participations/_list.html",
        establishment=establishment,
        participants=participants(finess),
        shown=read_states([finess])[finess].eligible,
    )


@bp.get("/etablissements/<finess>/participants.csv")
@checked(Permission.PARTICIPATION_READ)
def export(finess: str) -> Response:
    _readable(finess)
    return csv_file(f"participants-{finess}", HEADER, (_row(line) for line in participants(finess)))


def _readable(finess: str) -> Establishment:
    found = cpts_or_404(finess)
    authorise(Permission.PARTICIPATION_READ, found)
    return found


def _row(line: Participant) -> list[Cell]:
    held = line.participation
    return [
        line.name,
        held.person.rpps,
        line.speciality,
        " ; ".join(
            ", ".join(filter(None, (place.name, place.street, f"{place.postcode or ''} {place.city}".strip())))
            for place in line.places
        ),
        "oui" if held.has_software else "non",
        "oui" if held.gives_hours else "non",
        f"{held.starts_on:%d/%m/%Y}",
        f"{held.ends_on:%d/%m/%Y}" if held.ends_on else "",
        f"{line.registered_on:%d/%m/%Y}",
        "oui" if line.transmitted else "non",
    ]
