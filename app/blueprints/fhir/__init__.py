"""FHIR R4, read only and public: what is published, for other portals (DOMAIN.md §3)."""
