"""Signing out of a session that Pro Santé Connect opened ends it there too (RP-initiated logout).

The form of "Se déconnecter" may not lead to another host (CSP form-action): its answer is a page that goes there, by
itself or by its link.
"""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug.wrappers import Response

from app.integrations.pro_sante_connect.client import logout_url
from app.notifications.writing import page_url
from app.queries.identities import provider_token
from app.web.frame import without_account


def leaving_there(session_id: str | None) -> str | None:
    """Where that session ends at its provider; None when it was opened otherwise. Ask before it is ended here."""
    token = provider_token(session_id) if session_id else None
    return logout_url(token, back_to=page_url("identities.signed_out_there")) if token else None


def goodbye(address: str) -> Response:
    without_account()
    response = make_response(render_template("identities/goodbye.html", address=address))
    response.headers["Refresh"] = f"0; url={address}"
    return response
