"""What can go wrong, in words a person can be shown (French). The web kit maps each to a status."""

from __future__ import annotations


class RelaisError(Exception):
    """Base of the errors a person is told about; `str(error)` is a French sentence."""


class NotAllowed(RelaisError):
    """403: the policy refuses. `permission` is the refused permission's value; the establishment, where it was."""

    def __init__(self, permission: str, establishment_finess: str | None = None) -> None:
        super().__init__("Vous n’avez pas le droit de faire cette action.")
        self.permission = permission
        self.establishment_finess = establishment_finess


class ImpossibleNow(RelaisError):
    """409: the state has moved on; the page shows the fresh one."""


class Invalid(RelaisError):
    """422: bad input. `fields` maps a form field to its sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields
