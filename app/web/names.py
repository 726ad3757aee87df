"""Register names, all capitals, as people write them. Only for display: the official name stays as registered."""

from __future__ import annotations

import re

SMALL = {"à", "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lès", "ou", "par"}
SMALL |= {"pour", "sous", "sur", "un", "une"}
ACRONYMS = {
    "CPTS",
    "ARS",
    "MSP",
    "ESP",
    "SAS",
    "DAC",
    "GCS",
    "ACI",
    "PACA",
    "CHU",
    "CH",
    "PTA",
    "RN",
    "ZA",
    "ZAC",
    "ZI",
}
STREETS = {
    "ALL": "allée",
    "AV": "avenue",
    "BD": "boulevard",
    "CHE": "chemin",
    "CRS": "cours",
    "ESP": "esplanade",
    "FG": "faubourg",
    "IMP": "impasse",
    "LOT": "lotissement",
    "PASS": "passage",
    "PL": "place",
    "PROM": "promenade",
    "QU": "quai",
    "QUA": "quartier",
    "R": "rue",
    "RES": "résidence",
    "RPT": "rond-point",
    "RTE": "route",
    "SQ": "square",
    "VLA": "villa",
}
WORD = re.compile(r"[^\W_]+")
VOWEL = re.compile("[AEIOUYÀÂÉÈÊËÎÏÔÖÙÛÜŒÆ]")
NAMED_ARTICLE = re.compile(r"CPTS (?:la|le|les)\b")
STREET_LINE = re.compile(r"^(?P<number>\d+(?:\s(?:BIS|TER|QUATER|[A-Z])\b)?)?\s*(?P<kind>[A-Z]+)\b\s*(?P<name>.*)$")


def name_fr(name: str | None) -> str:
    """`CPTS DU COMTAT VENAISSIN` reads `CPTS du Comtat Venaissin`; a name with small letters is left alone."""
    if not name or name.upper() != name:
        return name or ""
    cased = _cased(name)
    return cased[:1].upper() + cased[1:]


def street_fr(street: str | None) -> str:
    """`584 AV VICTOR HUGO` reads `584 avenue Victor Hugo`."""
    match = STREET_LINE.match(street or "") if (street or "").upper() == street else None
    if match is None or match["kind"] not in STREETS:
        return name_fr(street)
    number = (match["number"] or "").lower()
    return " ".join(part for part in (number, STREETS[match["kind"]], _cased(match["name"])) if part)


def _cased(capitals: str) -> str:
    words = WORD.sub(_word, capitals).replace("'", "’")
    return NAMED_ARTICLE.sub(lambda match: match[0].title().replace("Cpts", "CPTS"), words)


def _word(match: re.Match[str]) -> str:
    word = match[0]
    if word in ACRONYMS or any(c.isdigit() for c in word):
        return word
    if word.lower() in SMALL:
        return word.lower()
    return word if not VOWEL.search(word) else word.capitalize()
