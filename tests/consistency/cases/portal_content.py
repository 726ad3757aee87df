"""Tiles, banners, documents, hours, help pages."""

from __future__ import annotations

from tests.consistency import content
from tests.consistency.case import Case

_EDITED = {"may": "agent", "may_not": "president"}


CASES = (
    Case("portal.open_tile", "stranger", None, before=content.placed),
    Case("portal.close_banner", "stranger", None, before=content.placed),
    Case("portal_content.create_tile", **_EDITED, good=content.TILE, bad={"adresse": "javascript:alert(1)"}),
    Case(
        "portal_content.save_tile",
        **_EDITED,
        good=content.TILE | content.SEEN,
        bad={"libelle": ""},
        before=content.placed,
        too_late=content.tile_saved,
    ),
    Case("portal_content.create_banner", **_EDITED, good=content.BANNER, bad={"au": "2026-10-01"}),
    Case(
        "portal_content.save_banner",
        **_EDITED,
        good=content.BANNER | content.SEEN,
        bad={"texte": ""},
        before=content.placed,
        too_late=content.banner_saved,
    ),
    Case("portal_content.create_document", **_EDITED, good=content.document, bad={"titre": ""}),
    Case(
        "portal_content.save_document",
        **_EDITED,
        good=content.seen_document,
        bad={"titre": ""},
        before=content.placed,
        too_late=content.document_saved,
    ),
    Case(
        "portal_content.save_hours",
        **_EDITED,
        good=content.WEEK,
        bad={"lundi_1_ferme": "07:00"},
        too_late=content.week_saved,
    ),
    Case("portal_content.add_day", **_EDITED, good=content.SPECIAL, bad={"raison": ""}, too_late=content.day_added),
    Case("portal_content.remove_day", **_EDITED, before=content.placed, too_late=content.day_removed),
    Case("portal_content.create_help_page", **_EDITED, good=content.HELP, bad={"texte": ""}),
    Case(
        "portal_content.save_page",
        **_EDITED,
        good=content.HELP,
        bad={"texte": "[x](/perdu)"},
        too_late=content.help_saved,
    ),
)
