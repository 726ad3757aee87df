"""Finds a Chromium for the browser journeys; `--install` adds Debian's when this machine can.

Never fails: the journeys say themselves why they are skipped, and fail in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The path of a usable browser, `CHROMIUM` of the environment first."""
    chosen = os.environ.get("CHROMIUM")
    return chosen or next((path for path in map(shutil.which, NAMES) if path), None)


def installable() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        if subprocess.run(["apt-get", "--quiet", *command], env=environment, check=False).returncode:
            return False
    return find() is not None


def main() -> None:
    path = find()
    if path is None and "--install" in sys.argv[1:] and installable():
        print("chromium: installing Debian's for the browser journeys", flush=True)
        install()
        path = find()
    print(f"chromium: {path}" if path else "chromium: none found, the browser journeys cannot run")


if __name__ == "__main__":
    main()
