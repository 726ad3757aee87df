"""The same few people in every test: who they are to *CPTS du Comtat Venaissin*, and to another CPTS.

    people = personas.build(session)
    people.president.account, people.comtat.unit

Rights are tested over this set; a test that needs one more person asks the factories.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy.orm import Session

from app.models import Account, Commune, Establishment, Mandate, Person, Unit
from tests import factories

DOMAIN = "essai.example"


@dataclass(frozen=True)
class Persona:
    """A person with an active account, and the mandate that makes them what they are."""

    person: Person
    account: Account
    mandate: Mandate | None = None

    @property
    def email(self) -> str:
        return self.account.email


@dataclass(frozen=True)
class Cpts:
    establishment: Establishment
    unit: Unit
    communes: tuple[Commune, ...]

    @property
    def finess(self) -> str:
        return self.establishment.finess


@dataclass(frozen=True)
class Personas:
    comtat: Cpts
    other: Cpts

    agent: Persona
    president: Persona
    referent: Persona
    second_referent: Persona
    professional: Persona
    """Attached to the unit of comtat, without any mandate."""
    other_president: Persona
    other_referent: Persona
    stranger: Persona
    """Signs in, holds nothing, is attached to nothing."""

    def everyone(self) -> dict[str, Persona]:
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if isinstance(value, Persona)}


def build(session: Session) -> Personas:
    """Two CPTS and their people, flushed, not committed. Everything starts now: guards know no other present."""
    comtat, other = _comtat(session), _other(session)
    agent = _persona(session, "Nadia", "Ferrero", "agent", agent=True)
    factories.generator(session, agent.account)

    president = _persona(session, "Hélène", "Vasseur", "presidente")
    presidency = factories.presidency(session, comtat.establishment, president.person, agent.account)
    referent = _referent(session, presidency, "Claire", "Daumas", "referente")
    second = _referent(session, presidency, "Karim", "Bensalem", "referent")
    professional = _persona(session, "Sophie", "Marchal", "professionnelle")
    factories.affiliation(session, professional.person, comtat.unit, presidency)

    rival = _persona(session, "Marc", "Estève", "autre.president")
    rival_presidency = factories.presidency(session, other.establishment, rival.person, agent.account)
    return Personas(
        comtat=comtat,
        other=other,
        agent=agent,
        president=Persona(president.person, president.account, presidency),
        referent=referent,
        second_referent=second,
        professional=professional,
        other_president=Persona(rival.person, rival.account, rival_presidency),
        other_referent=_referent(session, rival_presidency, "Nora", "Haddad", "autre.referente"),
        stranger=_persona(session, "Olivier", "Tessier", "inconnu"),
    )


def _comtat(session: Session) -> Cpts:
    carpentras = factories.commune(session, "84031", "Carpentras", "84200", population=30711)
    pernes = factories.commune(session, "84088", "Pernes-les-Fontaines", "84210", population=9650)
    place = factories.establishment(
        session,
        "CPTS DU COMTAT VENAISSIN",
        finess="840021281",
        legal_entity_finess="840021273",
        commune=carpentras,
        street="584 AV VICTOR HUGO",
    )
    return Cpts(place, factories.unit(session, place, carpentras, pernes), (carpentras, pernes))


def _other(session: Session) -> Cpts:
    avignon = factories.commune(session, "84007", "Avignon", "84000", "84140", population=90305)
    place = factories.establishment(session, "CPTS GRAND AVIGNON", commune=avignon, postcode="84000")
    return Cpts(place, factories.unit(session, place, avignon), (avignon,))


def _persona(session: Session, given_name: str, family_name: str, mailbox: str, *, agent: bool = False) -> Persona:
    rpps = None if agent else factories.new_rpps()
    person = factories.person(session, given_name, family_name, rpps=rpps)
    create = factories.agent if agent else factories.account
    return Persona(person, create(session, person, f"{mailbox}@{DOMAIN}"))


def _referent(session: Session, by: Mandate, given_name: str, family_name: str, mailbox: str) -> Persona:
    persona = _persona(session, given_name, family_name, mailbox)
    mandate = factories.referent_mandate(session, by, persona.person)
    return Persona(persona.person, persona.account, mandate)
