"""Plays one scene: a person of data/people.csv acts through a use case of the portal, at the moment already set."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.credentials import codes
from app.credentials.links import Purpose
from app.credentials.sessions import Method, open_session
from app.demo import contents, describing, taking_part
from app.demo.registers import DATA
from app.demo.tour import PASSWORD, TOTP_SECRET
from app.domain.acts import act_key
from app.domain.dossiers import default_name
from app.domain.professions import find_profession
from app.domain.requests import Kind
from app.models import (
    Account,
    Affiliation,
    CodeGenerator,
    Establishment,
    Mandate,
    Nomination,
    OneTimeLink,
    Person,
    Professional,
    Request,
    Unit,
)
from app.policies.actor import ANONYMOUS, Actor, Role
from app.policies.permissions import Permission
from app.queries.actors import load_actor
from app.usecases import (
    accounts,
    affiliations,
    establishments,
    mandates,
    presidencies,
    request_clock,
    review_rounds,
    successions,
)
from app.usecases.affiliation_asking import Wish, ask_affiliation
from app.usecases.enrolment import Identity, email_key
from app.usecases.factors import ADD_GENERATOR, confirm_generator, prepare_generator
from app.usecases.requests import Submission, submit_request
from app.web.names import name_fr

CPTS = {
    "comtat": "840021281",
    "cerebellum": "840971022",
    "enclave": "840971030",
    "apt": "840971048",
    "avignon": "840971055",
    "ouveze": "840971063",
    "iaso": "840971071",
    "nord": "840971089",
    "lub": "840971097",
    "val": "130971104",
    "verdon": "040971111",
    "brianconnais": "050971126",
    "antipolis": "060971132",
    "hyeres": "830971149",
    "plateau": "130971153",
    "sisteron": "040971236",
    "baous": "060971249",
    "asse": "040971251",
    "vieux-port": "130971260",
}


@dataclass(frozen=True)
class Character:
    key: str
    given_name: str
    family_name: str
    email: str
    phone: str
    function: str
    rpps: str
    """Empty for who has none."""


def cast() -> dict[str, Character]:
    with (DATA / "people.csv").open(encoding="utf-8", newline="") as lines:
        characters = [Character(**row) for row in csv.DictReader(lines)]
    return {character.key: character for character in characters}


class Stage:
    """One method an act. `cpts` is a key of CPTS; `by`, `who`: keys of people."""

    def __init__(self) -> None:
        self.people = cast()

    # ── the service centre ──────────────────────────────────────────────────

    def create_agent(self, who: str) -> None:
        character = self.people[who]
        identity = Identity(
            family_name=character.family_name,
            given_name=character.given_name,
            email=character.email,
            phone=character.phone,
        )
        accounts.create_agent(identity)
        self.activate(who)
        self.add_generator(who)

    def fill_portal(self, agent: str) -> None:
        """Tiles, a banner and documents, as an agent puts them."""
        contents.fill(self._actor(agent))

    def register_president(self, cpts: str, who: str, agent: str = "ferrero") -> None:
        character = self.people[who]
        code, label = self._profession(character)
        presidencies.register_president(
            self._actor(agent, act_key(Permission.MANDATE_REGISTER_PRESIDENT, CPTS[cpts])),
            self._place(cpts),
            family_name=character.family_name,
            given_name=character.given_name,
            email=character.email,
            phone=character.phone,
            profession_code=code,
            profession_label=label,
            rpps=character.rpps,
            evidence="Procès-verbal de l’assemblée générale, rappel au numéro connu de la CPTS.",
        )
        if self._account(who).status == "invited":
            self.activate(who)

    def end_president(self, cpts: str, who: str, reason: str, agent: str = "ferrero") -> None:
        held = self._mandate(cpts, who, Role.PRESIDENT)
        presidencies.end_president(
            self._actor(agent, act_key(Permission.MANDATE_END_PRESIDENT, held.id)), held, reason=reason
        )

    # ── the trust chain ─────────────────────────────────────────────────────

    def nominate(self, cpts: str, by: str, who: str) -> None:
        character = self.people[who]
        mandates.nominate_referent(
            self._actor(by, act_key(Permission.MANDATE_NOMINATE_REFERENT, CPTS[cpts])),
            self._place(cpts),
            family_name=character.family_name,
            given_name=character.given_name,
            email=character.email,
            phone=character.phone,
            function=character.function,
            rpps=character.rpps or None,
            declared=True,
        )

    def accept_nomination(self, who: str) -> None:
        nomination, link = self._nomination(who)
        mandates.accept_nomination(ANONYMOUS.holding(nomination), nomination, link=link, password=PASSWORD)

    def decline_nomination(self, who: str) -> None:
        nomination, link = self._nomination(who)
        mandates.decline_nomination(ANONYMOUS.holding(nomination), nomination, link=link)

    def end_referent(self, cpts: str, by: str, who: str, reason: str) -> None:
        held = self._mandate(cpts, who, Role.REFERENT)
        mandates.end_referent(self._actor(by, act_key(Permission.MANDATE_END_REFERENT, held.id)), held, reason=reason)

    def confirm_contact(self, cpts: str, by: str) -> None:
        establishments.confirm_contact(self._actor(by), self._place(cpts))

    # ── rattachements ───────────────────────────────────────────────────────

    def ask(self, cpts: str, who: str, message: str | None = None) -> None:
        """To the first unit; signed in when the person already has an active account."""
        character = self.people[who]
        code, label = self._profession(character)
        wish = Wish(
            family_name=character.family_name,
            given_name=character.given_name,
            email=character.email,
            phone=character.phone,
            profession_code=code,
            profession_label=label,
            rpps=character.rpps or None,
            function=character.function,
            message=message,
            unit_id=self._first_unit(cpts),
            listed=True,
        )
        account = self._find_account(who)
        actor = self._actor(who) if account is not None and account.status == "active" else ANONYMOUS
        ask_affiliation(actor, self._place(cpts), wish)

    def accept(self, cpts: str, by: str, who: str) -> None:
        affiliations.accept_affiliation(self._actor(by), self._request(cpts, who))

    def refuse(self, cpts: str, by: str, who: str, reason: str) -> None:
        affiliations.refuse_affiliation(self._actor(by), self._request(cpts, who), reason=reason)

    def ask_for_more(self, cpts: str, by: str, who: str, message: str) -> None:
        affiliations.ask_for_information(self._actor(by), self._request(cpts, who), message=message)

    def cancel(self, cpts: str, who: str) -> None:
        request = self._request(cpts, who)
        affiliations.cancel_request(ANONYMOUS.holding(request), request)

    def expire_requests(self) -> None:
        request_clock.expire_requests()

    def keep_house(self) -> None:
        """What the worker does every morning: reminders, reviews opened, claims told."""
        for duty in (request_clock.keep_the_clock, successions.open_successions, review_rounds.open_reviews):
            while duty():
                pass

    def end_affiliation(self, cpts: str, by: str, who: str, reason: str) -> None:
        query = sa.select(Affiliation).join(Person, Person.id == Affiliation.person_id)
        query = query.where(
            Person.id == self._account(who).person_id,
            Affiliation.establishment_finess == CPTS[cpts],
            Affiliation.ended_at.is_(None),
        )
        affiliations.end_affiliation(self._actor(by), db.session().scalars(query).one(), reason=reason)

    # ── every other request ─────────────────────────────────────────────────

    def submit(self, submission: Submission, cpts: str | None = None, who: str | None = None) -> None:
        """As a visitor, or signed in as `who`."""
        submit_request(self._actor(who) if who else ANONYMOUS, self._place(cpts) if cpts else None, submission)

    def claim_presidency(self, cpts: str, who: str, *, elected_days_ago: int) -> None:
        character = self.people[who]
        code, label = self._profession(character)
        elected_on = clock.now().date() - timedelta(days=elected_days_ago)
        claim = Submission(
            kind=Kind.PRESIDENCY,
            email=character.email,
            family_name=character.family_name,
            given_name=character.given_name,
            phone=character.phone,
            profession_code=code,
            profession_label=label,
            rpps=character.rpps,
            details={"assembly_on": elected_on.isoformat(), "minutes": "Procès-verbal de l’assemblée, point 3"},
        )
        self.submit(claim, cpts)

    def propose_hours(self, cpts: str, hours: str, *, email: str, why: str) -> None:
        """A reader's correction of the hours of the secretariat."""
        shown = self._place(cpts).opening_hours
        proposal = Submission(
            kind=Kind.CORRECTION,
            email=email,
            subject="Horaires du secrétariat",
            message=why,
            details={
                "champ": "horaires",
                "avant": {"opening_hours": shown},
                "propose": {"opening_hours": hours},
                "affiche": shown,
                "valeur": hours,
            },
        )
        self.submit(proposal, cpts)

    # ── accounts ────────────────────────────────────────────────────────────

    def activate(self, who: str) -> None:
        link = self._link(Purpose.ACTIVATION, OneTimeLink.account_id == self._account(who).id)
        accounts.activate(ANONYMOUS.holding(link), link, password=PASSWORD)

    def choose_listing(self, who: str, *, listed: bool) -> None:
        affiliations.choose_listing(self._actor(who), self._account(who), listed=listed)

    def add_generator(self, who: str) -> None:
        """A generator of codes, whose secret is published as the password is."""
        account, actor = self._account(who), self._actor(who, ADD_GENERATOR)
        prepare_generator(actor, account)
        generator = db.session().get_one(CodeGenerator, account.id)
        generator.sealed_secret = codes.seal(TOTP_SECRET, account.id)
        db.session().commit()
        now = codes.code_at(TOTP_SECRET, clock.now())
        confirm_generator(actor, account, code=now, session_id=actor.session_id or "")

    # ── descriptions ────────────────────────────────────────────────────────

    def correct_box(self, cpts: str, by: str, box: str) -> None:
        describing.correct(self._actor(by), self._place(cpts), self._first_unit(cpts), box)

    def change_zone(self, cpts: str, by: str, insee: str, *, served: bool) -> None:
        change = describing.grow_zone if served else describing.shrink_zone
        change(self._actor(by), self._place(cpts), self._first_unit(cpts), insee)

    def describe(self, cpts: str, by: str, name: str = "") -> None:
        """Opens a dossier and types what fiches.json says."""
        place = self._place(cpts)
        describing.open_file(self._actor(by), place, name or default_name(name_fr(place.name)))
        describing.fill(self._actor(by), place, cpts)

    def finalise(self, cpts: str, by: str, position: int | None = None) -> None:
        describing.finalise(self._actor(by), self._place(cpts), position)

    def send_file(self, cpts: str, by: str) -> None:
        describing.send(self._actor(by), self._place(cpts))

    def approve_file(self, cpts: str, by: str) -> None:
        describing.approve(self._actor(by), self._place(cpts))

    def publish_file(self, cpts: str, agent: str = "ferrero") -> None:
        describing.publish(self._actor(agent), self._place(cpts))

    def open_campaign(self, agent: str = "ferrero") -> None:
        describing.campaign(self._actor(agent))

    def remind_stuck(self, step: int, agent: str = "ferrero") -> None:
        describing.remind(self._actor(agent), step)

    def take_part(self, cpts: str, who: str, *, software: bool, days: int | None = None) -> None:
        taking_part.declare(self._actor(who), CPTS[cpts], self.people[who].rpps, software=software, days=days)

    # ── who and what is meant ───────────────────────────────────────────────

    def _actor(self, who: str, *acts: str) -> Actor:
        """Signed in at this very moment with two factors, and proven for these acts."""
        opened = open_session(self._account(who), method=Method.PASSWORD_AND_CODE, acts=acts)
        db.session().commit()
        return load_actor(opened.id)

    def _place(self, cpts: str) -> Establishment:
        return db.session().get_one(Establishment, CPTS[cpts])

    def _first_unit(self, cpts: str) -> int:
        units = sa.select(sa.func.min(Unit.id)).where(Unit.establishment_finess == CPTS[cpts])
        return db.session().scalars(units).one()

    def _find_account(self, who: str) -> Account | None:
        key = email_key(self.people[who].email)
        return db.session().scalars(sa.select(Account).where(Account.email_key == key)).one_or_none()

    def _account(self, who: str) -> Account:
        account = self._find_account(who)
        if account is None:
            raise LookupError(f"{who} has no account yet")
        return account

    def _profession(self, character: Character) -> tuple[str | None, str]:
        """As the register says; without RPPS, the person coordinates."""
        if not character.rpps:
            coordination = find_profession("coordination")
            return None, coordination.label if coordination else character.function
        row = db.session().scalars(sa.select(Professional).where(Professional.rpps == character.rpps)).one()
        return row.profession_code, row.profession_label

    def _mandate(self, cpts: str, who: str, role: Role) -> Mandate:
        query = sa.select(Mandate).where(
            Mandate.establishment_finess == CPTS[cpts],
            Mandate.person_id == self._account(who).person_id,
            Mandate.role == role.value,
            Mandate.ended_at.is_(None),
        )
        return db.session().scalars(query).one()

    def _nomination(self, who: str) -> tuple[Nomination, OneTimeLink]:
        key = email_key(self.people[who].email)
        query = sa.select(Nomination).where(Nomination.email_key == key, Nomination.status == "proposed")
        nomination = db.session().scalars(query).one()
        return nomination, self._link(Purpose.NOMINATION, OneTimeLink.nomination_id == nomination.id)

    def _link(self, purpose: Purpose, owner: sa.ColumnElement[bool]) -> OneTimeLink:
        """The last link mailed for that purpose."""
        query = sa.select(OneTimeLink).where(owner, OneTimeLink.purpose == purpose.value)
        return db.session().scalars(query.order_by(OneTimeLink.created_at.desc()).limit(1)).one()

    def _request(self, cpts: str, who: str) -> Request:
        query = sa.select(Request).where(
            Request.kind == "affiliation",
            Request.establishment_finess == CPTS[cpts],
            Request.email_key == email_key(self.people[who].email),
            Request.status.in_(["submitted", "info_needed"]),
        )
        return db.session().scalars(query).one()
