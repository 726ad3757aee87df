"""The parts of a document that all kinds share: its words, its address, its zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from app.domain.territories import departement_name
from app.models import Commune, Unit, UnitCommune
from app.search.engine import kind_of
from app.search.normalise import aliases, key, words

SHOWN_COMMUNES = 12
Document = dict[str, Any]
Source = Mapping[str, Any]


def document(
    *,
    rid: int,
    ref: str,
    other_id: str | None,
    row: Source,
    name: str,
    names: Iterable[str | None],
    others: Iterable[str | None],
    card: Mapping[str, Any],
    communes: Sequence[Sequence[str]] = (),
) -> Document:
    """`communes`: name and INSEE code of those that lead to this document."""
    in_name = _distinct(names)
    everything = {**in_name, **_distinct(others)}
    departement = row["departement"]
    for word in (departement.lower(), *words(departement_name(departement) or "")):
        everything.setdefault(word)
    return {
        "rid": rid,
        "kind": kind_of(rid),
        "ref": ref,
        "other_id": other_id,
        "name_key": key(name),
        "name_words": " ".join(in_name),
        "all_words": " ".join(everything),
        "departement": departement,
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "updated_on": row["updated_at"].date(),
        "card": card,
        "insees": sorted({insee for _name, insee in communes}),
    }


def _distinct(texts: Iterable[str | None]) -> dict[str, None]:
    """The words of these texts and their other spellings, each once."""
    found = dict.fromkeys(word for text in texts if text for word in words(text))
    return {**found, **dict.fromkeys(sorted(aliases(found)))}


def place(row: Source) -> dict[str, Any]:
    city = " ".join(part for part in (row["postcode"], row["city"] or row["commune"]) if part)
    address = " ".join(part for part in (row["street"], city) if part)
    name = departement_name(row["departement"])
    return {
        "address": address or None,
        "city": city or None,
        "phone": row["phone"],
        "departement": f"{name} ({row['departement']})" if name else row["departement"],
    }


def zone(communes: Sequence[Sequence[Any]]) -> dict[str, Any]:
    names = [name for name, _insee in communes]
    return {"communes": len(names), "zone": names[:SHOWN_COMMUNES]}


def zones(connection: Connection, owner: Any, ids: Sequence[Any]) -> Mapping[Any, Sequence[Any]]:
    """Name and INSEE code of the communes in the zones of these establishments or units, in alphabetical order."""
    statement = (
        select(owner, Commune.name, Commune.insee)
        .join(UnitCommune, UnitCommune.unit_id == Unit.id)
        .join(Commune, Commune.insee == UnitCommune.insee)
        .where(owner.in_(ids), Unit.closed_on.is_(None), Unit.sensitive.is_(False))
        .distinct()
        .order_by(owner, Commune.name, Commune.insee)
    )
    return grouped(connection, statement)


def grouped(connection: Connection, statement: Select[*tuple[Any, ...]]) -> dict[Any, list[Sequence[Any]]]:
    """Rows by their first column, without it."""
    by_owner: dict[Any, list[Sequence[Any]]] = {}
    for owner, *rest in connection.execute(statement):
        by_owner.setdefault(owner, []).append(rest)
    return by_owner
