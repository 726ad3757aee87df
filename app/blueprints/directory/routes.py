"""`/repertoire`: the tree, and the structures one keeps at hand."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.directory import moving, renaming
from app.blueprints.directory.state import State, read_state
from app.blueprints.directory.tree import Leaf, tree_of
from app.domain.directory import CATEGORIES, GROUPS, LEGEND, Grouping, shown_offers
from app.domain.errors import ImpossibleNow
from app.models import Account, Establishment
from app.models.establishment import CPTS_CATEGORY
from app.policies.permissions import Permission
from app.queries import directory as queries
from app.queries.directory import Structure
from app.queries.directory_axes import axis_of
from app.usecases.favourites import keep_at_hand, put_back
from app.web.access import acting, can, current_actor, load_or_404, public, signed_in
from app.web.french import plural, sort_key
from app.web.htmx import announce, page_or_fragment, see_other, wants_fragment
from app.web.marking import marked
from app.web.names import name_fr
from app.web.return_path import local_path

bp = Blueprint("directory", __name__)
bp.record_once(lambda state: state.app.jinja_env.globals.update(LEGEND=LEGEND))
renaming.register(bp)
moving.register(bp)


@bp.get("/repertoire")
@public
def page() -> Response:
    tree = tree_of(read_state(request.args), current_actor())
    response = page_or_fragment(
        "directory/page.html",
        "directory/_tree.html",
        tree=tree,
        state=tree.state,
        offers=shown_offers(tree.state.groups),
        groups=[LEGEND[group] for group in GROUPS],
        nowhere=[group for group in tree.state.groups if not CATEGORIES[group]],
        groupings=list(Grouping),
        kept=queries.favourites(current_actor().account_id),
        marked=lambda text: marked(text, tree.searched),
        new_dossier=new_dossier,
    )
    return announce(response, plural(tree.total, "structure")) if wants_fragment() else response


@bp.get("/repertoire/favoris")
@signed_in
def favourites() -> str:
    found = queries.favourite_structures(current_actor(), axis_of(Grouping.DEPARTEMENT, order=sort_key))
    return render_template(
        "directory/favourites.html",
        leaves=[Leaf(structure) for structure in found],
        state=State(),
        kept={structure.finess for structure in found},
        marked=lambda text: text,
        new_dossier=new_dossier,
    )


@bp.post("/repertoire/favoris/<finess>")
@signed_in
def keep(finess: str) -> BaseResponse:
    """`garder`: « oui » adds it, anything else takes it away; twice is once."""
    establishment: Establishment = load_or_404(Establishment, finess)
    account, name = load_or_404(Account, current_actor().account_id), name_fr(establishment.name)
    try:
        if request.form.get("garder") == "oui":
            keep_at_hand(acting(), account, establishment=establishment)
            flash(f"{name} est dans vos favoris.", "ok")
        else:
            put_back(acting(), account, establishment=establishment)
            flash(f"{name} n’est plus dans vos favoris.", "ok")
    except ImpossibleNow as refusal:
        flash(str(refusal), "attention")
    back = local_path(request.form.get("retour"))
    return see_other(f"{back or url_for('directory.page')}#eg-{finess}")


def new_dossier(structure: Structure) -> str | None:
    """Where a dossier on that CPTS is opened, for those who may."""
    if structure.category_code != CPTS_CATEGORY or not can(Permission.DOSSIER_CREATE, structure):
        return None
    return url_for("dossiers.new", finess=structure.finess)
