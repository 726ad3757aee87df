"""The third-party script comes from a locked wheel, and only as we know it."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.support.postgres import unavailable
from tools import front_assets

SCRIPT = b"the script"
INSIDE = "package/script.js"


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "vendor"
    monkeypatch.setattr(front_assets, "VENDOR", folder)
    monkeypatch.setattr(front_assets, "FILES", {"script.js": (INSIDE, hashlib.sha256(SCRIPT).hexdigest())})
    return folder


def pip_brings(monkeypatch: pytest.MonkeyPatch, content: bytes | None, stderr: str = "") -> None:
    """Replaces the download: `content` in the wheel, None when pip fails."""

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        target = next(Path(word.partition("=")[2]) for word in command if word.startswith("--target="))
        assert "--require-hashes" in command
        if content is not None:
            (target / INSIDE).parent.mkdir(parents=True)
            (target / INSIDE).write_bytes(content)
        return subprocess.CompletedProcess(command, 1 if content is None else 0, "", stderr)

    monkeypatch.setattr(front_assets.subprocess, "run", run)


def test_the_file_is_put_in_place(vendor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip_brings(monkeypatch, SCRIPT)
    assert front_assets.main() == 0
    assert (vendor / "script.js").read_bytes() == SCRIPT


def test_a_file_in_place_is_not_fetched_again(vendor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor.mkdir()
    (vendor / "script.js").write_bytes(SCRIPT)
    monkeypatch.setattr(front_assets, "fetch", lambda *_: pytest.fail("fetched again"))
    assert front_assets.main() == 0


def test_an_altered_file_is_replaced(vendor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor.mkdir()
    (vendor / "script.js").write_bytes(b"altered")
    pip_brings(monkeypatch, SCRIPT)
    assert front_assets.main() == 0
    assert (vendor / "script.js").read_bytes() == SCRIPT


def test_without_a_network_it_warns_and_an_altered_file_is_not_kept(
    vendor: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vendor.mkdir()
    (vendor / "script.js").write_bytes(b"altered")
    pip_brings(monkeypatch, None, "Could not find a version")
    assert front_assets.main() == 0
    assert not (vendor / "script.js").exists()
    assert "going on without" in capsys.readouterr().err


def test_another_wheel_is_refused(
    vendor: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_brings(monkeypatch, None, "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.")
    assert front_assets.main() == 1
    assert "REFUSED" in capsys.readouterr().err
    assert not vendor.exists()


def test_another_file_in_the_right_wheel_is_refused(vendor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip_brings(monkeypatch, b"another script")
    assert front_assets.main() == 1
    assert not (vendor / "script.js").exists()


@pytest.mark.slow
def test_pip_itself_refuses_a_wrong_hash(tmp_path: Path) -> None:
    """The sentence that fetch() looks for is the one this pip says."""
    lock = tmp_path / "front.txt"
    lock.write_text(front_assets.LOCK.read_text().replace("sha256:0", "sha256:1"))
    try:
        assert not front_assets.fetch(tmp_path / "wheel", lock), "a wheel came with another hash"
    except front_assets.Refused:
        return
    unavailable("The package index cannot be reached.")
