"""The people and places of the main job, and what links its steps: the worker, the mails, the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask

from app.journal.deliver import deliver_pending
from tests import factories
from tests.support.client import settle
from tests.support.mailbox import Mail

FINESS, OTHER = "840021281", "840971055"
CPTS = f"/etablissements/{FINESS}"
CHAIN, INBOX, ASK = f"{CPTS}/referents", f"{CPTS}/demandes", f"{CPTS}/rattachement"
NAME = "CPTS du Comtat Venaissin"
PASSWORD = "tilleul-de-carpentras-84"
INVITATION = "main form[action^='/invitations/']"


@dataclass(frozen=True)
class Character:
    given_name: str
    family_name: str
    email: str

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def identity(self) -> dict[str, str]:
        """The fields that all forms share."""
        return {"prenom": self.given_name, "nom": self.family_name, "email": self.email}


AGENT = Character("Nadia", "Ferrero", "nadia.ferrero@essai.example")
PRESIDENT = Character("Hélène", "Vasseur", "helene.vasseur@essai.example")
RIVAL = Character("Marc", "Estève", "marc.esteve@essai.example")
REFERENT = Character("Lucie", "Arnaud", "lucie.arnaud@essai.example")
THOMAS = Character("Thomas", "Perrin", "thomas.perrin@soins.example")
MARGAUX = Character("Margaux", "Olivier", "margaux.olivier@soins.example")
KARIM = Character("Karim", "Mansouri", "karim.mansouri@soins.example")


def presidency(who: Character) -> dict[str, Any]:
    return {
        **who.identity,
        "telephone": "04 65 71 00 10",
        "profession": "10",
        "rpps": factories.new_rpps(),
        "justificatif": "Procès-verbal de l’assemblée, rappel au numéro connu.",
        "mot_de_passe": PASSWORD,
    }


def nomination(who: Character) -> dict[str, Any]:
    """Without RPPS: a référent need not have one."""
    shared = {"telephone": "04 65 71 00 12", "fonction": "Coordinatrice", "rpps": "", "declaration": True}
    return {**who.identity, **shared, "mot_de_passe": PASSWORD}


def rattachement(who: Character) -> dict[str, Any]:
    return {
        **who.identity,
        "telephone": "06 39 98 00 42",
        "profession": "60",
        "rpps": factories.new_rpps(),
        "message": "Je m’installe à Carpentras.",
        "affichage": True,
    }


def run(app: Flask, *command: str) -> str:
    """A command of the portal, which succeeds; what it printed."""
    settle()
    result = app.test_cli_runner().invoke(args=list(command))
    assert result.exit_code == 0, result.output
    return result.output


def appoint_agent(app: Flask) -> str:
    """The address of the activation link that the command prints."""
    printed = run(app, "agent", "create", AGENT.email, "--name", AGENT.full_name)
    return path_of(re.findall(r"https?://\S+", printed)[0])


def deliver() -> None:
    """What the worker does."""
    settle()
    while deliver_pending():
        pass


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def opened(mail: Mail, containing: str) -> str:
    """The address of the link, as a mail reader would follow it."""
    return path_of(mail.link(containing))
