"""The steps that acts on second factors are made of: is there one, is this it, take them away."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import db
from app.credentials.codes import forget_recovery_codes, looks_like_code, take_code, take_recovery_code
from app.credentials.passwords import verify_password
from app.credentials.sessions import Method
from app.domain.errors import Invalid
from app.journal.catalogue import RecoveryCodeUsed
from app.journal.record import record
from app.models import Account, CodeGenerator, Passkey, RecoveryCode
from app.policies.actor import reference

WRONG_CODE = "Ce code ne convient pas. Attendez le suivant, ou saisissez un code de secours."
USED_CODE = "Ce code ne convient pas, ou il a déjà servi. Attendez le suivant."
WRONG_PASSWORD = "Ce n’est pas votre mot de passe actuel."  # noqa: S105


def has_second_factor(account_id: uuid.UUID) -> bool:
    return confirmed_generator(account_id) is not None or has_passkey(account_id)


def has_passkey(account_id: uuid.UUID) -> bool:
    return db.session().scalar(sa.select(sa.exists().where(Passkey.account_id == account_id))) or False


def confirmed_generator(account_id: uuid.UUID) -> CodeGenerator | None:
    query = sa.select(CodeGenerator).where(
        CodeGenerator.account_id == account_id, CodeGenerator.confirmed_at.is_not(None)
    )
    return db.session().scalars(query).one_or_none()


def check_second_factor(account: Account, typed: str) -> Method:
    """What was typed: a code of the generator, or a recovery code, now used. Raises Invalid on `code`."""
    generator = confirmed_generator(account.id)
    if looks_like_code(typed):
        if generator is not None and take_code(generator, typed):
            return Method.PASSWORD_AND_CODE
    elif take_recovery_code(account.id, typed):
        return Method.PASSWORD_AND_RECOVERY
    raise Invalid({"code": WRONG_CODE})


def check_typed(account: Account, typed: str, field: str) -> Method:
    """What was typed to prove an act: the code of the generator, or the password. Raises Invalid on `field`."""
    generator = confirmed_generator(account.id) if looks_like_code(typed) else None
    if generator is not None:
        if take_code(generator, typed):
            return Method.CODE
        raise Invalid({field: USED_CODE})
    if verify_password(typed, account.password_hash):
        return Method.PASSWORD
    raise Invalid({field: WRONG_PASSWORD})


def remove_all_factors(account_id: uuid.UUID) -> None:
    for model in (Passkey, CodeGenerator):
        db.session().execute(sa.delete(model).where(model.account_id == account_id))
    forget_recovery_codes(account_id)


def recovery_codes_left(account_id: uuid.UUID) -> int:
    left = sa.select(sa.func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return db.session().scalar(left) or 0


def tell_recovery_code_used(account: Account) -> None:
    own = reference(account)
    record(RecoveryCodeUsed(actor=own, subject=own, left=recovery_codes_left(account.id)))
