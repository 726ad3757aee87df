"""Reads a QR code as a phone does, errors apart (ISO/IEC 18004, byte mode, versions 1 to 6).

The product draws codes with segno; nothing here comes from it, so that both must agree on the norm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Modules = list[list[bool]]
QUIET = 4
MASKS: list[Callable[[int, int], bool]] = [
    lambda i, j: (i + j) % 2 == 0,
    lambda i, _: i % 2 == 0,
    lambda _, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
]
FORMAT_MASK = 0b101010000010010
# Version and level (bits of the format: 1 L, 0 M, 3 Q, 2 H) → data codewords of each block.
BLOCKS = {
    (1, 1): [19], (1, 0): [16], (1, 3): [13], (1, 2): [9],
    (2, 1): [34], (2, 0): [28], (2, 3): [22], (2, 2): [16],
    (3, 1): [55], (3, 0): [44], (3, 3): [17] * 2, (3, 2): [13] * 2,
    (4, 1): [80], (4, 0): [32] * 2, (4, 3): [24] * 2, (4, 2): [9] * 4,
    (5, 1): [108], (5, 0): [43] * 2, (5, 3): [15] * 2 + [16] * 2, (5, 2): [11] * 2 + [12] * 2,
    (6, 1): [68] * 2, (6, 0): [27] * 4, (6, 3): [19] * 4, (6, 2): [15] * 4,
}  # fmt: skip


def modules_of(svg: str) -> Modules:
    """Of a code drawn as horizontal lines of one module: `M4 4.5h7m1 0h1m-9 1h…`."""
    drawn = re.findall(r'<path[^>]*class="qrline"[^>]*d="([^"]+)"|<path[^>]*d="([^"]+)"[^>]*class="qrline"', svg)
    side = int(re.search(r'(?:width|viewBox)="(?:0 0 )?([0-9]+)', svg)[1])  # type: ignore[index]
    found = [[False] * side for _ in range(side)]
    x = y = 0.0
    for verb, numbers in re.findall(r"([Mmh])([-0-9. ]+)", "".join(drawn[0])):
        steps = [float(number) for number in numbers.split()]
        if verb == "h":
            for at in range(int(x), int(x + steps[0])):
                found[int(y)][at] = True
            x += steps[0]
        else:
            x, y = (steps[0], steps[1]) if verb == "M" else (x + steps[0], y + steps[1])
    assert not any(any(row) for row in [*found[:QUIET], *found[-QUIET:]]), "no quiet zone"
    return [row[QUIET:-QUIET] for row in found[QUIET:-QUIET]]


def read_qr(modules: Modules) -> str:
    size = len(modules)
    version = (size - 17) // 4
    places = [(8, at) for at in (0, 1, 2, 3, 4, 5, 7, 8)] + [(at, 8) for at in (7, 5, 4, 3, 2, 1, 0)]
    told = int("".join(str(int(modules[i][j])) for i, j in places), 2) ^ FORMAT_MASK
    level, mask = told >> 13, told >> 10 & 7
    bits = [modules[i][j] ^ MASKS[mask](i, j) for i, j in _data_places(size, version)]
    words = [int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    data = "".join(f"{word:08b}" for word in _in_order(words, BLOCKS[version, level]))
    assert data[:4] == "0100", "not in byte mode"
    length = int(data[4:12], 2)
    return bytes(int(data[12 + 8 * at : 20 + 8 * at], 2) for at in range(length)).decode()


def _in_order(words: list[int], blocks: list[int]) -> Iterator[int]:
    """Codewords are sent one of each block in turn; a longer block ends alone."""
    held: list[list[int]] = [[] for _ in blocks]
    source = iter(words)
    for turn in range(max(blocks)):
        for block, most in zip(held, blocks, strict=True):
            if turn < most:
                block.append(next(source))
    for block in held:
        yield from block


def _data_places(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time, from the right, up then down, past what is not data."""
    upwards = True
    right = size - 1
    while right > 0:
        right -= right == 6
        for step in range(size):
            i = size - 1 - step if upwards else step
            yield from ((i, j) for j in (right, right - 1) if not _is_fixed(i, j, size, version))
        upwards, right = not upwards, right - 2


def _is_fixed(i: int, j: int, size: int, version: int) -> bool:
    finder = (i < 9 and (j < 9 or j >= size - 8)) or (i >= size - 8 and j < 9)
    centre = 4 * version + 10
    aligned = version > 1 and abs(i - centre) <= 2 and abs(j - centre) <= 2
    return finder or aligned or i == 6 or j == 6
