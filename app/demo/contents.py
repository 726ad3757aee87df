"""What the service centre of the demonstration has put in the portal: tiles, a banner, documents."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.demo.registers import DATA
from app.domain.portal_content import Audience, DocumentKind, Tone
from app.policies.actor import Actor
from app.usecases.banners import BannerWords, add_banner
from app.usecases.documents import DocumentWords, add_document
from app.usecases.tiles import TileWords, add_tile
from app.working_days import day_of

TILES = (
    ("Capacités disponibles", "https://capacites.sante.example/", "Voir et mettre à jour les lits disponibles."),
    ("Télémédecine", "https://telemedecine.sante.example/", "Ouvrir une téléexpertise ou une téléconsultation."),
    ("Avis de spécialistes", "https://avis.sante.example/", "Demander un avis à distance."),
    ("Répertoire des CPTS", "/repertoire", "Toutes les CPTS, par département."),
)
CAMPAIGN_LASTS = timedelta(days=60)


def fill(agent: Actor) -> None:
    for position, (label, url, text) in enumerate(TILES):
        add_tile(agent, None, words=TileWords(label, url, text, Audience.SIGNED_IN, position, active=True))
    today = day_of(clock.now())
    add_banner(
        agent,
        None,
        words=BannerWords(
            text="Campagne régionale : vérifiez le téléphone et l’adresse de votre CPTS avant la fin du mois.",
            tone=Tone.INFO,
            link_url="/aide/par-ou-commencer",
            link_label="Par où commencer",
            starts_on=today,
            ends_on=today + CAMPAIGN_LASTS,
            audience=Audience.PRESIDENT,
            departement=None,
            active=True,
        ),
    )
    sheet = DocumentWords(
        title="Fiche de rôle du référent établissement",
        description="Ce que le référent peut faire, ce qu’il ne peut pas, et la fin du rôle, en une page.",
        kind=DocumentKind.ROLE_SHEET,
        published=True,
    )
    add_document(agent, None, words=sheet, content=(DATA / "role-referent.pdf").read_bytes())
