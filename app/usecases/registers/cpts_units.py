"""The unit that carries the description of a CPTS: opened with what the ROR asks for (DOMAIN.md §0.3, §4)."""

from __future__ import annotations

from collections.abc import Iterable

import phonenumbers
import sqlalchemy as sa

from app import clock, db
from app.models import Contact, Establishment, Telecom, Unit, UnitActivity
from app.models.establishment import CPTS_UNIT_TYPE

TYPE_LABEL = "Communauté Professionnelle Territoriale de Santé (CPTS)"
"""Exactly this: the SAS finds a CPTS by its label."""
CARE_MODE = "58"
"""TRE_R213: suivi ou coordination de parcours."""
ACTIVITY_FIELD = "05"
"""TRE_R227: ville."""
ACTIVITY = ("475", "Coordination de soins non-programmés")
"""TRE_R211."""
SWITCHBOARD, MOBILE, LANDLINE, PUBLIC = "06", "1", "2", 1
"""TRE_R287 standard, TRE_R200 channels, TRE_R283 accès libre."""


def open_cpts_units(establishments: Iterable[str]) -> list[str]:
    """Opens the unit of those that have none, with the establishment's phone as first public contact. Returns these."""
    session = db.session()
    wanted = set(establishments)
    having = sa.select(Unit.establishment_finess).where(Unit.establishment_finess.in_(wanted))
    lacking = wanted - set(session.scalars(having)) if wanted else set()
    statement = sa.select(Establishment.finess, Establishment.name, Establishment.phone)
    statement = statement.where(Establishment.finess.in_(lacking)).order_by(Establishment.finess)
    opened = {_unit(finess, name): phone for finess, name, phone in session.execute(statement).all()} if lacking else {}
    session.add_all(opened)
    session.flush()
    for unit, phone in opened.items():
        session.add(UnitActivity(unit_id=unit.id, code=ACTIVITY[0], label=ACTIVITY[1]))
        session.add_all(_contacts(unit, phone))
    session.flush()
    return sorted(lacking)


def _unit(finess: str, name: str) -> Unit:
    return Unit(
        establishment_finess=finess,
        name=name,
        type_code=CPTS_UNIT_TYPE,
        type_label=TYPE_LABEL,
        care_mode_code=CARE_MODE,
        activity_field_code=ACTIVITY_FIELD,
        min_age=0,
        max_age=150,
        updated_at=clock.now(),
    )


def _contacts(unit: Unit, phone: str | None) -> list[Contact]:
    """No contact out of a number that nobody can dial."""
    channel = _channel(phone)
    if phone is None or channel is None:
        return []
    telecom = Telecom(position=1, channel_code=channel, value=phone, confidentiality=PUBLIC)
    return [
        Contact(
            establishment_finess=unit.establishment_finess,
            unit_id=unit.id,
            nature_code=SWITCHBOARD,
            confidentiality=PUBLIC,
            telecoms=[telecom],
        )
    ]


def _channel(phone: str | None) -> str | None:
    if not phone or not phone.startswith("+"):
        return None
    kind = phonenumbers.number_type(phonenumbers.parse(phone))
    return MOBILE if kind == phonenumbers.PhoneNumberType.MOBILE else LANDLINE
