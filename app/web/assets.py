"""Static files under names that change with their content (`css/portail.1a2b3c4d.css`), so that browsers keep them.

A file is read once and served from memory: a name always gives the content that it was made from. In debug a changed
file is read again; otherwise at the next start, as templates are. Plain names work too and are revalidated. A name
whose hash is not the one of now (its page is older or newer than this worker) gives the file of now, to revalidate.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from posixpath import basename, dirname, join, normpath, splitext

from flask import Flask, Response, current_app, request

STATIC = Path(__file__).resolve().parent.parent / "static"
FOREVER = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"(.+)\.[0-9a-f]{8}(\.\w+)")
_REFERENCE = re.compile(r"url\(([\w./-]+)\)")


@dataclass(frozen=True, slots=True)
class Asset:
    name: str
    """With its hash."""
    body: bytes
    media_type: str
    modified: int


class Assets:
    """The static files of a portal, read as they are asked for. `watched`: they may change."""

    def __init__(self, folder: Path, *, watched: bool) -> None:
        self.folder, self.watched = folder, watched
        self.kept: dict[str, Asset] = {}
        self._paths = self._listed()

    def find(self, path: str) -> Asset | None:
        """None when there is no such file: a page still works, unstyled or without a script."""
        known = self.kept.get(path)
        if known and not (self.watched and self._changed(known, path)):
            return known
        if path not in (self._listed() if self.watched else self._paths):
            return None
        read = self.kept[path] = self._read(path)
        return read

    def behind(self, name: str) -> Asset | None:
        """The file that a hashed name stands for, whatever the hash."""
        parts = _HASHED.fullmatch(name)
        return self.find(parts[1] + parts[2]) if parts else None

    def _listed(self) -> frozenset[str]:
        files = (file for file in self.folder.rglob("*") if file.is_file())
        return frozenset(file.relative_to(self.folder).as_posix() for file in files)

    def _changed(self, known: Asset, path: str) -> bool:
        file = self.folder / path
        return not file.is_file() or file.stat().st_mtime_ns != known.modified

    def _read(self, path: str) -> Asset:
        file = self.folder / path
        body = file.read_bytes()
        if file.suffix == ".css":
            body = _REFERENCE.sub(lambda found: self._reference(path, found[1]), body.decode()).encode()
        stem, suffix = splitext(path)
        name = f"{stem}.{hashlib.sha256(body).hexdigest()[:8]}{suffix}"
        return Asset(name, body, mimetypes.guess_type(path)[0] or "application/octet-stream", file.stat().st_mtime_ns)

    def _reference(self, style: str, written: str) -> str:
        """What a style sheet refers to, by its hashed name; a relative address stays one."""
        found = self.find(normpath(join(dirname(style), written)))
        return f"url({join(dirname(written), basename(found.name)) if found else written})"


def init_app(app: Flask) -> None:
    app.extensions["assets"] = Assets(STATIC, watched=app.debug)
    app.jinja_env.globals.update(asset=asset, has_htmx=has_htmx)


def asset(path: str) -> str:
    """The address of a static file, which changes with its content."""
    found = _assets().find(path)
    return f"{request.script_root}{current_app.static_url_path}/{found.name if found else path}"


def has_htmx() -> bool:
    """The third-party file is fetched at installation; pages work without it."""
    return _assets().find("vendor/htmx.min.js") is not None


def answer(name: str) -> Response | None:
    """The answer to a hashed name; None when it is a plain one, which Flask answers."""
    found = _assets().behind(name)
    if found is None:
        return None
    response = current_app.response_class(found.body, mimetype=found.media_type)
    response.headers["Cache-Control"] = FOREVER if found.name == name else "no-cache"
    return response


def _assets() -> Assets:
    assets: Assets = current_app.extensions["assets"]
    return assets
