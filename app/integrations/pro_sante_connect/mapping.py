"""Claims of Pro Santé Connect → who came in. Pure; empty values are "", and SubjectRefPro may be absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.identities import VouchedIdentity, rpps_from_subject

LONGEST_SUBJECT, LONGEST_NAME = 80, 120


class ClaimsMissing(ValueError):
    """The answer does not say who came in."""


def psc_claims_to_identity(userinfo: Mapping[str, Any], *, issuer: str, id_token: str) -> VouchedIdentity:
    """Raises ClaimsMissing without SubjectNameID (`sub` is technical, and changes) or without a name."""
    subject = _text(userinfo, "SubjectNameID")
    practice = _practice(userinfo)
    family_name = _text(practice, "nomDexercice") or _text(userinfo, "family_name")
    given_name = _text(practice, "prenomDexercice") or _text(userinfo, "given_name")
    if not subject or len(subject) > LONGEST_SUBJECT:
        raise ClaimsMissing("SubjectNameID")
    if not family_name or not given_name:
        raise ClaimsMissing("family_name, given_name")
    return VouchedIdentity(
        issuer=issuer,
        subject=subject,
        family_name=family_name[:LONGEST_NAME],
        given_name=given_name[:LONGEST_NAME],
        rpps=rpps_from_subject(subject),
        profession_code=_profession(userinfo, practice),
        id_token=id_token,
    )


def _practice(userinfo: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first exercice of SubjectRefPro, or nothing."""
    reference = userinfo.get("SubjectRefPro")
    practices = reference.get("exercices") if isinstance(reference, Mapping) else None
    first = practices[0] if isinstance(practices, list) and practices else None
    return first if isinstance(first, Mapping) else {}


def _profession(userinfo: Mapping[str, Any], practice: Mapping[str, Any]) -> str | None:
    """`codeProfession`, else the first SubjectRole: `10^1.2.250.1.213.1.1.5.5`."""
    code = _text(practice, "codeProfession")
    roles = userinfo.get("SubjectRole")
    if not code and isinstance(roles, list) and roles and isinstance(roles[0], str):
        code = roles[0].partition("^")[0].strip()
    return code if code and len(code) <= 4 else None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""
