"""Everything that may be allowed or refused. `label` is what a person reads on /aide/droits and on a 403."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    label: str

    def __new__(cls, value: str, label: str) -> Permission:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    MANDATE_READ_CHAIN = "mandate:read_chain", "Voir la chaîne de confiance d’une CPTS"
    MANDATE_NOMINATE_REFERENT = "mandate:nominate_referent", "Nommer un référent établissement"
    MANDATE_END_REFERENT = "mandate:end_referent", "Retirer ses droits à un référent établissement"
    MANDATE_REGISTER_PRESIDENT = "mandate:register_president", "Enregistrer la présidence d’une CPTS"
    MANDATE_END_PRESIDENT = "mandate:end_president", "Mettre fin à une présidence"
    NOMINATION_CANCEL = "nomination:cancel", "Annuler ou relancer une nomination en attente"
    NOMINATION_ANSWER = "nomination:answer", "Accepter ou décliner une nomination"
    AFFILIATION_ASK = "affiliation:ask", "Demander son rattachement à une CPTS"
    AFFILIATION_DECIDE = "affiliation:decide", "Accepter, refuser ou faire compléter une demande de rattachement"
    AFFILIATION_END = "affiliation:end", "Mettre fin à un rattachement"
    REQUEST_READ_INBOX = "request:read_inbox", "Voir les demandes reçues par une CPTS"
    REQUEST_FOLLOW = "request:follow", "Suivre une demande"
    REQUEST_ANSWER = "request:answer", "Compléter ou annuler sa demande"
    ESTABLISHMENT_CONFIRM = "establishment:confirm", "Confirmer que les coordonnées d’une CPTS sont exactes"
    ESTABLISHMENT_UPDATE = "establishment:update", "Corriger les coordonnées d’une CPTS"
    ACCOUNT_ACTIVATE = "account:activate", "Activer son compte ou changer son mot de passe par un lien reçu"
    ACCOUNT_MANAGE = "account:manage", "Gérer son compte et choisir d’être affiché ou non"
    SERVICE_CENTRE_DESK = "service_centre:desk", "Travailler au centre de services"
