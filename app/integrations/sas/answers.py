"""What a consumer's answer means: accepted, refused with its reason in French, or to be tried again; pure."""

from __future__ import annotations

import email.utils
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(hours=1)
"""Bounds of what a consumer may ask by Retry-After."""
LONGEST_REASON = 500
AGAIN = {401, 407, 408, 425, 429}
"""4xx that say nothing of the state: who we are to the platform, or when to come back."""

STATUSES = {
    400: "La plateforme ne comprend pas cet envoi",
    401: "La plateforme ne reconnaît pas le portail : jeton ou signature à vérifier",
    403: "La plateforme n’autorise pas cet envoi",
    404: "La plateforme ne connaît pas cette adresse ou cette CPTS",
    407: "Un intermédiaire demande une identification",
    408: "La plateforme a attendu trop longtemps",
    410: "La plateforme ne reçoit plus rien à cette adresse",
    413: "La plateforme trouve cet envoi trop volumineux",
    415: "La plateforme ne reçoit pas ce format",
    422: "La plateforme refuse le contenu de cet envoi",
    425: "La plateforme demande d’attendre",
    429: "La plateforme reçoit trop d’envois à la fois",
    500: "La plateforme est en panne",
    502: "La plateforme est injoignable derrière son intermédiaire",
    503: "La plateforme est indisponible",
    504: "La plateforme ne répond pas à son intermédiaire",
}


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason`: a French sentence, None when accepted. `wait`: what the consumer asked for, within bounds."""

    verdict: Verdict
    reason: str | None = None
    wait: timedelta | None = None


ACCEPTED = Answer(Verdict.ACCEPTED)


def later(reason: str) -> Answer:
    return Answer(Verdict.LATER, reason)


def read_answer(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Answer:
    """409: the platform holds that version already, or a later one, which is what was wanted."""
    if 200 <= status < 300 or status == 409:
        return ACCEPTED
    if 300 <= status < 400:
        return later(f"La plateforme renvoie vers une autre adresse, que le portail ne suit pas ({status}).")
    reason = _sentence(status, _motive(body))
    if 400 <= status < 500 and status not in AGAIN:
        return Answer(Verdict.REFUSED, reason)
    return Answer(Verdict.LATER, reason, _wait(headers.get("Retry-After"), now))


def _sentence(status: int, motive: str | None) -> str:
    meaning = STATUSES.get(status) or STATUSES[400 if status < 500 else 500]
    return f"{meaning} ({status}){f' : « {motive} »' if motive else ''}."


def _motive(body: bytes) -> str | None:
    """The words of the platform: motif, detail, message… of a JSON object, or the issues of a FHIR OperationOutcome."""
    try:
        told = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    found = next(
        (told[name] for name in ("motif", "detail", "message", "erreur", "error", "title") if told.get(name)), None
    )
    if found is None:
        found = "; ".join(filter(None, map(_issue, told["issue"]))) if isinstance(told.get("issue"), list) else None
    return _clean(found) if isinstance(found, str) else None


def _issue(issue: Any) -> str | None:
    """`details.text` or `diagnostics`."""
    if not isinstance(issue, dict):
        return None
    details = issue.get("details")
    said = (details.get("text") if isinstance(details, dict) else None) or issue.get("diagnostics")
    return said if isinstance(said, str) else None


def _clean(text: str) -> str | None:
    """On one line, without what does not print."""
    plain = "".join(character if character.isprintable() else " " for character in text[: 4 * LONGEST_REASON])
    plain = " ".join(plain.split()).rstrip(".")
    return plain if len(plain) <= LONGEST_REASON else plain[: LONGEST_REASON - 1] + "…"


def _wait(asked: str | None, now: datetime) -> timedelta | None:
    """Retry-After: seconds or an HTTP date."""
    if not asked:
        return None
    asked = asked.strip()
    if asked.isascii() and asked.isdigit():
        wait = timedelta(seconds=min(int(asked[:9]), int(LONGEST_WAIT.total_seconds())))
    else:
        try:
            date = email.utils.parsedate_to_datetime(asked)
        except ValueError:
            return None
        wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)
