"""Workers are forked from a process that has made the portal: it must hold nothing that two of them cannot share."""

from __future__ import annotations

import threading
from pathlib import Path
from runpy import run_path

from app import create_app

ROOT = Path(__file__).resolve().parents[2]


def test_the_portal_is_made_before_workers_and_opens_nothing(tmp_path: Path) -> None:
    assert run_path(str(ROOT / "gunicorn.conf.py"))["preload_app"] is True
    threads = threading.enumerate()
    made = create_app(database_url=f"sqlite:///{tmp_path}/relais.db", secret_key="k" * 40, instance_path=tmp_path)
    pool = made.extensions["database"].engine.pool
    assert (pool.checkedin(), pool.checkedout()) == (0, 0)  # type: ignore[attr-defined]
    assert threading.enumerate() == threads
    assert not (tmp_path / "relais.db").exists()
