"""One spelling for what is indexed and for what is typed: lower-case ASCII words, in Python, the same on each engine.

`Sainte-Cécile-les-Vignes`, `STE CECILE LES VIGNES` and `sainte cécile` meet here; nothing later compares raw text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

GENERIC = "cpts"
LONG_FORM = "communaute professionnelle territoriale sante"
ARTICLES = ("l", "la", "le", "les")
# fmt: off
STOP_WORDS = frozenset((
    "a", "au", "aux", "chez", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lez", "ou", "par",
    "pour", "sous", "sur", "un", "une",
))
NUMBERS = {
    2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix", 11: "onze",
    12: "douze", 13: "treize", 14: "quatorze", 15: "quinze", 16: "seize",
}
# fmt: on
ABBREVIATIONS = {
    "all": "allee",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "bvd": "boulevard",
    "ch": "centre hospitalier",
    "che": "chemin",
    "chem": "chemin",
    "dr": "docteur",
    "imp": "impasse",
    "msp": "maison sante pluriprofessionnelle",
    "pl": "place",
    "pr": "professeur",
    "rte": "route",
    "st": "saint",
    "ste": "sainte",
    "stes": "saintes",
    "sts": "saints",
}

_SHORTENED: dict[str, list[tuple[str, list[str]]]] = {}
"""Abbreviations by the first word of what they stand for, with all of its words."""
for _short, _full in ABBREVIATIONS.items():
    _SHORTENED.setdefault(_full.split()[0], []).append((_short, _full.split()))
_NUMBERED = {str(number): name for number, name in NUMBERS.items()} | {
    name: str(number) for number, name in NUMBERS.items()
}
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_ARTICLE_LAST = re.compile(r"^\s*(.+?)\s*\(\s*(l[ae]s?|l['’])\s*\)\s*$")
_DOTTED = re.compile(r"\b(?:[a-z]\.)+[a-z]\b")
_DIGIT = re.compile(r"[0-9]")
_OTHER = re.compile(r"[^a-z0-9]+")
_ORDINAL = re.compile(r"\b([0-9]+)(?:er|ere|re|e|eme|ieme|nd|nde)\b")
_EDGE = re.compile(r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])")
_LONG_FORM = re.compile(r"\bcommunautes? professionnelles? territoriales? (?:de )?sante\b")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """ASCII words in lower case, one space between them, articles kept and put first: `Mées (Les)` → `les mees`."""
    folded = fold(text)
    if "(" in folded:
        folded = _ARTICLE_LAST.sub(r"\2 \1", folded)
    if "." in folded:
        folded = _DOTTED.sub(lambda match: match[0].replace(".", ""), folded)
    folded = _OTHER.sub(" ", folded)
    if _DIGIT.search(folded):
        folded = _EDGE.sub(" ", _ORDINAL.sub(r"\1", folded))
    tokens = " ".join([ABBREVIATIONS.get(token, token) for token in folded.split()])
    return _LONG_FORM.sub(GENERIC, tokens) if "communaute" in tokens else tokens


def fold(text: str) -> str:
    """Lower case without accents nor ligatures; punctuation stays."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES)).casefold()
    return "".join(char for char in spread if not unicodedata.combining(char)).translate(_LIGATURES)


@lru_cache(maxsize=16_384)
def words(text: str) -> tuple[str, ...]:
    """The words that count: without stop words, unless there is nothing else."""
    tokens = normalise(text).split()
    return tuple([token for token in tokens if token not in STOP_WORDS]) or tuple(tokens)


def key(text: str) -> str:
    """What distinguishes a name: `CPTS du Pays d’Apt` → `pays apt`; `CPTS` alone stays itself."""
    found = words(text)
    return " ".join(word for word in found if word != GENERIC) or " ".join(found)


def aliases(found: Iterable[str]) -> set[str]:
    """Other ways to write these words, added to the index so that one look-up covers them."""
    present = set(found)
    added: set[str] = set()
    for word in _SHORTENED.keys() & present:
        added.update(short for short, full in _SHORTENED[word] if present.issuperset(full))
    for word in _NUMBERED.keys() & present:
        added.add(_NUMBERED[word])
    added.update(word.lstrip("0") for word in present if word.isdigit() and word.strip("0"))
    if GENERIC in present:
        added.update(LONG_FORM.split())
    return added - present
