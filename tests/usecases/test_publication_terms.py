"""What publications are searched by: the projector and the one statement of the migration say the same."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.published import Kind
from app.models import PublicationTerm
from app.publication_terms import fill_terms
from tests import factories, personas
from tests.support.publishing import make_shown, project


def said(session: Session) -> set[tuple[str, ...]]:
    session.expire_all()
    term = PublicationTerm
    return {tuple(row) for row in session.execute(sa.select(term.kind, term.key, term.field, term.said, term.term))}


def test_what_is_filled_at_once_is_what_the_projector_keeps(session: Session) -> None:
    people = personas.build(session)
    place, unit, doctor = people.comtat.establishment, people.comtat.unit, people.professional.person
    make_shown(session, unit)
    place.operational_name, place.long_name, place.city = "  Œuvre d’ÉTÉ\u00a0ñ ", place.name, "L’Isle-sur-Sorgue"
    unit.street, unit.postcode, unit.city = "1 place du Marché", "84210", "Pernes-les-Fontaines"
    doctor.listed, doctor.profession_code, doctor.family_name = True, "10", "Nuñez d’Été"
    factories.doctor(session, doctor, speciality_code="SM54")
    project(session)
    kept = said(session)
    assert {kind for kind, *_ in kept} == {kind.value for kind in Kind}
    session.execute(sa.delete(PublicationTerm))
    fill_terms(session.connection())
    assert said(session) == kept
