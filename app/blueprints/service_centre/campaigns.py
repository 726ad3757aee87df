"""`/centre/campagne` (S-164): how far each CPTS is, which ones are stuck and since when, reminders, a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.service_centre.blueprint import bp
from app.blueprints.service_centre.campaign_form import CampaignForm
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.referencing import BY_THE_CENTRE, MILESTONES
from app.models import Campaign
from app.policies.permissions import Permission
from app.queries import campaigns as queries
from app.queries.campaigns import PER_PAGE, Overview, Target
from app.usecases.campaigns import Reminders, change_campaign, open_campaign, remind_stuck
from app.web.access import acting, authorise, checked, load_or_404
from app.web.charts import Chart, bar_chart
from app.web.csv_files import Cell, csv_file
from app.web.french import plural
from app.web.htmx import page_or_fragment, see_other
from app.web.names import name_fr
from app.working_days import day_of

SHORT = ("1. Présidence", "2. Coordonnées", "3. Unités, zone", "4. Fiches", "5. Envoi", "6. Publication")
COLUMNS = (
    "FINESS",
    "CPTS",
    "Département",
    *(f"{milestone.number}. {milestone.label}" for milestone in MILESTONES),
    "Arrêtée à l’étape",
    "Depuis le",
    "Dernière relance",
)


@bp.get("/centre/campagne")
@checked(Permission.CAMPAIGN_RUN)
def campaign() -> Response:
    """The one of `?campagne=`, else the one that runs today."""
    authorise(Permission.CAMPAIGN_RUN)
    every = queries.campaigns()
    found = _asked(every) or queries.current(every)
    if found is None:
        return page_or_fragment("service_centre/campaign.html", "service_centre/_campaign.html", campaign=None)
    return page_or_fragment(
        "service_centre/campaign.html", "service_centre/_campaign.html", campaigns=every, **_shown(found)
    )


@bp.get("/centre/campagne.csv")
@checked(Permission.CAMPAIGN_RUN)
def campaign_file() -> Response:
    """Of the campaign that the page shows; without one, the columns alone."""
    authorise(Permission.CAMPAIGN_RUN)
    every = queries.campaigns()
    found = _asked(every) or queries.current(every)
    if found is None:
        return csv_file("campagne", COLUMNS, ())
    return csv_file(f"campagne-{found.starts_on:%Y-%m-%d}", COLUMNS, _rows(queries.overview(found)))


@bp.get("/centre/campagne/nouvelle")
@checked(Permission.CAMPAIGN_RUN)
def new_campaign() -> Response:
    authorise(Permission.CAMPAIGN_RUN)
    return _form(None, CampaignForm.of(None))


@bp.post("/centre/campagne/nouvelle")
@checked(Permission.CAMPAIGN_RUN)
def create_campaign() -> Response | BaseResponse:
    authorise(Permission.CAMPAIGN_RUN)
    form = CampaignForm.of(None)
    if not form.validate_on_submit():
        return _form(None, form, 422)
    try:
        made = open_campaign(acting(), None, words=form.words)
    except Invalid as error:
        form.refuse(error)
        return _form(None, form, 422)
    flash(f"La campagne « {made.name} » est enregistrée.", "ok")
    return see_other(url_for("service_centre.campaign", campagne=made.id))


@bp.get("/centre/campagne/<uuid:campaign_id>/modifier")
@checked(Permission.CAMPAIGN_RUN)
def edit_campaign(campaign_id: uuid.UUID) -> Response:
    authorise(Permission.CAMPAIGN_RUN)
    found = load_or_404(Campaign, campaign_id)
    return _form(found, CampaignForm.of(found))


@bp.post("/centre/campagne/<uuid:campaign_id>/modifier")
@checked(Permission.CAMPAIGN_RUN)
def save_campaign(campaign_id: uuid.UUID) -> Response | BaseResponse:
    authorise(Permission.CAMPAIGN_RUN)
    found = load_or_404(Campaign, campaign_id)
    form = CampaignForm.of(found)
    if not form.validate_on_submit():
        return _form(found, form, 422)
    try:
        change_campaign(acting(), found, words=form.words, seen=form.seen)
    except Invalid as error:
        form.refuse(error)
        return _form(found, form, 422)
    except ImpossibleNow as error:
        db.session().refresh(found)
        form.version.data = str(found.version)
        return _form(found, form, 409, conflict=str(error))
    flash("La campagne est enregistrée.", "ok")
    return see_other(url_for("service_centre.campaign", campagne=found.id))


@bp.post("/centre/campagne/<uuid:campaign_id>/relances")
@checked(Permission.CAMPAIGN_RUN)
def remind_targets(campaign_id: uuid.UUID) -> Response | BaseResponse:
    """Those ticked, or every one stuck at that step (`toutes`)."""
    authorise(Permission.CAMPAIGN_RUN)
    found = load_or_404(Campaign, campaign_id)
    wanted = list(dict.fromkeys(request.form.getlist("cpts")))[:PER_PAGE]
    if "toutes" in request.form:
        wanted = [target.progress.finess for target in queries.overview(found).stuck_at(_step() or 0)]
    try:
        _say(remind_stuck(acting(), found, finess=wanted), asked=bool(wanted))
    except ImpossibleNow as error:
        answer = _shown(load_or_404(Campaign, campaign_id))
        return page_or_fragment(
            "service_centre/campaign.html",
            "service_centre/_campaign.html",
            status=409,
            campaigns=queries.campaigns(),
            conflict=str(error),
            **answer,
        )
    return see_other(url_for("service_centre.campaign", campagne=found.id, etape=_step(), _anchor="arretees"))


# ── steps ───────────────────────────────────────────────────────────────────


def _asked(every: Any) -> Campaign | None:
    wanted = request.args.get("campagne", "")
    return next((each for each in every if str(each.id) == wanted), None)


def _step() -> int | None:
    asked = request.values.get("etape", type=int)
    return asked if asked in {milestone.number for milestone in MILESTONES} else None


def _shown(found: Campaign) -> dict[str, Any]:
    """What the page says: one step at a time of those stuck, the first that has any unless one is asked for."""
    view = queries.overview(found)
    counts = view.counts
    step = _step() or next((count.milestone.number for count in counts if count.stuck), 1)
    stuck = view.stuck_at(step)
    pages = max(1, -(-len(stuck) // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = stuck[(page - 1) * PER_PAGE : page * PER_PAGE]
    reachable = queries.addresses(shown)
    return {
        "campaign": found,
        "overview": view,
        "counts": counts,
        "milestone": MILESTONES[step - 1],
        "by_the_centre": BY_THE_CENTRE,
        "stuck": stuck,
        "shown": shown,
        "since": {target.progress.finess: queries.since(target.progress, found) for target in shown},
        "addresses": reachable,
        "remindable": any(reachable[target.progress.finess] and not target.rests for target in shown),
        "number": page,
        "pages": pages,
        "chart": _chart(view),
    }


def _chart(view: Overview) -> Chart:
    counts = view.counts
    done, stuck = [count.done for count in counts], [count.stuck for count in counts]
    return bar_chart(SHORT, [("Étape franchie", done), ("Arrêtées à cette étape", stuck)])


def _rows(view: Overview) -> Iterator[tuple[Cell, ...]]:
    return (_row(target, view.campaign) for target in view.targets)


def _row(target: Target, campaign: Campaign) -> tuple[Cell, ...]:
    progress = target.progress
    at = progress.stuck
    return (
        progress.finess,
        name_fr(progress.name),
        progress.departement,
        *("oui" if reached else "non" for reached in progress.done),
        at.number if at else None,
        day_of(queries.since(progress, campaign)).isoformat() if at else None,
        day_of(target.reminded_at).isoformat() if target.reminded_at else None,
    )


def _say(result: Reminders, *, asked: bool) -> None:
    if result.sent:
        flash(f"{plural(len(result.sent), 'CPTS relancée', 'CPTS relancées')} : un courriel part à chacune.", "ok")
    by_reason: dict[str, list[str]] = {}
    for name, reason in result.refused.items():
        by_reason.setdefault(reason, []).append(name_fr(name))
    for reason, names in by_reason.items():
        more = f" et {len(names) - 5} autres" if len(names) > 5 else ""
        flash(f"Pas de relance pour {', '.join(names[:5])}{more} : {reason}", "attention")
    if not asked:
        flash("Cochez au moins une CPTS à relancer.", "attention")


def _form(found: Campaign | None, form: CampaignForm, status: int = 200, conflict: str = "") -> Response:
    return page_or_fragment(
        "service_centre/campaign_form.html",
        "service_centre/_campaign_form.html",
        status=status,
        campaign=found,
        form=form,
        conflict=conflict,
    )
