"""Documents of what is published, any of them, as hypothesis makes them up: within what the portal accepts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from app.domain.identifiers import luhn_key
from app.domain.professions import TRE_G15
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
from app.domain.sheets.rules import DAYS

TODAY = date(2026, 11, 26)
"""What the hours of these documents are around."""

names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(str.strip).filter(bool)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
maybe_text = st.none() | texts
ids = st.uuids(version=4).map(str)
days = st.dates(date(1990, 1, 1), date(2026, 11, 25))
insee_codes = st.from_regex(r"\A(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{3}\Z")
postcodes = st.from_regex(r"\A[0-9]{5}\Z")
phones = st.from_regex(r"\A\+33[1-9][0-9]{8}\Z")
levels = st.just(1)
"""TRE_R283: accès libre, the only one that leaves the house."""


def coded(codes: st.SearchStrategy[str]) -> st.SearchStrategy[Coded]:
    return st.builds(Coded, codes, names)


codes = coded(st.from_regex(r"\A[0-9A-Z]{1,6}\Z"))
communes = coded(insee_codes)


@st.composite
def luhn_numbers(draw: st.DrawFn, size: int) -> str:
    body = draw(st.text("0123456789", min_size=size - 1, max_size=size - 1))
    return body + luhn_key(body)


finess_numbers = luhn_numbers(9) | st.from_regex(r"\A2[AB][0-9]{7}\Z")


@st.composite
def metas(draw: st.DrawFn) -> Meta:
    """At creation both dates are one (RG_EXP_023); then the version grows with what changed."""
    created = draw(st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1))).replace(tzinfo=UTC)  # noqa: DTZ001
    version = draw(st.integers(1, 40))
    later = timedelta(0) if version == 1 else draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=20)))
    return Meta(version, created, created + later)


@st.composite
def points(draw: st.DrawFn) -> Point:
    latitude, longitude = draw(st.floats(-90, 90)), draw(st.floats(-180, 180))
    return Point(round(latitude, 6), round(longitude, 6))


def addresses(insee: st.SearchStrategy[str | None]) -> st.SearchStrategy[Address]:
    street = st.builds("{} {} {}".format, st.integers(1, 9999), st.sampled_from(["rue", "bis AVENUE", "Le"]), names)
    lines = maybe_text | street | st.just("BP 20042")
    return st.builds(Address, lines, lines, st.none() | postcodes, maybe_text, insee, maybe_text)


@st.composite
def telecoms(draw: st.DrawFn) -> dict[str, Any]:
    channel = draw(st.sampled_from("123456789"))
    phone = channel in "1268"
    return {
        "channel": channel,
        "value": draw(phones if phone else st.sampled_from(["accueil@cpts.example", "https://cpts.example"])),
        "extension": draw(st.none() | st.from_regex(r"\A[0-9]{1,4}\Z")) if phone else None,
        "usage": draw(maybe_text),
        "level": draw(levels),
    }


@st.composite
def contacts(draw: st.DrawFn) -> dict[str, Any]:
    """A nature, or a name that may have a function (RG_EXP_040, RG_EXP_041)."""
    by_nature = draw(st.booleans())
    return {
        "nature": draw(st.sampled_from(["01", "04", "06", "07"])) if by_nature else None,
        "function": None if by_nature else draw(st.none() | st.sampled_from(["01", "04", "12"])),
        "name": None if by_nature else draw(names),
        "description": draw(maybe_text),
        "level": draw(levels),
        "telecoms": draw(st.lists(telecoms(), min_size=1, max_size=3)),
    }


@st.composite
def hours(draw: st.DrawFn) -> dict[str, Any]:
    """A day, or a period with both its ends, or both (RG_EXP_014)."""
    day = draw(st.none() | st.integers(1, 7))
    starts = draw(st.dates(date(2026, 1, 1), date(2027, 6, 1)))
    period = day is None or draw(st.booleans())
    opens = draw(st.none() | st.integers(0, 22))
    return {
        "type": draw(st.sampled_from(["01", "04", "08"])),
        "day": day,
        "start": None if opens is None else f"{opens:02}:00",
        "end": None if opens is None else f"{opens + 1:02}:30",
        "from": starts.isoformat() if period else None,
        "to": (starts + timedelta(days=draw(st.integers(0, 90)))).isoformat() if period else None,
    }


entities = st.builds(
    PublishedEntity,
    finess=finess_numbers,
    name=names,
    long_name=maybe_text,
    siren=st.none() | luhn_numbers(9),
    legal_status_code=st.none() | st.just("60"),
    legal_status_label=maybe_text,
    address=addresses(st.none()),
    created_on=st.none() | days,
    meta=metas(),
)
establishments = st.builds(
    PublishedEstablishment,
    finess=finess_numbers,
    entity_finess=st.none() | finess_numbers,
    name=names,
    long_name=maybe_text,
    operational_name=maybe_text,
    comment=maybe_text,
    category_code=st.sampled_from(["604", "603", "124"]),
    category_label=names,
    siret=st.none() | luhn_numbers(14),
    address=addresses(st.none() | insee_codes),
    point=st.none() | points(),
    departement=st.just("84"),
    phone=st.none() | phones,
    email=st.none() | st.just("accueil@cpts.example"),
    website=st.none() | st.just("https://cpts.example"),
    opening_hours=maybe_text,
    contacts=st.lists(contacts(), max_size=3).map(tuple),
    opened_on=st.none() | days,
    meta=metas(),
)


@st.composite
def units(draw: st.DrawFn) -> PublishedUnit:
    unit_id, finess = draw(st.integers(1, 10**9)), draw(finess_numbers)
    ages = sorted(
        draw(st.tuples(*[st.tuples(st.integers(0, 150), st.sampled_from(sorted(DAYS)))] * 2)),
        key=lambda age: age[0] * DAYS[age[1]],
    )
    return PublishedUnit(
        id=unit_id,
        establishment_finess=finess,
        name=draw(names),
        type=Coded("255", "Communauté Professionnelle Territoriale de Santé (CPTS)"),
        activity_field=draw(codes),
        care_mode=draw(codes),
        activities=tuple(draw(st.lists(codes, min_size=1, max_size=3, unique_by=lambda code: code.code))),
        min_age=ages[0][0],
        min_age_unit=ages[0][1],
        max_age=ages[1][0],
        max_age_unit=ages[1][1],
        zone=tuple(draw(st.lists(communes, min_size=1, max_size=6, unique_by=lambda code: code.code))),
        contacts=tuple(draw(st.lists(contacts(), max_size=3))),
        hours=tuple(draw(st.lists(hours(), max_size=4))),
        admission_conditions=draw(maybe_text),
        reception_conditions=draw(maybe_text),
        opening_hours=draw(maybe_text),
        capacity=draw(st.none() | st.integers(0, 400)),
        place_key=draw(st.sampled_from([None, f"uo-{unit_id}", f"eg-{finess}"])),
        departement="84",
        meta=draw(metas()),
    )


places = st.builds(
    PublishedPlace,
    key=finess_numbers.map("eg-{}".format) | st.integers(1, 10**9).map("uo-{}".format),
    name=names,
    establishment_finess=finess_numbers,
    address=addresses(insee_codes),
    point=st.none() | points(),
    meta=metas(),
)
persons = st.builds(
    PublishedPerson,
    id=ids,
    rpps=luhn_numbers(11),
    title=st.none() | st.sampled_from(["Docteur", "Professeur"]) | texts,
    family_name=names,
    given_name=names,
    profession=st.sampled_from([Coded(code, label) for code, label in TRE_G15.items()]),
    speciality=st.none() | coded(st.sampled_from(["SM54", "SM04"])),
    meta=metas(),
)
roles = st.builds(
    PublishedRole,
    id=ids,
    unit_id=st.integers(1, 10**9),
    establishment_finess=finess_numbers,
    person=persons,
    mode=st.sampled_from("LSBI"),
    function=maybe_text,
    started_on=days,
    meta=metas(),
)
documents: st.SearchStrategy[Document] = st.one_of(entities, establishments, units(), places, persons, roles)
