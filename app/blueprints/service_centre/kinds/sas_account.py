"""An account on the SAS platform: opened there, recorded here (S-155, S-162)."""

from __future__ import annotations

from app.blueprints.service_centre.kinds.desk import KindDesk
from app.models import Request
from app.policies.actor import Actor
from app.usecases.sas_accounts import record_sas_account
from app.web.forms import Declaration, PortalForm


class CreatedForm(PortalForm):
    cree = Declaration(
        "Le compte est créé sur la plateforme SAS, avec cette adresse.",
        missing="Créez d’abord le compte sur la plateforme SAS, puis cochez cette case.",
    )


def _accept(actor: Actor, request: Request, _form: CreatedForm) -> None:
    record_sas_account(actor, request)


SAS_ACCOUNT = KindDesk(
    panel="service_centre/kinds/sas_account.html",
    form=CreatedForm,
    accept=_accept,
    title="Compte créé",
    button="Compte créé\u00a0: envoyer le courriel de bienvenue",
    done="Compte créé. Le courriel de bienvenue est envoyé.",
)
