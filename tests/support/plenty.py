"""A CPTS that holds many of everything, written in bulk: for what must not depend on size."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta

from sqlalchemy.orm import Session

from app import clock
from app.domain.ledger import digest_of
from app.domain.requests import Kind
from app.models import (
    Affiliation,
    Authentication,
    Commune,
    CommuneContour,
    CommunePostcode,
    Contact,
    Establishment,
    FormerCommune,
    JournalBody,
    JournalEntry,
    LedgerMessage,
    Mandate,
    Nomination,
    Participation,
    ParticipationPlace,
    Person,
    Professional,
    ProfessionalActivity,
    Request,
    RequestEvent,
    Revision,
    RevisionBox,
    SheetBox,
    Telecom,
    Unit,
    UnitActivity,
    UnitCommune,
    UnitHours,
)
from app.models.establishment import CPTS_CATEGORY, CPTS_UNIT_TYPE
from app.working_days import day_of
from tests import factories
from tests.personas import Personas

FIRST_UNIT = 50_000
MOST_CONTACTS = 10
"""A box holds no more than its form."""
HERE = "84031"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Plenty:
    session: Session
    people: Personas

    def fill(self, numbers: range) -> None:
        """One more of everything for each number; numbers are used once."""
        self.territory(numbers)
        self.units(numbers)
        self.neighbours(numbers)
        attached = self.professionals(numbers)
        self.participations(attached)
        self.referents(numbers)
        self.requests(numbers)
        self.memory(numbers)
        self.session.commit()

    def territory(self, numbers: range) -> None:
        """Communes of the zone, drawn side by side, each with a former name."""
        codes = [f"84{number + 400:03d}" for number in numbers]
        known = {"departement": "84", "region": "93", "kind": "COM", "population": 900}
        self._add(Commune(insee=code, name=f"Commune {code}", latitude=44.0, longitude=5.0, **known) for code in codes)
        self._add(CommunePostcode(insee=code, postcode="84999") for code in codes)
        self._add(CommunePostcode(insee=HERE, postcode=f"84{number:03d}") for number in numbers)
        self._add(
            FormerCommune(insee=f"84{number + 700:03d}", name="Ancienne", current_insee=HERE) for number in numbers
        )
        self._add(_contour(code, number) for code, number in zip(codes, numbers, strict=True))
        self._add(UnitCommune(unit_id=self.people.comtat.unit.id, insee=code) for code in codes)

    def units(self, numbers: range) -> None:
        ids = [FIRST_UNIT + number for number in numbers]
        finess = self.people.comtat.finess
        self._add(_unit(id_, finess) for id_ in ids)
        self._add(UnitCommune(unit_id=id_, insee=HERE) for id_ in ids)
        self._add(UnitActivity(unit_id=id_, code="001", label="Coordination des soins") for id_ in ids)
        self._add(
            UnitHours(unit_id=id_, position=1, type_code="01", weekday=1, opens=time(8), closes=time(18)) for id_ in ids
        )
        free = {"confidentiality": 1}
        self._add(
            Contact(
                establishment_finess=finess,
                unit_id=id_,
                nature_code="06",
                telecoms=[Telecom(position=1, channel_code="2", value="+33465719902", **free)],
                **free,
            )
            for id_ in (*ids, *([None, self.people.comtat.unit.id] if numbers.start < MOST_CONTACTS else ()))
        )
        self._add(
            SheetBox(
                sheet=f"uo-{id_}",
                box="zone",
                establishment_finess=finess,
                version=1,
                updated_at=clock.now(),
                verified_at=clock.now() - timedelta(days=300),
                updated_by_account_id=self.people.president.account.id,
            )
            for id_ in ids
        )

    def neighbours(self, numbers: range) -> None:
        """Other CPTS that serve the same communes."""
        places = [
            Establishment(
                finess=factories.new_finess("13"),
                name=f"CPTS VOISINE {number}",
                category_code=CPTS_CATEGORY,
                category_label=factories.CPTS_LABEL,
                departement="13",
                phone=factories.PHONE,
                updated_at=clock.now(),
            )
            for number in numbers
        ]
        self._add(places)
        self._add(_unit(2 * FIRST_UNIT + number, place.finess) for number, place in zip(numbers, places, strict=True))
        self._add(UnitCommune(unit_id=2 * FIRST_UNIT + number, insee=HERE) for number in numbers)

    def professionals(self, numbers: range) -> list[Person]:
        """Doctors attached to the unit, on requests that the president accepted; those of one in two are listed."""
        people = [self._doctor(number) for number in numbers]
        self._add(people)
        self._add(
            Professional(
                id=9 * FIRST_UNIT + number,
                rpps=person.rpps or "",
                family_name=person.family_name,
                given_name=person.given_name,
                profession_code="10",
                profession_label="Médecin",
                updated_at=clock.now(),
            )
            for number, person in zip(numbers, people, strict=True)
        )
        self._add(
            ProfessionalActivity(
                professional_id=9 * FIRST_UNIT + number,
                key=f"cabinet-{number}",
                commune_insee=HERE,
                updated_at=clock.now(),
            )
            for number in numbers
        )
        self._attach(people)
        return people

    def participations(self, people: list[Person]) -> None:
        now, finess = clock.now(), self.people.comtat.finess
        rows = [
            Participation(
                id=uuid.uuid4(),
                person_id=person.id,
                establishment_finess=finess,
                declared_at=now,
                has_software=True,
                gives_hours=False,
                starts_on=day_of(now),
                begun_at=now,
                version=1,
            )
            for person in people
        ]
        self._add(rows)
        self._add(
            ParticipationPlace(
                participation_id=row.id, name="Cabinet", postcode="84200", commune_insee=HERE, position=1, added_at=now
            )
            for row in rows
        )

    def referents(self, numbers: range) -> None:
        """As many référents in office as nominations that wait."""
        people = [
            Person(id=uuid.uuid4(), family_name=f"Référent {number}", given_name="Ada", created_at=clock.now())
            for number in numbers
        ]
        self._add(people)
        waiting = [self._nomination(None) for _ in numbers]
        accepted = [self._nomination(person) for person in people]
        self._add(proof for proof, _ in (*waiting, *accepted))
        self._add(nomination for _, nomination in (*waiting, *accepted))
        for (_, nomination), person in zip(accepted, people, strict=True):
            nomination.status, nomination.closed_at, nomination.person_id = "accepted", clock.now(), person.id
        self.session.flush()
        presidency = self._presidency()
        self._add(
            Mandate(
                establishment_finess=presidency.establishment_finess,
                person_id=person.id,
                role="referent",
                function="Coordination",
                started_at=clock.now(),
                nomination_id=nomination.id,
                granting_mandate_id=presidency.id,
                granting_person_id=presidency.person_id,
                granting_role="president",
            )
            for (_, nomination), person in zip(accepted, people, strict=True)
        )

    def requests(self, numbers: range) -> None:
        """To be attached, to correct, for the service centre: they wait; with a thread."""
        finess = self.people.comtat.finess
        changed = {"champ": "telephone", "avant": {"phone": None}, "propose": {"phone": factories.PHONE}}
        rows = [
            row
            for _ in numbers
            for row in (
                self._request(Kind.AFFILIATION, unit_id=self.people.comtat.unit.id, profession_label="Médecin"),
                self._request(Kind.CORRECTION, details=changed),
                self._request(Kind.HELP, subject="Aide", finess=None),
            )
        ]
        self._add(rows)
        self._add(
            RequestEvent(request_id=row.id, at=clock.now(), kind="submitted", author_name="Thomas Perrin")
            for row in rows
        )
        self._add(
            LedgerMessage(
                establishment_finess=finess,
                consumer="sas",
                version=10 + number,
                withdrawn=False,
                created_at=clock.now(),
                not_before=clock.now(),
                payload="{}",
                digest=digest_of("{}"),
            )
            for number in numbers
        )

    def memory(self, numbers: range) -> None:
        """Revisions of the establishment and of a unit, on behalf of people or not; entries of the journal."""
        finess, unit = self.people.comtat.finess, self.people.comtat.unit.id
        behalf = f"person:{self.people.professional.person.id}"
        self._add(
            Revision(
                establishment_finess=finess,
                number=100 + number,
                source="direct",
                at=clock.now(),
                account_id=self.people.president.account.id,
                on_behalf_of=behalf if number % 2 else None,
                boxes=[
                    _revised(f"eg-{finess}", "identite", number, comment=f"Mot {number}"),
                    _revised(f"uo-{unit}", "zone", number, communes=[HERE]),
                    _revised(f"uo-{unit}", "offre", number, sensitive=False),
                ],
            )
            for number in numbers
        )
        about = f"account:{self.people.president.account.id}"
        keys = [(f"e:{finess}", 1000 + number) for number in numbers]
        same = {"at": clock.now(), "event": "account.activated", "actor": about, "subject": about}
        link = {"body_commit": "0" * 64, "previous_hash": "0" * 64, "hash": "0" * 64}
        self._add(JournalEntry(chain=chain, seq=seq, **same, **link) for chain, seq in keys)
        self._add(JournalBody(chain=chain, seq=seq, salt="0" * 32, body="{}") for chain, seq in keys)

    # ── steps ──────────────────────────────────────────────────────────────

    def _add(self, rows: Iterable[object]) -> None:
        self.session.add_all(rows)
        self.session.flush()

    def _presidency(self) -> Mandate:
        held = self.people.president.mandate
        assert held is not None
        return held

    def _doctor(self, number: int) -> Person:
        named = {"family_name": f"Médecin {number}", "given_name": "Zoé", "rpps": factories.new_rpps()}
        told = {"profession_code": "10", "profession_label": "Médecin"}
        return Person(id=uuid.uuid4(), listed=number % 2 == 0, created_at=clock.now(), **named, **told)

    def _attach(self, people: list[Person]) -> None:
        unit, presidency = self.people.comtat.unit, self._presidency()
        decided = {
            "status": "accepted",
            "decided_at": clock.now(),
            "decided_by_account_id": self.people.president.account.id,
            "decided_as": presidency.role,
            "deciding_mandate_id": presidency.id,
            "waiting_since": None,
        }
        accepted = [
            self._request(Kind.AFFILIATION, unit_id=unit.id, person_id=person.id, rpps=person.rpps, **decided)
            for person in people
        ]
        self._add(accepted)
        self._add(
            Affiliation(
                person_id=person.id,
                unit_id=unit.id,
                establishment_finess=unit.establishment_finess,
                started_at=clock.now(),
                request_id=request.id,
            )
            for person, request in zip(people, accepted, strict=True)
        )

    def _nomination(self, nominee: Person | None) -> tuple[Authentication, Nomination]:
        presidency, email = self._presidency(), factories.new_email("nomination")
        act = f"mandate:nominate_referent/{presidency.establishment_finess}"
        proof = Authentication(
            id=uuid.uuid4(), person_id=presidency.person_id, method="password", at=clock.now(), act=act
        )
        return proof, Nomination(
            id=uuid.uuid4(),
            establishment_finess=presidency.establishment_finess,
            mandate_id=presidency.id,
            nominated_by_person_id=presidency.person_id,
            authentication_id=proof.id,
            family_name=nominee.family_name if nominee else "Arnaud",
            given_name="Lucie",
            email=email,
            email_key=email,
            phone=factories.PHONE,
            function="Coordination",
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=7),
        )

    def _request(self, kind: Kind, *, finess: str | None = "", **values: object) -> Request:
        email, now = factories.new_email("demande"), clock.now()
        return Request(
            id=uuid.uuid4(),
            kind=kind.value,
            number=f"R-P{next(_numbers):07d}",
            establishment_finess=self.people.comtat.finess if finess == "" else finess,
            email=email,
            email_key=email,
            phone=factories.PHONE,
            given_name="Thomas",
            family_name="Perrin",
            submitted_at=now,
            updated_at=now,
            expires_on=day_of(now) + timedelta(days=30),
            **{"waiting_since": now, **values},
        )


def _unit(id_: int, finess: str) -> Unit:
    known = {"type_code": CPTS_UNIT_TYPE, "type_label": "CPTS", "updated_at": clock.now()}
    return Unit(id=id_, establishment_finess=finess, name=f"Unité {id_}", **known)


def _contour(insee: str, number: int) -> CommuneContour:
    """A square kilometre and a half, thirty in a row."""
    left, top = 17_000 + 30 * (number % 30), 5_000 + 30 * (number // 30)
    return CommuneContour(
        insee=insee,
        path=f"M{left} {top}l30 0 0 30 -30 0z",
        x_min=left,
        y_min=top,
        x_max=left + 30,
        y_max=top + 30,
        x_centre=left + 15.0,
        y_centre=top + 15.0,
        source="Essai",
    )


def _revised(sheet: str, box: str, number: int, **values: object) -> RevisionBox:
    return RevisionBox(sheet=sheet, box=box, before={}, after=values, version=number + 1)
