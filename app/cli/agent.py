"""`flask agent create`: the first agents of the service centre are appointed by who runs the portal."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup

from app.credentials.links import Purpose, token_of
from app.domain.errors import ImpossibleNow
from app.notifications.writing import page_url
from app.usecases.accounts import create_agent
from app.usecases.enrolment import Identity
from app.usecases.factor_reset import remove_factors_of_agent

agent_group = AppGroup("agent", help="Agents du centre de services.")


@agent_group.command("create")
@click.argument("email")
@click.option("--name", required=True, help="Prénom et nom de l’agent.")
def create(email: str, name: str) -> None:
    """Ouvre un compte d’agent pour EMAIL et affiche son lien d’activation."""
    given_name, _, family_name = " ".join(name.split()).partition(" ")
    if not family_name:
        raise click.BadParameter("donnez le prénom puis le nom, par exemple « Nadia Ferrero ».", param_hint="--name")
    identity = Identity(given_name=given_name, family_name=family_name, email=_address(email))
    try:
        link = create_agent(identity)
    except ImpossibleNow as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Compte d’agent ouvert pour {given_name} {family_name}. Lien d’activation, à usage unique, 7 jours :")
    click.echo(page_url("accounts.invitation", token=token_of(link.id, Purpose.ACTIVATION)))


@agent_group.command("reset-factors")
@click.argument("email")
def reset_factors(email: str) -> None:
    """Retire le second facteur perdu de l’agent EMAIL, qui en ajoute un autre à sa connexion."""
    try:
        remove_factors_of_agent(_address(email))
    except ImpossibleNow as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo("Second facteur retiré, sessions fermées. L’agent en est prévenu par courriel.")


def _address(email: str) -> str:
    try:
        checked = validate_email(email, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise click.BadParameter("ce n’est pas une adresse électronique.", param_hint="EMAIL") from None
    return checked.normalized
