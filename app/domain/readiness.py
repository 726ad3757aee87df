"""« Prêt pour le SAS » (B-01, S-141, S-142): what keeps a CPTS from the screens of the regulators, rule by rule; pure.

The SAS shows a CPTS for a commune when its type has the exact label, when a unit names that commune by its code, and
what it shows is the unit's first telephone (DOMAIN.md §5.3). Each rule says in one sentence what the regulator will
not see, and names the field that mends it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.domain.freshness import Conformity, re1_2
from app.domain.phones import e164
from app.domain.readiness_facts import Facts, UnitFacts
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import is_blank
from app.domain.sheets.visibility import is_sensitive

CPTS = "604"
LABEL = "Communauté Professionnelle Territoriale de Santé (CPTS)"
"""Of that category on the platform, to the letter: whatever the register calls it (§5.3)."""
POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)
NAMED = 5
"""Communes named in a sentence; the others are counted."""


class Level(StrEnum):
    BLOCKING = "blocking"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Spot:
    """The field that mends it, of a box of the establishment or of the unit `unit_id`. `item`: where in a list, by
    ranks and keys (`0.telecoms.1.level`)."""

    box: str
    field: str
    unit_id: int | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """`spot`: None when no field mends it (the register, a dossier, the professionals)."""

    rule: str
    level: Level
    sentence: str
    spot: Spot | None = None


Problem = tuple[str, Spot | None]
"""What the regulator will not see, and the field that mends it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`label`: what is said when it holds. `source`: where it comes from."""

    key: str
    label: str
    source: str
    level: Level
    look: Callable[[Facts], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class UnitRule:
    """Asked of each unit. It blocks while no unit is sent; beside one that is, `beside`."""

    key: str
    label: str
    source: str
    look: Callable[[Facts, UnitFacts], Iterator[Problem]]
    beside: Level = Level.WARNING


# ── the establishment ───────────────────────────────────────────────────────


def _registered(facts: Facts) -> Iterator[Problem]:
    if facts.category != CPTS:
        yield f"Le répertoire FINESS ne dit plus que c’est une CPTS (catégorie {facts.category}) : {_NOT_SHOWN}", None
    elif facts.closed_on and facts.closed_on <= facts.today:
        yield f"Le répertoire FINESS la dit fermée depuis le {facts.closed_on:%d/%m/%Y} : {_NOT_SHOWN}", None


def _addressed(facts: Facts) -> Iterator[Problem]:
    values = facts.sheet["coordonnees"]
    wrong = [key for key in ("street", "postcode", "city") if is_blank(values.get(key))]
    if not wrong and not POSTCODE.fullmatch(values["postcode"]):
        wrong = ["postcode"]
    if wrong:
        missing = ", ".join(_IN_ADDRESS[key] for key in wrong)
        yield f"L’adresse postale est incomplète ({missing}) : {_NOT_SHOWN}", Spot("coordonnees", wrong[0])


def _switchboard(facts: Facts) -> Iterator[Problem]:
    if is_blank(facts.sheet["coordonnees"].get("phone")):
        yield f"Le téléphone standard manque : {_NOT_SHOWN}", Spot("coordonnees", "phone")


def _has_units(facts: Facts) -> Iterator[Problem]:
    if not facts.units:
        yield f"Aucune unité n’est décrite : {_NOT_SHOWN}", None


def _named(facts: Facts) -> Iterator[Problem]:
    if is_blank(facts.sheet["identite"].get("name")):
        yield f"Le nom officiel manque : {_NOT_SHOWN}", None


# ── each unit ───────────────────────────────────────────────────────────────


def _public(facts: Facts, unit: UnitFacts) -> Iterator[Problem]:
    if is_sensitive(unit.sheet):
        yield (
            f"{_upper(facts.called(unit))} est sensible, donc jamais transmise : le régulateur ne la verra pas.",
            Spot("offre", "sensitive", unit.id),
        )


def _complete(facts: Facts, unit: UnitFacts) -> Iterator[Problem]:
    """RG_EXP_002, box by box; what has a rule of its own is said there."""
    for box in BOXES[SheetKind.UO]:
        missing = [
            each
            for each in box.fields
            if each.required and (box.key, each.key) not in _APART and is_blank(unit.sheet[box.key].get(each.key))
        ]
        if missing:
            named = ", ".join(_lower(each.label) for each in missing)
            why = f"{_upper(facts.called(unit))} est incomplète ({named}), donc pas transmise"
            yield f"{why} : le régulateur ne la verra pas.", Spot(box.key, missing[0].key, unit.id)


def _phoned(facts: Facts, unit: UnitFacts) -> Iterator[Problem]:
    if unit.phones:
        return
    which, typed = facts.called(unit), unit.typed_phones
    free = [phone for phone in typed if phone.free]
    if not typed:
        why, item = f"Le téléphone de {which} manque", "0.telecoms.0.value"
    elif not free:
        why, item = f"Le téléphone de {which} n’est pas en accès libre", typed[0].item("level")
    else:
        why = f"Le téléphone de {which} ({free[0].typed}) ne s’écrit pas +33 suivi de neuf chiffres"
        item = free[0].item("value")
    yield f"{why} : le régulateur ne verra aucun numéro.", Spot("contacts", "contacts", unit.id, item)


def _zoned(facts: Facts, unit: UnitFacts) -> Iterator[Problem]:
    if any(code in facts.current for code in unit.communes):
        return
    if unit.communes:
        why = f"La zone de {facts.called(unit)} ne contient aucune commune d’aujourd’hui"
    else:
        why = f"La zone de {facts.called(unit)} est vide"
    yield f"{why} : le régulateur ne trouvera la CPTS pour aucun appelant.", Spot("zone", "communes", unit.id)


# ── what does not hide the CPTS ─────────────────────────────────────────────


def _zone_of_today(facts: Facts) -> Iterator[Problem]:
    """RG_EXP_009. A commune that was merged does not hide the others: it is left out, and said."""
    for unit in facts.units:
        odd = [code for code in unit.communes if code not in facts.current]
        if odd and len(odd) < len(unit.communes):
            named = _enumerate([facts.ceased.get(code, code) for code in odd])
            which = "n’est plus une commune" if len(odd) == 1 else "ne sont plus des communes"
            yield (
                f"{named} {which} : le régulateur ne trouvera pas la CPTS pour qui y habite.",
                Spot("zone", "communes", unit.id),
            )


def _fresh(facts: Facts) -> Iterator[Problem]:
    """RE1.2 (§2.10)."""
    if re1_2([unit.updated_on for unit in facts.units], facts.today) is Conformity.GAP:
        yield "Rien n’a changé depuis plus d’un an : le régulateur ne sait pas si ce qu’il lit est encore vrai.", None


def _dialled(facts: Facts) -> Iterator[Problem]:
    number = facts.sheet["coordonnees"].get("phone")
    if number and e164(number) is None:
        why = f"Le téléphone standard ({number}) ne s’écrit pas +33 suivi de neuf chiffres"
        yield f"{why} : le régulateur ne verra pas ce numéro.", Spot("coordonnees", "phone")


def _one_number(facts: Facts) -> Iterator[Problem]:
    """FEATURES.md E.4, n° 5."""
    standard = e164(facts.sheet["coordonnees"].get("phone"))
    first = next((unit for unit in sent_units(facts) if unit.phones), None)
    if standard and first and first.phones[0] != standard:
        yield (
            f"Le régulateur ne verra pas le téléphone standard, mais celui de {facts.called(first)}, qui diffère.",
            Spot("contacts", "contacts", first.id),
        )


def _explained(facts: Facts) -> Iterator[Problem]:
    told = [unit for unit in facts.units if not is_blank(unit.sheet["conditions"].get("regulator_info"))]
    if facts.units and not told:
        yield (
            "Aucune information complémentaire : le régulateur ne lira ni autre numéro, ni consigne.",
            Spot("conditions", "regulator_info", facts.units[0].id),
        )


def _taken_part_in(facts: Facts) -> Iterator[Problem]:
    if not facts.effectors:
        yield "Aucun professionnel ne participe au SAS par cette CPTS : le régulateur n’y verra aucun effecteur.", None


_NOT_SHOWN = "le régulateur ne verra pas la CPTS."
_IN_ADDRESS = {"street": "voie ou lieu-dit", "postcode": "code postal", "city": "commune"}
_APART = {("contacts", "contacts"), ("zone", "communes")}

ESTABLISHMENT_RULES = (
    Rule("finess", "CPTS ouverte au répertoire FINESS, catégorie 604", "§5.3, S-142", Level.BLOCKING, _registered),
    Rule("name", "Nom officiel", "RG_EXP_002", Level.BLOCKING, _named),
    Rule("address", "Adresse postale complète", "§5.4, S-141", Level.BLOCKING, _addressed),
    Rule("switchboard", "Téléphone standard", "S-141, RG_EXP_002", Level.BLOCKING, _switchboard),
    Rule("units", "Au moins une unité décrite", "S-142", Level.BLOCKING, _has_units),
)
UNIT_RULES = (
    UnitRule("sensitive", "Unité visible du public", "§2.9", _public, beside=Level.INFO),
    UnitRule("complete", "Unité complète", "RG_EXP_002", _complete),
    UnitRule("phone", "Téléphone de l’unité, en accès libre", "§5.4, B-01", _phoned),
    UnitRule("zone", "Zone d’intervention en communes", "RG_EXP_009, S-141", _zoned),
)
QUALITY_RULES = (
    Rule("ceased", "Communes d’aujourd’hui", "RG_EXP_009", Level.WARNING, _zone_of_today),
    Rule("dialled", "Téléphone standard en +33", "§5.2", Level.WARNING, _dialled),
    Rule("freshness", "Informations de moins d’un an", "RE1.2 (§2.10)", Level.WARNING, _fresh),
    Rule("one-number", "Même numéro pour l’unité et le standard", "E.4 n° 5", Level.WARNING, _one_number),
    Rule("regulator-info", "Informations pour le régulateur", "S-144", Level.INFO, _explained),
    Rule("effectors", "Participation de professionnels au SAS", "S-151, §5.4", Level.INFO, _taken_part_in),
)
RULES: tuple[Rule | UnitRule, ...] = (*ESTABLISHMENT_RULES, *UNIT_RULES, *QUALITY_RULES)


def sent_units(facts: Facts) -> list[UnitFacts]:
    """Those that the platform receives."""
    return [unit for unit in facts.units if not any(True for rule in UNIT_RULES for _ in rule.look(facts, unit))]


def findings(facts: Facts) -> list[Finding]:
    """What is to be mended, in the order of the rules; nothing of it blocks: the regulators see the CPTS."""
    shown = bool(sent_units(facts))
    found = []
    for rule in RULES:
        if isinstance(rule, UnitRule):
            level = rule.beside if shown else Level.BLOCKING
            problems = [problem for unit in facts.units for problem in rule.look(facts, unit)]
        else:
            level, problems = rule.level, list(rule.look(facts))
        found += [Finding(rule.key, level, sentence, spot) for sentence, spot in problems]
    return found


def blocking(found: Collection[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.level is Level.BLOCKING]


# ── words ───────────────────────────────────────────────────────────────────


def _enumerate(names: list[str]) -> str:
    shown, more = names[:NAMED], len(names) - NAMED
    if more > 0:
        return f"{', '.join(shown)} et {more} autres"
    return " et ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
