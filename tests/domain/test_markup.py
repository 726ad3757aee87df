"""The small language of help pages: what it reads, and that it can hold nothing dangerous."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.markup import Block, Piece, addresses, anchor_of, is_safe_address, read_markup


def told(text: str) -> list[tuple[str, list[str]]]:
    return [(b.kind, ["".join(piece.text for piece in line) for line in b.lines]) for b in read_markup(text)]


def test_blocks() -> None:
    text = (
        "Une phrase\nqui continue.\n\n## Titre\nSuite\n- un\n- deux\n1. d’abord\n2) ensuite\n\n### Sous-titre\n- trois"
    )
    assert told(text) == [
        ("paragraph", ["Une phrase qui continue."]),
        ("h2", ["Titre"]),
        ("paragraph", ["Suite"]),
        ("points", ["un", "deux"]),
        ("steps", ["d’abord", "ensuite"]),
        ("h3", ["Sous-titre"]),
        ("points", ["trois"]),
    ]


def test_pieces() -> None:
    (block,) = read_markup("Lisez [le rôle](/aide/role-referent), **vite**, ou appelez le {telephone}.")
    assert block == Block(
        "paragraph",
        (
            (
                Piece("text", "Lisez "),
                Piece("link", "le rôle", "/aide/role-referent"),
                Piece("text", ", "),
                Piece("bold", "vite"),
                Piece("text", ", ou appelez le "),
                Piece("value", "telephone"),
                Piece("text", "."),
            ),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:alert)",
        "[x](data:text/html,x)",
        "[x](//ailleurs.example)",
        "[x](/\\ailleurs.example)",
        "[x](http://)",
        "[x](https://moi:mot@ailleurs.example)",
        '[x](https://a.example/"onclick=alert)',
        "{secret_key}",
        "{telephone",
        "#### trop petit",
        "**",
        "[]()",
    ],
)
def test_what_is_not_understood_stays_a_text(text: str) -> None:
    (block,) = read_markup(text)
    assert {piece.kind for line in block.lines for piece in line} == {"text"}
    assert "".join(piece.text for line in block.lines for piece in line) == text


def test_headings_never_share_an_anchor() -> None:
    anchors = [block.anchor for block in read_markup("## Un\n## Un\n## Un 2\n## ???\n## Été")]
    assert anchors == ["un", "un-2", "un-2-2", "partie", "ete"]


@given(st.text(alphabet='ab #-1.*[](){}/:\n"<>telphon', max_size=300))
def test_no_text_is_lost_and_no_link_is_unsafe(text: str) -> None:
    blocks = read_markup(text)
    anchors = [block.anchor for block in blocks if block.anchor]
    assert len(anchors) == len(set(anchors))
    assert all(is_safe_address(address) for address in addresses(text))
    letters = [c for c in text if c in "ab"]
    kept = "".join(piece.text + piece.address for block in blocks for line in block.lines for piece in line)
    assert [c for c in kept if c in "ab"] == letters


@pytest.mark.parametrize("text", ["[" * 20_000, "**" * 10_000, "[a](" * 5_000, "- " * 10_000, "#" * 20_000])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    started = time.perf_counter()
    read_markup(text)
    assert time.perf_counter() - started < 1


def test_an_anchor_is_letters_digits_and_hyphens() -> None:
    assert anchor_of("Nommer un référent ?") == "nommer-un-referent"
    assert anchor_of("« »") == "partie"
