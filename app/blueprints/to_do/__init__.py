"""« À faire »: what waits for one person, and how often they are told (B-23)."""
