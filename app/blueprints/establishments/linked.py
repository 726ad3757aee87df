"""What search engines read of the page of an establishment: what is published of it, and nobody."""

from __future__ import annotations

from typing import cast

from app.domain.published import Kind, PublishedEstablishment
from app.queries.places import Zone
from app.queries.published import read_documents
from app.web.linked_data import Linked, organization


def linked(finess: str, zone: Zone) -> Linked | None:
    """None for an establishment that is not published. `zone`: of the units that everybody sees."""
    read = read_documents(Kind.ESTABLISHMENT, [finess], dated=False).get(finess)
    if read is None:
        return None
    return organization(cast(PublishedEstablishment, read), [(one.insee, one.name) for one in zone.communes])
