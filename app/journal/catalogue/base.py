"""What every event carries."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    name: ClassVar[str]
    announced: ClassVar[bool] = True
    """Whether somebody is told by mail (an outbox row is written with the entry)."""

    actor: str
    subject: str
    concerned: str | None = None
    establishment_finess: str | None = None
    reason: str | None = None
    on_behalf_of: str | None = None
    """Reference of the person or request for whom an agent acted (« pour le compte de »)."""

    @property
    def chain(self) -> str:
        return f"e:{self.establishment_finess}" if self.establishment_finess else "system"

    def body(self) -> dict[str, Any]:
        return asdict(self)
