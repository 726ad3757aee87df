"""What the newcomer finds on the service centre's desk: a request of each kind, at each age."""

from __future__ import annotations

from datetime import date

from app.domain.registrations import CptsDescription
from app.domain.requests import Kind, Status
from app.usecases.requests import Submission

DURANCE = CptsDescription(
    name="CPTS Durance Luberon",
    finess="840971303",
    street="14 rue des Micocouliers",
    postcode="84120",
    city="Pertuis",
    phone="+33465710130",
    zone=("84089", "84010", "84133", "84147", "84140"),
    aci_signed_on=date(2026, 9, 28),
    aci_reference="ACI n° 84-2026-07",
    president_family_name="Escoffier",
    president_given_name="Mathilde",
    president_email="mathilde.escoffier@soins.example",
)
CADENET = CptsDescription(
    name="CPTS de la Tour et du Canal",
    finess="840971311",
    street="2 place du Lavoir",
    postcode="84160",
    city="Cadenet",
    phone="+33465710131",
    zone=("84026",),
)

REGISTRATION = Submission(
    kind=Kind.CPTS, email="secretariat@durance-luberon.example", subject=DURANCE.name, details=DURANCE.as_details()
)
WITHOUT_ACI = Submission(
    kind=Kind.CPTS,
    email="coordination@tour-canal.example",
    subject=CADENET.name,
    details=CADENET.as_details(),
    status=Status.ACI_AWAITED,
)
QUESTION = Submission(
    kind=Kind.CONTACT,
    email="mairie.sault@communes.example",
    given_name="Denis",
    family_name="Aubanel",
    subject="Une question",
    message="Notre commune apparaît-elle dans la zone d’une CPTS ? Des habitants nous le demandent.",
)
NOT_FOUND = Submission(
    kind=Kind.REPORT,
    email="accueil.pharmacie@soins.example",
    subject="Le résultat attendu n’apparaît pas",
    message="Je cherche la CPTS par le nom d’un village et je ne la trouve pas.",
    details={"recherche": "montmorin", "filtres": "onglet=etablissements"},
)
SAS = Submission(
    kind=Kind.SAS_ACCOUNT,
    email="karim.bensalem@cpts-comtat.example",
    family_name="Bensalem",
    given_name="Karim",
    phone="+33639980011",
    subject="Je souhaite utiliser la plateforme SAS, comment faire ?",
    details={"profil": "SAS - Gestionnaire de structure", "territoire": "Vaucluse (84)"},
)
HELP = Submission(
    kind=Kind.HELP,
    email="claire.daumas@cpts-comtat.example",
    given_name="Claire",
    family_name="Daumas",
    phone="+33639980003",
    subject="Être accompagné dans la mise à jour de ma CPTS",
    message="Nous aimerions une heure de prise en main pour notre nouvelle secrétaire, le mardi de préférence.",
    came_from="/etablissements/840021281",
)
