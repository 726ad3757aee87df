"""The published schema of the JSON file of open data (JSON Schema 2020-12), kept to what is written by a test; pure."""

from __future__ import annotations

from typing import Any

from app.domain.open_records import ESTABLISHMENT_CHECKS, UNIT_CHECKS

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def some(type_: str, description: str = "", **more: Any) -> Schema:
    return {"type": type_, **({"description": description} if description else {}), **more}


def maybe(type_: str, description: str = "", **more: Any) -> Schema:
    """Or null: not said."""
    return {"type": [type_, "null"], **({"description": description} if description else {}), **more}


def whole(description: str = "", /, **properties: Schema) -> Schema:
    """An object that always has these members, and no other."""
    return some("object", description, properties=properties, required=list(properties), additionalProperties=False)


def many(items: Schema, description: str = "") -> Schema:
    return some("array", description, items=items)


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def ref_or_null(name: str) -> Schema:
    return {"anyOf": [ref(name), {"type": "null"}]}


INSTANT = {"format": "date-time"}
FINESS = {"pattern": "^[0-9AB]{9}$"}


def record_schema() -> Schema:
    """Of one CPTS, as read_records gives it."""
    return whole(
        "Une CPTS publiée. Ce qui n’est pas renseigné vaut null.",
        finess=some("string", "Numéro FINESS de l’établissement (EG).", **FINESS),
        nom=some("string", "Nom officiel, celui du répertoire FINESS."),
        nom_long=maybe("string", "Nom long de FINESS."),
        nom_usage=maybe("string", "Nom que les habitants connaissent."),
        presentation=maybe("string", "Ce que fait la CPTS, en quelques mots."),
        projet_sante=whole(
            "Le projet de santé de la CPTS.",
            texte=maybe("string", "Ce que la CPTS entreprend."),
            parcours=many(some("string"), "Parcours de soins que la CPTS organise."),
            signe_le=maybe("string", "Date de signature.", format="date"),
        ),
        categorie=ref("code"),
        siret=maybe("string"),
        entite_juridique=ref_or_null("entite_juridique"),
        adresse=ref("adresse"),
        departement=whole("", code=some("string"), nom=maybe("string")),
        position=ref_or_null("position"),
        telephone=maybe("string", "Téléphone standard, E.164."),
        courriel=maybe("string"),
        site=maybe("string"),
        horaires=maybe("string", "Horaires du secrétariat."),
        contacts=many(ref("contact"), "Contacts en accès libre, sans nom de personne."),
        ouverte_le=maybe("string", "Date d’ouverture.", format="date"),
        unites=many(ref("unite"), "Unités (UO), sans les unités sensibles."),
        verifie_le=ref("verifications_etablissement"),
        publiee_le=maybe("string", "Première publication.", **INSTANT),
        modifiee_le=maybe("string", "Dernier changement de ce qui est publié.", **INSTANT),
        page=some("string", "Adresse de la page de la CPTS.", format="uri"),
    )


def definitions() -> Schema:
    return {
        "code": whole("Un code et son libellé.", code=some("string"), libelle=some("string")),
        "entite_juridique": whole(
            "L’entité juridique (EJ).",
            finess=some("string", "", **FINESS),
            nom=some("string"),
            siren=maybe("string"),
            statut={**ref_or_null("code"), "description": "TRE_R72."},
        ),
        "adresse": whole(
            "",
            voie=maybe("string"),
            complement=maybe("string"),
            code_postal=maybe("string"),
            ville=maybe("string"),
            code_insee=maybe("string", "Commune du COG, ou arrondissement municipal."),
            commune=maybe("string", "Nom de la commune."),
        ),
        "position": whole(
            "WGS84, degrés décimaux.",
            latitude=some("number", minimum=-90, maximum=90),
            longitude=some("number", minimum=-180, maximum=180),
        ),
        "contact": whole(
            "",
            nature={**ref_or_null("code"), "description": "TRE_R287."},
            fonction={**ref_or_null("code"), "description": "TRE_R251."},
            description=maybe("string"),
            moyens=many(
                whole(
                    "",
                    canal={**ref_or_null("code"), "description": "TRE_R200."},
                    valeur=maybe("string", "Numéro en E.164, ou adresse."),
                    poste=maybe("string"),
                    usage=maybe("string"),
                )
            ),
        ),
        "age": whole("", valeur=some("integer", minimum=0), unite=some("string", "UCUM.", enum=["a", "mo", "wk", "d"])),
        "plage": whole(
            "Une plage horaire.",
            type={**ref_or_null("code"), "description": "TRE_R252."},
            jour=maybe("integer", "1 (lundi) à 7.", minimum=1, maximum=7),
            debut=maybe("string"),
            fin=maybe("string"),
            du=maybe("string", "", format="date"),
            au=maybe("string", "", format="date"),
        ),
        "unite": _unit(),
        "verifications_etablissement": _checks(ESTABLISHMENT_CHECKS),
        "verifications_unite": _checks(UNIT_CHECKS),
    }


def _unit() -> Schema:
    return whole(
        "Une unité opérationnelle (UO).",
        identifiant=some("integer"),
        nom=some("string"),
        type={**ref("code"), "description": "JDV_J238."},
        champ_activite={**ref("code"), "description": "TRE_R227."},
        mode_prise_en_charge={**ref("code"), "description": "TRE_R213."},
        activites=many(ref("code"), "TRE_R211."),
        age_minimum=ref("age"),
        age_maximum=ref("age"),
        zone=many(
            whole("", code_insee=some("string"), nom=some("string")), "Communes où l’unité intervient, par le COG."
        ),
        contacts=many(ref("contact")),
        horaires=many(ref("plage")),
        precisions_horaires=maybe("string"),
        conditions_admission=maybe("string"),
        conditions_accueil=maybe("string"),
        capacite=maybe("integer", "Places installées."),
        lieu={
            "anyOf": [whole("", adresse=ref("adresse"), position=ref_or_null("position")), {"type": "null"}],
            "description": "Null : celui de la CPTS.",
        },
        verifie_le=ref("verifications_unite"),
        modifiee_le=maybe("string", "", **INSTANT),
    )


def _checks(checks: dict[str, str]) -> Schema:
    dates = {name: maybe("string", "", **INSTANT) for name in checks}
    return whole("Quand la CPTS a confirmé chaque information ; null : jamais dans ce portail.", **dates)


def file_schema(address: str) -> Schema:
    """Of the whole file; `address`: its own, which identifies it."""
    return {
        "$schema": DRAFT,
        "$id": address,
        "title": "CPTS publiées, leurs unités et leurs zones",
        **whole(
            "",
            licence=whole("", code=some("string"), nom=some("string"), url=some("string", "", format="uri")),
            source=some("string", "Qui publie : à citer avec la date."),
            donnees_du=maybe("string", "Dernier changement de ce que contient le fichier.", **INSTANT),
            perimetre=whole("", region=ref("code"), departement=ref_or_null("code")),
            schema=some("string", "", format="uri"),
            cpts=many(record_schema()),
        ),
        "$defs": definitions(),
    }
