"""Everything that may be allowed or refused. Labels are read on /aide/droits and on a 403."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    MANDATE_READ_CHAIN = "mandate:read_chain"
    MANDATE_NOMINATE_REFERENT = "mandate:nominate_referent"
    MANDATE_END_REFERENT = "mandate:end_referent"
    MANDATE_REGISTER_PRESIDENT = "mandate:register_president"
    MANDATE_END_PRESIDENT = "mandate:end_president"
    MANDATE_CONFIRM_PRESIDENT = "mandate:confirm_president"
    MANDATE_PRESENT_SUCCESSOR = "mandate:present_successor"
    SUCCESSION_ANSWER = "succession:answer"
    REVIEW_READ = "review:read"
    REVIEW_ANSWER = "review:answer"
    SUSPENSION_LIFT = "suspension:lift"
    NOMINATION_CANCEL = "nomination:cancel"
    NOMINATION_ANSWER = "nomination:answer"
    AFFILIATION_ASK = "affiliation:ask"
    AFFILIATION_DECIDE = "affiliation:decide"
    AFFILIATION_CREATE = "affiliation:create"
    AFFILIATION_END = "affiliation:end"
    PARTICIPATION_DECLARE = "participation:declare"
    PARTICIPATION_CHANGE = "participation:change"
    PARTICIPATION_WITHDRAW = "participation:withdraw"
    PARTICIPATION_READ = "participation:read"
    REQUEST_READ_INBOX = "request:read_inbox"
    REQUEST_SUBMIT = "request:submit"
    REQUEST_SUBMIT_FOR = "request:submit_for"
    REQUEST_DECIDE = "request:decide"
    REQUEST_HANDLE = "request:handle"
    REQUEST_WRITE = "request:write"
    CORRECTION_DECIDE = "correction:decide"
    REQUEST_READ = "request:read"
    REQUEST_FOLLOW = "request:follow"
    REQUEST_ANSWER = "request:answer"
    ESTABLISHMENT_CONFIRM = "establishment:confirm"
    ESTABLISHMENT_UPDATE = "establishment:update"
    ESTABLISHMENT_UPDATE_FOR = "establishment:update_for"
    ESTABLISHMENT_RENAME = "establishment:rename"
    UNIT_RENAME = "unit:rename"
    STRUCTURE_MOVE = "structure:move"
    DOSSIER_APPROVE = "dossier:approve"
    DOSSIER_REVIEW = "dossier:review"
    DOSSIER_CREATE = "dossier:create"
    DOSSIER_READ = "dossier:read"
    DOSSIER_WRITE = "dossier:write"
    DOSSIER_SUBMIT = "dossier:submit"
    DOSSIER_CANCEL = "dossier:cancel"
    ACCOUNT_SIGN_IN = "account:sign_in"
    ACCOUNT_ACTIVATE = "account:activate"
    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_FACTORS = "account:factors"
    ACCOUNT_RESET_FACTORS = "account:reset_factors"
    ACCOUNT_ASSIST = "account:assist"
    ACCOUNT_LINK_IDENTITY = "account:link_identity"
    ACCOUNT_CHANGE_EMAIL = "account:change_email"
    ACCOUNT_ERASE = "account:erase"
    SERVICE_CENTRE_DESK = "service_centre:desk"
    CAMPAIGN_RUN = "campaign:run"
    SAS_READ = "sas:read"
    LEDGER_SEND_AGAIN = "ledger:send_again"
    PORTAL_CONTENT_EDIT = "portal_content:edit"

    @property
    def label(self) -> str:
        """What a person reads: « Nommer un référent établissement »."""
        return LABELS[self]


LABELS = {
    Permission.MANDATE_READ_CHAIN: "Voir la chaîne de confiance d’une CPTS",
    Permission.MANDATE_NOMINATE_REFERENT: "Nommer un référent établissement",
    Permission.MANDATE_END_REFERENT: "Retirer ses droits à un référent établissement",
    Permission.MANDATE_REGISTER_PRESIDENT: "Enregistrer la présidence d’une CPTS",
    Permission.MANDATE_END_PRESIDENT: "Mettre fin à une présidence",
    Permission.MANDATE_CONFIRM_PRESIDENT: "Confirmer une présidence pour un nouveau mandat",
    Permission.MANDATE_PRESENT_SUCCESSOR: "Présenter la personne qui succède à la présidence",
    Permission.SUCCESSION_ANSWER: "Donner son accord à une succession, ou s’y opposer",
    Permission.REVIEW_READ: "Voir la revue des accès d’une CPTS",
    Permission.REVIEW_ANSWER: "Garder ou retirer une personne lors de la revue des accès",
    Permission.SUSPENSION_LIFT: "Lever une suspension",
    Permission.NOMINATION_CANCEL: "Annuler ou relancer une nomination en attente",
    Permission.NOMINATION_ANSWER: "Accepter ou décliner une nomination",
    Permission.AFFILIATION_ASK: "Demander son rattachement à une CPTS",
    Permission.AFFILIATION_DECIDE: "Accepter, refuser ou faire compléter une demande de rattachement",
    Permission.AFFILIATION_CREATE: "Enregistrer soi-même un professionnel de sa CPTS, ou transmettre ses coordonnées",
    Permission.AFFILIATION_END: "Mettre fin à un rattachement",
    Permission.PARTICIPATION_DECLARE: "Déclarer sa participation au SAS par une CPTS où l’on est rattaché",
    Permission.PARTICIPATION_CHANGE: "Modifier les lieux, les créneaux et les dates de sa participation au SAS",
    Permission.PARTICIPATION_WITHDRAW: "Retirer sa participation au SAS",
    Permission.PARTICIPATION_READ: "Voir les médecins qui participent au SAS par une CPTS",
    Permission.REQUEST_READ_INBOX: "Voir les demandes reçues par une CPTS",
    Permission.REQUEST_SUBMIT_FOR: "Enregistrer une demande pour le compte d’une personne identifiée",
    Permission.REQUEST_SUBMIT: "Adresser une demande au centre de services ou à une CPTS",
    Permission.REQUEST_DECIDE: "Accepter, refuser ou faire compléter une demande adressée au centre de services",
    Permission.REQUEST_HANDLE: "Se charger d’une demande, l’annoter, relancer ceux qui décident",
    Permission.REQUEST_WRITE: "Écrire à la personne qui demande, ou à ceux qui décident",
    Permission.CORRECTION_DECIDE: "Appliquer ou écarter une correction proposée",
    Permission.REQUEST_READ: "Ouvrir une demande pour la traiter",
    Permission.REQUEST_FOLLOW: "Suivre une demande",
    Permission.REQUEST_ANSWER: "Compléter ou annuler sa demande",
    Permission.ESTABLISHMENT_CONFIRM: "Confirmer que les coordonnées d’une CPTS sont exactes",
    Permission.ESTABLISHMENT_UPDATE_FOR: "Corriger les coordonnées d’une CPTS pour le compte d’une personne identifiée",
    Permission.ESTABLISHMENT_UPDATE: "Modifier les encadrés de la page d’une CPTS et de ses unités",
    Permission.ESTABLISHMENT_RENAME: "Renommer un établissement dans le répertoire",
    Permission.UNIT_RENAME: "Renommer une unité",
    Permission.STRUCTURE_MOVE: "Déplacer une unité ou un établissement dans le répertoire",
    Permission.DOSSIER_CREATE: "Ouvrir un dossier collaboratif pour une CPTS",
    Permission.DOSSIER_READ: "Voir un dossier collaboratif",
    Permission.DOSSIER_WRITE: "Compléter un dossier collaboratif",
    Permission.DOSSIER_SUBMIT: "Envoyer un dossier collaboratif en validation, ou le reprendre",
    Permission.DOSSIER_CANCEL: "Abandonner un dossier collaboratif",
    Permission.DOSSIER_APPROVE: "Valider un dossier pour la CPTS, ou le renvoyer à qui l’a envoyé",
    Permission.DOSSIER_REVIEW: "Contrôler un dossier validé par la CPTS, le publier ou le renvoyer",
    Permission.ACCOUNT_SIGN_IN: "Se connecter, ou demander un lien pour changer de mot de passe",
    Permission.ACCOUNT_ACTIVATE: "Activer son compte ou changer son mot de passe par un lien reçu",
    Permission.ACCOUNT_MANAGE: "Gérer son compte et choisir d’être affiché ou non",
    Permission.ACCOUNT_FACTORS: "Changer ses clés d’accès, ses codes de connexion et ses codes de secours",
    Permission.ACCOUNT_ASSIST: "Renvoyer un lien d’activation, suspendre ou rouvrir le compte d’une personne",
    Permission.ACCOUNT_RESET_FACTORS: "Enregistrer la perte d’un second facteur, après avoir rappelé la personne",
    Permission.ACCOUNT_LINK_IDENTITY: "Relier son compte à Pro Santé Connect, ou l’en détacher",
    Permission.ACCOUNT_CHANGE_EMAIL: "Changer l’adresse électronique de son compte",
    Permission.ACCOUNT_ERASE: "Fermer son compte et effacer ses données",
    Permission.SERVICE_CENTRE_DESK: "Travailler au centre de services",
    Permission.SAS_READ: "Voir si une CPTS est prête pour le SAS, et ce que les régulateurs lisent d’elle",
    Permission.CAMPAIGN_RUN: "Mener une campagne de référencement : cibles, avancement, relances",
    Permission.LEDGER_SEND_AGAIN: "Renvoyer un état à une plateforme connectée",
    Permission.PORTAL_CONTENT_EDIT: "Modifier les tuiles, bandeaux, documents, horaires et pages d’aide du portail",
}
