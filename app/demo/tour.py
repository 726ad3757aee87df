"""What `flask demo` prints: the accounts, and a visit of five minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PASSWORD = "lavande-et-micocoulier"  # noqa: S105 - published: it opens invented accounts only
TOTP_SECRET = "MICOCOULIERMICOCOULIERMICOCOULIE"  # noqa: S105 - likewise, the second factor of the agents


@dataclass(frozen=True)
class Visitor:
    """One account to try: the key of its person, who they are, what to try first."""

    key: str
    role: str
    first: str


VISITORS = (
    Visitor("vasseur", "présidente du Comtat Venaissin", "/etablissements/840021281/referents : nommer, retirer"),
    Visitor("daumas", "référente établissement", "/etablissements/840021281/demandes : accepter, refuser"),
    Visitor("bensalem", "second référent, sans RPPS", "la même boîte : la décision de l’un la retire à l’autre"),
    Visitor("marchal", "professionnelle rattachée", "/mes-roles : rattachée, aucun droit de gestion"),
    Visitor("brun", "médecin rattachée", "/ma-participation : participer au SAS par sa CPTS, en deux minutes"),
    Visitor("faure", "rattaché, non affiché", "/mon-compte : choisir d’être nommé sur la page publique"),
    Visitor(
        "faucon",
        "présidente d’une CPTS à décrire",
        "/mes-roles : par où commencer ; /dossiers : une fiche verte, une orange",
    ),
    Visitor(
        "giordano", "présidente des Baous", "/dossiers : celui que Paul Blengino lui a envoyé attend sa validation"
    ),
    Visitor(
        "ferrero",
        "agent du centre de services",
        "/centre/dossiers : un dossier à contrôler ; /centre/campagne : qui relancer",
    ),
    Visitor("esteve", "président du Grand Avignon", "les demandes du Comtat lui répondent 403"),
    Visitor("roumanille", "coprésidente du Pays d’Apt", "elle et Paul Chabaud nomment, chacun sous son mandat"),
    Visitor("chabaud", "coprésident du Pays d’Apt", "la chaîne de confiance à deux présidences"),
    Visitor("tessier", "compte sans rôle", "/mes-roles : rien, et le chemin pour demander"),
)

FREE_RPPS = "10999799991"
"""Nobody's: its key is right, and no line of the demonstration's register bears it."""

VISIT = (
    "Sans compte : cherchez « comtat venaisin », « 84200 » ou « 840021281 ». Ouvrez la CPTS, son unité, ses communes.",
    "« Quelle est ma CPTS\u202f? » : /communes/84031 (Carpentras), puis /communes/04209 (Sisteron, aucune).",
    f"Demandez à être rattaché : /etablissements/840021281/rattachement (RPPS libre : {FREE_RPPS}). Gardez le lien.",
    "Connectez-vous comme Claire Daumas et acceptez la demande. Le professionnel est aussitôt sur la page de l’unité.",
    "Comme elle encore, « Modifier » un encadré de l’unité, puis lisez /etablissements/840021281/historique.",
    "Lucie Arnaud est nommée référente et n’a pas répondu : son invitation est dans instance/mails/. Acceptez-la.",
)


def lines(emails: dict[str, str], address: str) -> Iterable[str]:
    """The text to print; `emails` by key of person, `address` of the portal."""
    yield "Les communes, le nom et la zone des CPTS sont vrais\u202f; personnes, numéros et coordonnées sont inventés."
    yield ""
    yield f"Cinq minutes pour comprendre ({address})"
    for number, step in enumerate(VISIT, start=1):
        yield f"  {number}. {step}"
    yield ""
    yield f"Comptes (mot de passe : {PASSWORD})"
    yield "  Un agent saisit aussi un code de 6 chiffres : « .venv/bin/flask --app wsgi demo --code » l’affiche,"
    yield f"  ou une application d’authentification, avec la clé {TOTP_SECRET}."
    width = max(len(emails[visitor.key]) for visitor in VISITORS)
    for visitor in VISITORS:
        yield f"  {emails[visitor.key]:<{width}}  {visitor.role}"
        yield f"  {'':<{width}}  → {visitor.first}"
