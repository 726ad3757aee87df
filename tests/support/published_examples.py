"""An authored CPTS, document by document: what docs/fhir.md shows and the examples of tests start from."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.domain.published import (
    Address,
    Coded,
    Document,
    Meta,
    Point,
    PublishedEntity,
    PublishedEstablishment,
    PublishedPerson,
    PublishedPlace,
    PublishedRole,
    PublishedUnit,
)

TODAY = date(2026, 11, 26)
REGION = "93"
FIRST = Meta(1, datetime(2026, 3, 2, 8, 0, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
CORRECTED = Meta(4, datetime(2026, 3, 2, 8, 0, tzinfo=UTC), datetime(2026, 11, 24, 16, 42, 7, tzinfo=UTC))
SEAT = Address("12 bis rue des Micocouliers", "BP 20042", "84200", "CARPENTRAS", "84031", "Carpentras")

ENTITY = PublishedEntity(
    finess="840021273",
    name="ASSOCIATION CPTS DU COMTAT",
    long_name="ASSOCIATION COMMUNAUTE PROFESSIONNELLE TERRITORIALE DE SANTE DU COMTAT",
    siren="260100045",
    legal_status_code="60",
    legal_status_label="Association Loi 1901 non Reconnue d'Utilité Publique",
    address=Address(SEAT.street, None, SEAT.postcode, SEAT.city),
    created_on=date(2019, 6, 18),
    meta=FIRST,
)
ESTABLISHMENT = PublishedEstablishment(
    finess="840021281",
    entity_finess="840021273",
    name="CPTS DU COMTAT",
    long_name=None,
    operational_name="CPTS du Comtat Venaissin",
    comment="Accès aux soins, prévention et parcours des habitants du Comtat.",
    category_code="604",
    category_label="Communauté Professionnelle Territoriale de Santé (CPTS)",
    siret="26010004500012",
    address=SEAT,
    point=Point(44.05507, 5.04813),
    departement="84",
    phone="+33465719901",
    email="accueil@cpts-comtat.example",
    website="https://cpts-comtat.example",
    opening_hours="Du lundi au vendredi, de 9 h à 12 h",
    contacts=(
        {
            "nature": None,
            "function": "01",
            "name": "Claire Daumas",
            "description": "Coordination de la CPTS",
            "level": 1,
            "telecoms": [
                {"channel": "3", "value": "direction@cpts-comtat.example", "extension": None, "usage": None, "level": 1}
            ],
        },
    ),
    opened_on=date(2019, 9, 2),
    meta=CORRECTED,
)
UNIT = PublishedUnit(
    id=12,
    establishment_finess="840021281",
    name="CPTS du Comtat Venaissin",
    type=Coded("255", "Communauté Professionnelle Territoriale de Santé (CPTS)"),
    activity_field=Coded("05", "Ville"),
    care_mode=Coded("58", "Suivi ou coordination de parcours"),
    activities=(
        Coded("471", "Orientation vers un médecin traitant acceptant de nouveaux patients"),
        Coded("475", "Coordination de soins non-programmés"),
    ),
    min_age=0,
    min_age_unit="a",
    max_age=150,
    max_age_unit="a",
    zone=(Coded("84031", "Carpentras"), Coded("84072", "Mazan")),
    contacts=(
        {
            "nature": "04",
            "function": None,
            "name": None,
            "description": None,
            "level": 1,
            "telecoms": [
                {
                    "channel": "2",
                    "value": "+33465719902",
                    "extension": "12",
                    "usage": "Soins non programmés",
                    "level": 1,
                }
            ],
        },
    ),
    hours=(
        {"type": "04", "day": 1, "start": "09:00", "end": "12:00", "from": None, "to": None},
        {"type": "08", "day": None, "start": None, "end": None, "from": "2026-12-24", "to": "2027-01-03"},
        {"type": "08", "day": None, "start": None, "end": None, "from": "2026-08-01", "to": "2026-08-16"},
    ),
    admission_conditions="Habiter l’une des communes de la zone.",
    reception_conditions="Accueil sur rendez-vous.",
    opening_hours="Sauf jours fériés.",
    capacity=None,
    place_key="eg-840021281",
    departement="84",
    meta=CORRECTED,
)
PLACE = PublishedPlace(
    key="eg-840021281",
    name="CPTS DU COMTAT",
    establishment_finess="840021281",
    address=SEAT,
    point=Point(44.05507, 5.04813),
    meta=FIRST,
)
PERSON = PublishedPerson(
    id="0b5f3a52-6f0e-4a0d-9a53-6b0c2f7f7a11",
    rpps="10999800013",
    title="Docteur",
    family_name="ROCHEBRUNE",
    given_name="Alix",
    profession=Coded("10", "Médecin"),
    speciality=Coded("SM54", "Médecine générale"),
    meta=FIRST,
)
ROLE = PublishedRole(
    id="5d0d8c0e-6a6f-4c3b-8a57-0a4d5a3f1c42",
    unit_id=12,
    establishment_finess="840021281",
    person=PERSON,
    mode="L",
    function=None,
    started_on=date(2024, 1, 15),
    meta=FIRST,
)
EXAMPLES: dict[str, Document] = {
    "Organization, entité juridique": ENTITY,
    "Organization, entité géographique": ESTABLISHMENT,
    "HealthcareService": UNIT,
    "Location": PLACE,
    "Practitioner": PERSON,
    "PractitionerRole": ROLE,
}
