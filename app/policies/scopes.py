"""The predicates of predicates.py as SQL filters over a model, so that a list shows exactly what may be acted on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import False_

from app.domain.requests import BY_THE_CPTS, BY_THE_SERVICE_CENTRE
from app.models import Establishment
from app.policies import predicates as p
from app.policies.actor import Actor, Role
from app.policies.permissions import Permission
from app.policies.rules import RULES, Predicate

Clause = sa.ColumnElement[bool]
Scope = Callable[[Actor, Any], Clause]


def _finess(model: Any) -> Any:
    return model.finess if model is Establishment else model.establishment_finess


def _held(actor: Actor, role: Role, model: Any) -> Clause:
    held = [mandate.establishment_finess for mandate in actor.mandates if mandate.role is role]
    return _finess(model).in_(held) if held else sa.false()


def _proven(actor: Actor, model: Any) -> Clause:
    prefix = f"{model.__tablename__}:"
    keys = [proof.removeprefix(prefix) for proof in actor.proofs if proof.startswith(prefix)]
    (key,) = sa.inspect(model).primary_key
    found: Clause = key.in_([key.type.python_type(text) for text in keys])
    return found


SCOPES: dict[Predicate, Scope] = {
    p.anyone: lambda actor, model: sa.true(),
    p.is_agent: lambda actor, model: sa.true() if actor.is_agent else sa.false(),
    p.is_president_of: lambda actor, model: _held(actor, Role.PRESIDENT, model),
    p.is_referent_of: lambda actor, model: _held(actor, Role.REFERENT, model),
    p.keeps_the_pages_of: lambda actor, model: _finess(model).in_(
        [grace.establishment_finess for grace in actor.graces]
    ),
    p.is_about_a_professional: lambda actor, model: model.affiliation_id.is_not(None),
    p.is_the_person: lambda actor, model: model.person_id == actor.person_id if actor.person_id else sa.false(),
    p.is_not_the_person: lambda actor, model: (
        model.person_id.is_distinct_from(actor.person_id) if actor.person_id else sa.true()
    ),
    p.holds_the_link: _proven,
    p.is_no_appeal: lambda actor, model: model.appeal_of_id.is_(None),
    p.waits_too_long: lambda actor, model: model.escalated_at.is_not(None),
    p.goes_to_the_cpts: lambda actor, model: model.kind.in_(BY_THE_CPTS),
    p.goes_to_the_service_centre: lambda actor, model: model.kind.in_(BY_THE_SERVICE_CENTRE),
    p.validated_nothing_of: lambda actor, model: (
        sa.and_(
            model.submitted_by_account_id.is_distinct_from(actor.account_id),
            model.approved_by_account_id.is_distinct_from(actor.account_id),
        )
        if actor.account_id
        else sa.false()
    ),
    p.nobody_else_in_office: lambda actor, model: sa.not_(model.has_decider),
    p.was_opened_by_the_centre: lambda actor, model: model.origin == "centre",
}


def scope(permission: Permission, actor: Actor, model: Any) -> Clause:
    """Filter on `model` keeping the objects on which `allows(permission, actor, object)` is true."""
    rules = (_rule(rule, actor, model) for rule in RULES.get(permission, []))
    met = [clause for clause in rules if clause is not None]
    return sa.or_(*met) if met else sa.false()


def _rule(rule: list[Predicate], actor: Actor, model: Any) -> Clause | None:
    """None as soon as a predicate is false whatever the object: what follows would be written for nothing."""
    clauses = []
    for predicate in rule:
        clause = SCOPES[predicate](actor, model)
        if isinstance(clause, False_):
            return None
        clauses.append(clause)
    return sa.and_(*clauses)
