"""Search: one logic on both databases; what is special to each of them is in `engine.py` only."""
