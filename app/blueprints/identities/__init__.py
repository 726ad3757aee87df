"""Signing in with Pro Santé Connect: there, back, and what to do with an identity that has no account yet."""
