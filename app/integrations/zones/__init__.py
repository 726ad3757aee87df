"""Intervention zones of the CPTS: which communes a CPTS serves."""
