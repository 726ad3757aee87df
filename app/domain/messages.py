"""What one writes to the service centre about, and what kind of request it makes."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.requests import Kind


@dataclass(frozen=True)
class Subject:
    """`key` is the one of `/contact?sujet=`: public, never renamed. `helps`: what to write, for one answer to do."""

    key: str
    label: str
    kind: Kind
    helps: str = "Dites en quelques lignes ce que vous cherchez à faire. Aucune information sur un patient."


QUESTION = Subject("question", "Une question", Kind.CONTACT)
CHANGES = Subject(
    "modification",
    "Transmettre des informations à modifier pour ma CPTS",
    Kind.HELP,
    "Écrivez chaque information telle qu’elle doit être affichée. Le centre de services la modifie pour votre compte.",
)
SUBJECTS = (
    QUESTION,
    Subject(
        "connexion",
        "Me connecter : identifiants, mot de passe perdu",
        Kind.HELP,
        "Dites quelle CPTS et quel rôle vous concernent, et ce que la page affiche. Jamais votre mot de passe.",
    ),
    Subject(
        "accompagnement",
        "Être accompagné dans la mise à jour de ma CPTS",
        Kind.HELP,
        "Dites ce que vous voulez mettre à jour, et quand on peut vous rappeler.",
    ),
    Subject(
        "formation", "Une formation", Kind.HELP, "Dites pour combien de personnes, et les jours qui vous conviennent."
    ),
    CHANGES,
    Subject(
        "validation",
        "Être aidé à valider l’offre décrite",
        Kind.HELP,
        "Dites quelle CPTS et quelle partie de la fiche sont à valider, et ce qui vous arrête.",
    ),
    Subject(
        "dossier",
        "Un problème avec un dossier collaboratif",
        Kind.HELP,
        "Dites quel dossier, à quelle étape il en est, et ce que la page affiche.",
    ),
    Subject(
        "identite",
        "Mon numéro RPPS ou mon adresse est déjà connu",
        Kind.HELP,
        "Dites l’adresse que vous utilisez aujourd’hui, et celle que vous n’avez plus.",
    ),
    Subject(
        "droits",
        "Une action m’est refusée",
        Kind.HELP,
        "Dites ce que vous vouliez faire, dans quelle CPTS, et quel rôle vous y avez.",
    ),
    Subject("donnees", "Mes données personnelles", Kind.CONTACT),
    Subject("autre", "Autre chose", Kind.CONTACT),
)


def find_subject(key: str | None) -> Subject | None:
    return next((subject for subject in SUBJECTS if subject.key == key), None)
