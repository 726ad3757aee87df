"""What the page of contact already knows of why one comes, so that the mail to the service centre is half written."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

LONGEST = 200


@dataclass(frozen=True)
class Subject:
    """`items`: what the service centre needs (guide of PACA: S-053, S-057); `about`: what `q` is, when it is given."""

    title: str
    about: str
    items: tuple[str, ...]


SUBJECTS = {
    "recherche": Subject(
        "Signaler un problème de recherche",
        "Recherche",
        ("ce que vous cherchiez", "ce qui manque ou ce qui est faux dans les résultats"),
    ),
    "enregistrement": Subject(
        "Demander l’enregistrement d’une CPTS",
        "CPTS",
        (
            "nom de la CPTS",
            "numéro FINESS",
            "adresse postale",
            "téléphone",
            "communes d’intervention",
            "date de signature de l’accord conventionnel interprofessionnel (ACI)",
            "si possible, nom, prénom et courriel de la présidence",
        ),
    ),
    "droits": Subject(
        "Demander pourquoi une action m’est refusée",
        "Action refusée",
        ("nom de la CPTS", "votre nom et votre rôle", "ce que vous vouliez faire"),
    ),
    "presidence": Subject(
        "Faire enregistrer la présidence d’une CPTS",
        "CPTS",
        ("nom", "prénom", "courriel", "téléphone", "profession", "numéro RPPS", "nom de la CPTS", "votre statut"),
    ),
}


@dataclass(frozen=True)
class Prepared:
    """A subject with the words it is about, and the address that opens the mail."""

    subject: Subject
    words: str
    mailto: str


def prepare(name: str, words: str, recipient: str) -> Prepared | None:
    """The prepared mail of that subject; None when there is no such subject."""
    subject = SUBJECTS.get(name)
    if subject is None:
        return None
    words = " ".join(words.split())[:LONGEST]
    lines = [f"{subject.about} : {words}"] if words else []
    lines += [f"{item[0].upper()}{item[1:]} : " for item in subject.items]
    title, body = quote(subject.title), quote("\r\n".join(lines))
    return Prepared(subject, words, f"mailto:{recipient}?subject={title}&body={body}")
