"""Asking for the registration of a CPTS, and of who presides (S-051 to S-057)."""
