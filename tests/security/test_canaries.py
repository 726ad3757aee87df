"""What is restricted never reaches a stranger: canaries in every restricted place, and everything a stranger can open.

Pages, fragments, suggestions, the history, the past, passports, downloads, headers, mails. The same walk by those who
keep the page finds the canaries: it looks where they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.journal.deliver import deliver_pending
from app.models import BoxDraft, DossierBox, RequestEvent, Revision, RevisionBox, Unit
from app.queries.sheets import SheetRef
from app.search.index import rebuild
from tests import factories
from tests.consistency import content, world
from tests.consistency.world import DOSSIER, ITS_PAGE, World, address, rules
from tests.support.backends import SQLITE_ONLY
from tests.support.client import HTMX, Visitor
from tests.support.fhir import complete
from tests.support.mailbox import Mailbox
from tests.support.publishing import contact, project, publish
from tests.support.time import FrozenClock

FREE = "+33465710001"
NUMBERS = {
    "restricted contact": "+33465717701",
    "very restricted contact": "+33465717702",
    "number stricter than its contact": "+33465717703",
    "restricted contact of the establishment": "+33465717704",
    "contact of a sensitive unit": "+33465717705",
    "number free once, restricted since": "+33465717706",
}
WORDS = {
    name: f"zzcanari{number:02d}zz"
    for number, name in enumerate(
        (
            "regulator info",
            "former regulator info",
            "sensitive unit",
            "draft",
            "dossier value",
            "reason of a revision",
            "value of a revision",
            "internal note",
            "unlisted professional",
            "name of a restricted contact",
            "request not decided",
        )
    )
}
PROBES = ("zzcanari", "0465717701", *(WORDS[name] for name in ("sensitive unit", "unlisted professional")))


@pytest.fixture
def seeded(session: Session, frozen_clock: FrozenClock) -> World:
    """The world of the walks, with a canary in each restricted place, today and in its history."""
    frozen_clock.move_to(datetime(2026, 11, 10, 9, tzinfo=UTC))
    made = world.build(session)
    content.placed(session, made)
    place, by = made.people.comtat.establishment, made.people.president
    page, unit = SheetRef(place.finess), SheetRef(place.finess, made.people.comtat.unit.id)
    free_once = contact(NUMBERS["number free once, restricted since"])
    publish(session, place, by, unit, "contacts", contacts=[contact(FREE), free_once])
    publish(session, place, by, unit, "conditions", regulator_info=WORDS["former regulator info"])
    frozen_clock.move_to(datetime(2026, 11, 20, 9, tzinfo=UTC))
    named = {"nature": None, "function": "01", "name": WORDS["name of a restricted contact"]}
    publish(
        session, place, by, unit, "contacts",
        contacts=[
            contact(FREE),
            contact(NUMBERS["restricted contact"], level=2, **named),
            contact(NUMBERS["very restricted contact"], level=3),
            contact(NUMBERS["number stricter than its contact"], level=1, telecom_level=3),
            contact(NUMBERS["number free once, restricted since"], level=2),
        ],
    )  # fmt: skip
    publish(session, place, by, unit, "conditions", regulator_info=WORDS["regulator info"])
    kept = [contact(NUMBERS["restricted contact of the establishment"], level=2)]
    publish(session, place, by, page, "contacts", contacts=kept)
    secret = factories.unit(session, place, name=WORDS["sensitive unit"], sensitive=True)
    hidden = SheetRef(place.finess, secret.id)
    refuge = [contact(NUMBERS["contact of a sensitive unit"], level=3)]
    publish(session, place, by, hidden, "contacts", contacts=refuge)
    session.add(
        BoxDraft(
            account_id=by.account.id,
            sheet=unit.key,
            box="capacite",
            fields=[["places", WORDS["draft"]]],
            base_version=0,
            saved_at=clock.now(),
        )
    )
    identity = session.get_one(DossierBox, (ITS_PAGE, "identite"))
    identity.values = {**identity.values, "comment": WORDS["dossier value"]}
    revision = Revision(establishment_finess=place.finess, number=99, source="direct", at=clock.now())
    revision.account_id, revision.reason = by.account.id, WORDS["reason of a revision"]
    told = {"regulator_info": WORDS["value of a revision"]}
    revision.boxes = [RevisionBox(sheet=unit.key, box="conditions", before=told, after={}, version=9)]
    session.add(revision)
    session.add(
        RequestEvent(
            request_id=made.request.id,
            at=clock.now(),
            kind="note",
            author_name="Centre de services",
            body=WORDS["internal note"],
            internal=True,
        )
    )
    discreet = factories.person(session, "Anne", WORDS["unlisted professional"], listed=False)
    assert by.mandate is not None
    factories.affiliation(session, discreet, made.people.comtat.unit, by.mandate)
    factories.affiliation_request(session, made.people.comtat.unit, message=WORDS["request not decided"])
    frozen_clock.move_to(datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    complete(session, made.people.comtat.unit)
    project(session)
    rebuild(session)
    session.commit()
    return made


def canaries(made: World) -> dict[str, str]:
    """What must never be read, by what it is; numbers as their digits."""
    emails = {f"address of the {name}": getattr(made.people, name).email for name in ("president", "referent", "agent")}
    digits = {name: number.removeprefix("+33") for name, number in NUMBERS.items()}
    return {**WORDS, **digits, **emails}


def found_in(text: str, known: dict[str, str]) -> set[str]:
    """Whatever the case, the entities and the spaces between digits."""
    told = html.unescape(html.unescape(text)).casefold()
    tight = re.sub(r"[\s\u00a0\u202f.-]", "", told)
    return {name for name, canary in known.items() if canary.casefold() in told or re.sub(r"[.-]", "", canary) in tight}


def every_address(app: Flask, made: World, session: Session) -> Iterator[str]:
    """Each route that reads; the history of each day that counts; each field's passport; each search for a canary."""
    yield from (address(app, made, rule) for rule in rules(app, unsafe=False))
    finess = made.people.comtat.finess
    units = [unit.id for unit in session.query(Unit).filter_by(establishment_finess=finess)]
    stem = f"/etablissements/{finess}"
    yield from (f"{stem}/historique?au=2026-11-{day:02d}" for day in (9, 10, 15, 20, 25))
    yield from (f"{stem}/historique?personne={made.people.president.account.id}", f"{stem}/historique?page=2")
    for ref in (SheetRef(finess), *(SheetRef(finess, id_) for id_ in units)):
        where = f"/unites/{ref.unit_id}" if ref.unit_id else stem
        yield where
        for box in BOXES[ref.kind]:
            yield f"{where}/encadres/{box.key}"
            yield from (f"{where}/encadres/{box.key}/{field.key}/passeport" for field in box.fields)
    for probe in PROBES:
        yield from (f"/recherche?q={probe}", f"/recherche?q={probe}&onglet=professionnels", f"/repertoire?q={probe}")
        yield f"/recherche/suggestions?q={probe}"
    sheet = f"/dossiers/{DOSSIER}/fiches/{ITS_PAGE}"
    yield from (f"/dossiers/{DOSSIER}", sheet, f"{sheet}/encadres/identite")
    yield from ("/sitemaps/etablissements-1.xml", "/donnees-ouvertes/cpts.json?departement=84")


def walk(client: Visitor, app: Flask, made: World, session: Session) -> dict[str, set[str]]:
    """Canary → where it was read."""
    known, found = canaries(made), {}
    for path in every_address(app, made, session):
        for headers in ({},) if "?" in path else ({}, HTMX):
            answer = client._open(path, method="GET", headers=headers)
            body = answer.get_data().decode("utf-8", "replace")
            echoed = path.partition("?q=")[2].partition("&")[0].casefold()
            for name in found_in(f"{body}\n{answer.headers}", known):
                if known[name].casefold() != echoed.removeprefix("0"):  # what was typed is shown again
                    found.setdefault(name, set()).add(f"{answer.status_code} {path}")
    return found


@SQLITE_ONLY
def test_no_canary_reaches_a_stranger(app: Flask, client: Visitor, session: Session, seeded: World) -> None:
    assert walk(client, app, seeded, session) == {}


@pytest.mark.slow
@SQLITE_ONLY
def test_no_canary_reaches_somebody_signed_in_who_keeps_nothing(
    app: Flask, client: Visitor, session: Session, seeded: World
) -> None:
    client.enter(seeded.people.other_president)
    told = walk(client, app, seeded, session)
    assert told == {}


@pytest.mark.slow
@SQLITE_ONLY
def test_those_who_keep_the_page_find_what_is_theirs(
    app: Flask, client: Visitor, session: Session, seeded: World
) -> None:
    """The walk looks where the canaries are: it would see them."""
    client.enter(seeded.people.president)
    found = set(walk(client, app, seeded, session))
    elsewhere = {"internal note", "address of the agent", "address of the referent", "draft"}
    assert found >= set(canaries(seeded)) - elsewhere


@SQLITE_ONLY
def test_no_canary_is_mailed_to_a_stranger(
    app: Flask, client: Visitor, session: Session, seeded: World, smtp: Mailbox
) -> None:
    """Whatever a stranger asks: to be attached, to correct, to be helped."""
    client.get(f"/etablissements/{seeded.people.comtat.finess}/rattachement")
    client.submit(
        "main form[method=post]",
        prenom="Thomas",
        nom="Perrin",
        email="thomas.perrin@soins.example",
        telephone="06 39 98 00 42",
        profession="10",
        rpps="10999710014",
    )
    session.commit()
    with app.app_context():
        while deliver_pending():
            pass
    received = smtp.to("thomas.perrin@soins.example")
    assert received
    known = canaries(seeded)
    for mail in received:
        assert found_in(f"{mail.subject} {mail.text} {mail.html} {mail.message.items()}", known) == set()


def test_every_restricted_field_of_the_catalogue_has_its_canary() -> None:
    restricted = {field.key for kind in SheetKind for box in BOXES[kind] for field in box.fields if field.restricted}
    assert restricted == {"regulator_info"}, "a new one: seed it above"
