"""The search tables (migrations 0003, 0022), in their own metadata: derived data, rebuilt from the others at will.

What only one engine has (FTS5 tables, tsvector columns) is known to `engine.py` alone.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Date, Float, Integer, MetaData, SmallInteger, String, Table, Text

metadata = MetaData()

document = Table(
    "search_document",
    metadata,
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, nullable=False),
    Column("ref", String(36), nullable=False),
    Column("other_id", String(11)),
    Column("name_key", Text, nullable=False),
    Column("name_words", Text, nullable=False),
    Column("all_words", Text, nullable=False),
    Column("departement", String(3)),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("updated_on", Date),
    Column("card", JSON, nullable=False),
)

place = Table(
    "search_place",
    metadata,
    Column("key", Text, primary_key=True),
    Column("full", Text, primary_key=True),
    Column("insee", String(5), primary_key=True),
    Column("population", Integer, nullable=False),
)

zone = Table(
    "search_zone",
    metadata,
    Column("insee", String(5), primary_key=True),
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
)
"""Communes of the zones that CPTS and units show."""

common = Table(
    "search_common",
    metadata,
    Column("token", Text, primary_key=True),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("hits", Integer, nullable=False),
    Column("rids", Text, nullable=False),
)
"""Words, and beginnings (`^com`), that many documents of a kind hold: how many at the last rebuild, and which come
first (JSON)."""

word = Table("search_word", metadata, Column("word", Text, primary_key=True))

deletion = Table(
    "search_deletion",
    metadata,
    Column("deletion", Text, primary_key=True),
    Column("word", Text, primary_key=True),
)

version = Table(
    "search_version",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
)
