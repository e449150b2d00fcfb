"""Claims in the words of the desks that write them."""

import pytest

HEAD = "nr,paket,art,eingang,stand,betrag,waehrung\n"
COLUMNS = {
    "claim_id": "nr",
    "shipment_id": "paket",
    "kind": "art",
    "filed_at": "eingang",
    "status": "stand",
    "amount": "betrag",
    "currency": "waehrung",
}


@pytest.mark.parametrize(
    ("kind", "status", "read"),
    [
        ("Verlust", "offen", ("loss", "open")),
        ("BESCHÄDIGUNG", "abgelehnt", ("damage", "rejected")),
        ("破损", "已赔付", ("damage", "paid")),
        ("Other", "Approved", ("other", "accepted")),
    ],
)
def test_kinds_and_states_are_understood(workshop, kind, status, read):
    workshop.write("c.csv", HEAD + f"1,P1,{kind},2026-01-05,{status},5.00,EUR\n")
    source = {"path": "c.csv", "table": "claims", "timezone": "UTC", "columns": COLUMNS}
    _, ledger = workshop.ingest(c=source)
    assert ledger.read_table("claims").select("kind", "status").rows() == [read]


def test_other_words_are_refused_and_the_claim_is_kept(workshop):
    workshop.write("c.csv", HEAD + "1,P1,Quax,2026-01-05,offen,5.00,EUR\n")
    source = {"path": "c.csv", "table": "claims", "timezone": "UTC", "columns": COLUMNS}
    report, ledger = workshop.ingest(c=source)
    assert ledger.read_table("claims").select("kind", "status").rows() == [(None, "open")]
    assert report.sources[0].bad_cells == 1
