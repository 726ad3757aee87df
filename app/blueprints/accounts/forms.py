"""Forms of the accounts."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import AnyOf

from app.web.forms import EmailField, FreeLine, FreeTextField, PortalForm, SecretField, TextLine
from app.web.proving import ProvenForm

EMAIL_MISSING = "Renseignez votre adresse électronique."
PASSWORD_MISSING = "Saisissez votre mot de passe."  # noqa: S105
NEW_PASSWORD_MISSING = "Choisissez un mot de passe."  # noqa: S105
ACCEPT, DECLINE = "accepter", "decliner"


class SignInForm(PortalForm):
    email = EmailField("Adresse électronique", missing=EMAIL_MISSING)
    password = SecretField("Mot de passe", missing=PASSWORD_MISSING)


class ForgotForm(PortalForm):
    email = EmailField("Adresse électronique", missing=EMAIL_MISSING)


class NewPasswordForm(PortalForm):
    password = SecretField("Nouveau mot de passe", missing=NEW_PASSWORD_MISSING)


class ChangePasswordForm(PortalForm):
    actuel = SecretField("Mot de passe actuel", missing=PASSWORD_MISSING)
    password = SecretField("Nouveau mot de passe", missing=NEW_PASSWORD_MISSING)


class SecondFactorForm(PortalForm):
    code = TextLine("Code à 6 chiffres, ou code de secours", missing="Saisissez un code.", longest=40)


class PasskeyForm(ProvenForm):
    nom = FreeLine("Nom de la clé", missing="Donnez un nom à cette clé, pour la reconnaître.", longest=60)


class GeneratorForm(ProvenForm):
    code = TextLine("Code à 6 chiffres", missing="Saisissez le code affiché par votre application.", longest=20)


class LostFactorForm(ProvenForm):
    justificatif = FreeTextField(
        "Ce que vous avez vérifié", longest=1000, missing="Indiquez le numéro rappelé et ce que la personne a confirmé."
    )


class AnswerForm(PortalForm):
    """`password` is asked only of those who have no account yet."""

    reponse = StringField("Votre réponse", [AnyOf([ACCEPT, DECLINE], "Acceptez ou déclinez.")], default=ACCEPT)
    password = PasswordField("Mot de passe")


class ListingForm(PortalForm):
    affiche = BooleanField("Afficher mon nom et ma profession sur la page de mes unités")
