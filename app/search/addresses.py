"""What an e-mail or web address tells about a name: its domain, or the mailbox when the domain is everybody's."""

from __future__ import annotations

import re

# fmt: off
SHARED_DOMAINS = frozenset((
    "bbox", "free", "gmail", "gmx", "hotmail", "icloud", "laposte", "live", "msn", "neuf", "orange", "outlook",
    "proton", "protonmail", "sfr", "wanadoo", "yahoo",
))
# fmt: on
_EMAIL = re.compile(r"([\w.+-]{1,64})@([\w-]{1,63})((?:\.[\w-]{1,63}){1,4})")
_SITE = re.compile(
    r"(?:\bhttps?://)?\b(?:www\.)?([\w-]{1,63})(?:\.[\w-]{1,63}){0,3}\.(?:com|eu|example|fr|net|org|sante)\b(?:/\S*)?"
)


def telling_part(text: str) -> str:
    """`contact@cpts-synapse.fr` → `cpts-synapse`, `cptsapt@gmail.com` → `cptsapt`; any other text is left alone."""
    return _SITE.sub(r" \1 ", _EMAIL.sub(_domain_or_mailbox, text))


def _domain_or_mailbox(match: re.Match[str]) -> str:
    mailbox, domain = match[1], match[2]
    return f" {mailbox if domain.lower() in SHARED_DOMAINS else domain} "
