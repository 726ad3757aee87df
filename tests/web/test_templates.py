"""The quick import of macros is the one of Jinja wherever it matters."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from jinja2 import DictLoader

from tests.support.backends import SQLITE_ONLY


@SQLITE_ONLY
def test_a_template_with_globals_of_its_own_hands_them_to_what_it_imports(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    macros = {"m.html": "{% macro who() %}{{ name|default('nobody') }}{% endmacro %}"}
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(macros))
    source = "{% import 'm.html' as m %}{{ m.who() }}"
    with app.test_request_context():
        assert render_template_string(source) == "nobody"
        given = app.jinja_env.from_string(source, globals={"name": "Ada"})
        assert given.render() == "Ada"
        assert app.jinja_env.from_string(source, globals={"name": "Bo"}).render() == "Bo"
        assert render_template_string(source) == "nobody"
