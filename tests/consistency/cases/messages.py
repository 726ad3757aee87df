"""Corrections, contact, reports."""

from __future__ import annotations

from tests.consistency.case import NOBODY, READER, Case

CASES = (
    Case(
        "corrections.send",
        NOBODY,
        None,
        good={"champ": "telephone", "telephone": "04 65 71 99 77", "pourquoi": "Affiché sur la porte.", **READER},
        bad={"telephone": "12"},
    ),
    Case(
        "pages.send_message",
        NOBODY,
        None,
        good={"sujet": "question", "message": "Quand ?", **READER},
        bad={"sujet": "inconnu"},
    ),
    Case("pages.send_report", NOBODY, None, good={"message": "La carte est vide.", **READER}, bad={"message": " "}),
)
