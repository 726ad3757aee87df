"""Puts the third-party front-end files, checked by hash, into app/static/vendor/ (git-ignored).

They come out of a wheel locked in requirements/front.txt, which is never installed nor imported. Without a network the
portal still works, every journey being plain HTML first: that warns. A file that is not the one we chose never passes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "app/static/vendor"
LOCK = ROOT / "requirements/front.txt"
FILES = {
    "htmx.min.js": (
        "django_htmx/static/django_htmx/htmx-2.min.js",
        "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
    )
}
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries=1", "--no-deps")


class Refused(Exception):
    """What came is not what was locked."""


def genuine(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def in_place() -> bool:
    return all(genuine(VENDOR / name, digest) for name, (_, digest) in FILES.items())


def fetch(target: Path, lock: Path = LOCK) -> bool:
    """Unpacks the locked wheel into `target`; False without a network, Refused on a wrong hash."""
    done = subprocess.run(
        [
            sys.executable,
            *PIP,
            "--only-binary=:all:",
            "--require-hashes",
            f"--target={target}",
            f"--requirement={lock}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if "DO NOT MATCH THE HASHES" in done.stderr:
        raise Refused(f"the wheel of {lock.name} does not have the locked hash")
    return done.returncode == 0


def copy_out(unpacked: Path) -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, (inside, digest) in FILES.items():
        if not genuine(unpacked / inside, digest):
            raise Refused(f"{name} does not have the expected hash")
        shutil.copyfile(unpacked / inside, VENDOR / name)


def remove_strangers() -> None:
    """A file that was altered is not served, even when the right one cannot be had."""
    for name, (_, digest) in FILES.items():
        if not genuine(VENDOR / name, digest):
            (VENDOR / name).unlink(missing_ok=True)


def main() -> int:
    if in_place():
        return 0
    remove_strangers()
    try:
        with tempfile.TemporaryDirectory() as unpacked:
            if not fetch(Path(unpacked)):
                print("front assets: package index unreachable, going on without htmx", file=sys.stderr)
                return 0
            copy_out(Path(unpacked))
    except Refused as refusal:
        print(f"front assets: REFUSED, {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
