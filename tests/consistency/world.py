"""A small complete world for the tests that walk the whole portal, and the address of everything in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, url_for
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app import clock
from app.credentials import links
from app.credentials.links import Purpose
from app.models import Affiliation, FreshnessAsk, IdentityClaim, Nomination, OneTimeLink, Request
from tests import factories, personas
from tests.personas import Personas

CONTENT = uuid.UUID(int=84)
"""Of the one tile, banner, document… that tests/consistency/content.py places."""
DOSSIER, ITS_PAGE, ITS_UNIT = (uuid.UUID(int=number) for number in (113, 114, 115))
"""The open dossier of comtat: the sheet of its establishment, that of a new unit."""
ASK = uuid.UUID(int=15)
"""The question « est-ce toujours exact ? » that those in office of the CPTS were sent."""
MESSAGE = uuid.UUID(int=18)
"""The first state of comtat that the SAS was sent, and refused."""
PARTICIPATION = uuid.UUID(int=24)
"""Of the professional, through comtat, in the cases that need one."""
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class World:
    people: Personas
    affiliation: Affiliation
    request: Request
    nomination: Nomination
    invitation: OneTimeLink
    activation: OneTimeLink
    reset: OneTimeLink
    claim: IdentityClaim
    new_account: OneTimeLink
    new_email: OneTimeLink
    factor_reset: OneTimeLink


def build(session: Session) -> World:
    """Two CPTS and their people, a pending request, a pending nomination and the links that were mailed for them."""
    people = personas.build(session)
    assert people.president.mandate is not None
    nomination = factories.nomination(session, people.president.mandate)
    invited = factories.account(session, status="invited", password_hash=None, activated_at=None)
    made = World(
        people=people,
        affiliation=session.query(Affiliation).filter_by(person_id=people.professional.person.id).one(),
        request=factories.affiliation_request(session, people.comtat.unit),
        nomination=nomination,
        invitation=links.issue(Purpose.NOMINATION, nomination_id=nomination.id),
        activation=links.issue(Purpose.ACTIVATION, account_id=invited.id),
        reset=links.issue(Purpose.PASSWORD_RESET, account_id=people.stranger.account.id),
        claim=factories.identity_claim(session),
        new_account=links.issue(Purpose.NEW_ACCOUNT),
        new_email=links.issue(Purpose.NEW_EMAIL, account_id=people.stranger.account.id),
        factor_reset=links.issue(Purpose.FACTOR_RESET, account_id=people.stranger.account.id),
    )
    factories.dossier(
        session, people.comtat.establishment, people.referent.account, id=DOSSIER, sheet_ids=(ITS_PAGE, ITS_UNIT)
    )
    session.add(
        FreshnessAsk(
            id=ASK, establishment_finess=people.comtat.finess, opened_at=clock.now(), last_mailed_at=clock.now()
        )
    )
    made.new_account.email, made.new_email.email = "neuve@essai.example", "autre@essai.example"
    factories.ledger_message(
        session, people.comtat.establishment, id=MESSAGE, refused_at=clock.now(), refusal="Numéro inconnu."
    )
    session.commit()
    return made


def arguments(world: World, rule: Rule) -> dict[str, Any]:
    """Values for the variable parts of a URL. KeyError: a new one came up, say here what it stands for."""
    people = world.people
    mandate = people.referent.mandate
    assert mandate is not None
    known = {
        "finess": people.comtat.finess,
        "unit_id": people.comtat.unit.id,
        "insee": "84031",
        "departement": "84",
        "sitemap": "pages",
        "box": "contacts",
        "field": "contacts",
        "revision_id": uuid.uuid4(),
        "dossier_id": DOSSIER,
        "participation_id": PARTICIPATION,
        "message_id": MESSAGE,
        "sheet_id": ITS_PAGE,
        "mandate_id": mandate.id,
        "nomination_id": world.nomination.id,
        "request_id": world.request.id,
        "affiliation_id": world.affiliation.id,
        "account_id": people.stranger.account.id,
        "person_id": people.stranger.person.id,
        "passkey_id": uuid.uuid4(),
        "handle": "0" * 16,
        "notice_id": uuid.uuid4(),
        "review_id": uuid.uuid4(),
        "suspension_id": uuid.uuid4(),
        "move_id": uuid.uuid4(),
        "filename": "css/portail.css",
        "slug": "presidence",
        "resource_type": "Organization",
        "resource_id": people.comtat.finess,
        **dict.fromkeys(("tile_id", "banner_id", "document_id", "special_id", "campaign_id"), CONTENT),
    }
    tokens = {
        **dict.fromkeys(
            ("memory.confirm_by_link", "memory.confirmed_by_link"),
            links.freshness_token(ASK, people.president.account.id),
        ),
        "accounts.invitation": links.token_of(world.invitation.id, Purpose.NOMINATION),
        "accounts.send_again": links.token_of(world.activation.id, Purpose.ACTIVATION),
        "accounts.refuse_reset": links.token_of(world.factor_reset.id, Purpose.FACTOR_RESET),
        "identities.claim": links.claim_token(world.claim.id),
        "identities.confirmation": links.token_of(world.new_account.id, Purpose.NEW_ACCOUNT),
        "identities.open_there": links.token_of(world.new_account.id, Purpose.NEW_ACCOUNT),
        "personal_data.confirm_new_email": links.token_of(world.new_email.id, Purpose.NEW_EMAIL),
        "accounts.reset": links.token_of(world.reset.id, Purpose.PASSWORD_RESET),
        **dict.fromkeys(
            ("professionals.recognise", "professionals.answer_recognition"),
            links.recognition_token(world.request.id, people.stranger.account.id),
        ),
    }
    tokens |= dict.fromkeys(("fhir.export_manifest", "fhir.export_file", "fhir.export_deleted"), export())
    tracking = links.tracking_token(world.request.id, world.request.tracking_generation)
    return {
        name: tokens.get(rule.endpoint, tracking) if name == "token" else known[name] for name in sorted(rule.arguments)
    }


def export() -> str:
    """Of all the organizations, since always."""
    tomorrow = clock.now() + timedelta(days=1)
    return links.export_token([["Organization"], "2020-01-01T00:00:00+00:00", *[tomorrow.isoformat()] * 2, "/fhir"])


def address(app: Flask, world: World, rule: Rule) -> str:
    with app.test_request_context():
        return url_for(rule.endpoint, **arguments(world, rule))


def rules(app: Flask, *, unsafe: bool) -> Iterator[Rule]:
    """The routes that write (POST…), or those that only read."""
    for rule in app.url_map.iter_rules():
        methods = rule.methods or set()
        if bool(methods - SAFE_METHODS) if unsafe else "GET" in methods:
            yield rule
