"""The terms of everything that is published, in one go and in SQL, as domain/published_terms says them one by one.

For the migration that makes their table, and for a benchmark that writes publications in SQL; the projector keeps them.
"""

from __future__ import annotations

import sqlalchemy as sa

_UNIT = "CAST(t.id AS varchar)"
_PERSON = "person t LEFT JOIN professional q ON q.rpps = t.rpps"
_ROLE = "affiliation t JOIN person o ON o.id = t.person_id LEFT JOIN professional q ON q.rpps = o.rpps"
_ADDRESS = (("city", "t.city"), ("postcode", "t.postcode"))
_WORDS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("ej", "legal_entity t", "t.finess", (("name", "t.name"), ("name", "t.long_name"), *_ADDRESS)),
    (
        "eg",
        "establishment t",
        "t.finess",
        (("name", "t.name"), ("name", "t.long_name"), ("name", "t.operational_name"), *_ADDRESS),
    ),
    ("uo", "unit t", _UNIT, (("name", "t.name"),)),
    ("lieu", "establishment t", "'eg-' || t.finess", (("name", "t.name"), *_ADDRESS)),
    ("lieu", "unit t", f"'uo-' || {_UNIT}", (("name", "t.name"), *_ADDRESS)),
    (
        "pro",
        _PERSON,
        "{uuid}",
        (("family", "coalesce(q.family_name, t.family_name)"), ("given", "coalesce(q.given_name, t.given_name)")),
    ),
)
"""Kind, table, key of its rows, and the columns of each term."""
_FOUND_COMMUNE = """(
    SELECT c.insee FROM commune_postcode x JOIN commune c ON c.insee = x.insee
    WHERE x.postcode = t.postcode AND c.ceased_at IS NULL AND ({name} = {city} OR NOT EXISTS (
        SELECT 1 FROM commune_postcode y JOIN commune d ON d.insee = y.insee
        WHERE y.postcode = x.postcode AND d.insee <> c.insee AND d.ceased_at IS NULL
    ))
    ORDER BY c.kind, c.insee LIMIT 1
)"""
"""Of the address of a unit (queries/published_units.own_places)."""
_CODES = (
    ("ej", "legal_entity t", "t.finess", (("type", "t.legal_status_code"), ("sirene", "t.siren"))),
    ("eg", "establishment t", "t.finess", (("type", "t.category_code"), ("sirene", "t.siret"))),
    (
        "uo",
        "unit t",
        _UNIT,
        (("type", "t.type_code"), ("field", "t.activity_field_code"), ("care", "t.care_mode_code")),
    ),
    ("uo", "unit_activity t", "CAST(t.unit_id AS varchar)", (("activity", "t.code"),)),
    ("lieu", "establishment t", "'eg-' || t.finess", (("commune", "t.commune_insee"),)),
    ("lieu", "unit t", f"'uo-' || {_UNIT}", (("commune", "{found_commune}"),)),
    (
        "role",
        _ROLE,
        "{uuid}",
        (("job", "coalesce(q.profession_code, o.profession_code)"), ("skill", "q.speciality_code")),
    ),
)
_UUID = {
    "sqlite": "substr(t.id, 1, 8) || '-' || substr(t.id, 9, 4) || '-' || substr(t.id, 13, 4) || '-'"
    " || substr(t.id, 17, 4) || '-' || substr(t.id, 21)",
    "postgresql": "CAST(t.id AS varchar)",
}
_PLAIN = {
    "sqlite": "relais_unaccent(trim({said}))",
    "postgresql": "translate(lower(regexp_replace(normalize(lower(trim({said})), NFKD), '[\u0300-\u036f]', '', 'g')),"
    " '-’''', '   ')",
}
"""As `app.db.unaccented` writes it."""


def fill_terms(connection: sa.Connection) -> None:
    """Into an empty publication_term, in the order of its key: an index grows at its end."""
    uuid, plain = _UUID[connection.dialect.name], _PLAIN[connection.dialect.name]
    found_commune = _FOUND_COMMUNE.format(name=plain.format(said="c.name"), city=plain.format(said="t.city"))
    for kind, table, key, columns in _WORDS:
        for term, said in columns:
            text = f"trim({said})"
            _fill(connection, (kind, table, key.format(uuid=uuid)), term, text, plain.format(said=said))
    for kind, table, key, columns in _CODES:
        for term, code in columns:
            value = code.format(found_commune=found_commune)
            _fill(connection, (kind, table, key.format(uuid=uuid)), term, "''", value)


def _fill(connection: sa.Connection, source: tuple[str, str, str], field: str, said: str, term: str) -> None:
    """SQLite reads what a CROSS JOIN joins in the order that is written: it must look publications up by their key."""
    kind, table, key = source
    connection.exec_driver_sql(
        f"INSERT INTO publication_term (kind, field, term, key, said)"  # noqa: S608 - our own words
        f" SELECT '{kind}', '{field}', told.term, told.key, told.said"
        f" FROM (SELECT p.key, {said} AS said, {term} AS term FROM {table} CROSS JOIN publication p"
        f" WHERE p.kind = '{kind}' AND p.key = {key} AND p.gone_at IS NULL) AS told"
        " WHERE told.term <> '' ORDER BY told.term, told.key ON CONFLICT DO NOTHING"
    )
