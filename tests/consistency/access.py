"""Who gets in where, declared apart from the policy: one line a permission, one more for each route that differs.

Offices are those of the CPTS that the address belongs to: `president` is its own, that of another CPTS is a stranger
there. So one line says both what is allowed at home and what is refused elsewhere (test_matrix.py tries every cell).
"""

from __future__ import annotations

from app.policies.permissions import Permission

PRESIDENT, REFERENT, PROFESSIONAL, AGENT = "president", "referent", "professional", "agent"
SOMEBODY = {PRESIDENT, REFERENT, PROFESSIONAL, AGENT, "stranger"}
GOVERNING = {PRESIDENT, REFERENT}

WHO: dict[Permission, set[str]] = {
    Permission.MANDATE_READ_CHAIN: {*GOVERNING, AGENT},
    Permission.MANDATE_NOMINATE_REFERENT: {PRESIDENT},
    Permission.MANDATE_END_REFERENT: {PRESIDENT},
    Permission.MANDATE_REGISTER_PRESIDENT: {AGENT},
    Permission.MANDATE_END_PRESIDENT: {AGENT},
    Permission.MANDATE_CONFIRM_PRESIDENT: {AGENT},
    Permission.MANDATE_PRESENT_SUCCESSOR: {PRESIDENT},
    Permission.SUCCESSION_ANSWER: {PRESIDENT},
    Permission.REVIEW_READ: GOVERNING,
    Permission.REVIEW_ANSWER: GOVERNING,
    Permission.SUSPENSION_LIFT: {PRESIDENT},  # that of a référent, which is the one tried
    Permission.NOMINATION_CANCEL: {PRESIDENT},
    Permission.AFFILIATION_DECIDE: GOVERNING,  # while somebody is in office, the service centre is not asked
    Permission.AFFILIATION_CREATE: GOVERNING,
    Permission.AFFILIATION_END: {*GOVERNING, PROFESSIONAL},
    Permission.CORRECTION_DECIDE: GOVERNING,
    Permission.PARTICIPATION_DECLARE: {PROFESSIONAL},
    Permission.PARTICIPATION_CHANGE: {PROFESSIONAL},
    Permission.PARTICIPATION_WITHDRAW: {PROFESSIONAL},
    Permission.PARTICIPATION_READ: {*GOVERNING, AGENT},
    Permission.REQUEST_READ_INBOX: {*GOVERNING, AGENT},
    Permission.REQUEST_SUBMIT_FOR: {AGENT},
    Permission.REQUEST_DECIDE: {AGENT},
    Permission.REQUEST_HANDLE: {AGENT},
    Permission.REQUEST_WRITE: {*GOVERNING, AGENT},
    Permission.REQUEST_READ: {*GOVERNING, AGENT},
    Permission.ESTABLISHMENT_CONFIRM: GOVERNING,
    Permission.ESTABLISHMENT_UPDATE: GOVERNING,
    Permission.ESTABLISHMENT_UPDATE_FOR: {AGENT},
    Permission.ESTABLISHMENT_RENAME: {AGENT},
    Permission.UNIT_RENAME: {*GOVERNING, AGENT},
    Permission.STRUCTURE_MOVE: {AGENT},
    Permission.DOSSIER_APPROVE: {PRESIDENT},
    Permission.DOSSIER_REVIEW: {AGENT},
    Permission.DOSSIER_CREATE: {*GOVERNING, AGENT},
    Permission.DOSSIER_READ: {*GOVERNING, AGENT},
    Permission.DOSSIER_WRITE: {*GOVERNING, AGENT},
    Permission.DOSSIER_SUBMIT: GOVERNING,
    Permission.DOSSIER_CANCEL: GOVERNING,  # that of a CPTS, which is the one tried
    Permission.ACCOUNT_ASSIST: {AGENT},
    Permission.ACCOUNT_RESET_FACTORS: {AGENT},
    Permission.ACCOUNT_MANAGE: SOMEBODY,  # the mark of @signed_in: on what is theirs alone
    Permission.SERVICE_CENTRE_DESK: {AGENT},
    Permission.CAMPAIGN_RUN: {AGENT},
    Permission.SAS_READ: {*GOVERNING, AGENT},
    Permission.LEDGER_SEND_AGAIN: {AGENT},
    Permission.PORTAL_CONTENT_EDIT: {AGENT},
}

NARROWER: dict[str, set[str]] = {
    "accounts.remove_own_passkey": {PROFESSIONAL},  # whose it is
    "accounts.close_session": {PROFESSIONAL},
}
"""Routes that ask for more than their mark says: who is let in."""

WITHOUT_PSC = ("sign_in", "back", "open_there", "signed_out_there", "mine", "link", "prove")
ANSWERS: dict[str, set[int]] = {
    "accounts.generator_qr": {200, 404},  # while one is being set up
    **{f"identities.{view}": {200, 303, 404, 422} for view in WITHOUT_PSC},
    "fhir.read": {200, 404},  # nothing is published before a projection
    "fhir.history_of_one": {200, 404},
    "fhir.export": {202},
    "fhir.export_type": {202},
}
"""Routes that answer who is let in otherwise than with a page, a redirect, or an error of the form (test_matrix.py).
Pro Santé Connect is unknown without its settings."""
