"""Rattachements: asked by anybody, decided in the inbox of the CPTS, ended by one side or the other."""
