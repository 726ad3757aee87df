"""The terms of everything that is published, in one go and in SQL, as domain/published_terms says them one by one.

For the migration that makes their table, and for a benchmark that writes publications in SQL; the projector keeps them.
"""

from __future__ import annotations

import sqlalchemy as sa

_UNIT, _PERSON = "CAST(t.id AS varchar)", "person t LEFT JOIN professional q ON q.rpps = t.rpps"
_STRUCTURE = (("city", "t.city"), ("postcode", "t.postcode"))
_SOURCES: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("ej", "legal_entity t", "t.finess", (("name", "t.name"), ("name", "t.long_name"), *_STRUCTURE)),
    (
        "eg",
        "establishment t",
        "t.finess",
        (("name", "t.name"), ("name", "t.long_name"), ("name", "t.operational_name"), *_STRUCTURE),
    ),
    ("uo", "unit t", _UNIT, (("name", "t.name"),)),
    ("lieu", "establishment t", "'eg-' || t.finess", (("name", "t.name"), *_STRUCTURE)),
    ("lieu", "unit t", f"'uo-' || {_UNIT}", (("name", "t.name"), *_STRUCTURE)),
    (
        "pro",
        _PERSON,
        "{uuid}",
        (("family", "coalesce(q.family_name, t.family_name)"), ("given", "coalesce(q.given_name, t.given_name)")),
    ),
)
"""Kind, table, key of its rows, and the columns of each term."""
_ENGINES = {
    "sqlite": {
        "uuid": "substr(t.id, 1, 8) || '-' || substr(t.id, 9, 4) || '-' || substr(t.id, 13, 4) || '-'"
        " || substr(t.id, 17, 4) || '-' || substr(t.id, 21)",
        "plain": "relais_unaccent(trim({said}))",
    },
    "postgresql": {
        "uuid": "CAST(t.id AS varchar)",
        "plain": "translate(lower(regexp_replace(normalize(lower(trim({said})), NFKD), '[\u0300-\u036f]', '', 'g')),"
        " '-’''', '   ')",
    },
}


def fill_terms(connection: sa.Connection) -> None:
    """Into an empty publication_term, in the order of its key: an index grows at its end."""
    own = _ENGINES[connection.dialect.name]
    for kind, table, key, columns in _SOURCES:
        for term, said in columns:
            connection.exec_driver_sql(
                "INSERT INTO publication_term (kind, key, field, said, term)"  # noqa: S608 - our own words
                f" SELECT '{kind}', p.key, '{term}', trim({said}), {own['plain'].format(said=said)}"
                f" FROM {table} JOIN publication p ON p.kind = '{kind}' AND p.key = {key.format(uuid=own['uuid'])}"
                f" WHERE p.gone_at IS NULL AND trim({said}) <> '' ORDER BY p.key ON CONFLICT DO NOTHING"
            )
