"""Refuse by default: a route answers only if it is marked, and a checked one only if it asked the policy."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.domain.errors import NotAllowed
from app.extensions import htmx
from app.policies.actor import ANONYMOUS, Actor
from app.policies.permissions import Permission
from app.policies.rules import allows, require
from app.web.same_origin import kept_input

View = TypeVar("View", bound=Callable[..., Any])
LARGEST_KEY = 2**31 - 1


@dataclass(frozen=True)
class Mark:
    kind: str
    permission: Permission | None = None
    cacheable: bool = False


@overload
def public(view: View) -> View: ...
@overload
def public(*, cacheable: bool) -> Callable[[View], View]: ...
def public(view: View | None = None, *, cacheable: bool = False) -> View | Callable[[View], View]:
    """Open to everybody. `cacheable`: touches neither session nor account, so that caches may keep it."""

    def mark(function: View) -> View:
        function.access_mark = Mark("public", cacheable=cacheable)  # type: ignore[attr-defined]
        return function

    return mark(view) if view is not None else mark


def signed_in(view: View) -> View:
    """For any signed-in person, on what is theirs alone."""
    view.access_mark = Mark("signed_in", Permission.ACCOUNT_MANAGE)  # type: ignore[attr-defined]
    return view


def checked(permission: Permission) -> Callable[[View], View]:
    """Signed-in people whom the policy allows; the view must ask it (`authorise`, or a use case)."""

    def mark(view: View) -> View:
        view.access_mark = Mark("checked", permission)  # type: ignore[attr-defined]
        return view

    return mark


def current_actor() -> Actor:
    """The actor of this request, loaded once (app/web/sessions.py)."""
    actor: Actor = current_user.actor
    return actor


def authorise(permission: Permission, obj: Any = None, *, actor: Actor | None = None) -> Actor:
    """The actor, when the policy allows. Raises NotAllowed (403)."""
    g.policy_asked = True
    actor = actor or current_actor()
    require(permission, actor, obj)
    return actor


def acting(*, holding: Any = None) -> Actor:
    """The actor to hand to a use case, which asks the policy itself; `holding`: the object of the link shown."""
    g.policy_asked = True
    actor = current_actor()
    return actor.holding(holding) if holding is not None else actor


def can(permission: str, obj: Any = None) -> bool:
    """For templates: whether to show what would be allowed."""
    return allows(Permission(permission), current_actor(), obj)


def storable(key: Any) -> bool:
    """Whether a column could hold it: PostgreSQL keeps no NUL character, and an integer key has 32 bits."""
    return "\0" not in key if isinstance(key, str) else not isinstance(key, int) or key <= LARGEST_KEY


def load_or_404(model: type[Any], key: Any) -> Any:
    """The object, or 404. A malformed UUID is unknown too."""
    found = db.session().get(model, key) if storable(key) else None
    if found is None:
        abort(404)
    return found


def init_app(app: Flask) -> None:
    app.before_request(_refuse_unmarked)
    app.before_request(_refuse_unstorable)
    app.after_request(_refuse_unchecked)


def mark_of(app: Flask, endpoint: str | None) -> Mark | None:
    if endpoint == "static":
        return Mark("public", cacheable=True)
    view = app.view_functions.get(endpoint or "")
    mark: Mark | None = getattr(view, "access_mark", None)
    return mark


def _refuse_unmarked() -> BaseResponse | None:
    if request.endpoint is None:
        return None  # 404 or 405 follows
    mark = mark_of(current_app, request.endpoint)
    if mark is None:
        raise NotAllowed("route:unmarked")
    if mark.kind == "public":
        return None
    if current_actor() is ANONYMOUS:
        return ask_to_sign_in()
    if current_actor().must_enrol and mark.kind == "checked":
        return lead_to_second_factor()
    return None


def ask_to_sign_in() -> BaseResponse:
    """GET: to the sign-in page and back. htmx: 401, the page keeps what was typed. POST: 403, nothing was done."""
    if htmx:
        abort(401)
    if request.method not in {"GET", "HEAD"}:
        return kept_input(
            403,
            title="Connectez-vous pour envoyer ce formulaire",
            text="Vous n’êtes pas connecté, ou votre session a expiré. Rien n’a été enregistré.",
            sign_in=True,
        )
    flash("Connectez-vous pour ouvrir cette page.", "info")
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)


def lead_to_second_factor() -> BaseResponse:
    """An agent works with two factors: everything but its own pages is closed until then."""
    g.policy_asked = True
    if request.method not in {"GET", "HEAD"} or htmx:
        raise NotAllowed(Permission.SERVICE_CENTRE_DESK)
    flash("Ajoutez un second facteur : le centre de services ne s’ouvre qu’avec.", "attention")
    return redirect(url_for("accounts.account", _anchor="second-facteur"), 303)


def _refuse_unstorable() -> None:
    named = request.view_args
    if named and not all(storable(value) for value in named.values()):
        abort(404)


def _refuse_unchecked(response: Response) -> Response:
    """A checked view that answered without asking the policy is a bug, and must not leak."""
    if response.status_code >= 400:
        return response
    mark = mark_of(current_app, request.endpoint)
    if mark and mark.kind == "checked" and current_actor() is not ANONYMOUS and not g.get("policy_asked"):
        current_app.logger.error("route %s answered without asking the policy", request.endpoint)
        abort(500)
    return response


def as_uuid(text: str) -> uuid.UUID:
    """A UUID from a URL or a form; 404 when it is not one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(404)
