"""Pro Santé Connect: the client (what goes over the wire) and the mapping of its claims (pure)."""
