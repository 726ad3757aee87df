"""Pages of text. Contact is information; the contact form belongs to the requests."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.blueprints.pages.contact import prepare
from app.blueprints.pages.rights import rights_table
from app.settings import current_settings
from app.web.access import public

bp = Blueprint("pages", __name__)


@bp.get("/aide", endpoint="help")
@public
def help_page() -> str:
    return render_template("pages/help.html")


@bp.get("/aide/droits")
@public
def rights() -> str:
    """Who may do what, from the policy object the guards use (B-24)."""
    return render_template("pages/rights.html", groups=rights_table())


@bp.get("/aide/role-referent")
@public
def referent_role() -> str:
    return render_template("pages/referent_role.html")


@bp.get("/comprendre")
@public
def understand() -> str:
    return render_template("pages/understand.html")


@bp.get("/contact")
@public
def contact() -> str:
    """How to reach the service centre; `objet` and `q` say why one comes, and prepare the mail."""
    prepared = prepare(request.args.get("objet", ""), request.args.get("q", ""), current_settings().support_email)
    return render_template("pages/contact.html", prepared=prepared)


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
