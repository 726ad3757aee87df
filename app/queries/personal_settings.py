"""How one person signs in, what the public register says of them, what they chose. One statement."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app.models import (
    CodeGenerator,
    Establishment,
    ExternalIdentity,
    FactorReset,
    Favourite,
    HelpTips,
    MailRhythm,
    Passkey,
    PortalBannerDismissal,
    PortalTile,
    PortalTileClick,
    Professional,
    RecoveryCode,
)
from app.queries.personal_sections import Entry, Rows, Section, Subject
from app.queries.together import Together

RHYTHMS = {"immediate": "tout de suite", "daily": "une fois par jour", "weekly": "une fois par semaine"}
_ACCOUNT: sa.BindParameter[uuid.UUID] = sa.bindparam("account_id", type_=sa.Uuid())
SETTINGS = Together(
    identities=sa.select(ExternalIdentity.subject, ExternalIdentity.linked_at).where(
        ExternalIdentity.account_id == _ACCOUNT
    ),
    passkeys=sa.select(Passkey.name, Passkey.created_at).where(Passkey.account_id == _ACCOUNT),
    generators=sa.select(CodeGenerator.created_at).where(CodeGenerator.account_id == _ACCOUNT),
    resets=sa.select(FactorReset.asked_at, FactorReset.done_at).where(FactorReset.account_id == _ACCOUNT),
    recovery=sa.select(sa.func.count().label("left"))
    .select_from(RecoveryCode)
    .where(RecoveryCode.account_id == _ACCOUNT, RecoveryCode.used_at.is_(None)),
    register=sa.select(
        Professional.rpps,
        Professional.given_name,
        Professional.family_name,
        Professional.profession_label,
        Professional.speciality_label,
    ).where(Professional.rpps == sa.bindparam("rpps")),
    rhythms=sa.select(MailRhythm.rhythm).where(MailRhythm.account_id == _ACCOUNT),
    tiles=sa.select(PortalTile.label, PortalTileClick.count.label("times"), PortalTileClick.last_at)
    .join(PortalTile, PortalTile.id == PortalTileClick.tile_id)
    .where(PortalTileClick.account_id == _ACCOUNT),
    tips=sa.select(HelpTips.shown).where(HelpTips.account_id == _ACCOUNT),
    hidden=sa.select(PortalBannerDismissal.at).where(PortalBannerDismissal.account_id == _ACCOUNT),
    favourites=sa.select(Establishment.name, Favourite.since)
    .join(Favourite, Favourite.finess == Establishment.finess)
    .where(Favourite.account_id == _ACCOUNT)
    .order_by(Favourite.since),
)


def settings_of(subject: Subject) -> Rows:
    return SETTINGS.read(account_id=subject.account.id, rpps=subject.person.rpps or "")


def ways_in(subject: Subject, settings: Rows) -> Section:
    entries: list[Entry] = [{"Moyen": "Mot de passe", "Détail": "défini" if subject.account.password_hash else "aucun"}]
    for identity in settings["identities"]:
        entries.append({"Moyen": "Pro Santé Connect", "Détail": identity.subject, "Depuis": identity.linked_at})
    for key in settings["passkeys"]:
        entries.append({"Moyen": "Clé d’accès", "Détail": key.name, "Depuis": key.created_at})
    for generator in settings["generators"]:
        entries.append({"Moyen": "Générateur de codes", "Détail": None, "Depuis": generator.created_at})
    for lost in settings["resets"]:
        entries.append({"Moyen": "Second facteur perdu", "Depuis": lost.asked_at, "Retiré le": lost.done_at})
    entries.append({"Moyen": "Codes de secours", "Détail": f"{settings['recovery'][0].left} encore valables"})
    note = "Les mots de passe, les codes et les clés sont gardés sous une forme qui ne permet pas de les retrouver."
    return Section("acces", "Vos moyens de connexion", note, entries)


def register(settings: Rows) -> Section:
    entries: list[Entry] = [
        {
            "Numéro RPPS": row.rpps,
            "Nom d’exercice": f"{row.given_name} {row.family_name}",
            "Profession": row.profession_label,
            "Savoir-faire": row.speciality_label,
        }
        for row in settings["register"]
    ]
    note = (
        "Donnée publique de l’Annuaire Santé : elle se corrige auprès de votre ordre, et revient à chaque mise à jour."
    )
    return Section("annuaire", "Votre ligne de l’Annuaire Santé", note, entries)


def preferences(settings: Rows) -> Section:
    entries: list[Entry] = [
        {"Préférence": "Rythme des courriels", "Choix": RHYTHMS.get(chosen.rhythm, chosen.rhythm)}
        for chosen in settings["rhythms"]
    ]
    for tile in settings["tiles"]:
        opened = {"Choix": tile.label, "Fois": tile.times, "Dernière fois": tile.last_at}
        entries.append({"Préférence": "Raccourci ouvert", **opened})
    for tips in settings["tips"]:
        entries.append({"Préférence": "Infobulles", "Choix": "affichées" if tips.shown else "masquées"})
    for hidden in settings["hidden"]:
        entries.append({"Préférence": "Message masqué", "Dernière fois": hidden.at})
    for kept in settings["favourites"]:
        entries.append({"Préférence": "Favori du répertoire", "Choix": kept.name, "Dernière fois": kept.since})
    return Section("preferences", "Vos préférences", entries=entries)
