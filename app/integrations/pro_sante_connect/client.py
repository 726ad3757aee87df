"""What goes over the wire with Pro Santé Connect: OpenID Connect with PKCE, by Authlib.

Every endpoint is a setting (its discovery path is not the standard one, its authorisation page is on another host);
nothing is followed elsewhere, no call waits more than three seconds.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskIntegration
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import redirect, session
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from app import clock
from app.domain.identities import VouchedIdentity
from app.integrations.pro_sante_connect.mapping import ClaimsMissing, psc_claims_to_identity
from app.settings import ProSanteConnect, current_settings

NAME = "psc"
ACR = "eidas1"
SIGNATURES = ["RS256", "PS256", "ES256"]
SECONDS = 3
"""For each of the three calls of a sign-in: the person has an answer within ten seconds, whatever happens there."""
FRESH = timedelta(minutes=10)
CLOCK_SKEW = timedelta(minutes=2)


@dataclass(frozen=True)
class Errand:
    """What one goes there for: `sign_in`, `open` (the account of a mailed link), `link`, `prove` (an act)."""

    purpose: str = "sign_in"
    destination: str | None = None
    token: str | None = None
    act: str | None = None

    @property
    def again(self) -> bool:
        """The person proves once more who they are, even if still signed in there."""
        return self.purpose == "prove"


class Refused(Exception):
    """What came back is not proof of anything; the message is for the log."""


class Cancelled(Exception):
    """The person, or the provider, gave up."""


class Unreachable(Exception):
    """The provider is down, too slow, or does not speak as it should."""


class Session(OAuth2Session):  # type: ignore[misc]
    """Bounded in time; never follows a redirect (SECURITY.md, case 34)."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        options["timeout"], options["allow_redirects"] = SECONDS, False
        return super().request(method, url, **options)  # type: ignore[no-any-return]


class Provider(FlaskOAuth2App):  # type: ignore[misc]
    client_cls = Session


def provider() -> Provider | None:
    """None when this portal has no PSC_* settings."""
    psc = current_settings().psc
    return _provider(psc) if psc else None


@lru_cache(maxsize=2)
def _provider(psc: ProSanteConnect) -> Provider:
    """One a process: it keeps the public keys that it has read."""
    return Provider(
        FlaskIntegration(NAME),
        NAME,
        client_id=psc.client_id,
        client_secret=psc.client_secret.get_secret_value(),
        authorize_url=psc.authorize_url,
        access_token_url=psc.token_url,
        userinfo_endpoint=psc.userinfo_url,
        jwks_uri=psc.jwks_url,
        end_session_endpoint=psc.logout_url,
        issuer=psc.issuer,
        id_token_signing_alg_values_supported=SIGNATURES,
        client_kwargs={"scope": "openid scope_all", "code_challenge_method": "S256"},
    )


def send_there(callback: str, errand: Errand) -> Response:
    """To the provider's page; the errand waits in this browser's session, under the `state` that will come back."""
    there = _provider_of_now()
    anew = {"prompt": "login", "max_age": str(int(FRESH.total_seconds()))} if errand.again else {}
    for earlier in [key for key in session if key.startswith(f"_state_{NAME}_")]:
        session.pop(earlier)  # the signed cookie holds one errand, the latest
    sent = there.create_authorization_url(callback, acr_values=ACR, **anew)
    there.save_authorize_data(redirect_uri=callback, errand=asdict(errand), **sent)
    return redirect(sent["url"])


def errand_of(state: str | None) -> Errand:
    """What this browser went there for. Raises Refused when it did not, or has come back already."""
    there = _provider_of_now()
    kept = there.framework.get_state_data(session, state) if state else None
    if not kept:
        raise Refused("unknown state: another browser, or a second time")
    return Errand(**kept["errand"])


def who_came_back(errand: Errand) -> VouchedIdentity:
    """Who the provider says came back to this browser. Raises Cancelled, Refused or Unreachable."""
    there = _provider_of_now()
    try:
        token, userinfo = _exchange(there)
    except requests.RequestException as error:
        raise Unreachable(f"{type(error).__name__}") from error
    except OAuthError as error:
        if error.error in {"access_denied", "login_required", "interaction_required"}:
            raise Cancelled(error.error) from error
        raise Refused(repr(error.error)) from error
    except (JoseError, AuthlibBaseError, ClaimsMissing) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"not what OpenID Connect says: {type(error).__name__}: {error}") from error
    if errand.again:
        _check_fresh(token["userinfo"])
    return userinfo


def _exchange(there: Provider) -> tuple[dict[str, Any], VouchedIdentity]:
    """Code → tokens → claims: signature, iss, aud, exp, nonce by Authlib; alg, acr and `sub` of both answers here."""
    issuer = current_settings().psc.issuer  # type: ignore[union-attr]
    expected = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": there.client_id},
        "acr": {"essential": True, "value": ACR},
    }
    token = there.authorize_access_token(claims_options=expected, leeway=CLOCK_SKEW.total_seconds())
    proven = token.get("userinfo")
    if not proven:
        raise Refused("no id_token")
    claims = there.userinfo(token=token)
    if claims.get("sub") != proven["sub"]:
        raise Refused("userinfo is of somebody else")
    return token, psc_claims_to_identity(claims, issuer=issuer, id_token=token["id_token"])


def _check_fresh(claims: dict[str, Any]) -> None:
    """`auth_time` is due when `max_age` was asked."""
    proven = claims.get("auth_time")
    now = clock.now().timestamp()
    if not isinstance(proven, int | float) or proven < now - (FRESH + CLOCK_SKEW).total_seconds():
        raise Refused("auth_time is missing or too old")


def _provider_of_now() -> Provider:
    """Raises Unreachable when nobody set it: the routes answer 404 before."""
    there = provider()
    if there is None:
        raise Unreachable("no PSC_* settings")
    return there


def logout_url(id_token: str, *, back_to: str) -> str | None:
    """Where the session at the provider ends (RP-initiated logout)."""
    there = provider()
    if there is None:
        return None
    address: str = there.create_logout_url(post_logout_redirect_uri=back_to, id_token_hint=id_token)["url"]
    return address
