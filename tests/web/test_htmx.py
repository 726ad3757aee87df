"""Page or fragment, and what travels beside it."""

from __future__ import annotations

import json

import pytest
from flask import Flask, make_response

from app.web.htmx import announce, in_dialog, see_other, wants_fragment
from tests.support.backends import SQLITE_ONLY

pytestmark = SQLITE_ONLY


@pytest.mark.parametrize(
    ("headers", "fragment"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "false"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
    ],
)
def test_only_a_swap_receives_a_fragment(app: Flask, headers: dict[str, str], fragment: bool) -> None:
    with app.test_request_context("/", headers=headers):
        assert wants_fragment() is fragment


def test_an_announcement_travels_in_ascii(app: Flask) -> None:
    with app.test_request_context("/"):
        header = announce(make_response(""), "Demande refusée").headers["HX-Trigger"]
    assert header.isascii()
    assert json.loads(header) == {"annonce": "Demande refusée"}


def test_a_form_in_error_stays_in_its_dialog(app: Flask) -> None:
    with app.test_request_context("/"):
        headers = in_dialog(make_response("", 422)).headers
        assert (headers["HX-Retarget"], headers["HX-Reswap"]) == ("#dialogue", "innerHTML")
        assert see_other("/x").status_code == 303
