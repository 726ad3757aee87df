"""Support hours: the week as a table, exceptional days one by one."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField

from app.blueprints.portal_content.blueprint import bp, content_page
from app.blueprints.portal_content.forms import EditForm, MinuteField, SpecialDayForm
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.support_hours import DAYS, Span, Week
from app.policies.permissions import Permission
from app.queries.support_hours import coming_special_days, latest_schedule, weekly_hours
from app.usecases.support_hours import add_special_day, remove_special_day, set_week
from app.web.access import acting, authorise, checked
from app.web.forms import PortalForm
from app.web.htmx import see_other

SPANS_A_DAY = 2
CELLS = [
    (day, part, f"{DAYS[day]}_{part + 1}_{edge}")
    for day in range(len(DAYS))
    for part in range(SPANS_A_DAY)
    for edge in ("ouvre", "ferme")
]


class WeekForm(PortalForm):
    """Two spans a day; an empty one is closed. The fields are made below, one a cell of the table."""

    version = HiddenField()
    seen = EditForm.seen

    @classmethod
    def of(cls, week: Week | None, number: int) -> WeekForm:
        """Filled from what is in force, whatever the request holds."""
        known: dict[str, Any] = {}
        for day, part, name in CELLS:
            spans = week[day] if week else ()
            if part < len(spans):
                minutes = spans[part].opens if name.endswith("ouvre") else spans[part].closes
                known[name] = f"{minutes // 60:02d}:{minutes % 60:02d}"
        return cls(formdata=None, **known, version=number)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each span whole and in order, the second after the first."""
        if not super().validate(extra_validators):
            return False
        for day in range(len(DAYS)):
            end = -1
            for part in range(SPANS_A_DAY):
                opens, closes = self.cell(day, part, "ouvre"), self.cell(day, part, "ferme")
                fault = _fault(opens.minutes, closes.minutes, end)
                if fault:
                    closes.errors = [f"{DAYS[day].capitalize()} : {fault}"]
                end = closes.minutes or end
        return not self.errors

    def cell(self, day: int, part: int, edge: str) -> MinuteField:
        field: MinuteField = self[f"{DAYS[day]}_{part + 1}_{edge}"]
        return field

    @property
    def week(self) -> Week:
        return tuple(tuple(self._spans(day)) for day in range(len(DAYS)))

    def _spans(self, day: int) -> list[Span]:
        pairs = [
            (self.cell(day, part, "ouvre").minutes, self.cell(day, part, "ferme").minutes)
            for part in range(SPANS_A_DAY)
        ]
        return [Span(opens, closes) for opens, closes in pairs if opens is not None and closes is not None]


for _day, _part, _name in CELLS:
    _edge = "ouverture" if _name.endswith("ouvre") else "fermeture"
    setattr(WeekForm, _name, MinuteField(f"{DAYS[_day].capitalize()}, {_edge} {_part + 1}"))


def _fault(opens: int | None, closes: int | None, end: int) -> str | None:
    if (opens is None) != (closes is None):
        return "donnez l’heure d’ouverture et l’heure de fermeture."
    if opens is None or closes is None:
        return None
    if closes <= opens:
        return "la fermeture suit l’ouverture."
    return "la seconde plage suit la première." if opens < end else None


@bp.get("/centre/contenus/horaires")
@checked(Permission.PORTAL_CONTENT_EDIT)
def hours() -> Response:
    return _page(None, SpecialDayForm(formdata=None))


@bp.post("/centre/contenus/horaires")
@checked(Permission.PORTAL_CONTENT_EDIT)
def save_hours() -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    form = WeekForm()
    if not form.validate_on_submit():
        return _page(form, SpecialDayForm(formdata=None), 422)
    try:
        set_week(acting(), None, week=form.week, seen=form.seen)
    except ImpossibleNow as error:
        schedule = latest_schedule()
        form.version.data = str(schedule.number if schedule else 0)
        return _page(form, SpecialDayForm(formdata=None), 409, conflict=str(error))
    flash("Les horaires sont enregistrés. Ils sont affichés partout dès maintenant.", "ok")
    return see_other(url_for("portal_content.hours"))


@bp.post("/centre/contenus/horaires/jours")
@checked(Permission.PORTAL_CONTENT_EDIT)
def add_day() -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    form = SpecialDayForm()
    if not form.validate_on_submit():
        return _page(None, form, 422)
    try:
        add_special_day(acting(), None, words=form.special_day())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(None, form, 422)
    except ImpossibleNow as error:
        form.refuse(Invalid({"day": str(error)}))
        return _page(None, form, 409)
    flash("Le jour exceptionnel est enregistré.", "ok")
    return see_other(url_for("portal_content.hours"))


@bp.post("/centre/contenus/horaires/jours/<uuid:special_id>/retrait")
@checked(Permission.PORTAL_CONTENT_EDIT)
def remove_day(special_id: uuid.UUID) -> BaseResponse:
    remove_special_day(acting(), None, special_id=special_id)
    flash("Ce jour reprend les horaires de la semaine.", "ok")
    return see_other(url_for("portal_content.hours"))


def _page(form: WeekForm | None, special: SpecialDayForm, status: int = 200, conflict: str = "") -> Response:
    in_force, schedule = weekly_hours(), latest_schedule()
    return content_page(
        "hours",
        status=status,
        form=form or WeekForm.of(in_force.week, schedule.number if schedule else 0),
        special=special,
        in_force=in_force,
        days=coming_special_days(),
        day_names=DAYS,
        conflict=conflict,
    )
