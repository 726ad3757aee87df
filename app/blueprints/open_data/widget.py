"""« Quelle est ma CPTS ? » for the site of a town hall: a page small enough to be framed, without a script (B-21)."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.queries import places
from app.web.access import public
from app.web.security_headers import framed

FRESH_FOR = "public, max-age=300"


def register(bp: Blueprint) -> None:
    bp.get("/widget/commune/<insee>")(commune_widget)


@public(cacheable=True)
def commune_widget(insee: str) -> BaseResponse:
    """An unknown commune is said inside the frame: an error page of the portal would not show there."""
    found = places.commune_page(insee)
    successor = None if found else places.successor_of(insee)
    if successor:
        return framed(redirect(url_for("open_data.commune_widget", insee=successor)))
    page = render_template("open_data/widget.html", place=found)
    response = make_response(page, 200 if found else 404)
    response.headers["Cache-Control"] = FRESH_FOR
    return framed(response)
