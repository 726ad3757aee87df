"""Labels of the ROR nomenclatures (NOS) that a CPTS page shows: DOMAIN.md §4."""

from __future__ import annotations

CARE_MODES = {
    "27": "Régulation médicale téléphonique",
    "32": "Consultation ou séance",
    "49": "Prise en charge sur les lieux de vie",
    "56": "Accueil non programmé",
    "58": "Suivi ou coordination de parcours",
    "59": "Équipe d’intervention mobile",
    "60": "Dispositif expérimental",
}
"""TRE_R213, mode de prise en charge."""

ACTIVITY_FIELDS = {
    "01": "Médecine, chirurgie, obstétrique",
    "02": "Soins médicaux et de réadaptation",
    "03": "Psychiatrie",
    "04": "Médico-social",
    "05": "Ville",
}
"""TRE_R227, champ d'activité."""

CONTACT_NATURES = {
    "01": "Accueil",
    "02": "Prise de rendez-vous",
    "03": "Admission",
    "04": "Médical",
    "05": "Soignant",
    "06": "Standard",
    "07": "Secrétariat",
    "08": "Alerte, tension",
    "09": "Télémédecine",
    "10": "Direction",
    "14": "Garde ou astreinte",
}
"""TRE_R287, nature du contact."""

PHONE_CHANNELS = frozenset({"1", "2", "6", "8"})
MAIL_CHANNELS = frozenset({"3", "9"})
WEB_CHANNEL = "4"
CHANNELS = {
    "1": "Téléphone mobile",
    "2": "Téléphone",
    "3": "Courriel",
    "4": "Site internet",
    "6": "Télécopie",
    "8": "Téléphone d’alerte",
    "9": "Courriel d’alerte",
}
"""TRE_R200, canal de communication."""

PUBLIC_ACCESS = 1
CONFIDENTIALITY = {1: "accès libre", 2: "accès restreint", 3: "accès très restreint"}
"""TRE_R283, niveau de confidentialité."""
