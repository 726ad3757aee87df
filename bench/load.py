"""What no register gives, in a scratch database: units, contacts, hours, and listed people with an accepted affiliation
each; one unit with five hundred of them, one CPTS with five hundred requests to decide. The same rows on both engines.

`bench/bulk.py` writes them; everything is looked at for publication afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.bulk import BATCH, Bulk, ago, batched, digest, unguarded, unindexed
from bench.scales import Scale
from bench.structures import finess_number

OFFERS = (
    ("196", "Cabinet de ville de médecine générale", "32", "05", "437", "Médecine générale"),
    ("225", "Cabinet de ville infirmier", "49", "05", "434", "Élaboration du plan d’aide individualisé"),
    ("92", "Soins non programmés de ville", "56", "05", "475", "Coordination de soins non-programmés"),
    ("99", "Maison de santé pluriprofessionnelle (MSP)", "32", "05", "437", "Médecine générale"),
    (
        "178",
        "Dispositif d’appui à la coordination (DAC)",
        "58",
        "04",
        "434",
        "Élaboration du plan d’aide individualisé",
    ),
)
"""Type (TRE_R244), care mode (TRE_R213), field (TRE_R227), activity (TRE_R211)."""
WIDEST = 200
CPTS_UNIT = "255"
PHONE = "+33639980001"
"""Of the numbers that nobody has (ARCEP)."""
AGENT = "0000000000004000800000000000beac"
FIRST_UNIT = 1_000_000
"""Units made here have this number and the following ones; those of CPTS, which the import makes, are below."""
UNIT_WITH_500 = FIRST_UNIT
CROWD = 500
"""Of people in that unit, and of requests that wait at `busy_cpts`; fewer in a country of hardly more people."""

UNIT = (
    "id, establishment_finess, name, type_code, type_label, care_mode_code, activity_field_code, min_age, max_age,"
    " street, postcode, city, admission_conditions, sensitive, updated_at"
)
CONTACT = "id, establishment_finess, unit_id, position, nature_code, confidentiality"
TELECOM = "contact_id, position, channel_code, value, confidentiality"
HOURS = "unit_id, position, type_code, weekday, opens, closes"
PERSON = "id, family_name, given_name, profession_code, profession_label, rpps, listed, created_at"
ASKED = (
    "id, number, kind, status, establishment_finess, unit_id, family_name, given_name, email, email_key,"
    " phone, profession_code, profession_label, rpps, listed, person_id, submitted_at, updated_at, waiting_since,"
    " tracking_generation, version, decided_at, decided_by_account_id, decided_as"
)
AFFILIATION = "id, person_id, unit_id, establishment_finess, started_at, request_id"

PLACES = """
SELECT e.finess, e.name, c.name, (SELECT min(postcode) FROM commune_postcode p WHERE p.insee = c.insee)
FROM establishment e JOIN commune c ON c.insee = e.commune_insee ORDER BY e.finess
"""
PROFESSIONALS = """
SELECT id, rpps, family_name, given_name, profession_code, profession_label FROM professional
WHERE id > ? ORDER BY id LIMIT ?
"""
Seat = tuple[int, str]
"""A unit and its establishment."""


def busy_cpts(scale: Scale) -> str:
    """FINESS of the CPTS with five hundred requests to decide: the first of the first département."""
    return finess_number(scale.departements[0], 1)


def crowd(scale: Scale) -> int:
    return min(CROWD, scale.listed // 4)


def load(url: str, scale: Scale) -> None:
    """The registers are imported already. Prints what each step took."""
    steps: tuple[tuple[str, Callable[[Bulk, Scale], None]], ...] = (
        ("units, contacts, hours", load_units),
        ("the agent who accepted", load_agent),
        ("listed people, requests, affiliations", load_people),
        ("requests to decide", load_waiting),
    )
    with unguarded(url) as bulk:
        for name, step in steps:
            start = time.monotonic()
            step(bulk, scale)
            print(f"  {name:48} {time.monotonic() - start:7.1f} s", flush=True)


def load_units(bulk: Bulk, scale: Scale) -> None:
    places = bulk.read(PLACES)
    missing = scale.units - bulk.read("SELECT count(*) FROM unit")[0][0]
    last_contact = bulk.read("SELECT coalesce(max(id), 0) FROM contact")[0][0]
    now = ago()
    for ranks in batched(range(missing)):
        chosen = [(rank, FIRST_UNIT + rank, places[rank % len(places)], offer(rank, len(places))) for rank in ranks]
        bulk.write("unit", UNIT, (_unit(*one, now) for one in chosen))
        activities = ((id_, what[4], what[5]) for rank, id_, _, what in chosen if rank % 100 != 7)
        bulk.write("unit_activity", "unit_id, code, label", activities)
        met = [(last_contact + 1 + rank, id_, place[0]) for rank, id_, place, _ in chosen if rank % 3]
        bulk.write("contact", CONTACT, ((id_, finess, unit, 1, "07", 1 + (unit % 4 == 0)) for id_, unit, finess in met))
        bulk.write("telecom", TELECOM, ((id_, 1, "2", _phone(id_), 1 + (unit % 4 == 0)) for id_, unit, _ in met))
        open_on = ((id_, day) for rank, id_, *_ in chosen if rank % 4 == 0 for day in (1, 2, 3))
        hours = ((id_, day, "01", day, "09:00:00.000000", "12:30:00.000000") for id_, day in open_on)
        bulk.write("unit_hours", HOURS, hours)
    for table in ("unit", "contact"):
        bulk.number_from_here(table)


def offer(rank: int, places: int) -> tuple[str, ...]:
    """The units of an establishment are of different types."""
    return OFFERS[(rank + rank // places) % len(OFFERS)]


def _unit(rank: int, id_: int, place: tuple[str, str, str, str | None], what: tuple[str, ...], now: str) -> Any:
    finess, name, commune, postcode = place
    type_code, label, care, field, *_ = what
    at = (f"{rank % 90 + 1} rue du Moulin", postcode, commune) if rank % 5 == 4 else (None, None, None)
    conditions = "Sur rendez-vous, du lundi au vendredi." if rank % 3 == 0 else None
    sensitive = rank % 500 == 499
    told = (type_code, label, care, field, 0, 150, *at, conditions, sensitive, now)
    return id_, finess, f"{label} {name}"[:WIDEST], *told


def _phone(contact: int) -> str:
    return f"+33490{contact * 7919 % 1_000_000:06d}"


def load_agent(bulk: Bulk, _scale: Scale) -> None:
    now, before = ago(), ago(365)
    bulk.write("person", PERSON, [(AGENT, "Banc", "Essai", None, None, None, False, before)])
    columns = "id, person_id, email, email_key, status, created_at, activated_at, agent_since"
    mail = "banc@relais.example"
    bulk.write("account", columns, [(AGENT, AGENT, mail, mail, "active", before, now, before)])


def load_people(bulk: Bulk, scale: Scale) -> None:
    seated = seats(bulk, scale)
    with unindexed(bulk, "person", "request", "affiliation"):
        for batch in batched(professionals(bulk, scale.listed)):
            load_listed(bulk, [(rank, person, next(seated)) for rank, person in batch])


def load_listed(bulk: Bulk, seating: list[tuple[int, Any, Seat]]) -> None:
    now, asked, decision = ago(), ago(9), (ago(8), AGENT, "agent")
    keys = [(digest(f"person/{rpps}"), rpps) for _, (_, rpps, *_), _ in seating]
    people = ((who, *_names(person), True, now) for (who, _), (_, person, _) in zip(keys, seating, strict=True))
    bulk.write("person", PERSON, people)
    requests = (
        _asked(person, seat, f"B{rank:09d}", ("accepted", who, asked), decision)
        for (who, _), (rank, person, seat) in zip(keys, seating, strict=True)
    )
    bulk.write("request", ASKED, requests)
    affiliations = (
        (digest(f"affiliation/{rpps}"), who, *seat, decision[0], digest(f"request/B{rpps}"))
        for (who, rpps), (_, _, seat) in zip(keys, seating, strict=True)
    )
    bulk.write("affiliation", AFFILIATION, affiliations)


def load_waiting(bulk: Bulk, scale: Scale) -> None:
    """Requests of people whom the portal does not know yet, a day or more old."""
    finess = busy_cpts(scale)
    unit = bulk.read("SELECT min(id) FROM unit WHERE establishment_finess = ?", finess)[0][0]
    people = bulk.read(PROFESSIONALS, 0, crowd(scale))
    rows = [
        _asked(person, (unit, finess), f"P{rank:09d}", ("submitted", None, ago(1 + rank % 9)), (None, None, None))
        for rank, person in enumerate(people)
    ]
    bulk.write("request", ASKED, rows)
    events = ((row[0], row[16], "submitted", f"{row[7]} {row[6]}") for row in rows)
    bulk.write("request_event", "request_id, at, kind, author_name", events)


def _asked(person: Any, seat: Seat, number: str, state: tuple[str, str | None, str], decision: tuple[Any, ...]) -> Any:
    """`state`: status, person when there is one, when it was asked."""
    status, who, at = state
    family, given, code, label, rpps = _names(person)
    mail = f"{rpps}@sante.example"
    fixed = (digest(f"request/{number[0]}{rpps}"), number, "affiliation", status, seat[1], seat[0])
    waiting_since = None if who else at
    asker = (family, given, mail, mail, PHONE, code, label, rpps, True, who)
    return *fixed, *asker, at, at, waiting_since, 1, 3, *decision


def _names(person: Any) -> tuple[str, ...]:
    _, rpps, family, given, code, label = person
    return family, given, code, label, rpps


def professionals(bulk: Bulk, most: int) -> Iterator[tuple[int, Any]]:
    """With their rank, in the order of the register."""
    rank, last = 0, 0
    while rank < most and (rows := bulk.read(PROFESSIONALS, last, min(BATCH, most - rank))):
        yield from enumerate(rows, rank)
        rank, last = rank + len(rows), rows[-1][0]


def seats(bulk: Bulk, scale: Scale) -> Iterator[Seat]:
    """Where they are: first the unit with a crowd; then half of them in a CPTS, half anywhere, in turn."""
    shown = "SELECT id, establishment_finess FROM unit WHERE sensitive = ? AND {} ORDER BY id"
    in_cpts = bulk.read(shown.format(f"type_code = '{CPTS_UNIT}'"), False)
    elsewhere = bulk.read(shown.format(f"type_code <> '{CPTS_UNIT}'"), False)
    full = next(seat for seat in elsewhere if seat[0] == UNIT_WITH_500)
    yield from (full for _ in range(crowd(scale)))
    rank = 0
    while True:
        yield in_cpts[rank % len(in_cpts)]
        yield elsewhere[1 + rank % (len(elsewhere) - 1)]
        rank += 1
