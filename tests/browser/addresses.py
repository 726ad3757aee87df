"""The addresses of places.py that hold a key or a token, and the states of the demonstration that are made for them."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import Purpose, claim_token, issue, recognition_token, token_of, tracking_token
from app.domain.requests import Kind, Status
from app.models import (
    Account,
    Affiliation,
    Dossier,
    DossierSheet,
    Establishment,
    Mandate,
    OneTimeLink,
    Participation,
    PortalBanner,
    PortalDocument,
    PortalTile,
    Request,
    Unit,
)
from app.models.establishment import CPTS_CATEGORY
from app.policies.actor import ANONYMOUS
from app.queries.successions import notices
from app.usecases.requests import Submission, submit_request
from app.usecases.review_rounds import open_reviews
from app.usecases.successions import open_successions
from tests.browser.places import COMTAT, LEAVER, PRESIDENT, PROFESSIONAL, REFERENT, SECOND_REFERENT, STATES
from tests.factories import identity_claim, ledger_message, suspension


def addresses() -> dict[str, str]:
    """The addresses that hold a key or a token of this database."""
    session = db.session()
    found = {
        "unit": f"/unites/{session.scalars(sa.select(Unit.id).where(Unit.establishment_finess == COMTAT)).one()}",
        "hospital": f"/etablissements/{_hospital()}",
        "lost_factor": f"/centre/comptes/{_account(PROFESSIONAL).id}/second-facteur",
        "leave": f"/rattachements/{_affiliation(PROFESSIONAL)}/fin",
        "withdrawal": f"/participations/{_participation(PRESIDENT)}/retrait",
        "end_mandate": f"/mandats/{_mandate(REFERENT)}/fin",
        "desk_person": f"/centre/personnes/{_account(PRESIDENT).person_id}",
        **_on_behalf(),
        "end_presidency": f"/centre/mandats/{_mandate(PRESIDENT)}/fin",
        "confirm_presidency": f"/centre/mandats/{_mandate(PRESIDENT)}/confirmation",
        **_links(),
        **_registrations(),
        **_contents(),
        **_asked(),
        **_changes(),
        **_sent_dossiers(),
        "sent_state": _sent_state(),
    }
    for state in STATES:
        where = (Request.establishment_finess == COMTAT, Request.kind == "affiliation", Request.status == state)
        asked = session.scalars(sa.select(Request).where(*where).order_by(Request.submitted_at.desc())).first()
        assert asked is not None, f"no {state} request in the demonstration"
        found[f"desk_{state}"] = f"/centre/demandes/{asked.id}"
        found[f"tracking_{state}"] = f"/suivi/{tracking_token(asked.id, asked.tracking_generation)}"
        if state == "submitted":
            found |= {"refuse": f"/demandes/{asked.id}/refuser", "complete": f"/demandes/{asked.id}/completer"}
    session.commit()
    return found


def _sent_dossiers() -> dict[str, str]:
    """A draft, those that wait for a presidency, and for the service centre."""
    found = {one.status: one.id for one in db.session().scalars(sa.select(Dossier))}
    unit = sa.select(DossierSheet.id).where(DossierSheet.dossier_id == found["draft"], DossierSheet.kind == "uo")
    draft = f"/dossiers/{found['draft']}"
    return {
        "dossier_draft": draft,
        "dossier_unit": f"{draft}/fiches/{db.session().scalars(unit).first()}",
        "dossier_to_approve": f"/dossiers/{found['to_approve']}/valider",
        "dossier_to_review": f"/centre/dossiers/{found['to_review']}",
    }


def _sent_state() -> str:
    """A change of number that the SAS refused."""
    session = db.session()
    place, now = session.get_one(Establishment, COMTAT), clock.now()
    ledger_message(session, place, payload='{"phones":["+33465710110"]}', accepted_at=now, attempts=1)
    refused = {"refused_at": now, "refusal": "La plateforme refuse le contenu de cet envoi (422).", "attempts": 2}
    changed = ledger_message(session, place, version=2, payload='{"phones":["+33465710111"]}', **refused)
    return f"/centre/registre-des-envois/{changed.id}"


def _changes() -> dict[str, str]:
    """A review is open, a référent was suspended by one before, somebody claims the presidency."""
    session = db.session()
    open_reviews()
    paused = suspension(session, session.get_one(Mandate, _mandate(SECOND_REFERENT)))
    person = {"family_name": "Roumieux", "given_name": "Élise", "email": "elise.roumieux@soins.example"}
    details = {"assembly_on": "2026-09-12", "minutes": "PV du 12 septembre 2026"}
    place = session.get_one(Establishment, COMTAT)
    claim = submit_request(ANONYMOUS, place, Submission(kind=Kind.PRESIDENCY, **person, details=details))
    open_successions()
    (notice,) = notices(claim.id)
    return {"lift": f"/suspensions/{paused.id}/fin", "succession": f"/successions/{notice.id}"}


def _asked() -> dict[str, str]:
    """A request of each kind that a form of the portal makes: its tracking page, and the one where it is decided."""
    place = db.session().get_one(Establishment, COMTAT)
    unit = db.session().scalars(sa.select(Unit.id).where(Unit.establishment_finess == COMTAT)).first()
    values = {"champ": "telephone", "avant": {"phone": place.phone}, "propose": {"phone": "+33465710099"}}
    person = {"family_name": "Perrin", "given_name": "Thomas", "phone": "+33639980042"}
    details: dict[Kind, dict[str, Any]] = {
        Kind.CORRECTION: {"details": {**values, "affiche": "04 65 71 01 10", "valeur": "04 65 71 00 99"}},
        Kind.SAS_ACCOUNT: {"details": {"profil": "SAS - Gestionnaire de structure", "territoire": "Vaucluse (84)"}},
        Kind.ACCOUNT: {"unit_id": unit, "profession_label": "Infirmier", "function": "Infirmière libérale"},
        Kind.REPORT: {
            "details": {"recherche": "comtta", "filtres": "onglet=unites"},
            "came_from": "/recherche?q=comtta",
        },
    }
    found = {}
    for kind, more in details.items():
        about = {"subject": "Téléphone standard", "message": "Affiché sur la porte du cabinet."}
        made = submit_request(ANONYMOUS, place, Submission(kind=kind, email=LEAVER, **person, **about, **more))
        found[f"desk_{kind}"] = f"/centre/demandes/{made.id}"
        found[f"tracking_{kind}"] = f"/suivi/{tracking_token(made.id, made.tracking_generation)}"
        found[f"decide_{kind}"] = f"/demandes/{made.id}"
    first = sa.select(Request.id).where(Request.kind == "affiliation", Request.status == "submitted")
    asked = db.session().scalars(first.where(Request.person_id.is_(None))).first()
    assert asked is not None, "no request of somebody without an account in the demonstration"
    return {**found, "recognition": f"/c-est-vous/{recognition_token(asked, _account(LEAVER).id)}"}


def _on_behalf() -> dict[str, str]:
    path, who = f"/centre/cpts/{COMTAT}/pour-le-compte", f"?pour=person:{_account(PRESIDENT).person_id}"
    pages = {"desk_behalf": "", "desk_contact_for": "/coordonnees", "desk_request_for": "/demande"}
    return {name: f"{path}{page}{who}" for name, page in pages.items()}


def _contents() -> dict[str, str]:
    """What the service centre of the demonstration has put in the portal."""
    session = db.session()
    return {
        name: f"/centre/contenus/{path}/{session.scalars(sa.select(model.id)).first()}"
        for name, path, model in (
            ("tile", "tuiles", PortalTile),
            ("banner", "bandeaux", PortalBanner),
            ("document", "documents", PortalDocument),
        )
    }


def _registrations() -> dict[str, str]:
    """A registration that waits for its ACI, one to decide, and somebody who asks to preside."""
    details = {
        "name": "CPTS du Pays d’Essai",
        "finess": "840029995",
        "street": "12 rue du Stade",
        "postcode": "84400",
        "city": "Apt",
        "phone": "+33465719910",
        "zone": ["84003", "84031"],
    }
    cpts = {"kind": Kind.CPTS, "email": "coordination@essai.example", "subject": details["name"]}
    waiting = submit_request(ANONYMOUS, None, Submission(**cpts, details=details, status=Status.ACI_AWAITED))
    signed = {**details, "aci_signed_on": "2025-03-12", "president_family_name": "Roux"}
    decidable = submit_request(ANONYMOUS, None, Submission(**cpts, details=signed))
    presides = submit_request(
        ANONYMOUS,
        db.session().get_one(Establishment, COMTAT),
        Submission(
            kind=Kind.PRESIDENCY,
            email="paul.garnier@essai.example",
            family_name="Garnier",
            given_name="Paul",
            phone="+33639980042",
            profession_code="10",
            profession_label="Médecin",
            rpps="10999790016",
            details={"assembly_on": "2026-09-12", "minutes": "PV du 12/09"},
        ),
    )
    return {
        "tracking_cpts": f"/suivi/{tracking_token(waiting.id, 1)}",
        "tracking_presidency": f"/suivi/{tracking_token(presides.id, 1)}",
        "desk_cpts": f"/centre/demandes/{decidable.id}",
        "desk_cpts_aci": f"/centre/demandes/{waiting.id}",
        "desk_presidency": f"/centre/demandes/{presides.id}",
    }


def _links() -> dict[str, str]:
    """A nomination that waits, and links of the kinds that the story has already used up."""
    session = db.session()
    waiting = sa.select(OneTimeLink.id).where(OneTimeLink.purpose == "nomination", OneTimeLink.used_at.is_(None))
    nomination = session.scalars(waiting.order_by(OneTimeLink.created_at.desc())).first()
    invited = session.scalars(sa.select(Account.id).where(Account.status == "invited")).first()
    used = sa.select(OneTimeLink.id).where(OneTimeLink.purpose == "activation", OneTimeLink.used_at.is_not(None))
    activation = issue(Purpose.ACTIVATION, account_id=invited)
    reset = issue(Purpose.PASSWORD_RESET, account_id=_account(LEAVER).id)
    claim, opening = identity_claim(session), issue(Purpose.NEW_ACCOUNT)
    new_email = issue(Purpose.NEW_EMAIL, account_id=_account(LEAVER).id)
    opening.email, new_email.email = "neuve@soins.example", "olivier.autre@soins.example"
    return {
        "nomination": _invitation(nomination, Purpose.NOMINATION),
        "activation": _invitation(activation.id, Purpose.ACTIVATION),
        "gone": _invitation(session.scalars(used).first(), Purpose.ACTIVATION),
        "claim": f"/connexion/pro-sante-connect/compte/{claim_token(claim.id)}",
        "identity_confirmation": f"/connexion/pro-sante-connect/confirmation/{token_of(opening.id, 'new_account')}",
        "new_email": f"/mon-compte/adresse/{token_of(new_email.id, Purpose.NEW_EMAIL)}",
        "reset": f"/mot-de-passe/{token_of(reset.id, Purpose.PASSWORD_RESET)}",
    }


def _invitation(link_id: uuid.UUID | None, purpose: Purpose) -> str:
    assert link_id is not None, f"no link for {purpose}"
    return f"/invitations/{token_of(link_id, purpose)}"


def _account(email: str) -> Account:
    return db.session().scalars(sa.select(Account).where(Account.email == email)).one()


def _mandate(email: str) -> uuid.UUID:
    held = sa.select(Mandate.id).where(Mandate.person_id == _account(email).person_id, Mandate.ended_at.is_(None))
    return db.session().scalars(held).one()


def _participation(email: str) -> uuid.UUID:
    own = Participation.person_id == _account(email).person_id
    return db.session().scalars(sa.select(Participation.id).where(own, Participation.ended_at.is_(None))).one()


def _affiliation(email: str) -> uuid.UUID:
    held = sa.select(Affiliation.id).where(Affiliation.person_id == _account(email).person_id)
    return db.session().scalars(held.where(Affiliation.ended_at.is_(None))).one()


def _hospital() -> str:
    found = db.session().scalars(sa.select(Establishment.finess).where(Establishment.category_code != CPTS_CATEGORY))
    return found.first() or ""
