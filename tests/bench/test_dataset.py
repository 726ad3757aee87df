"""A filled database is made once, and made anew or indexed anew when it is not what today's sources would make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import dataset
from bench.dataset import prepared, stamp
from bench.portal import Measured, Portal
from bench.scales import SCALES, Scale

TINY = SCALES["small"].part(0.01)


class Kept:
    """The cache of a test. `done`: what was made of a database, each time it was opened."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.done: list[str] = []
        self.interrupted = False
        self.patch = patch
        self.folder = folder / "small-0.01-2026-sqlite"
        patch.setenv("BENCH_DATA", str(folder))
        patch.setattr(dataset, "_fill", self.fill)
        patch.setattr(dataset, "_index", self.index)
        self.sources(generator="g", search="s", migrations={"0001": "a"})

    def sources(self, *, generator: str, search: str, migrations: dict[str, str]) -> None:
        for name, found in (("_generator", generator), ("_search", search), ("_migrations", migrations)):
            self.patch.setattr(dataset, name, lambda found=found: found)

    def fill(self, portal: Portal, _scale: Scale, files: dict[str, Path]) -> list[Measured]:
        assert not list(self.folder.glob("*.sqlite*")), "nothing is left of an earlier one"
        assert all(path.exists() for path in files.values())
        Path(portal.url.removeprefix("sqlite:///")).touch()
        self.done.append("filled")
        return [Measured("import rpps", 70, 1.5, 90.0)]

    def index(self, _portal: Portal, former: list[Measured]) -> list[Measured]:
        if self.interrupted:
            raise KeyboardInterrupt
        self.done.append("indexed")
        return former

    def open(self, *, fresh: bool = False) -> list[str]:
        self.done = []
        with prepared(TINY, "sqlite", fresh=fresh) as opened:
            assert opened.imports == [Measured("import rpps", 70, 1.5, 90.0)]
            assert opened.sqlalchemy_url == opened.url == f"sqlite:///{self.folder}/relais.sqlite"
        return self.done


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with pytest.MonkeyPatch.context() as patch:
        yield Kept(patch, tmp_path)


def test_it_is_filled_once_and_anew_when_asked(kept: Kept) -> None:
    assert kept.open() == ["filled", "indexed"]
    assert kept.open() == []
    assert kept.open(fresh=True) == ["filled", "indexed"]


def test_a_half_made_one_is_thrown_away(kept: Kept) -> None:
    kept.open()
    (kept.folder / "dataset.json").unlink()
    assert kept.open() == ["filled", "indexed"]


def test_one_whose_indexing_was_interrupted_is_indexed(kept: Kept) -> None:
    kept.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        kept.open()
    kept.interrupted = False
    assert kept.open() == ["indexed"]


def test_another_generator_or_migration_makes_it_anew_a_new_one_or_another_index_only_goes_on(kept: Kept) -> None:
    kept.open()
    kept.sources(generator="g", search="t", migrations={"0001": "a"})
    assert kept.open() == ["indexed"]
    kept.sources(generator="g", search="t", migrations={"0001": "a", "0002": "b"})
    assert kept.open() == ["indexed"]
    assert kept.open() == []
    kept.sources(generator="g", search="t", migrations={"0001": "a", "0002": "c"})
    assert kept.open() == ["filled", "indexed"]
    kept.sources(generator="h", search="t", migrations={"0001": "a", "0002": "c"})
    assert kept.open() == ["filled", "indexed"]


def test_who_knows_better_keeps_it(kept: Kept) -> None:
    kept.open()
    kept.sources(generator="h", search="t", migrations={"0001": "b"})
    stamp(TINY, 2026, "sqlite")
    assert kept.open() == []
