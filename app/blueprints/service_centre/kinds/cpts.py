"""The registration of a CPTS at the desk: what was asked, what is known around it, the pages that open (S-051)."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from app import clock
from app.blueprints.descriptions.forms.fields import PostcodeField
from app.blueprints.service_centre.kinds.desk import KindDesk
from app.domain.registrations import CptsDescription, aci_problem
from app.domain.requests import Kind
from app.models import Request
from app.policies.actor import Actor
from app.queries.registrations import establishments_of, neighbours, pending_with_finess
from app.queries.typed_communes import as_typed, places_named, read_communes
from app.settings import current_settings
from app.usecases.registrations import CptsPages, accept_cpts
from app.web.access import as_uuid, load_or_404
from app.web.forms import FreeLine, PhoneField, PortalForm
from app.web.french import phone_fr
from app.web.names import name_fr
from app.web.register_fields import CommuneField, DayField, FinessField, ZoneField
from app.working_days import day_of


class CptsPagesForm(PortalForm):
    nom = FreeLine("Nom de la CPTS", missing="Renseignez le nom de la CPTS.", longest=200)
    finess = FinessField("FINESS de l’établissement (EG)", missing="Renseignez le numéro de l’établissement.")
    finess_ej = FinessField("FINESS de l’entité juridique (EJ)", missing="Renseignez le numéro de l’entité juridique.")
    adresse = FreeLine("Numéro et voie", missing="Renseignez le numéro et la voie.", longest=200)
    code_postal = PostcodeField("Code postal", missing="Renseignez le code postal.", longest=5)
    ville = FreeLine("Ville", missing="Renseignez la ville.", longest=80)
    commune = CommuneField("Commune du siège", missing="Renseignez la commune du siège.")
    telephone = PhoneField("Téléphone standard", missing="Renseignez le téléphone standard.")
    zone = ZoneField("Communes de la zone d’intervention", missing="Indiquez au moins une commune.")
    aci_date = DayField("Date de signature de l’ACI", missing="Indiquez la date de signature de l’ACI.")

    def validate_aci_date(self, field: DayField) -> None:
        problem = aci_problem(field.day, day_of(clock.now()))
        if problem:
            raise ValidationError(problem)

    def pages(self) -> CptsPages:
        assert self.aci_date.day is not None  # noqa: S101 – a valid form has it
        return CptsPages(
            finess=self.finess.data or "",
            legal_entity_finess=self.finess_ej.data or "",
            name=self.nom.data or "",
            street=self.adresse.data or "",
            postcode=self.code_postal.data or "",
            city=self.ville.data or "",
            commune_insee=self.commune.insee,
            phone=self.telephone.data or "",
            zone=self.zone.codes,
            aci_signed_on=self.aci_date.day,
        )


def prefill(request: Request) -> dict[str, Any]:
    told = CptsDescription.from_details(request.details)
    seat = read_communes(f"{told.postcode} {told.city}", current_settings().region_code)
    only = [one for line in seat[:1] for one in line.places]
    return {
        "nom": told.name,
        "finess": told.finess,
        "adresse": told.street,
        "code_postal": told.postcode,
        "ville": told.city,
        "commune": f"{only[0].name} ({only[0].insee})" if len(only) == 1 else told.city,
        "telephone": phone_fr(told.phone) if told.phone else None,
        "zone": as_typed(told.zone),
        "aci_date": told.aci_signed_on,
    }


def context(request: Request) -> dict[str, Any]:
    told = CptsDescription.from_details(request.details)
    return {
        "told": told,
        "zone": places_named(told.zone),
        "held": [] if request.establishment_finess else establishments_of(told.finess),
        "same_number": pending_with_finess(told.finess, besides=request) if told.finess else [],
        "neighbours": [] if request.establishment_finess else neighbours(told.zone),
    }


def accept(actor: Actor, request: Request, form: CptsPagesForm) -> str:
    establishment = accept_cpts(actor, request, pages=form.pages())
    return f"La page de la {name_fr(establishment.name)} est publiée. La personne en est informée par courriel."


def president_told(request_id: str, finess: str) -> dict[str, str]:
    """What the registration that opened the pages of that CPTS says of who presides: to be checked like any claim."""
    request: Request | None = load_or_404(Request, as_uuid(request_id)) if request_id else None
    if request is None or request.kind != Kind.CPTS or request.establishment_finess != finess:
        return {}
    told = CptsDescription.from_details(request.details)
    known = {
        "nom": told.president_family_name,
        "prenom": told.president_given_name,
        "email": told.president_email,
    }
    return {name: value for name, value in known.items() if value}


CPTS = KindDesk(
    panel="service_centre/kinds/cpts.html",
    form=CptsPagesForm,
    accept=accept,
    context=context,
    prefill=prefill,
    fields="service_centre/kinds/cpts_fields.html",
    title="Enregistrer la CPTS",
    button="Publier la page",
)
