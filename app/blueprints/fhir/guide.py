"""`/fhir` itself: the page for people, made of the table that reads the searches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template

from app import clock
from app.blueprints.fhir.writing import base
from app.domain.fhir_parameters import COMMON, OWN, Include, Of, Parameter, ResourceType, includes_from, includes_to
from app.domain.fhir_search import DEFAULT_COUNT, MOST_COUNT, TRUNCATED_AT, Sort
from app.queries.fhir_search import example
from app.settings import current_settings
from app.working_days import day_of

KINDS = {Of.TOKEN: "code", Of.STRING: "texte", Of.DATE: "date", Of.REFERENCE: "référence"}
TOLD = {
    ResourceType.ORGANIZATION: "Entités juridiques, et établissements (dont les CPTS), reliés par partOf.",
    ResourceType.SERVICE: "Unités (offres opérationnelles) : activité, contacts, horaires, zone d’intervention.",
    ResourceType.LOCATION: "Lieux des établissements et des unités.",
    ResourceType.ROLE: "Un professionnel dans une unité.",
    ResourceType.PRACTITIONER: "Professionnels qui ont choisi de paraître.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    name: str
    told: str
    parameters: tuple[Parameter, ...]
    includes: list[Include]
    reverse: list[Include]


def page() -> str:
    return render_template(
        "fhir/page.html",
        address=base(),
        generation=current_settings().fhir_generation,
        example=example(),
        since=day_of(clock.now()) - timedelta(days=7),
        kinds=KINDS,
        common=COMMON,
        sorts=list(Sort),
        resources=[Shown(one.value, TOLD[one], OWN[one], includes_from(one), includes_to(one)) for one in ResourceType],
        default=DEFAULT_COUNT,
        most=MOST_COUNT,
        truncated=TRUNCATED_AT,
    )
