"""What the public request forms share: the trap, the key that makes two sendings one request, what is known already."""

from __future__ import annotations

import uuid
from typing import Any

from wtforms import HiddenField

from app.queries.affiliations import applicant
from app.web.access import current_actor
from app.web.forms import PortalForm, TrapMixin


class RequestForm(TrapMixin, PortalForm):
    """Include "components/request_keys.html" in the form; where one is answered is a field named `email`."""

    cle = HiddenField()

    def __init__(self, **values: Any) -> None:
        super().__init__(cle=str(uuid.uuid4()), **values)

    @property
    def client_key(self) -> uuid.UUID | None:
        """What makes two sendings of one form the same request; a stranger's text is as good as none."""
        try:
            return uuid.UUID(self.cle.data or "")
        except ValueError:
            return None


def known_of_the_actor() -> dict[str, Any]:
    """What a signed-in person need not type again (WCAG 3.3.7), by the field names of the contract."""
    actor = current_actor()
    if actor.account_id is None:
        return {}
    person, email = applicant(actor.account_id)
    return {
        "nom": person.family_name,
        "prenom": person.given_name,
        "email": email,
        "telephone": person.phone,
        "profession": person.profession_code or "",
        "rpps": person.rpps,
    }
