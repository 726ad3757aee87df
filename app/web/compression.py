"""gzip of what is streamed, for clients that accept it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flask import request

GZIP = 16 + zlib.MAX_WBITS


def accepts_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


def gzipped(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Nothing is held but what the compressor needs."""
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()
