"""The service centre: its desk, presidencies recorded and ended (S-057, S-058)."""
