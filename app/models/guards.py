"""The guards and marks that must stand in the database (migrations 0002, 0017), and those that are missing.

SQLite drops the triggers of a table that a migration rebuilds, without a word: the portal checks at its start.
"""

from __future__ import annotations

import sqlalchemy as sa

GUARDS = frozenset(
    {
        "guard_account_person_fixed",
        "guard_affiliation_born_open",
        "guard_affiliation_close_only",
        "guard_affiliation_ends_participation",
        "guard_affiliation_granted",
        "guard_affiliation_kept",
        "guard_affiliation_unit_there",
        "guard_authentication_fixed",
        "guard_decider_in_office",
        "guard_decider_in_office_at_birth",
        "guard_journal_entry_fixed",
        "guard_journal_entry_kept",
        "guard_journal_head_forward",
        "guard_journal_head_kept",
        "guard_ledger_message_answered_once",
        "guard_ledger_message_fixed",
        "guard_ledger_message_kept",
        "guard_mandate_born_open",
        "guard_mandate_close_only",
        "guard_mandate_kept",
        "guard_nomination_born_open",
        "guard_nomination_closes_once",
        "guard_nomination_fixed",
        "guard_nomination_fresh",
        "guard_nomination_kept",
        "guard_nomination_still_valid",
        "guard_own_request",
        "guard_own_request_at_birth",
        "guard_participation_attached",
        "guard_participation_born_open",
        "guard_participation_close_only",
        "guard_participation_kept",
        "guard_participation_place_fixed",
        "guard_participation_place_kept",
        "guard_president_by_agent",
        "guard_president_ended_by_agent",
        "guard_president_in_office_ends",
        "guard_president_in_office_grants",
        "guard_president_in_office_nominates",
        "guard_president_on_request",
        "guard_referent_end_proven",
        "guard_referent_nominated",
        "guard_request_decided_once",
        "guard_request_fixed",
        "guard_request_kept",
        "guard_request_unit_there",
        "guard_request_unit_there_still",
        "guard_dossier_step_kept",
        "guard_revision_box_fixed",
        "guard_revision_box_kept",
        "guard_revision_fixed",
        "guard_revision_kept",
        "guard_suspension_born_open",
        "guard_suspension_kept",
        "guard_suspension_lift_only",
        "guard_suspension_lifted_in_office",
        "guard_unit_moves_empty",
    }
)

MARKED = frozenset(
    {
        "affiliation",
        "contact",
        "establishment",
        "legal_entity",
        "participation",
        "person",
        "professional",
        "professional_activity",
        "suspension",
        "telecom",
        "unit",
        "unit_activity",
        "unit_commune",
        "unit_hours",
    }
)
"""Tables whose changes may change what is published: each has its three marks (migration 0017)."""
FORGETTING = frozenset({"forget_line_of_establishment", "forget_line_of_legal_entity", "forget_line_of_position"})
"""What somebody changed is compared with the register again (migration 0021)."""
MARKS = frozenset(f"mark_{table}_{event}" for table in MARKED for event in ("insert", "update", "delete")) | FORGETTING

_PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def present_guards(connection: sa.Connection) -> set[str]:
    """Names of the guards and marks that stand and fire."""
    return set(connection.execute(sa.text(_PRESENT[connection.dialect.name])).scalars())


def missing_guards(connection: sa.Connection) -> set[str]:
    return set(GUARDS | MARKS) - present_guards(connection)
