"""The public pages of the CPTS: establishment, unit, commune, directory."""
