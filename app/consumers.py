"""Who is told of what is published: the SAS and departmental portals, as the settings name them; pure."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

SAS = "sas"
SHORTEST_TOKEN, SHORTEST_SECRET = 16, 32
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
DEPARTEMENT = re.compile(r"\d{2,3}|2[AB]")
FIELDS = {"key", "name", "url", "secret", "departements"}


@dataclass(frozen=True)
class Consumer:
    """`departements`: those it subscribed to; None: all of them. The SAS shows a token, a webhook is signed."""

    key: str
    name: str
    url: str
    secret: SecretStr = field(repr=False)
    departements: frozenset[str] | None = None

    @property
    def is_sas(self) -> bool:
        return self.key == SAS

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def on_this_machine(self) -> bool:
        return is_loopback(self.host)

    def wants(self, departement: str) -> bool:
        return self.departements is None or departement in self.departements


def sas_consumer(url: str, token: SecretStr) -> Consumer:
    """Raises ValueError, in French."""
    if len(token.get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(f"SAS_TOKEN doit compter au moins {SHORTEST_TOKEN} caractères.")
    return Consumer(SAS, "SAS", url, token)


def webhooks(text: str) -> tuple[Consumer, ...]:
    """Those of WEBHOOKS, a JSON list. Raises ValueError, in French."""
    try:
        listed = json.loads(text or "[]")
    except ValueError:
        raise ValueError("WEBHOOKS doit être une liste JSON.") from None
    if not isinstance(listed, list):
        raise ValueError("WEBHOOKS doit être une liste JSON.")
    found = tuple(_webhook(entry, number) for number, entry in enumerate(listed, 1))
    if len({consumer.key for consumer in found}) < len(found):
        raise ValueError("WEBHOOKS : deux abonnés portent la même clé.")
    return found


def _webhook(entry: Any, number: int) -> Consumer:
    if not isinstance(entry, dict) or set(entry) != FIELDS:
        raise ValueError(f"WEBHOOKS, abonné n° {number} : il faut {', '.join(sorted(FIELDS))}, et rien d’autre.")
    key, name, url, secret = (entry[part] for part in ("key", "name", "url", "secret"))
    if not all(isinstance(value, str) and value.strip() for value in (key, name, url, secret)):
        raise ValueError(f"WEBHOOKS, abonné n° {number} : key, name, url et secret sont des textes.")
    if key == SAS or not KEY.fullmatch(key):
        raise ValueError(f"WEBHOOKS, abonné n° {number} : key est faite de minuscules, de chiffres et de tirets.")
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"WEBHOOKS, {key} : secret doit compter au moins {SHORTEST_SECRET} caractères.")
    departements = entry["departements"]
    if not isinstance(departements, list) or not departements or not all(map(_departement, departements)):
        raise ValueError(f'WEBHOOKS, {key} : departements est une liste de codes, par exemple ["84", "2A"].')
    return Consumer(key, name.strip(), url, SecretStr(secret), frozenset(departements))


def _departement(code: Any) -> bool:
    return isinstance(code, str) and DEPARTEMENT.fullmatch(code) is not None


def check_address(url: str, *, production: bool) -> None:
    """Raises ValueError, in French. What the name resolves to is checked each time something is sent."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("l’adresse n’est pas une URL.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError("l’adresse doit commencer par https:// et nommer un serveur.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("l’adresse ne porte ni identifiant, ni mot de passe, ni #.")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError("l’adresse ne contient pas d’espace.")
    loopback = is_loopback(parts.hostname)
    if production and (parts.scheme != "https" or loopback):
        raise ValueError("en production, l’adresse commence par https:// et nomme un autre serveur que celui-ci.")
    if parts.scheme == "http" and not loopback:
        raise ValueError("http:// n’est admis que pour cette machine (127.0.0.1), hors production.")
    if not loopback and is_address(parts.hostname) and not is_public(parts.hostname):
        raise ValueError("cette adresse n’est pas joignable depuis internet.")


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    return is_address(host) and ipaddress.ip_address(host).is_loopback


def is_public(address: str) -> bool:
    """Global unicast, also what an IPv6 address wraps (mapped, 6to4, Teredo, NAT64): nothing of an inner network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    wrapped = _wrapped(ip)
    if wrapped is not None:
        return is_public(str(wrapped))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _wrapped(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
