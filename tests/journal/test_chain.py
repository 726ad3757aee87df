"""`journal verify` finds any altered, removed or inserted row, on both databases."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.journal.catalogue import ContactConfirmed, ReferentEnded
from app.journal.record import record
from app.journal.verify import seal, verify
from app.models import JournalEntry, OutboxMessage
from tests.support.guards import without_guards

KEY = b"a key of the tests"


def confirm(finess: str, reason: str) -> JournalEntry:
    return record(ContactConfirmed(actor="system", subject="test", establishment_finess=finess, reason=reason))


@pytest.fixture
def journal(session: Session) -> Session:
    """Two chains of four entries, committed."""
    for number in range(4):
        confirm("840021281", f"premier {number}")
        confirm("130900012", f"second {number}")
    session.commit()
    return session


def test_untouched_journal_verifies(journal: Session) -> None:
    seal(KEY)
    assert verify(KEY) == (8, [])


def test_chains_count_from_one_without_gap(journal: Session) -> None:
    seqs = journal.scalars(sa.select(JournalEntry.seq).where(JournalEntry.chain == "e:840021281").order_by("seq"))
    assert list(seqs) == [1, 2, 3, 4]


TAMPERINGS: dict[str, str] = {
    "altered actor": "UPDATE journal_entry SET actor = 'account:x' WHERE chain = 'e:840021281' AND seq = 2",
    "altered date": "UPDATE journal_entry SET at = '2020-01-01 00:00:00' WHERE chain = 'e:840021281' AND seq = 2",
    "altered body": "UPDATE journal_body SET body = '{}' WHERE chain = 'e:840021281' AND seq = 3",
    "altered hash": "UPDATE journal_entry SET hash = repeat_('b') WHERE chain = 'e:840021281' AND seq = 4",
    "removed middle": "DELETE FROM journal_entry WHERE chain = 'e:840021281' AND seq = 2",
    "removed last": "DELETE FROM journal_entry WHERE chain = 'e:840021281' AND seq = 4",
    "removed all": "DELETE FROM journal_entry WHERE chain = 'e:840021281'",
    "inserted": (
        "INSERT INTO journal_entry (chain, seq, at, event, actor, subject, body_commit, previous_hash, hash)"
        " SELECT chain, 5, at, event, actor, subject, body_commit, hash, hash FROM journal_entry"
        " WHERE chain = 'e:840021281' AND seq = 4"
    ),
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_insider_tampers_with_a_row_found(journal: Session, statement: str) -> None:
    with without_guards(journal) as raw:
        raw.execute(sa.text(statement.replace("repeat_('b')", f"'{'b' * 64}'")))
    _count, faults = verify(KEY)
    assert any(fault.startswith("e:840021281") for fault in faults)


def test_insider_cuts_the_end_and_the_head_found_by_the_seal(journal: Session) -> None:
    seal(KEY)
    with without_guards(journal) as raw:
        raw.execute(sa.text("DELETE FROM journal_entry WHERE chain = 'e:840021281' AND seq = 4"))
        raw.execute(
            sa.text(
                "UPDATE journal_head SET seq = 3, hash = (SELECT hash FROM journal_entry WHERE"
                " chain = 'e:840021281' AND seq = 3) WHERE chain = 'e:840021281'"
            )
        )
    _count, faults = verify(KEY)
    assert any("sceau" in fault for fault in faults)


def test_insider_forges_a_seal_found(journal: Session) -> None:
    seal(KEY)
    with without_guards(journal) as raw:
        raw.execute(sa.text("UPDATE journal_seal SET heads = '{}'"))
    assert verify(KEY)[1]


def test_erased_body_keeps_the_chain_verifiable(journal: Session) -> None:
    """RGPD: the words can go, the fact stays proven."""
    with without_guards(journal) as raw:
        raw.execute(sa.text("DELETE FROM journal_body WHERE seq = 2"))
    assert verify(KEY) == (8, [])


def test_event_and_announcement_are_in_the_same_transaction(session: Session) -> None:
    record(
        ReferentEnded(
            actor="system",
            subject="mandate:x",
            establishment_finess="840021281",
            mandate_id="x",
            authentication_id="y",
        )
    )
    session.rollback()
    assert session.scalars(sa.select(sa.func.count()).select_from(OutboxMessage)).one() == 0
    assert verify(KEY) == (0, [])


def test_seal_is_written_only_when_something_happened(journal: Session) -> None:
    assert seal(KEY) is not None
    assert seal(KEY) is None
