"""An OpenID provider that speaks as Pro Santé Connect does (DOMAIN.md §8): a process of its own, on loopback.

    python tests/support/psc_provider.py <port> <client_id> <client_secret> <redirect_uri> <post_logout_redirect_uri>

It is as strict as the real one: exact redirect URIs, PKCE S256, acr_values, single-use codes, client authentication.
`POST /control` sets who signs in next (None: its page asks) and what it gets wrong; `GET /seen` says what it was asked.
oidc-provider-mock has neither acr, SubjectNameID, nor a way to answer wrongly.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey, RSAKey

USERS: dict[str, dict[str, Any]] = {}
SLOW_SECONDS = 20


class Provider:
    """Its keys, its codes, its memory."""

    def __init__(self, port: int, client_id: str, client_secret: str, callback: str, signed_out: str) -> None:
        self.issuer = f"http://127.0.0.1:{port}/auth/realms/esante-wallet"
        self.client_id, self.client_secret = client_id, client_secret
        self.callbacks, self.signed_out = {callback}, {signed_out}
        self.key = RSAKey.generate_key(2048, parameters={"kid": "psc-1"})
        self.other_key = RSAKey.generate_key(2048, parameters={"kid": "psc-1"})
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.user: str | None = None
        self.fault: str | None = None
        self.seen: dict[str, Any] = {"authorize": [], "logout": []}

    def control(self, wanted: dict[str, Any]) -> None:
        USERS.update(wanted.get("users", {}))
        self.user, self.fault = wanted.get("user"), wanted.get("fault")
        self.callbacks |= set(wanted.get("callbacks", []))
        self.signed_out |= set(wanted.get("signed_out", []))

    def refusal(self, asked: dict[str, str]) -> str | None:
        """What the real one would not accept of an authorisation request."""
        due = {"client_id": self.client_id, "response_type": "code", "acr_values": "eidas1"}
        due |= {"code_challenge_method": "S256", "scope": "openid scope_all"}
        for name, value in due.items():
            if asked.get(name) != value:
                return f"{name} should be {value}"
        if asked.get("redirect_uri") not in self.callbacks:
            return f"redirect_uri {asked.get('redirect_uri')} is not registered"
        return next(
            (f"{name} is missing" for name in ("state", "nonce", "code_challenge") if not asked.get(name)), None
        )

    def code_for(self, user: str, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "user": user}
        return code

    def redeem(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens of a code: once, to its client, with the verifier of its challenge."""
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or authorization != f"Basic {basic}" or form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        access = secrets.token_urlsafe(16)
        self.tokens[access] = asked["user"]
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 120, "scope": "openid scope_all"}
        return answer if self.fault == "no_id_token" else {**answer, "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": technical(asked["user"]),
            "aud": self.client_id,
            "azp": self.client_id,
            "iat": now,
            "exp": now + 120,
            "nonce": asked["nonce"],
            "acr": "eidas1",
        }
        if asked.get("max_age"):
            claims["auth_time"] = now
        wrong = {
            "acr": {"acr": "eidas0"},
            "aud": {"aud": "somebody-else", "azp": "somebody-else"},
            "aud_azp": {"aud": "somebody-else"},
            "iss": {"iss": "http://127.0.0.1/elsewhere"},
            "nonce": {"nonce": "another"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
            "auth_time": {"auth_time": now - 7200},
        }
        claims |= wrong.get(self.fault or "", {})
        for name in {"no_acr": ["acr"], "no_nonce": ["nonce"], "no_auth_time": ["auth_time"]}.get(self.fault or "", []):
            claims.pop(name, None)
        if self.fault == "alg_none":
            return f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(claims)}."
        if self.fault == "alg_hs256":
            return jwt.encode({"alg": "HS256", "kid": "psc-1"}, claims, OctKey.import_key("x" * 64))
        key = self.other_key if self.fault == "key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "psc-1"}, claims, key)

    def userinfo(self, access: str) -> dict[str, Any] | None:
        user = self.tokens.get(access)
        if user is None:
            return None
        claims = {"sub": technical(user), "preferred_username": user, "SubjectNameID": user, **USERS[user]}
        if self.fault == "no_subject":
            claims.pop("SubjectNameID")
        if self.fault == "userinfo_of_another":
            claims["sub"] = "somebody-else"
        return claims


class Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        route = {
            "/auth": self.authorize,
            f"{REALM}/userinfo": self.userinfo,
            f"{REALM}/certs": self.certs,
            f"{REALM}/logout": self.logout,
            "/seen": lambda _query: self.json(self.provider.seen),
        }.get(parts.path)
        self.answer(404, "nothing here") if route is None else route(query)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/control":
            self.provider.control(json.loads(body))
            self.json({})
        elif self.path == f"{REALM}/token":
            self.token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        else:
            self.answer(404, "nothing here")

    def authorize(self, asked: dict[str, str]) -> None:
        self.provider.seen["authorize"].append(asked)
        refusal = self.provider.refusal(asked)
        chosen = asked.pop("utilisateur", None) or self.provider.user
        if refusal:
            self.answer(400, refusal)
        elif self.provider.fault == "denied":
            self.redirect(asked["redirect_uri"], error="access_denied", state=asked["state"])
        elif chosen is None:
            self.choose(asked)
        else:
            self.redirect(asked["redirect_uri"], code=self.provider.code_for(chosen, asked), state=asked["state"])

    def choose(self, asked: dict[str, str]) -> None:
        links = "".join(
            f'<li><a href="/auth?{html.escape(urlencode({**asked, "utilisateur": name}))}">'
            f"{html.escape(user['given_name'])} {html.escape(user['family_name'])}</a></li>"
            for name, user in USERS.items()
        )
        self.answer(200, f"<!doctype html><html lang=fr><title>Pro Santé Connect</title><h1>Qui ?</h1><ul>{links}</ul>")

    def token(self, form: dict[str, str]) -> None:
        if self.provider.fault == "slow":
            time.sleep(SLOW_SECONDS)
        if self.provider.fault == "down":
            self.answer(503, "maintenance")
            return
        if self.provider.fault == "garbage":
            self.answer(200, "<html>portail captif")
            return
        if self.provider.fault == "redirected":
            self.redirect("http://127.0.0.1:9/ailleurs")
            return
        answer = self.provider.redeem(form, self.headers.get("Authorization", ""))
        self.json(answer or {"error": "invalid_grant"}, 200 if answer else 400)

    def userinfo(self, _query: dict[str, str]) -> None:
        claims = self.provider.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer "))
        self.json(claims or {"error": "invalid_token"}, 200 if claims else 401)

    def certs(self, _query: dict[str, str]) -> None:
        self.json(KeySet([self.provider.key]).as_dict(private=False))

    def logout(self, asked: dict[str, str]) -> None:
        """Only with a token of ours, only to a registered address."""
        self.provider.seen["logout"].append(asked)
        target = asked.get("post_logout_redirect_uri", "")
        try:
            jwt.decode(asked.get("id_token_hint", ""), self.provider.key, algorithms=["RS256"])
        except JoseError as error:
            self.answer(400, f"id_token_hint: {error}")
            return
        if target not in self.provider.signed_out:
            self.answer(400, f"post_logout_redirect_uri {target} is not registered")
            return
        self.redirect(target, **({"state": asked["state"]} if "state" in asked else {}))

    def redirect(self, target: str, **query: str) -> None:
        self.answer(302, "", {"Location": f"{target}?{urlencode(query)}" if query else target})

    def json(self, content: Any, status: int = 200) -> None:
        self.answer(status, json.dumps(content), {"Content-Type": "application/json"})

    def answer(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """The tests say what matters."""


REALM = "/auth/realms/esante-wallet/protocol/openid-connect"


def technical(user: str) -> str:
    """`sub`: not the key of anything."""
    return f"f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:{user}"


def segment(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


if __name__ == "__main__":
    Handler.provider = Provider(int(sys.argv[1]), *sys.argv[2:6])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
