"""The seven items about a professional whom somebody else registers (S-072); the CPTS is in the address."""

from __future__ import annotations

from wtforms.fields import SubmitField

from app.blueprints.affiliations.forms import AskForm
from app.domain.requests import Kind
from app.usecases.requests import Submission
from app.web.forms import EmailField, FreeLine, NameField, PhoneField, PortalForm


class ProfessionalForm(AskForm):
    """Two ways out: `transmettre` hands it over to the service centre; otherwise the account is created at once.

    `existant`: the account that the person already has is attached.
    """

    rpps_missing = "Renseignez le numéro RPPS\u00a0: il est demandé pour les professionnels de santé."
    profession_missing = "Choisissez la profession dans la liste."

    nom = NameField("Nom", missing="Renseignez le nom de la personne.")
    prenom = NameField("Prénom", missing="Renseignez le prénom de la personne.")
    email = EmailField("Adresse électronique", missing="Renseignez l’adresse électronique de la personne.")
    telephone = PhoneField("Téléphone", missing="Renseignez le numéro de téléphone de la personne.")
    fonction = FreeLine(
        "Fonction", missing="Renseignez la fonction de la personne, par exemple\u00a0: infirmière libérale."
    )
    transmettre = SubmitField("Transmettre au centre de services")
    existant = SubmitField("Rattacher le compte existant")

    def submission(self) -> Submission:
        """The same, for the service centre."""
        wish = self.wish()
        return Submission(
            kind=Kind.ACCOUNT,
            email=wish.email,
            family_name=wish.family_name,
            given_name=wish.given_name,
            phone=wish.phone,
            profession_code=wish.profession_code,
            profession_label=wish.profession_label,
            rpps=wish.rpps,
            function=wish.function,
            message=wish.message,
            unit_id=wish.unit_id,
        )


class RecognitionForm(PortalForm):
    """« C’est moi », or « Ce n’est pas moi »."""

    moi = SubmitField("Oui, c’est moi")
    autre = SubmitField("Non, ce n’est pas moi")
