"""Dossiers collaboratifs: several people describe a CPTS, sheet by sheet, until it is sent for validation."""
