"""What is committed: locked by hash, without the name of a package index, nothing third-party, nothing secret."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INDEX = re.compile(r"--(extra-)?index-url|--find-links|files\.python\w+|/simple/?\b|registry\.", re.IGNORECASE)
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|SECRET_KEY\s*=\s*[\"']?[\w+/=-]{20,}")
TEXT = {".py", ".toml", ".txt", ".in", ".md", ".html", ".js", ".css", ".json", ".csv", ".cfg", ".ini", ".sh", ""}
LARGEST = 1_500_000


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    files = [path for path in committed() if path.suffix in TEXT and path != Path(__file__)]
    return {path.relative_to(ROOT).as_posix(): path.read_text(errors="replace") for path in files}


@pytest.mark.parametrize("name", ["base", "dev", "bench", "front"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text()
    entries = re.split(r"\n(?=[\w\[])", "\n" + re.sub(r"(?m)^\s*#.*\n", "", text))
    entries = [entry for entry in entries if entry.strip()]
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_development_versions_are_those_that_run() -> None:
    base, dev = (versions((ROOT / f"requirements/{name}.txt").read_text()) for name in ("base", "dev"))
    assert {name: (version, dev.get(name)) for name, version in base.items() if dev.get(name) != version} == {}


def versions(text: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([\w.\[\]-]+)==(\S+)", text))


def test_no_package_index_is_named(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if INDEX.search(text) and not name.startswith("tools/lock")] == []


def test_no_secret_is_committed(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if SECRET.search(text)] == []


def test_nothing_made_or_fetched_is_committed() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in committed()]
    made = ("instance/", ".env", ".venv/", "app/static/vendor/", "node_modules/")
    assert [name for name in names if name.startswith(made) or name.endswith((".pyc", ".db", ".min.js"))] == []


def test_no_committed_file_is_huge() -> None:
    assert [path.name for path in committed() if path.stat().st_size > LARGEST] == []


def test_the_shared_knowledge_is_not_needed(texts: dict[str, str]) -> None:
    """The product and its commands never look into the workplace; only tests may, and they skip without it."""
    needs = [name for name, text in texts.items() if "/work/shared" in text or "../shared" in text]
    assert [name for name in needs if not name.startswith(("tests/", "docs/"))] == []
