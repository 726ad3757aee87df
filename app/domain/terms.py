"""Version of the terms of use that a person accepts by signing in (S-078); it changes with their text."""

TERMS_VERSION = "2026-11"
