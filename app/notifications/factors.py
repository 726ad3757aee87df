"""Mails about second factors: each change is told to its owner, who may not be the one who made it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from app import db
from app.journal.catalogue import (
    FactorResetAsked,
    FactorResetDone,
    FactorResetRecorded,
    FactorResetRefused,
    GeneratorAdded,
    GeneratorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
)
from app.models import Account, Person
from app.notifications.mail import Body, Mail, announces

ONLY_PASSWORD = "Votre compte s’ouvre maintenant avec votre seul mot de passe\u00a0: ajoutez un autre second facteur."  # noqa: S105


@announces(PasskeyAdded.name)
def passkey_added(event: Body) -> Iterator[Mail]:
    what = f"La clé d’accès « {event['passkey']} » ouvre maintenant votre compte."
    yield _security(event, "Une clé d’accès a été ajoutée à votre compte", what)


@announces(PasskeyRemoved.name)
def passkey_removed(event: Body) -> Iterator[Mail]:
    what = f"La clé d’accès « {event['passkey']} » n’ouvre plus votre compte."
    yield _security(event, "Une clé d’accès a été retirée de votre compte", what)


@announces(GeneratorAdded.name)
def generator_added(event: Body) -> Iterator[Mail]:
    what = "Un code de 6 chiffres est maintenant demandé après votre mot de passe."
    yield _security(event, "Un générateur de codes a été ajouté à votre compte", what)


@announces(GeneratorRemoved.name)
def generator_removed(event: Body) -> Iterator[Mail]:
    what = "Le code de 6 chiffres n’est plus demandé après votre mot de passe."
    yield _security(event, "Le générateur de codes a été retiré de votre compte", what)


@announces(RecoveryCodesRenewed.name)
def recovery_codes_renewed(event: Body) -> Iterator[Mail]:
    what = "Dix nouveaux codes de secours remplacent ceux que vous aviez."
    yield _security(event, "Vos codes de secours ont été remplacés", what)


@announces(RecoveryCodeUsed.name)
def recovery_code_used(event: Body) -> Iterator[Mail]:
    left = event["left"]
    rest = f"Il vous en reste {left}." if left else "Il ne vous en reste aucun : obtenez-en d’autres."
    what = f"Un code de secours vient d’ouvrir votre compte, à la place de votre second facteur. {rest}"
    yield _security(event, "Un code de secours a servi", what)


@announces(FactorResetAsked.name)
def factor_reset_asked(event: Body) -> Iterator[Mail]:
    what = (
        "Quelqu’un qui connaît votre mot de passe a demandé le retrait de votre second facteur, "
        "parce qu’il serait perdu. "
        "Rien n’est retiré pour le moment : le centre de services vous rappellera au numéro qu’il connaît."
    )
    yield _security(event, "Perte de votre second facteur : une demande", what)


@announces(FactorResetRecorded.name)
def factor_reset_recorded(event: Body) -> Iterator[Mail]:
    yield _to_owner(event, "factor_reset", link_id=event["link_id"], removed_at=event["removed_at"])


@announces(FactorResetRefused.name)
def factor_reset_refused(event: Body) -> Iterator[Mail]:
    what = (
        "Le retrait de votre second facteur a été refusé par le lien que vous avez reçu : rien n’est retiré. "
        "Quelqu’un connaît peut-être votre mot de passe : choisissez-en un autre."
    )
    yield _security(event, "Votre second facteur est gardé", what)


@announces(FactorResetDone.name)
def factor_reset_done(event: Body) -> Iterator[Mail]:
    yield _security(event, "Votre second facteur a été retiré", f"Le délai de 24 heures est passé. {ONLY_PASSWORD}")


def _security(event: Body, title: str, what: str) -> Mail:
    return _to_owner(event, "account_security", title=title, what=what)


def _to_owner(event: Body, slug: str, **context: Any) -> Mail:
    """To the address of the account that the event is about."""
    account = db.session().get_one(Account, uuid.UUID(event["subject"].partition(":")[2]))
    person = db.session().get_one(Person, account.person_id)
    return Mail(slug, account.email, {"name": person.full_name, **context})
