"""Every page that a person of the demonstration can open, with the states worth a look."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import db
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
from tests.factories import identity_claim, suspension

VISITOR = ""
PROFESSIONAL, LEAVER = "sophie.marchal@soins.example", "olivier.tessier@soins.example"
REFERENT, PRESIDENT = "claire.daumas@cpts-comtat.example", "helene.vasseur@cpts-comtat.example"
SECOND_REFERENT = "karim.bensalem@cpts-comtat.example"
AGENT = "nadia.ferrero@centre-de-services.example"
DESCRIBING = "solange.faucon@cpts-sisteron.example"
DOSSIER_PRESIDENT = "chiara.giordano@cpts-baous.example"
DRAFTER = "solange.faucon@cpts-sisteron.example"
COMTAT, OUVEZE = "840021281", "840971063"
STATES = ("submitted", "info_needed", "accepted", "refused", "cancelled", "expired")
SEND = "main form[method=post]:not([hx-post*=accepter]) button:not([type=button])"


@dataclass(frozen=True)
class Place:
    """An address, who opens it, its status; `press`: what is then clicked, `write`: what is typed in the search."""

    name: str
    path: str
    who: str = VISITOR
    status: int = 200
    press: str = ""
    write: str = ""
    shows: str = "main"

    def __str__(self) -> str:
        return f"{self.name}-as-{self.who.partition('@')[0]}" if self.who else self.name


def refused(name: str, path: str, who: str = VISITOR, press: str = SEND) -> Place:
    """A form sent empty."""
    return Place(f"{name}-refused", path, who, press=press, shows="[aria-invalid=true]")


def dialog(name: str, path: str, who: str, press: str) -> Place:
    return Place(f"{name}-dialog", path, who, press=press, shows="dialog[open] h2")


def search(name: str, question: str, **values: Any) -> Place:
    return Place(f"results-{name}", f"/recherche?{question}", **values)


CPTS = f"/etablissements/{COMTAT}"
CONFIRM = f"/connexion/confirmer?acte=mandate:nominate_referent/{COMTAT}&next=/mes-roles"
INBOX, CHAIN, CONTACT = f"{CPTS}/demandes", f"{CPTS}/referents", f"{CPTS}/coordonnees"

PUBLIC = [
    Place("home", "/"),
    Place("home-suggestions", "/", write="comtat", shows="#q-liste [role=option]"),
    search("none-asked", "q="),
    search("comtat", "q=comtat"),
    search("tab", "q=comtat&onglet=unites"),
    search("postcode", "q=84200"),
    search("sorted", "q=cpts&tri=nom"),
    search("second-page", "q=cpts&page=2"),
    search("close", "q=comtta"),
    search("widened", "q=comtat+venaissin&elargir=mots"),
    search("nothing", "q=xyzxyzxyz"),
    search("professionals", "q=martin&onglet=professionnels"),
    Place("suggestions-page", "/recherche/suggestions?q=comtat"),
    Place("directory", "/repertoire"),
    Place("directory-open", f"/repertoire?type=MSS&dept=84&open={COMTAT}", PRESIDENT, press=f"#eg-{COMTAT} summary"),
    Place("directory-filtered", "/repertoire?filtre=comtat&par=entite"),
    Place("establishment", CPTS),
    Place("establishment-without-president", f"/etablissements/{OUVEZE}"),
    Place("establishment-not-a-cpts", "{hospital}"),
    Place("unit", "{unit}"),
    Place("zone-composer", "{unit}/encadres/zone", PRESIDENT),
    Place("communes-suggested", "/communes/suggestions?commune=carp"),
    Place("commune", "/communes/84031"),
    Place("commune-without-cpts", "/communes/04209"),
    Place("ask", f"{CPTS}/rattachement"),
    refused("ask", f"{CPTS}/rattachement"),
    *(Place(f"tracking-{state}", f"{{tracking_{state}}}") for state in STATES),
    refused("answer", "{tracking_info_needed}"),
    Place("cancel", "{tracking_submitted}/annulation"),
    Place("nomination", "{nomination}"),
    refused("nomination", "{nomination}", press="[value=accepter]"),
    Place("activation", "{activation}"),
    refused("activation", "{activation}"),
    Place("activation-gone", "{gone}", status=410),
    Place("invitation-unknown", "/invitations/nothing", status=404),
    Place("sign-in", "/connexion"),
    refused("sign-in", "/connexion"),
    Place("forgot", "/mot-de-passe-oublie"),
    refused("forgot", "/mot-de-passe-oublie"),
    Place("link-sent", "/mot-de-passe-oublie/envoye"),
    Place("identity-claim", "{claim}"),
    refused("identity-claim", "{claim}"),
    Place("identity-confirmation", "{identity_confirmation}"),
    Place("identity-gone", "/connexion/pro-sante-connect/confirmation/nothing", status=404),
    Place("new-email-confirmation", "{new_email}"),
    Place("reset", "{reset}"),
    refused("reset", "{reset}"),
    *(
        Place(path.strip("/").replace("/", "-"), path)
        for path in (
            "/comprendre",
            "/aide",
            "/aide/droits",
            "/aide/role-referent",
            "/aide/par-ou-commencer",
            "/aide/presidence",
            "/aide/compte-sas",
            "/documents",
            "/contact",
            "/accessibilite",
            "/mentions-legales",
            "/donnees-personnelles",
            "/conditions",
            "/plan-du-site",
        )
    ),
    Place("error-404", "/nulle-part", status=404),
    *(Place(f"error-{status}", f"/panne/{status}", status=status) for status in (400, 405, 409, 413, 429, 500, 503)),
]
SIGNED_IN = [
    Place("home", "/", PROFESSIONAL),
    Place("my-roles", "/mes-roles", PROFESSIONAL),
    Place("my-roles-ended", "/mes-roles", LEAVER),
    Place("my-roles", "/mes-roles", PRESIDENT),
    Place("my-account", "/mon-compte", PROFESSIONAL),
    Place("my-data", "/mon-compte/donnees", PROFESSIONAL),
    Place("my-data", "/mon-compte/donnees", PRESIDENT),
    Place("correct", "/mon-compte/donnees/corriger", PROFESSIONAL),
    Place("new-email", "/mon-compte/donnees/adresse", PROFESSIONAL),
    refused("new-email", "/mon-compte/donnees/adresse", PROFESSIONAL),
    Place("erase", "/mon-compte/donnees/effacer", PROFESSIONAL),
    refused("erase", "/mon-compte/donnees/effacer", PROFESSIONAL),
    Place("erase-in-office", "/mon-compte/donnees/effacer", PRESIDENT),
    refused("my-account", "/mon-compte", PROFESSIONAL, press="form[action$=mot-de-passe] button[type=submit]"),
    Place("my-account-protected", "/mon-compte", AGENT),
    Place("confirm-identity", CONFIRM, PRESIDENT),
    refused("confirm-identity", CONFIRM, PRESIDENT),
    Place("add-passkey", "/mon-compte/cles/nouvelle", PROFESSIONAL),
    Place("recovery-codes-proof", "/mon-compte", AGENT, press="form[action$=codes-de-secours] button", shows="#prove"),
    Place("leave", "{leave}", PROFESSIONAL),
    refused("leave", "{leave}", PROFESSIONAL),
    Place("error-403", INBOX, PROFESSIONAL, status=403),
]
OFFICE = [
    Place("establishment", CPTS, REFERENT),
    Place("unit", "{unit}", REFERENT),
    Place("box-contacts", "{unit}/encadres/contacts", REFERENT, press="[name=ajouter][value=contacts]"),
    Place("box-activities", "{unit}/encadres/activites", REFERENT, press="[name=liste][value=supprimer]"),
    Place("box-hours", "{unit}/encadres/horaires", REFERENT, press="[name=ajouter][value=plages]"),
    Place("box-type", "{unit}/encadres/offre", REFERENT),
    Place("my-establishment", "/mon-etablissement", REFERENT),
    Place("contact", CONTACT, REFERENT),
    *(
        Place(f"inbox-{tab}", f"{INBOX}?etat={tab}", REFERENT)
        for tab in ("a-traiter", "en-attente", "acceptees", "refusees")
    ),
    Place("refuse", "{refuse}", REFERENT),
    refused("refuse", "{refuse}", REFERENT),
    dialog("refuse", INBOX, REFERENT, "[hx-get$=refuser] >> nth=0"),
    Place("complete", "{complete}", REFERENT),
    refused("complete", "{complete}", REFERENT),
    dialog("complete", INBOX, REFERENT, "[hx-get$=completer] >> nth=0"),
    Place("chain", CHAIN, REFERENT),
    Place("establishment", CPTS, PRESIDENT),
    Place("chain", CHAIN, PRESIDENT),
    refused("chain", CHAIN, PRESIDENT, press="#nomination button[type=submit]:has-text('Nommer')"),
    Place("end-mandate", "{end_mandate}", PRESIDENT),
    refused("end-mandate", "{end_mandate}", PRESIDENT),
    dialog("end-mandate", CHAIN, PRESIDENT, "#referents [hx-get$=fin] >> nth=0"),
    Place("end-affiliation", "{leave}", PRESIDENT),
]
CENTRE = [
    Place("desk", "/centre", AGENT),
    *(Place(f"desk-{tab}", f"/centre?etat={tab}", AGENT) for tab in ("en-attente", "a-suivre", "closes")),
    Place("desk-nothing", "/centre?q=xyzxyz", AGENT),
    Place("dossiers", "/dossiers", DRAFTER),
    Place("dossier", "{dossier_draft}", DRAFTER),
    Place("dossier-sheet", "{dossier_unit}", DRAFTER),
    Place("dossier-box-type", "{dossier_unit}/encadres/offre", DRAFTER),
    Place("dossier-box-zone", "{dossier_unit}/encadres/zone", DRAFTER),
    Place("dossier-cancel", "{dossier_draft}/abandonner", DRAFTER),
    Place("dossier-new-but-one-is-open", "/dossiers/nouveau?finess=040971236", DRAFTER),
    Place("dossiers-to-review", "/centre/dossiers", AGENT),
    Place("dossiers-over", "/centre/dossiers?etat=termines", AGENT),
    Place("dossier-review", "{dossier_to_review}", AGENT),
    refused("dossier-review", "{dossier_to_review}", AGENT, press="[value=renvoyer]"),
    Place("dossier-approval", "{dossier_to_approve}", DOSSIER_PRESIDENT),
    Place("desk-cpts", "/centre/cpts", AGENT),
    Place("desk-cpts-with-president", "/centre/cpts?etat=avec-presidence", AGENT),
    *(Place(f"desk-request-{state}", f"{{desk_{state}}}", AGENT) for state in STATES),
    Place("desk-people", "/centre/personnes?q=vasseur", AGENT),
    Place("desk-nobody", "/centre/personnes?q=xyzxyz", AGENT),
    Place("desk-person", "{desk_person}", AGENT),
    Place("desk-behalf", f"/centre/cpts/{COMTAT}/pour-le-compte", AGENT),
    Place("desk-behalf-chosen", "{desk_behalf}", AGENT),
    Place("desk-contact-for", "{desk_contact_for}", AGENT),
    refused("desk-contact-for", "{desk_contact_for}", AGENT),
    Place("desk-request-for", "{desk_request_for}", AGENT),
    refused("desk-request-for", "{desk_request_for}", AGENT),
    Place("campaign", "/centre/campagne?etape=3", AGENT),
    refused("campaign-form", "/centre/campagne/nouvelle", AGENT),
    Place("desk-figures", "/centre/chiffres", AGENT),
    Place("desk-figures-long", "/centre/chiffres?mois=24&type=affiliation", AGENT),
    Place("desk-mails", "/centre/courriels", AGENT),
    Place("desk-journal", "/centre/journal", AGENT),
    Place("lost-factors", "/centre/seconds-facteurs", AGENT),
    Place("lost-factor", "{lost_factor}", AGENT),
    Place("register", f"/centre/presidences/nouvelle?finess={OUVEZE}", AGENT),
    refused("register", f"/centre/presidences/nouvelle?finess={OUVEZE}", AGENT),
    Place("end-presidency", "{end_presidency}", AGENT),
    refused("end-presidency", "{end_presidency}", AGENT),
    Place("chain", CHAIN, AGENT),
    Place("inbox", f"/etablissements/{OUVEZE}/demandes", AGENT),
    Place("establishment", CPTS, AGENT),
]
REGISTER, CORRECT = f"{CPTS}/professionnels/nouveau", f"{CPTS}/corriger-une-information"
ASKED = [
    Place("account", "/demandes/compte"),
    Place("account-found", "/demandes/compte?cpts=carpentras"),
    Place("account-not-found", "/demandes/compte?cpts=xyzxyz"),
    Place("account-form", f"/demandes/compte?finess={COMTAT}"),
    refused("account-form", f"/demandes/compte?finess={COMTAT}"),
    Place("recognition", "{recognition}"),
    Place("sas", f"/sas/compte?finess={COMTAT}"),
    refused("sas", "/sas/compte"),
    Place("contact-about", f"/contact?sujet=accompagnement&finess={COMTAT}&q=R-1234"),
    refused("contact", "/contact"),
    Place("report", "/signaler?q=comtta&onglet=unites"),
    refused("report", "/signaler"),
    Place("correct", CORRECT),
    *(Place(f"correct-{field}", f"{CORRECT}?champ={field}") for field in ("telephone", "adresse", "horaires")),
    refused("correct-adresse", f"{CORRECT}?champ=adresse"),
    Place("tracking-correction", "{tracking_correction}"),
    Place("tracking-sas", "{tracking_sas_account}"),
    Place("register-professional", REGISTER, PRESIDENT),
    refused("register-professional", REGISTER, PRESIDENT),
    Place("corrections", f"{CPTS}/corrections", REFERENT),
    Place("corrections-answered", f"{CPTS}/corrections?etat=traitees", REFERENT),
    Place("decide-correction", "{decide_correction}", REFERENT),
    *(Place(f"desk-{kind}", f"{{desk_{kind}}}", AGENT) for kind in ("account", "sas_account", "correction", "report")),
]
CONTENTS = [
    *(
        Place(f"contents-{name}", f"/centre/contenus/{name}", AGENT)
        for name in ("tuiles", "bandeaux", "documents", "horaires", "aide")
    ),
    Place("contents", "/centre/contenus", AGENT),
    *(
        refused(f"contents-{name}", f"/centre/contenus/{name}", AGENT)
        for name in ("tuiles/nouvelle", "bandeaux/nouveau", "documents/nouveau", "aide/nouvelle")
    ),
    refused("contents-day", "/centre/contenus/horaires", AGENT, press="#jour-exceptionnel button"),
    Place("contents-tile", "{tile}", AGENT),
    Place("contents-banner", "{banner}", AGENT),
    Place("contents-document", "{document}", AGENT),
    Place("contents-help-page", "/centre/contenus/aide/presidence", AGENT),
    Place("contents-preview", "/centre/contenus/aide/presidence", AGENT, press="[value=apercu]", shows="#apercu h3"),
    Place("first-steps", "/aide/par-ou-commencer", PRESIDENT),
    Place("first-steps-in-my-roles", "/mes-roles", DESCRIBING),
    Place("help-with-steps", "/aide/dossier-collaboratif"),
]
CHANGES = [
    Place("review", f"{CPTS}/revue", PRESIDENT),
    Place("review", f"{CPTS}/revue", REFERENT),
    Place("lift", "{lift}", PRESIDENT),
    Place("successor", f"{CPTS}/succession", PRESIDENT),
    refused("successor", f"{CPTS}/succession", PRESIDENT, press="#succession button[type=submit]"),
    Place("succession", "{succession}", PRESIDENT),
    refused("succession", "{succession}", PRESIDENT, press="#reponse-succession button[type=submit]"),
    Place("renewal", f"{CHAIN}/renouvellement", PRESIDENT),
    Place("confirm-presidency", "{confirm_presidency}", AGENT),
    refused("confirm-presidency", "{confirm_presidency}", AGENT, press="#confirmer .actions button[type=submit]"),
]
"""Around the change of a presidency, and the review of those who act."""
REGISTRATIONS = [
    Place("registration", "/demandes/cpts"),
    refused("registration", "/demandes/cpts", press="#demande-cpts .actions button"),
    Place("presidency-request", f"/demandes/presidence?finess={COMTAT}"),
    refused("presidency-request", "/demandes/presidence", press="#demande-presidence .actions button"),
    Place("tracking-registration", "{tracking_cpts}"),
    Place("aci", "{tracking_cpts}/aci"),
    refused("aci", "{tracking_cpts}/aci", press="#date-aci .actions button"),
    Place("tracking-presidency", "{tracking_presidency}"),
    Place("desk-registration", "{desk_cpts}", AGENT),
    refused("desk-registration", "{desk_cpts}", AGENT, press="#accepter .actions button"),
    Place("desk-registration-aci", "{desk_cpts_aci}", AGENT),
    Place("desk-presidency-request", "{desk_presidency}", AGENT),
    refused("desk-presidency-request", "{desk_presidency}", AGENT, press="#accepter .actions button"),
]
PLACES = [*REGISTRATIONS, *PUBLIC, *SIGNED_IN, *OFFICE, *CENTRE, *CONTENTS, *ASKED, *CHANGES]


def addresses() -> dict[str, str]:
    """The addresses that hold a key or a token of this database."""
    session = db.session()
    found = {
        "unit": f"/unites/{session.scalars(sa.select(Unit.id).where(Unit.establishment_finess == COMTAT)).one()}",
        "hospital": f"/etablissements/{_hospital()}",
        "lost_factor": f"/centre/comptes/{_account(PROFESSIONAL).id}/second-facteur",
        "leave": f"/rattachements/{_affiliation(PROFESSIONAL)}/fin",
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


def _affiliation(email: str) -> uuid.UUID:
    held = sa.select(Affiliation.id).where(Affiliation.person_id == _account(email).person_id)
    return db.session().scalars(held.where(Affiliation.ended_at.is_(None))).one()


def _hospital() -> str:
    found = db.session().scalars(sa.select(Establishment.finess).where(Establishment.category_code != CPTS_CATEGORY))
    return found.first() or ""
