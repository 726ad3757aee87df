"""Nobody's mailbox is filled by what strangers type in a form."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.personas import Personas
from tests.support.client import Visitor


def test_requests_to_every_cpts_do_not_fill_the_mailbox_of_whoever_was_named(
    app: Flask, session: Session, people: Personas, client: Visitor
) -> None:
    """One receipt a CPTS, and France has a thousand of them; a cookie or an address of one's own changes nothing."""
    session.commit()
    typed = {"nom": "Olivier", "prenom": "Margaux", "telephone": "06 39 98 00 01", "profession": "70"}
    app.extensions["settings"].rate_limits = True
    statuses = []
    for number in range(21):
        place = f"/etablissements/{people.comtat.finess}/rattachement"
        mine = {"REMOTE_ADDR": f"198.51.{number}.7"}
        data = {"csrf_token": client.csrf_token(), "email": "victime@essai.example", **typed}
        rpps = factories.new_rpps()
        answer = client._open(place, method="POST", data={**data, "rpps": rpps}, environ_base=mine)
        statuses.append(answer.status_code)
    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]
