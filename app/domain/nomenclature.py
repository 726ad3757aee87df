"""Codes that the portal acts on. Their words, and all the other codes: queries/nomenclatures.py (DOMAIN.md §4)."""

from __future__ import annotations

PHONE_CHANNELS = frozenset({"1", "2", "6", "8"})
"""TRE_R200: what is written as a telephone number, faxes too."""
MAIL_CHANNELS = frozenset({"3", "9"})
WEB_CHANNEL = "4"
PUBLIC_ACCESS = 1
"""TRE_R283, accès libre."""
