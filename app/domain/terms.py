"""Version of the terms of use (S-078). It changes with their text, templates/terms/text.html: everybody accepts the new
one before going on."""

TERMS_VERSION = "2026-11"
