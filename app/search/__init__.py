"""Search: one logic on both databases; what only one says is in `sqlite.py`, `postgresql.py`, `vocabulary.py`."""
