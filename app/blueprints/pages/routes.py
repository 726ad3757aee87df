"""Pages of text, and the forms that write to the service centre (messages.py)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort, render_template

from app import clock
from app.blueprints.pages import messages
from app.blueprints.pages.rights import rights_table
from app.domain.markup import read_markup
from app.queries.first_steps import first_steps
from app.queries.help_pages import help_index
from app.queries.help_pages import help_page as help_page_of
from app.settings import current_settings
from app.web.access import current_actor, public

bp = Blueprint("pages", __name__)
messages.register(bp)
FIRST_STEPS = "par-ou-commencer"
SECURITY_TXT_LASTS = timedelta(days=180)


@bp.get("/aide", endpoint="help")
@public
def help_page() -> str:
    return render_template("pages/help.html", pages=help_index())


@bp.get("/aide/droits")
@public
def rights() -> str:
    """Who may do what, from the policy object the guards use (B-24)."""
    return render_template("pages/rights.html", groups=rights_table())


@bp.get("/aide/role-referent")
@public
def referent_role() -> str:
    """A page of the help like the others, whose address mails and the nomination form hold (S-065)."""
    return chapter("role-referent")


@bp.get("/aide/<slug>")
@public
def chapter(slug: str) -> str:
    found = help_page_of(slug) or abort(404)
    steps = first_steps(current_actor()) if slug == FIRST_STEPS else []
    return render_template(
        "pages/chapter.html", page=found, blocks=read_markup(found.body), pages=help_index(), steps=steps
    )


@bp.get("/.well-known/security.txt")
@public(cacheable=True)
def security_txt() -> Response:
    """Whom to tell about a weakness (RFC 9116); the file names its own end, always half a year ahead."""
    expires = (clock.now() + SECURITY_TXT_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{current_settings().security_email or current_settings().support_email}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: fr, en",
        f"Canonical: {current_settings().public_url.rstrip('/')}/.well-known/security.txt",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/comprendre")
@public
def understand() -> str:
    return render_template("pages/understand.html")


@bp.get("/mentions-legales")
@public
def legal() -> str:
    return render_template("pages/legal.html")


@bp.get("/donnees-personnelles")
@public
def privacy() -> str:
    return render_template("pages/privacy.html")


@bp.get("/conditions")
@public
def terms() -> str:
    return render_template("pages/terms.html")


@bp.get("/accessibilite")
@public
def accessibility() -> str:
    return render_template("pages/accessibility.html")


@bp.get("/plan-du-site")
@public
def site_map() -> str:
    return render_template("pages/site_map.html")
