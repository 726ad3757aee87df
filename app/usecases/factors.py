"""A person's own second factors: passkeys, a code generator, recovery codes; and the proofs given with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from app import clock, db
from app.credentials import codes, passkeys
from app.credentials.challenges import Purpose, answered, ask
from app.credentials.proofs import take_proof
from app.credentials.sessions import Method, end_sessions, renew_session
from app.domain.acts import act_key, bundle
from app.domain.errors import ImpossibleNow, Invalid
from app.journal.catalogue import (
    GeneratorAdded,
    GeneratorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    RecoveryCodesRenewed,
)
from app.journal.record import record
from app.models import Account, CodeGenerator, Passkey, Person
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.factor_steps import (
    USED_CODE,
    check_typed,
    confirmed_generator,
    has_second_factor,
)

ADD_PASSKEY = act_key(Permission.ACCOUNT_FACTORS, "ajouter-une-cle")
ADD_GENERATOR = act_key(Permission.ACCOUNT_FACTORS, "ajouter-les-codes")
REMOVE_GENERATOR = act_key(Permission.ACCOUNT_FACTORS, "retirer-les-codes")
RENEW_CODES = act_key(Permission.ACCOUNT_FACTORS, "codes-de-secours")
MOST_PASSKEYS = 10
LAST_OF_AN_AGENT = "Un agent garde toujours un second facteur\u00a0: ajoutez-en un autre avant de retirer celui-ci."


@dataclass(frozen=True)
class Enrolled:
    """`recovery_codes`: to be shown this once, when it is the first second factor."""

    session_id: str
    recovery_codes: list[str] = field(default_factory=list)


def removal_of(key: Passkey) -> str:
    """The act of removing it."""
    return act_key(Permission.ACCOUNT_FACTORS, f"retirer-la-cle-{key.id.hex}")


# ── proofs for an act ───────────────────────────────────────────────────────


@usecase(Permission.ACCOUNT_MANAGE)
def prove(
    _actor: Actor, account: Account, *, typed: str, session_id: str, acts: Iterable[str], field: str = "mot_de_passe"
) -> str:
    """The new id of this session, which holds a proof for each of these acts. Raises Invalid on `field`."""
    method = check_typed(account, typed, field)
    return renew_session(session_id, method=method, acts=acts).id


@usecase(Permission.ACCOUNT_MANAGE)
def ask_proof(_actor: Actor, account: Account, *, acts: Iterable[str]) -> tuple[str, str]:
    """The id of a challenge that names the acts, and what the device is asked. ImpossibleNow without a passkey."""
    known = _passkeys(account)
    if not known:
        raise ImpossibleNow("Vous n’avez pas de clé d’accès.")
    challenge = ask(Purpose.PROVE, account_id=account.id, act=bundle(acts))
    return challenge.id, passkeys.authentication_options(challenge, known)


@usecase(Permission.ACCOUNT_MANAGE)
def prove_with_passkey(
    _actor: Actor, account: Account, *, challenge_id: str | None, answer: str, session_id: str, acts: tuple[str, ...]
) -> str:
    """As `prove`, for the acts that the challenge was made for, and no other."""
    challenge = answered(challenge_id, Purpose.PROVE, account.id)
    if challenge.act != bundle(acts):
        raise ImpossibleNow("Cette vérification était pour un autre acte. Recommencez.")
    passkeys.verify(challenge, answer)
    return renew_session(session_id, method=Method.PASSKEY, acts=acts).id


# ── passkeys ────────────────────────────────────────────────────────────────


@usecase(Permission.ACCOUNT_FACTORS)
def ask_registration(_actor: Actor, account: Account) -> tuple[str, str]:
    """The id of a challenge, and what the device is asked to make."""
    challenge = ask(Purpose.REGISTER, account_id=account.id)
    person = db.session().get_one(Person, account.person_id)
    return challenge.id, passkeys.registration_options(challenge, account, person, _passkeys(account))


@usecase(Permission.ACCOUNT_FACTORS)
def add_passkey(
    actor: Actor, account: Account, *, challenge_id: str | None, answer: str, name: str, session_id: str
) -> Enrolled:
    """Raises ProofNeeded without a proof for this act, Invalid on `nom` or `cle`."""
    take_proof(actor.session_id, ADD_PASSKEY)
    if len(_passkeys(account)) >= MOST_PASSKEYS:
        raise Invalid({"nom": f"Vous avez déjà {MOST_PASSKEYS} clés\u00a0: retirez-en une d’abord."})
    challenge = answered(challenge_id, Purpose.REGISTER, account.id)
    first = not has_second_factor(account.id)
    passkeys.register(challenge, answer, account=account, name=name)
    enrolled = _enrolled(account, session_id, Method.PASSKEY, first=first)
    record(PasskeyAdded(actor=actor.reference, subject=reference(account), passkey=name))
    return enrolled


@usecase(Permission.ACCOUNT_FACTORS)
def remove_passkey(actor: Actor, account: Account, *, key: Passkey, session_id: str) -> None:
    if key.account_id != account.id:
        raise ImpossibleNow("Cette clé d’accès n’est plus la vôtre.")
    take_proof(actor.session_id, removal_of(key))
    name = key.name
    db.session().delete(key)
    db.session().flush()
    _removed(account, session_id)
    record(PasskeyRemoved(actor=actor.reference, subject=reference(account), passkey=name))


# ── a code generator ────────────────────────────────────────────────────────


@usecase(Permission.ACCOUNT_FACTORS)
def prepare_generator(_actor: Actor, account: Account) -> None:
    """A new secret, worth nothing until one of its codes confirms it."""
    if confirmed_generator(account.id) is not None:
        raise ImpossibleNow("Vous avez déjà un générateur de codes\u00a0: retirez-le avant d’en ajouter un autre.")
    generator = db.session().get(CodeGenerator, account.id) or CodeGenerator(account_id=account.id)
    generator.sealed_secret, generator.created_at = codes.seal(codes.new_secret(), account.id), clock.now()
    generator.last_counter = 0
    db.session().add(generator)


@usecase(Permission.ACCOUNT_FACTORS)
def confirm_generator(actor: Actor, account: Account, *, code: str, session_id: str) -> Enrolled:
    """Raises ProofNeeded without a proof for this act, Invalid on `code`."""
    generator = db.session().get(CodeGenerator, account.id, with_for_update=True, populate_existing=True)
    if generator is None or generator.confirmed_at is not None:
        raise ImpossibleNow("Commencez par afficher un nouveau code à scanner.")
    take_proof(actor.session_id, ADD_GENERATOR)
    first = not has_second_factor(account.id)
    if not codes.take_code(generator, code):
        raise Invalid({"code": USED_CODE})
    generator.confirmed_at = clock.now()
    db.session().flush()
    enrolled = _enrolled(account, session_id, Method.PASSWORD_AND_CODE, first=first)
    record(GeneratorAdded(actor=actor.reference, subject=reference(account)))
    return enrolled


@usecase(Permission.ACCOUNT_FACTORS)
def remove_generator(actor: Actor, account: Account, *, session_id: str) -> None:
    generator = confirmed_generator(account.id)
    if generator is None:
        raise ImpossibleNow("Vous n’avez plus de générateur de codes.")
    take_proof(actor.session_id, REMOVE_GENERATOR)
    db.session().delete(generator)
    db.session().flush()
    _removed(account, session_id)
    record(GeneratorRemoved(actor=actor.reference, subject=reference(account)))


@usecase(Permission.ACCOUNT_FACTORS)
def renew_recovery_codes(actor: Actor, account: Account) -> list[str]:
    """Ten new codes, readable this once."""
    if not has_second_factor(account.id):
        raise ImpossibleNow("Les codes de secours remplacent un second facteur\u00a0: ajoutez-en un d’abord.")
    take_proof(actor.session_id, RENEW_CODES)
    renewed = codes.renew_recovery_codes(account.id)
    record(RecoveryCodesRenewed(actor=actor.reference, subject=reference(account)))
    return renewed


# ── steps ───────────────────────────────────────────────────────────────────


def _passkeys(account: Account) -> list[Passkey]:
    query = sa.select(Passkey).where(Passkey.account_id == account.id).order_by(Passkey.created_at)
    return list(db.session().scalars(query))


def _enrolled(account: Account, session_id: str, method: Method, *, first: bool) -> Enrolled:
    """This session has now two factors. Those opened with one only end with the first second factor."""
    renewed = renew_session(session_id, method=method).id
    if not first:
        return Enrolled(renewed)
    end_sessions(account.id, except_=renewed)
    return Enrolled(renewed, codes.renew_recovery_codes(account.id))


def _removed(account: Account, session_id: str) -> None:
    """The other sessions end; the last factor takes the recovery codes with it, and an agent keeps one."""
    end_sessions(account.id, except_=session_id)
    if has_second_factor(account.id):
        return
    if account.agent_since is not None:
        raise ImpossibleNow(LAST_OF_AN_AGENT)
    codes.forget_recovery_codes(account.id)
