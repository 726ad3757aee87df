"""Signing in, invitations, passwords, and what a person sees of their own account."""
