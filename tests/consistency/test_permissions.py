"""Refused by default: every route is marked, every permission has its rule, its words and a place where it is asked."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask

from app.policies.permissions import Permission
from app.policies.rules import RULES, who_may
from app.web.access import mark_of
from tests.support.backends import SQLITE_ONLY

APP = Path(__file__).resolve().parents[2] / "app"


@SQLITE_ONLY
def test_every_route_carries_a_mark(app: Flask) -> None:
    unmarked = [str(rule) for rule in app.url_map.iter_rules() if mark_of(app, rule.endpoint) is None]
    assert unmarked == []


def test_permissions_and_rules_are_the_same_set() -> None:
    assert set(RULES) == set(Permission)


def test_no_rule_is_empty() -> None:
    """An empty AND is true: it would open the permission to everybody."""
    assert [permission for permission, rules in RULES.items() if not rules or not all(rules)] == []


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_can_be_explained(permission: Permission) -> None:
    assert permission.label.strip()
    assert all(words.strip() and not words.startswith(",") for words in who_may(permission))


def test_every_permission_is_asked_somewhere() -> None:
    used = {name for path in APP.rglob("*.py") if path.parent.name != "policies" for name in permission_names(path)}
    unused = {permission.name for permission in Permission} - used
    assert unused == set(), "a permission that nothing asks protects nothing"


def permission_names(path: Path) -> set[str]:
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Permission"
    }
