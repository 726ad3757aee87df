"""What search engines read of the page of an establishment: what is published of it, and nobody."""

from __future__ import annotations

from typing import cast

from app.domain.published import Kind, PublishedEstablishment
from app.queries.places import CommunePage, Zone
from app.queries.published import read_documents
from app.web.linked_data import Linked, organization, several


def linked(finess: str, zone: Zone) -> Linked | None:
    """None for an establishment that is not published. `zone`: of the units that everybody sees."""
    read = read_documents(Kind.ESTABLISHMENT, [finess], dated=False).get(finess)
    if read is None:
        return None
    return organization(cast(PublishedEstablishment, read), [(one.insee, one.name) for one in zone.communes])


def linked_commune(place: CommunePage) -> Linked | None:
    """The CPTS that serve a commune, those that are published."""
    codes = [establishment.finess for establishment, _ in place.cpts]
    read = cast(dict[str, PublishedEstablishment], read_documents(Kind.ESTABLISHMENT, codes, dated=False))
    here = [(place.commune.insee, place.commune.name)]
    return several([organization(told, here) for told in read.values()]) if read else None
