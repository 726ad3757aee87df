"""Files made while they are sent: bounded memory, gzip, and 304 as long as nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from flask import Response, request, stream_with_context

from app import __version__
from app.web.compression import accepts_gzip, gzipped

BLOCK = 32 * 1024


def unchanged(etag: str, dated: datetime | None) -> Response | None:
    """304, when the client already has this edition; None when the file must be sent."""
    response = _labelled(Response(), etag, dated)
    response.make_conditional(request)
    return response if response.status_code == 304 else None


def streamed(pieces: Iterable[str], content_type: str, etag: str, dated: datetime | None) -> Response:
    """The first block is made before the answer begins: an error that comes early is still an error page."""
    blocks = _blocks(pieces)
    first = next(blocks, b"")
    body = chain((first,), blocks)
    packed = accepts_gzip()
    response = Response(stream_with_context(gzipped(body) if packed else body), content_type=content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return _labelled(response, etag, dated)


def _labelled(response: Response, etag: str, dated: datetime | None) -> Response:
    response.set_etag(f"{etag}-{__version__}", weak=True)
    if dated is not None:  # werkzeug would say « now »
        response.last_modified = dated
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept-Encoding")
    return response


def _blocks(pieces: Iterable[str]) -> Iterator[bytes]:
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield "".join(held).encode()
            held, size = [], 0
    if held:
        yield "".join(held).encode()
