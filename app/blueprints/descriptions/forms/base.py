"""What the form of every box shares: filled from the catalogue's values, rows without JavaScript, erasures confirmed.

Direct edit and dossiers use the same forms. A scalar field that a POST does not carry keeps its value: only a field
sent empty is a blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from flask import abort, request
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, HiddenField, SelectMultipleField
from wtforms import Form as RowForm

from app.domain.errors import Invalid
from app.domain.sheets.catalogue import BOXES, Box, Field, SheetKind
from app.domain.sheets.rules import required_to_publish
from app.domain.sheets.values import Values, canonical, is_blank
from app.queries.nomenclatures import codes_and_labels
from app.queries.sheets import SheetRef
from app.usecases.sheet_steps import CONFIRM_ERASING
from app.web.forms import PortalForm

Pairs = list[tuple[str, str]]
Codes = Mapping[str, Mapping[str, str]]
"""System → code → label."""
ADD, REMOVE = "ajouter", "retirer"
"""Names of the buttons of rows; their value is the name of the list, or of the row."""
LONGEST_NAME = 60
NEVER_KEPT = frozenset({"csrf_token", "version", "depart", "conflit", "retour", ADD, REMOVE})
"""What a draft does not hold."""


class Row(RowForm):
    """One line of a repeated group: it has no token of its own."""

    class Meta(RowForm.Meta):  # type: ignore[misc]
        locales = ("fr",)

    @property
    def empty(self) -> bool:
        """Nothing was typed in it: it is not kept."""
        return False


class BoxForm(PortalForm):
    """The form of one box. `NAMES`: key of the catalogue → field of the form."""

    KIND: ClassVar[SheetKind]
    KEY: ClassVar[str]
    NAMES: ClassVar[dict[str, str]] = {}
    ROWS: ClassVar[frozenset[str]] = frozenset()
    """Fields of the form whose rows the POST gives whole."""
    SYSTEMS: ClassVar[tuple[str, ...]] = ()
    """Nomenclatures that its lists offer."""
    ENTER_SAVES: ClassVar[bool] = True
    """Whether Enter in a field means « Enregistrer » rather than the first button of the fields."""
    NEEDED: ClassVar[frozenset[str]] = frozenset()
    """Keys without which nothing of the box is saved directly (a dossier may wait)."""

    version = HiddenField()
    effacer = SelectMultipleField(choices=[], validate_choice=False)

    def __init__(self, known: Values, typed: MultiDict[str, str] | None, published: Values, version: int) -> None:
        self.known, self.published = known, published
        self.to_erase: list[Field] = []
        self.new_row = ""
        told = {name: value for name, value in self.filled(known).items() if typed is None or name not in self.ROWS}
        super().__init__(formdata=typed, data={"version": str(version)} | told)
        for key, name in self.NAMES.items():
            if key in self.NEEDED or self.box.field(key).required:
                self[name].flags.required = self[name].flags.starred = True
        self._add_rows(typed)
        if self.SYSTEMS:
            self.offer(*codes_and_labels(*self.SYSTEMS))

    @classmethod
    def of(
        cls,
        values: Values,
        _ref: SheetRef | None = None,
        *,
        version: int = 0,
        published: Values | None = None,
        typed: Pairs | None = None,
    ) -> Self:
        """Filled from `typed` (a draft), else from the POST, else from `values`. `published`: what is set for good."""
        return cls(values, _tidied(typed), values if published is None else published, version)

    @classmethod
    def showing(cls, values: Values, _ref: SheetRef | None = None, *, published: Values, version: int) -> Self:
        """Filled from `values` whatever was sent: the two sides of a conflict, merged."""
        return cls(values, None, published, version)

    # ── what it holds ──────────────────────────────────────────────────────

    @property
    def box(self) -> Box:
        return next(box for box in BOXES[self.KIND] if box.key == self.KEY)

    def filled(self, values: Values) -> dict[str, Any]:
        """Data of each field of the form."""
        return {name: values.get(key) for key, name in self.NAMES.items()}

    @property
    def values(self) -> Values:
        """Every field of the box, canonical; those that the form does not edit as they were known."""
        return self._told({key: self[name].data for key, name in self.NAMES.items()})

    def _told(self, values: Values) -> Values:
        """Canonical; a text whose spaces alone were tidied (« 17 h ») is not a change."""
        kept = {key: self.known[key] for key, value in values.items() if _same_words(value, self.known.get(key))}
        return canonical(self.box, self.known | values | kept)

    @property
    def seen(self) -> int:
        """The version of the box that the person had in front of them; a forged one is a bad request."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else abort(400)

    @property
    def erase(self) -> frozenset[str]:
        return frozenset(self.effacer.data or ())

    def offer(self, codes: Codes, labels: Codes) -> None:
        """Fill the lists; `labels` also name the codes that are over."""

    # ── what is wrong with it ──────────────────────────────────────────────

    def refuse(self, error: Invalid) -> None:
        """Next to the field; an erasure that nobody confirmed is also offered to be (`to_erase`)."""
        self.to_erase = [self.box.field(key) for key, text in error.fields.items() if text == CONFIRM_ERASING]
        super().refuse(Invalid({self.NAMES.get(key, key): text for key, text in error.fields.items()}))

    def is_complete(self) -> bool:
        """Whether nothing of NEEDED lacks where nothing was; says it next to the field otherwise."""
        missing = {
            finding.field: finding.sentence
            for finding in required_to_publish(self.KIND, {self.KEY: self.values}, {})
            if finding.box == self.KEY and finding.field in self.NEEDED and is_blank(self.known.get(finding.field))
        }
        self.refuse(Invalid(missing))
        return not missing

    # ── rows ───────────────────────────────────────────────────────────────

    @property
    def only_rearranged(self) -> bool:
        """A button of a row was pressed: show the form again, save nothing."""
        return request.method == "POST" and (ADD in request.form or REMOVE in request.form)

    def _add_rows(self, typed: MultiDict[str, str] | None) -> None:
        wanted = set(typed.getlist(ADD)) if typed else set()
        for rows in list(_lists(self)):
            if rows.name in wanted and (rows.max_entries is None or len(rows.entries) < rows.max_entries):
                self.new_row = rows.append_entry().name


def draft_of(typed: MultiDict[str, str]) -> Pairs:
    """What a POST holds that a draft may keep."""
    return [(name, value) for name, value in typed.items(multi=True) if name not in NEVER_KEPT]


def _same_words(told: Any, known: Any) -> bool:
    return isinstance(told, str) and isinstance(known, str) and told.split() == known.split()


def _tidied(typed: Pairs | None) -> MultiDict[str, str] | None:
    """The POST (or a draft) without the rows to remove and without names that are no field's."""
    if typed is not None:
        sent = MultiDict((str(name), str(value)) for name, value in typed)
    elif request.method == "POST":
        sent = MultiDict(request.form)
    else:
        return None
    removed = tuple(f"{row}-" for row in sent.getlist(REMOVE) if row)
    return MultiDict(
        (name, value)
        for name, value in sent.items(multi=True)
        if name.isascii() and len(name) <= LONGEST_NAME and not (removed and name.startswith(removed))
    )


def _lists(form: RowForm) -> Iterator[Any]:
    for field in form:
        if isinstance(field, FieldList):
            yield field
            for entry in field.entries:
                if isinstance(entry, FormField):
                    yield from _lists(entry.form)
