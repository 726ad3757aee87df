"""Corrections that readers propose on the page of a CPTS, and their answers (B-19)."""
