"""House rules that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
MODULES = sorted(APP.rglob("*.py"))
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "service", "services"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def short(path: Path) -> str:
    return path.relative_to(APP).as_posix()


def test_no_file_is_a_drawer() -> None:
    named = [short(path) for path in APP.rglob("*") if path.stem in DRAWERS and "static" not in path.parts]
    assert named == []


def test_files_and_functions_stay_readable() -> None:
    long_files = [short(path) for path in MODULES if len(path.read_text().splitlines()) > LONGEST_FILE]
    long_functions = [
        f"{short(path)}:{node.name}"
        for path in MODULES
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION
    ]
    assert long_files == []
    assert long_functions == []


def decorated_use_cases() -> set[str]:
    return {
        node.name
        for path in (APP / "usecases").rglob("*.py")
        for node in functions(path)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "usecase"
    }


def test_use_cases_never_call_use_cases() -> None:
    """One permission, one transaction, one event: a use case inside another would commit twice."""
    acts = decorated_use_cases()
    assert len(acts) > 10
    calls = {
        f"{short(path)}:{node.lineno} {node.func.id}"
        for path in (APP / "usecases").rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in acts
    }
    assert calls == set()


@pytest.mark.parametrize(
    ("forbidden", "allowed_in"),
    [
        ("datetime.now(", {"clock.py"}),
        ("datetime.utcnow(", set()),
        ("date.today(", set()),
        ("time.time(", set()),
        ("sessionmaker(", {"db.py"}),
        ("create_engine(", {"db.py"}),
        ("os.environ", set()),
        ("smtplib.SMTP(", {"notifications/transport.py"}),
    ],
)
def test_what_has_one_place_stays_there(forbidden: str, allowed_in: set[str]) -> None:
    found = {short(path) for path in MODULES if forbidden in path.read_text()}
    assert found - allowed_in == set()


def test_every_migration_constraint_is_named() -> None:
    """A constraint without a name can be neither explained to a person nor dropped."""
    unnamed = [
        f"{path.name}:{node.lineno}"
        for path in (APP.parent / "migrations/versions").glob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "").endswith("Constraint")
        and not any(keyword.arg == "name" for keyword in node.keywords)
    ]
    assert unnamed == []
