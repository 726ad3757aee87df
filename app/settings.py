"""Typed settings from the environment (CONTRACT: names); a production start refuses what is missing or weak."""

from __future__ import annotations

import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from flask import current_app
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as UnreadableSetting

from app.consumers import Consumer, check_address, sas_consumer, webhooks

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
MINIMUM_SECRET = 32
FHIR_GENERATIONS = ("0.6", "next")
"""Of the ROR profiles: as published (up to 0.7.0), as announced (integrations/ror_fhir/versions.py)."""
KNOWN_SECRETS = {"dev", "development", "secret", "changeme", "change-me", "relais"}


PSC_HOSTS = {
    "bas": ("auth.bas.psc.esante.gouv.fr", "wallet.bas.psc.esante.gouv.fr"),
    "prod": ("auth.esw.esante.gouv.fr", "wallet.esw.esante.gouv.fr"),
}
"""Pro Santé Connect: the host of its issuer, and that of the page on which people choose how to sign in."""


@dataclass(frozen=True)
class ProSanteConnect:
    """Where Pro Santé Connect is and who we are to it (OpenID Connect; its discovery path is not the standard one)."""

    client_id: str
    client_secret: SecretStr
    issuer: str
    authorize_url: str
    token_url: str
    userinfo_url: str
    jwks_url: str
    logout_url: str

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.issuer, self.authorize_url, self.token_url, self.userinfo_url, self.jwks_url, self.logout_url)


class SettingsError(SystemExit):
    """Stops the start with one clear line on standard error."""

    def __init__(self, message: str) -> None:
        print(f"Relais ne démarre pas : {message}", file=sys.stderr)
        super().__init__(2)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore")

    relais_env: Literal["development", "production"] = "development"
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    secret_key_fallbacks: list[SecretStr] = Field([], description="earlier keys, while what they sealed is renewed")
    public_url: str = "http://127.0.0.1:5000"
    redis_url: str | None = None
    proxy_hops: int = Field(0, ge=0, le=3, description="trusted X-Forwarded-* hops in front of the portal")

    mail_server: str | None = None
    mail_port: int = 25
    mail_use_tls: bool = False
    mail_use_ssl: bool = False
    mail_username: str | None = None
    mail_password: SecretStr | None = None
    mail_default_sender: str = "Relais <ne-pas-repondre@relais.example>"

    portal_name: str = "Relais"
    region_code: str = "93"
    region_name: str = "Provence-Alpes-Côte d’Azur"
    support_email: str = "aide@relais.example"
    support_phone: str = "04 65 71 00 00"
    support_hours: str = "du lundi au vendredi, de 8 h à 18 h"
    security_email: str = Field("", description="where weaknesses are reported; the support when empty")
    sas_contact_url: str = "https://sas.sante.fr/sas/faq/contact"
    sas_training_url: str = Field("", description="training content of the SAS, open without an account")
    sas_platform_url: str = "https://sas.sante.fr"
    sas_url: str | None = Field(None, description="where the SAS receives states; nothing is sent without it")
    sas_token: SecretStr | None = None
    webhooks: SecretStr = Field(SecretStr("[]"), description="departmental portals: JSON list (docs/sas.md)")
    fhir_generation: str = Field(FHIR_GENERATIONS[0], description="what /fhir writes; one of FHIR_GENERATIONS")
    accessibility_level: Literal["non conforme", "partiellement conforme", "totalement conforme"] = "non conforme"

    instance_path: Path = INSTANCE
    rate_limits: bool = True
    answer_cache_mib: int = Field(16, ge=0, description="memory of each process for fragments of the search; 0 = none")

    psc_env: Literal["bas", "prod"] | None = None
    psc_client_id: str | None = None
    psc_client_secret: SecretStr | None = None
    psc_issuer: str | None = None
    psc_authorize_url: str | None = None
    psc_token_url: str | None = None
    psc_userinfo_url: str | None = None
    psc_jwks_url: str | None = None
    psc_logout_url: str | None = None

    @property
    def psc(self) -> ProSanteConnect | None:
        """None when people cannot sign in with it here: its client has no name."""
        if not self.psc_client_id or self.psc_client_secret is None:
            return None
        auth, wallet = PSC_HOSTS.get(self.psc_env or "", ("", ""))
        issuer = self.psc_issuer or f"https://{auth}/auth/realms/esante-wallet"
        return ProSanteConnect(
            client_id=self.psc_client_id,
            client_secret=self.psc_client_secret,
            issuer=issuer,
            authorize_url=self.psc_authorize_url or f"https://{wallet}/auth",
            token_url=self.psc_token_url or f"{issuer}/protocol/openid-connect/token",
            userinfo_url=self.psc_userinfo_url or f"{issuer}/protocol/openid-connect/userinfo",
            jwks_url=self.psc_jwks_url or f"{issuer}/protocol/openid-connect/certs",
            logout_url=self.psc_logout_url or f"{issuer}/protocol/openid-connect/logout",
        )

    @property
    def consumers(self) -> tuple[Consumer, ...]:
        """Who is told of what is published. Empty: no platform is connected, and nothing is queued."""
        token = self.sas_token
        sas = (sas_consumer(self.sas_url, token),) if self.sas_url and token else ()
        return (*sas, *webhooks(self.webhooks.get_secret_value()))

    @property
    def production(self) -> bool:
        return self.relais_env == "production"

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    def public_address(self, path: str) -> str:
        """Absolute, for who reads it far from here."""
        return self.public_url.rstrip("/") + path

    @property
    def trusted_hosts(self) -> list[str] | None:
        """Names this portal answers to in production; a probe on the machine itself is served too."""
        return [urlsplit(self.public_url).hostname or "", "127.0.0.1", "localhost"] if self.production else None

    @model_validator(mode="after")
    def complete(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if self.production:
            weak = len(secret) < MINIMUM_SECRET or secret.lower() in KNOWN_SECRETS or len(set(secret)) < 8
            if weak:
                raise ValueError(f"SECRET_KEY doit compter au moins {MINIMUM_SECRET} caractères imprévisibles.")
            if not self.https:
                raise ValueError("PUBLIC_URL doit commencer par https:// en production.")
            if not self.database_url:
                raise ValueError("DATABASE_URL doit être renseignée en production.")
        elif not secret:
            self.secret_key = SecretStr(_development_secret(self.instance_path))
        self._check_psc()
        self._check_consumers()
        if self.fhir_generation not in FHIR_GENERATIONS:
            raise ValueError(f"FHIR_GENERATION doit valoir {' ou '.join(FHIR_GENERATIONS)}.")
        if not self.database_url:
            self.instance_path.mkdir(parents=True, exist_ok=True)
            self.database_url = f"sqlite:///{self.instance_path / 'relais.db'}"
        return self

    def _check_psc(self) -> None:
        if bool(self.psc_client_id) != bool(self.psc_client_secret and self.psc_client_secret.get_secret_value()):
            raise ValueError("PSC_CLIENT_ID et PSC_CLIENT_SECRET vont ensemble.")
        if self.psc is None:
            return
        if self.psc_env is None and not (self.psc_issuer and self.psc_authorize_url):
            raise ValueError("PSC_ENV doit valoir bas ou prod (ou PSC_ISSUER et PSC_AUTHORIZE_URL être renseignées).")
        if self.production and not all(address.startswith("https://") for address in self.psc.addresses):
            raise ValueError("Les adresses PSC_* doivent commencer par https:// en production.")

    def _check_consumers(self) -> None:
        if bool(self.sas_url) != bool(self.sas_token and self.sas_token.get_secret_value()):
            raise ValueError("SAS_URL et SAS_TOKEN vont ensemble.")
        for consumer in self.consumers:
            try:
                check_address(consumer.url, production=self.production)
            except ValueError as error:
                name = "SAS_URL" if consumer.is_sas else f"WEBHOOKS, {consumer.key}"
                raise ValueError(f"{name} : {error}") from None


def load(**overrides: Any) -> Settings:
    """Settings of the environment, `overrides` on top. Raises SettingsError (exit 2) on a bad value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        message = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name} : {message}" if name else message) from None
    except UnreadableSetting as error:
        raise SettingsError(f"une valeur n’est pas du JSON ({error}).") from None


def flask_config(settings: Settings) -> dict[str, Any]:
    """The names that Flask and its extensions read."""
    password = settings.mail_password
    return {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SECRET_KEY_FALLBACKS": [key.get_secret_value() for key in settings.secret_key_fallbacks],
        "MAX_CONTENT_LENGTH": 256 * 1024,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "SESSION_COOKIE_NAME": "__Host-s" if settings.https else "s",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "TRUSTED_HOSTS": settings.trusted_hosts,
        "MAIL_SERVER": settings.mail_server or "127.0.0.1",
        "MAIL_PORT": settings.mail_port,
        "MAIL_USE_TLS": settings.mail_use_tls,
        "MAIL_USE_SSL": settings.mail_use_ssl,
        "MAIL_USERNAME": settings.mail_username,
        "MAIL_PASSWORD": password.get_secret_value() if password else None,
        "MAIL_DEFAULT_SENDER": settings.mail_default_sender,
    }


def current_settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _development_secret(instance: Path) -> str:
    """A secret of this machine, made once, so that a restart keeps sessions and links valid."""
    file = instance / "secret_key"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()
