"""Who is told what of a dossier that was sent: the mails really sent, read in both forms."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.dossier_reviews import Decision
from app.queries.dossier_differences import read_dossier
from app.usecases.dossier_publication import publish_dossier
from app.usecases.dossier_review_steps import Verdict
from app.usecases.dossier_reviews import approve_dossier, refuse_approval
from tests import personas
from tests.notifications.test_requests import deliver, whole
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.dossiers import WHOLE_UNIT, actor_of, send_again, sent
from tests.support.mailbox import Mail, Mailbox

pytestmark = SQLITE_ONLY
SECRET = "Composer le 4 puis le code 7788"
CHANGES: dict[str, Any] = {
    "page": {"coordonnees": {"phone": "+33490000002"}},
    "unit": {"zone": {"communes": ["84007", "84031"]}, "conditions": {"regulator_info": SECRET}},
    "new": [{**WHOLE_UNIT, "offre": {**WHOLE_UNIT["offre"], "name": "Équipe du Ventoux"}}],
}


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def by_recipient(smtp: Mailbox) -> dict[str, Mail]:
    mails = {mail.recipients[0]: whole(mail) for mail in smtp.mails}
    for mail in mails.values():
        assert SECRET not in mail.text + mail.html
        assert "7788" not in mail.text + mail.html
    return mails


def test_each_step_is_told_to_those_who_wait_for_it(
    app: Flask, session: Session, people: Personas, smtp: Mailbox
) -> None:
    dossier = sent(session, people, status="to_approve", **CHANGES)
    president, agent = actor_of(people.president), actor_of(people.agent)
    cpts = {people.president.email, people.referent.email, people.second_referent.email}

    zone = {"1-zone-communes": "Sans Avignon."}
    refuse_approval(president, dossier, Verdict(remarks=zone), seen=read_dossier(dossier).stamp)
    deliver(app)
    mails = by_recipient(smtp)
    assert set(mails) == cpts - {people.president.email}
    told = mails[people.referent.email].text
    assert "La présidence a renvoyé" in told
    assert "Sans Avignon." in told
    assert "Communes" in told

    smtp.clear()
    send_again(session, people, dossier, {})
    dossier.status = "to_approve"
    session.commit()
    approve_dossier(president, dossier, Verdict(message="Bon pour moi."), seen=read_dossier(dossier).stamp)
    deliver(app)
    mails = by_recipient(smtp)
    assert set(mails) == cpts - {people.president.email} | {people.agent.email}
    assert "Bon pour moi." in mails[people.referent.email].html
    assert f"/centre/dossiers/{dossier.id}" in mails[people.agent.email].text

    smtp.clear()
    back = Verdict({"1-zone-communes": Decision.RETURN}, {"1-zone-communes": "Hors de votre accord."})
    publish_dossier(agent, dossier, back, seen=read_dossier(dossier).stamp)
    deliver(app)
    mails = by_recipient(smtp)
    assert set(mails) == cpts
    mail = mails[people.president.email]
    assert "publié en partie" in mail.subject
    for words in ("Téléphone standard", "Informations pour le régulateur SAS", "Équipe du Ventoux", "Hors de votre"):
        assert words in mail.text
        assert words in mail.html
