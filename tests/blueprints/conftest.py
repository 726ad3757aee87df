"""Pages and forms run on SQLite: their SQL is that of use cases and queries, which run on both engines. A file whose
pages build SQL of their own says `backend = on_both_engines`."""

from tests.support.backends import on_sqlite

backend = on_sqlite
