"""Hours of an offre: days of the week, periods, and what kind of hours they are (RG_EXP_014 to 018); pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.integrations.ror_fhir import systems
from app.integrations.ror_fhir.elements import Element, concept, extension, filled

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def available_time(line: Mapping[str, Any]) -> Element:
    """The day twice: the extension is what the ROR reads first, `daysOfWeek` what every FHIR client knows."""
    day, period = line.get("day"), filled(start=line.get("from"), end=line.get("to"))
    told = [extension(systems.HOURS_DAY, valueInteger=day)] if day else []
    told += [extension(systems.HOURS_PERIOD, valuePeriod=period)] if period else []
    told += [extension(systems.HOURS_TYPE, valueCodeableConcept=concept(systems.HOURS_TYPES, line["type"]))]
    return filled(
        extension=told,
        daysOfWeek=[WEEKDAYS[day - 1]] if day else None,
        availableStartTime=_time(line.get("start")),
        availableEndTime=_time(line.get("end")),
    )


def is_past(line: Mapping[str, Any], today: date) -> bool:
    """RG_EXP_018: a period that ended must not be transmitted."""
    end = line.get("to")
    return end is not None and date.fromisoformat(end) < today


def _time(told: str | None) -> str | None:
    return f"{told}:00" if told else None
