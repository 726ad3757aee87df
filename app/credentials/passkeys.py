"""Passkeys: the ceremonies of WebAuthn, for the host of PUBLIC_URL, with the person verified by their device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import sqlalchemy as sa
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app import clock, db
from app.domain.errors import Invalid
from app.models import Account, Challenge, Passkey, Person
from app.settings import current_settings

LONGEST_ANSWER = 20_000
UNKNOWN = "Cette clé d’accès n’est pas reconnue. Réessayez, ou connectez-vous avec votre mot de passe."
REFUSED = "La clé d’accès n’a pas pu être enregistrée. Réessayez."
TAKEN = "Cette clé d’accès est déjà enregistrée."
VERIFIED = UserVerificationRequirement.REQUIRED
FAULTS = (WebAuthnException, ValueError, KeyError, TypeError)
"""What a malformed answer raises."""


@dataclass(frozen=True)
class Party:
    """Who asks: the name a key is bound to, and the address its pages are served from."""

    id: str
    origin: str


def party() -> Party:
    """Keys are bound to names, never to IP addresses: a portal on this machine answers as localhost."""
    url = urlsplit(current_settings().public_url)
    host = url.hostname or ""
    name = "localhost" if _is_loopback(host) else host
    return Party(name, f"{url.scheme}://{name}{f':{url.port}' if url.port else ''}")


def registration_options(challenge: Challenge, account: Account, person: Person, known: Iterable[Passkey]) -> str:
    return options_to_json(
        generate_registration_options(
            rp_id=party().id,
            rp_name=current_settings().portal_name,
            user_id=account.id.bytes,
            user_name=account.email,
            user_display_name=person.full_name,
            challenge=challenge.value,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in known],
        )
    )


def authentication_options(challenge: Challenge, known: Iterable[Passkey] = ()) -> str:
    """Without `known` the device offers the keys that it holds for this portal."""
    allowed = [PublicKeyCredentialDescriptor(id=key.credential_id) for key in known]
    return options_to_json(
        generate_authentication_options(
            rp_id=party().id,
            challenge=challenge.value,
            allow_credentials=allowed or None,
            user_verification=VERIFIED,
        )
    )


def register(challenge: Challenge, answer: str, *, account: Account, name: str) -> Passkey:
    """The key that the answer brings. Raises Invalid on `cle`."""
    try:
        made = verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=challenge.value,
            expected_rp_id=party().id,
            expected_origin=party().origin,
            require_user_verification=True,
        )
    except FAULTS as error:
        raise Invalid({"appareil": REFUSED}) from error
    taken = sa.select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if db.session().scalar(taken) is not None:
        raise Invalid({"appareil": TAKEN})
    key = Passkey(account_id=account.id, name=name, created_at=clock.now(), sign_count=made.sign_count)
    key.credential_id, key.public_key = made.credential_id, made.credential_public_key
    db.session().add(key)
    db.session().flush()
    return key


def verify(challenge: Challenge, answer: str) -> Passkey:
    """The key that signed this challenge, its counter moved on. Raises Invalid on `cle`."""
    try:
        parsed = parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        query = sa.select(Passkey).where(Passkey.credential_id == parsed.raw_id).with_for_update()
        key = db.session().scalars(query.execution_options(populate_existing=True)).one_or_none()
        if key is None or challenge.account_id not in (None, key.account_id):
            raise Invalid({"appareil": UNKNOWN})
        verified = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge.value,
            expected_rp_id=party().id,
            expected_origin=party().origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except FAULTS as error:
        raise Invalid({"appareil": UNKNOWN}) from error
    key.sign_count, key.used_at = verified.new_sign_count, clock.now()
    return key


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
