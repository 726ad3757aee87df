"""Zones of communes, outside the form that composes them: communes to choose from, mergers accepted in one click."""
