"""The composer of a zone: communes by name, code, list, EPCI, canton, département; always kept as communes (B-04).

Every commune of the zone is a ticked box, so that what is sent is the whole zone, without JavaScript: a box that one
unticks leaves it. A button « Ajouter » shows the form again, with more boxes. What several communes may be meant by
is asked, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar, Self

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import SelectMultipleField

from app.blueprints.descriptions.forms.base import ADD, REMOVE, BoxForm, Pairs
from app.blueprints.descriptions.forms.fields import ChoiceField
from app.blueprints.descriptions.zone_board import ZoneBoard, sentences
from app.domain import zones
from app.domain.commune_lists import cut
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.values import Values, canonical
from app.domain.territories import CITY_OF
from app.domain.zones import Composed, Kind
from app.queries.groupings import communes_of
from app.queries.sheets import SheetRef
from app.queries.typed_communes import MOST_LINES, NamedPlace, TypedLine, places_named, read_communes
from app.queries.zone_changes import successors
from app.settings import current_settings
from app.web.forms import FreeTextField, TextLine
from app.web.french import plural
from app.web.register_fields import said_of

COMMUNE, LIST, PARTS, SUCCESSORS, UNTICKED = "commune", "liste", "arrondissements", "remplacement", "decochees"
"""Values of the buttons, besides the kinds of groupings; two are followed by the code they are about."""
LONGEST_LIST = 40_000
NOT_ADDED = "Vous avez choisi dans cette liste sans ajouter : appuyez sur « Ajouter », ou revenez à la ligne vide."
CHOOSE = "Choisissez dans la liste, puis appuyez de nouveau."


class ZoneForm(BoxForm):
    """`communes`: the zone; the other fields are ways to add to it."""

    KIND, KEY = SheetKind.UO, "zone"
    NAMES: ClassVar[dict[str, str]] = {"communes": "communes"}
    ROWS = frozenset({"communes"})
    NEEDED = frozenset({"communes"})
    ENTER_SAVES = False

    communes = SelectMultipleField("Communes de la zone", choices=[], validate_choice=False)
    commune = TextLine("Ajouter une commune", longest=120)
    liste = FreeTextField("Ajouter une liste de communes", longest=LONGEST_LIST)
    choix = SelectMultipleField("Communes à choisir", choices=[], validate_choice=False)
    epci = ChoiceField("Ajouter une intercommunalité (EPCI)")
    canton = ChoiceField("Ajouter un canton")
    departement = ChoiceField("Ajouter un département")

    def __init__(self, known: Values, typed: MultiDict[str, str] | None, published: Values, version: int) -> None:
        super().__init__(known, typed, published, version)
        self.finess = ""
        self.told: list[str] = []
        """What the button did, in sentences."""
        self.unclear: list[TypedLine] = []
        self.later = 0
        """Lines of the list beyond what is read at once."""
        self.codes = zones.settled(self.communes.data or ())
        self.button, _, self.about = self._pressed().partition(":")
        self.new_row = self.button  # the form shown again begins with what was pressed
        if typed is not None:
            self._compose()

    @classmethod
    def of(
        cls,
        values: Values,
        ref: SheetRef | None = None,
        *,
        version: int = 0,
        published: Values | None = None,
        typed: Pairs | None = None,
    ) -> Self:
        return super().of(values, ref, version=version, published=published, typed=typed)._among(ref)

    @classmethod
    def showing(cls, values: Values, ref: SheetRef | None = None, *, published: Values, version: int) -> Self:
        return super().showing(values, ref, published=published, version=version)._among(ref)

    def _among(self, ref: SheetRef | None) -> Self:
        """Of which CPTS it is: with EPCI and cantons around the zone, and every département."""
        self.finess = ref.finess if ref else ""
        near = self.board.groupings
        for kind in (Kind.EPCI, Kind.CANTON):
            labels = {one.code: f"{one.name} ({plural(one.count, 'commune')})" for one in near[kind]}
            self[kind.value].offer(labels, {}, f"– choisir : {kind.label} –")
        self.departement.offer(dict(self.board.departements_offered), {}, "– choisir : département –")
        return self

    # ── what it holds ──────────────────────────────────────────────────────

    @property
    def values(self) -> Values:
        return canonical(self.box, {"communes": self.codes})

    @property
    def only_rearranged(self) -> bool:
        return bool(self.button)

    @cached_property
    def board(self) -> ZoneBoard:
        """What is shown of the zone as composed."""
        return ZoneBoard(self.codes, frozenset(self.published.get("communes") or ()), self.finess)

    @property
    def unknown(self) -> list[TypedLine]:
        return [line for line in self.unclear if not line.places]

    @property
    def to_choose(self) -> list[tuple[TypedLine, list[tuple[NamedPlace, bool]]]]:
        """Lines that mean several communes, each with whether it is likely meant."""
        return [(line, [(one, line.likely(one)) for one in line.places]) for line in self.unclear if line.places]

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing that one wrote or chose is dropped unsaid when the zone is saved."""
        valid = bool(super().validate(extra_validators))
        if self.button:
            return valid
        for name, text in self._left_over():
            self[name].errors = [*self[name].errors, text]
            valid = False
        return valid

    def _left_over(self) -> Iterable[tuple[str, str]]:
        for kind in Kind:
            if self[kind.value].data:
                yield kind.value, NOT_ADDED
        lines = {name: [line for line in self.unclear if line.text in self.lines_of[name]] for name in (COMMUNE, LIST)}
        for name, unclear in lines.items():
            if unclear:
                many = f"{plural(len(unclear), 'ligne')} ne désignent pas une commune, voyez ci-dessous."
                yield name, said_of(unclear[0]) if len(unclear) == 1 else many
        if self.later:
            yield LIST, "La liste est longue : ajoutez-la en plusieurs fois avant d’enregistrer."

    # ── composing ──────────────────────────────────────────────────────────

    def _pressed(self) -> str:
        """`commune`, `epci`, `retirer-epci`, `arrondissements:13055`…; "" when the zone is saved."""
        if request.method != "POST":
            return ""
        removed = request.form.get(REMOVE)
        return f"{REMOVE}-{removed}" if removed else request.form.get(ADD, "")

    def _compose(self) -> None:
        """What was written is added whatever the button; what the button says is done then."""
        self._add_written()
        if self.button in list(Kind) or self.button in [f"{REMOVE}-{kind}" for kind in Kind]:
            self._add_grouping(Kind(self.button.removeprefix(f"{REMOVE}-")), leaving=self.button.startswith(REMOVE))
        elif self.button == PARTS:
            self._divide(self.about)
        elif self.button == SUCCESSORS:
            self._replace(self.about)

    def _add_written(self) -> None:
        """Communes that lines settle are added; the other lines stay in their field, to be settled."""
        one, many = (cut(self[name].data or "") for name in (COMMUNE, LIST))
        self.lines_of = {COMMUNE: one[:MOST_LINES], LIST: many[: max(MOST_LINES - len(one), 0)]}
        later = many[len(self.lines_of[LIST]) :]
        text = "\n".join([*self.lines_of[COMMUNE], *self.lines_of[LIST]])
        if not text:
            return
        ticked = frozenset(self.choix.data or ())
        lines = read_communes(text, current_settings().region_code)
        self.unclear = [line for line in lines if not line.chosen(ticked)]
        clear = [code for line in lines for code in line.chosen(ticked)]
        if clear:
            self._take(zones.add(self.codes, clear))
        left = {line.text for line in self.unclear}
        for name in (COMMUNE, LIST):
            rest = [line for line in self.lines_of[name] if line in left]
            self[name].data = self[name].typed = "\n".join([*rest, *later] if name == LIST else rest)
        if self.unclear:
            self.told.append(f"{plural(len(self.unclear), 'ligne à préciser', 'lignes à préciser')}, ci-dessous.")
        if later:
            self.told.append(f"{plural(len(later), 'ligne')} restent à lire : ajoutez de nouveau la liste.")
            self.later = len(later)

    def _add_grouping(self, kind: Kind, *, leaving: bool) -> None:
        field = self[kind.value]
        codes = communes_of(kind, field.data) if field.data else []
        if not codes:
            field.errors = [CHOOSE]
            return
        self._take(zones.remove(self.codes, codes) if leaving else zones.add(self.codes, codes))
        field.data = None

    def _divide(self, city: str) -> None:
        parts = [one.insee for one in places_named(part for part, whole in CITY_OF.items() if whole == city)]
        self.codes = zones.divide(self.codes, city, parts).codes
        self.told.append("La ville est remplacée par ses arrondissements : décochez ceux qui ne sont pas de la zone.")

    def _replace(self, gone: str) -> None:
        became = [place.insee for place in successors([gone])[gone]]
        self._take(zones.replace(self.codes, gone, became) if became else zones.remove(self.codes, [gone]))

    def _take(self, composed: Composed) -> None:
        self.codes = composed.codes
        self.told += sentences(composed)
