"""The demonstration: small, authored, invented; its story is told through the same use cases as the portal."""
