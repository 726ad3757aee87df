"""Régions and départements (COG 2026), and how FINESS writes the overseas ones."""

from __future__ import annotations

from typing import NamedTuple


class Departement(NamedTuple):
    code: str
    name: str
    region: str


REGIONS = {
    "01": "Guadeloupe",
    "02": "Martinique",
    "03": "Guyane",
    "04": "La Réunion",
    "06": "Mayotte",
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d’Azur",
    "94": "Corse",
}

DEPARTEMENTS = {
    "01": Departement("01", "Ain", "84"),
    "02": Departement("02", "Aisne", "32"),
    "03": Departement("03", "Allier", "84"),
    "04": Departement("04", "Alpes-de-Haute-Provence", "93"),
    "05": Departement("05", "Hautes-Alpes", "93"),
    "06": Departement("06", "Alpes-Maritimes", "93"),
    "07": Departement("07", "Ardèche", "84"),
    "08": Departement("08", "Ardennes", "44"),
    "09": Departement("09", "Ariège", "76"),
    "10": Departement("10", "Aube", "44"),
    "11": Departement("11", "Aude", "76"),
    "12": Departement("12", "Aveyron", "76"),
    "13": Departement("13", "Bouches-du-Rhône", "93"),
    "14": Departement("14", "Calvados", "28"),
    "15": Departement("15", "Cantal", "84"),
    "16": Departement("16", "Charente", "75"),
    "17": Departement("17", "Charente-Maritime", "75"),
    "18": Departement("18", "Cher", "24"),
    "19": Departement("19", "Corrèze", "75"),
    "21": Departement("21", "Côte-d’Or", "27"),
    "22": Departement("22", "Côtes-d’Armor", "53"),
    "23": Departement("23", "Creuse", "75"),
    "24": Departement("24", "Dordogne", "75"),
    "25": Departement("25", "Doubs", "27"),
    "26": Departement("26", "Drôme", "84"),
    "27": Departement("27", "Eure", "28"),
    "28": Departement("28", "Eure-et-Loir", "24"),
    "29": Departement("29", "Finistère", "53"),
    "2A": Departement("2A", "Corse-du-Sud", "94"),
    "2B": Departement("2B", "Haute-Corse", "94"),
    "30": Departement("30", "Gard", "76"),
    "31": Departement("31", "Haute-Garonne", "76"),
    "32": Departement("32", "Gers", "76"),
    "33": Departement("33", "Gironde", "75"),
    "34": Departement("34", "Hérault", "76"),
    "35": Departement("35", "Ille-et-Vilaine", "53"),
    "36": Departement("36", "Indre", "24"),
    "37": Departement("37", "Indre-et-Loire", "24"),
    "38": Departement("38", "Isère", "84"),
    "39": Departement("39", "Jura", "27"),
    "40": Departement("40", "Landes", "75"),
    "41": Departement("41", "Loir-et-Cher", "24"),
    "42": Departement("42", "Loire", "84"),
    "43": Departement("43", "Haute-Loire", "84"),
    "44": Departement("44", "Loire-Atlantique", "52"),
    "45": Departement("45", "Loiret", "24"),
    "46": Departement("46", "Lot", "76"),
    "47": Departement("47", "Lot-et-Garonne", "75"),
    "48": Departement("48", "Lozère", "76"),
    "49": Departement("49", "Maine-et-Loire", "52"),
    "50": Departement("50", "Manche", "28"),
    "51": Departement("51", "Marne", "44"),
    "52": Departement("52", "Haute-Marne", "44"),
    "53": Departement("53", "Mayenne", "52"),
    "54": Departement("54", "Meurthe-et-Moselle", "44"),
    "55": Departement("55", "Meuse", "44"),
    "56": Departement("56", "Morbihan", "53"),
    "57": Departement("57", "Moselle", "44"),
    "58": Departement("58", "Nièvre", "27"),
    "59": Departement("59", "Nord", "32"),
    "60": Departement("60", "Oise", "32"),
    "61": Departement("61", "Orne", "28"),
    "62": Departement("62", "Pas-de-Calais", "32"),
    "63": Departement("63", "Puy-de-Dôme", "84"),
    "64": Departement("64", "Pyrénées-Atlantiques", "75"),
    "65": Departement("65", "Hautes-Pyrénées", "76"),
    "66": Departement("66", "Pyrénées-Orientales", "76"),
    "67": Departement("67", "Bas-Rhin", "44"),
    "68": Departement("68", "Haut-Rhin", "44"),
    "69": Departement("69", "Rhône", "84"),
    "70": Departement("70", "Haute-Saône", "27"),
    "71": Departement("71", "Saône-et-Loire", "27"),
    "72": Departement("72", "Sarthe", "52"),
    "73": Departement("73", "Savoie", "84"),
    "74": Departement("74", "Haute-Savoie", "84"),
    "75": Departement("75", "Paris", "11"),
    "76": Departement("76", "Seine-Maritime", "28"),
    "77": Departement("77", "Seine-et-Marne", "11"),
    "78": Departement("78", "Yvelines", "11"),
    "79": Departement("79", "Deux-Sèvres", "75"),
    "80": Departement("80", "Somme", "32"),
    "81": Departement("81", "Tarn", "76"),
    "82": Departement("82", "Tarn-et-Garonne", "76"),
    "83": Departement("83", "Var", "93"),
    "84": Departement("84", "Vaucluse", "93"),
    "85": Departement("85", "Vendée", "52"),
    "86": Departement("86", "Vienne", "75"),
    "87": Departement("87", "Haute-Vienne", "75"),
    "88": Departement("88", "Vosges", "44"),
    "89": Departement("89", "Yonne", "27"),
    "90": Departement("90", "Territoire de Belfort", "27"),
    "91": Departement("91", "Essonne", "11"),
    "92": Departement("92", "Hauts-de-Seine", "11"),
    "93": Departement("93", "Seine-Saint-Denis", "11"),
    "94": Departement("94", "Val-de-Marne", "11"),
    "95": Departement("95", "Val-d’Oise", "11"),
    "971": Departement("971", "Guadeloupe", "01"),
    "972": Departement("972", "Martinique", "02"),
    "973": Departement("973", "Guyane", "03"),
    "974": Departement("974", "La Réunion", "04"),
    "976": Departement("976", "Mayotte", "06"),
}

COLLECTIVITIES = {
    "975": "Saint-Pierre-et-Miquelon",
    "977": "Saint-Barthélemy",
    "978": "Saint-Martin",
    "986": "Wallis-et-Futuna",
    "987": "Polynésie française",
    "988": "Nouvelle-Calédonie",
}
"""Overseas collectivities: their establishments are in FINESS, their communes are not in the communes file."""

CITY_OF = {
    **{str(code): "75056" for code in range(75101, 75121)},
    **{str(code): "69123" for code in range(69381, 69390)},
    **{str(code): "13055" for code in range(13201, 13217)},
}
"""Arrondissement → its city: Paris, Lyon, Marseille (loi du 31 décembre 1982). Both are in the registers."""

FINESS_OVERSEAS = {
    "9A": "971",
    "9B": "972",
    "9C": "973",
    "9D": "974",
    "9E": "975",
    "9F": "976",
    "9J": "986",
}
"""FINESS writes a département in two characters. Seen in the stock of 2026-05: 9A to 9D, 9F, 9J."""


def departement_name(code: str) -> str | None:
    if code in DEPARTEMENTS:
        return DEPARTEMENTS[code].name
    return COLLECTIVITIES.get(code)


def departement_from_finess(code: str) -> str | None:
    """`9A` → `971`, `1` → `01`, `2A` → `2A`; None for what is no département."""
    code = code.strip().upper()
    code = FINESS_OVERSEAS.get(code, code.zfill(2))
    return code if departement_name(code) else None


def insee_from_finess(departement: str, commune: str) -> str | None:
    """Commune code of a FINESS address: département and three digits (`84` + `031`, `9C` + `302` → `97302`).

    Overseas the three digits already hold the last one of the département. None when either is missing.
    """
    code = departement_from_finess(departement)
    digits = commune.strip().zfill(3)
    if code is None or len(digits) != 3 or not (digits.isascii() and digits.isdigit()) or digits == "000":
        return None
    return code[:2] + digits
