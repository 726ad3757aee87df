"""Contacts: the same one, as Organization.contact holds it and as the extension of an offre does; pure.

A nature has neither name nor function, a function has a name (RG_EXP_040, RG_EXP_041): the contacts of a document are
so already, and those made here from the coordinates of an establishment too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.published import PublishedEstablishment
from app.integrations.ror_fhir import systems
from app.integrations.ror_fhir.elements import FREE, Element, concept, extension, extension_of, filled, text

Contact = Mapping[str, Any]
RECEPTION, STANDARD, SECRETARIAT = "01", "06", "07"
"""TRE_R287."""
MOBILE, FIXED, EMAIL, WEBSITE = "1", "2", "3", "4"
"""TRE_R200."""
POINT_SYSTEMS = {"1": "phone", "2": "phone", "3": "email", "4": "url", "6": "fax", "8": "phone", "9": "email"}
"""TRE_R200 → ContactPoint.system; the other channels are `other`."""
POINT_USES = {"1": "mobile", "2": "work"}


def coordinates(document: PublishedEstablishment) -> list[Contact]:
    """Standard, secretariat and site of an establishment as contacts (DOMAIN.md §12), those of its sheet excepted.

    The first one tells when somebody answers: no element of an Organization holds hours.
    """
    known = {(contact.get("nature"), told["value"]) for contact in document.contacts for told in contact["telecoms"]}
    stated = (
        (STANDARD, phone_channel(document.phone or ""), document.phone),
        (SECRETARIAT, EMAIL, document.email),
        (RECEPTION, WEBSITE, document.website),
    )
    told = [_free(*line) for line in stated if line[2] and (line[0], line[2]) not in known]
    return [{**told[0], "description": document.opening_hours}, *told[1:]] if told else []


def _free(nature: str, channel: str, value: str | None) -> dict[str, Any]:
    telecom = {"channel": channel, "value": value, "level": FREE.code}
    return {"nature": nature, "level": FREE.code, "telecoms": [telecom]}


def phone_channel(number: str) -> str:
    return MOBILE if number.startswith(("+336", "+337")) else FIXED


def organization_contact(contact: Contact) -> Element:
    function, description = contact.get("function"), text(contact.get("description"))
    told = [extension(systems.CONTACT_FUNCTION, valueCodeableConcept=_function(function))] if function else []
    told += [extension(systems.CONTACT_DESCRIPTION, valueString=description)] if description else []
    told.append(extension(systems.CONTACT_LEVEL, valueCodeableConcept=level(contact["level"])))
    return filled(
        extension=told,
        purpose=_nature(contact),
        name=_name(contact),
        telecom=[point(telecom) for telecom in contact["telecoms"]],
    )


def point(telecom: Contact) -> Element:
    channel = telecom["channel"]
    told = [extension(systems.TELECOM_CHANNEL, valueCodeableConcept=concept(systems.CHANNELS, channel))]
    told += _usage(telecom)
    told.append(extension(systems.TELECOM_LEVEL, valueCodeableConcept=level(telecom["level"])))
    return filled(
        extension=told,
        system=POINT_SYSTEMS.get(channel, "other"),
        value=telecom["value"],
        use=POINT_USES.get(channel),
    )


def unit_contact(contact: Contact) -> Element:
    name, function, nature = _name(contact), contact.get("function"), _nature(contact)
    description = text(contact.get("description"))
    told = [extension("name", valueHumanName=name)] if name else []
    told += [extension(systems.CONTACT_FUNCTION, valueCodeableConcept=_function(function))] if function else []
    told += [extension("purposeContact", valueCodeableConcept=nature)] if nature else []
    told += [extension("description", valueString=description)] if description else []
    told.append(extension(systems.UNIT_CONTACT_LEVEL, valueCodeableConcept=level(contact["level"])))
    told += [_unit_telecom(telecom) for telecom in contact["telecoms"]]
    return extension_of(systems.UNIT_CONTACT, told)


def _unit_telecom(telecom: Contact) -> Element:
    return extension_of(
        systems.UNIT_CONTACT_TELECOM,
        [
            extension(systems.TELECOM_CHANNEL, valueCodeableConcept=concept(systems.CHANNELS, telecom["channel"])),
            *_usage(telecom),
            extension(systems.TELECOM_LEVEL, valueCodeableConcept=level(telecom["level"])),
            extension("telecomAddress", valueString=telecom["value"]),
        ],
    )


def level(code: int | str) -> Element:
    """TRE_R283. Its words only for what is free: nothing else is published."""
    return concept(systems.LEVELS, str(code), FREE.label if str(code) == FREE.code else None)


def _usage(telecom: Contact) -> list[Element]:
    """What it is for, and the extension to ask for: no element of the guide holds an extension number."""
    extra = telecom.get("extension")
    told = ", ".join(said for said in (text(telecom.get("usage")), extra and f"poste {extra}") if said)
    return [extension(systems.TELECOM_USAGE, valueString=told)] if told else []


def _nature(contact: Contact) -> Element | None:
    code = contact.get("nature")
    return concept(systems.CONTACT_NATURES, code) if code else None


def _function(code: str) -> Element:
    return concept(systems.CONTACT_FUNCTIONS, code)


def _name(contact: Contact) -> Element | None:
    name = text(contact.get("name"))
    return {"text": name} if name else None
