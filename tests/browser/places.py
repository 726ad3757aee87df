"""Every page that a person of the demonstration can open, with the states worth a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VISITOR = ""
PROFESSIONAL, LEAVER = "sophie.marchal@soins.example", "olivier.tessier@soins.example"
REFERENT, PRESIDENT = "claire.daumas@cpts-comtat.example", "helene.vasseur@cpts-comtat.example"
DOCTOR = "florence.brun@soins.example"
SECOND_REFERENT = "karim.bensalem@cpts-comtat.example"
AGENT = "nadia.ferrero@centre-de-services.example"
DESCRIBING = "solange.faucon@cpts-sisteron.example"
DOSSIER_PRESIDENT = "chiara.giordano@cpts-baous.example"
DRAFTER = "solange.faucon@cpts-sisteron.example"
COMTAT, OUVEZE, NOT_DESCRIBED = "840021281", "840971063", "060971249"
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
    Place("history", f"{CPTS}/historique"),
    Place("past", f"{CPTS}/historique?au=2026-11-20"),
    Place("passport", f"{CPTS}/encadres/coordonnees/phone/passeport"),
    Place("unit", "{unit}"),
    Place("zone-composer", "{unit}/encadres/zone", PRESIDENT),
    Place("communes-suggested", "/communes/suggestions?commune=carp"),
    Place("commune", "/communes/84031"),
    Place("open-data", "/donnees-ouvertes"),
    Place("fhir", "/fhir"),
    Place("commune-without-cpts", "/communes/04209"),
    Place("my-cpts", "/ma-cpts"),
    Place("my-cpts-understood", "/ma-cpts?q=12+rue+des+Halles+84200+Carpantras"),
    Place("my-cpts-choice", "/ma-cpts?q=84410"),
    Place("my-cpts-unknown", "/ma-cpts?q=xyzxyzxyz"),
    Place("my-cpts-suggested", "/ma-cpts/suggestions?q=carpantras"),
    Place("coverage", "/couverture"),
    Place("coverage-departement", "/couverture?dept=04"),
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
    Place("participation-mine", "/ma-participation", PRESIDENT),
    Place("participation-to-declare", "/ma-participation", DOCTOR),
    Place("participation-not-possible", "/ma-participation", PROFESSIONAL),
    Place("participation-form", f"{CPTS}/participation", DOCTOR, press="#autre-lieu summary"),
    refused("participation-form", f"{CPTS}/participation", DOCTOR),
    Place("participation-withdrawal", "{withdrawal}", PRESIDENT),
]
OFFICE = [
    Place("establishment", CPTS, REFERENT),
    Place("unit", "{unit}", REFERENT),
    Place("box-project", f"{CPTS}/encadres/projet", REFERENT),
    Place("box-contacts", "{unit}/encadres/contacts", REFERENT, press="[name=ajouter][value=contacts]"),
    Place("box-activities", "{unit}/encadres/activites", REFERENT, press="[name=liste][value=supprimer]"),
    Place("box-hours", "{unit}/encadres/horaires", REFERENT, press="[name=ajouter][value=plages]"),
    Place("box-type", "{unit}/encadres/offre", REFERENT),
    Place("my-establishment", "/mon-etablissement", REFERENT),
    Place("history", f"{CPTS}/historique", REFERENT),
    Place("restore", f"{CPTS}/historique/reprise?au=2026-07-29", REFERENT),
    Place("freshness", f"{CPTS}/fraicheur", REFERENT),
    Place("participants", f"{CPTS}/participants", REFERENT),
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
    Place("readiness", f"{CPTS}/sas", PRESIDENT, press="#regles-sas summary"),
    Place("readiness-mending", f"{CPTS}/sas", REFERENT, press="[data-feu=telephone] a", shows="#atelier form"),
    Place("readiness-blocked", f"/etablissements/{NOT_DESCRIBED}/sas", AGENT),
    Place("regulator-view", f"{CPTS}/sas/apercu?commune=Avignon", PRESIDENT),
    Place("desk-sas", "/centre/sas", AGENT),
    Place("ledger", "/centre/registre-des-envois", AGENT),
    Place("ledger-state", "{sent_state}", AGENT, press="#message-entier summary"),
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
