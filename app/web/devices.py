"""What a person recognises a session by: the device in words, the network without the address."""

from __future__ import annotations

import ipaddress
import re

from flask import request

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("(?:Headless)?Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
UNKNOWN = "Navigateur inconnu"
LONGEST = 500


def device() -> str:
    """« Firefox, Windows »."""
    agent = (request.user_agent.string or "")[:LONGEST]
    browser = next((name for mark, name in BROWSERS if re.search(rf"\b{mark}/", agent)), UNKNOWN)
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser}, {system}" if system else browser


def network() -> str | None:
    """/24 in IPv4, /56 in IPv6."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 56), strict=False))
