"""Pro Santé Connect as a process: started once, told before each test who comes and what goes wrong."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr

from tests.support.mailbox import free_port

CLIENT_ID, CLIENT_SECRET = "relais-essai", "un-secret-convenu-avec-le-fournisseur"
PORTAL = "http://127.0.0.1:5000"
CALLBACK, SIGNED_OUT = "/connexion/pro-sante-connect/retour", "/connexion/pro-sante-connect/deconnecte"
PROGRAM = Path(__file__).with_name("psc_provider.py")


@dataclass(frozen=True)
class ProSanteConnect:
    origin: str

    @property
    def settings(self) -> dict[str, str | SecretStr]:
        realm = f"{self.origin}/auth/realms/esante-wallet"
        return {
            "psc_client_id": CLIENT_ID,
            "psc_client_secret": SecretStr(CLIENT_SECRET),
            "psc_issuer": realm,
            "psc_authorize_url": f"{self.origin}/auth",
        }

    def expect(
        self, subject: str, *, fault: str | None = None, asks: bool = False, portal: str = PORTAL, **claims: Any
    ) -> None:
        """`subject` (SubjectNameID) signs in next, by itself unless its page `asks`; `claims`: of its userinfo."""
        users = {subject: {"given_name": "Sophie", "family_name": "MARCHAL", **claims}}
        known = {"callbacks": [portal + CALLBACK], "signed_out": [portal + SIGNED_OUT]}
        self._post("/control", {"user": None if asks else subject, "fault": fault, "users": users, **known})

    def go(self, address: str) -> str:
        """Follows the portal's redirect there; the path and query that it sends the browser back to."""
        answer = requests.get(address, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, f"{answer.status_code} of Pro Santé Connect: {answer.text}"
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def seen(self) -> dict[str, list[dict[str, str]]]:
        answer: dict[str, list[dict[str, str]]] = requests.get(f"{self.origin}/seen", timeout=5).json()
        return answer

    def _post(self, path: str, content: Any) -> None:
        requests.post(self.origin + path, json=content, timeout=5).raise_for_status()


@contextmanager
def running() -> Iterator[ProSanteConnect]:
    port = free_port()
    arguments = [str(port), CLIENT_ID, CLIENT_SECRET, PORTAL + CALLBACK, PORTAL + SIGNED_OUT]
    process = subprocess.Popen([sys.executable, str(PROGRAM), *arguments])
    provider = ProSanteConnect(f"http://127.0.0.1:{port}")
    try:
        _wait_for(provider, process)
        yield provider
    finally:
        process.terminate()
        process.wait(5)


def _wait_for(provider: ProSanteConnect, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert process.poll() is None, "the provider ended at its start"
        try:
            provider.seen()
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider does not answer")
