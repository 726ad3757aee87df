"""What is sent to the platforms."""

from __future__ import annotations

from pydantic import SecretStr
from sqlalchemy.orm import Session

from app.settings import current_settings
from tests import factories
from tests.consistency.case import Case
from tests.consistency.world import World


def connected(_session: Session, _world: World) -> None:
    settings = current_settings()
    settings.sas_url, settings.sas_token = "http://127.0.0.1:9/etats", SecretStr("un-jeton-du-portail")


def overtaken(session: Session, world: World) -> None:
    factories.ledger_message(session, world.people.comtat.establishment, version=2)


CASES = (Case("ledger.repeat", "agent", "president", before=connected, too_late=overtaken),)
