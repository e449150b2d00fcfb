"""Two public data sets, where a copy lies beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallyclerk.config import load
from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger

ROOT = Path(__file__).parents[3]
needs_data = pytest.mark.skipif(
    not (ROOT.parent / "shared" / "data").exists(), reason="the public data are not here"
)


def ingested(name, folder):
    env = {"TALLYCLERK_RUN__STORE": str(folder)}
    settings = load(ROOT / "fixtures" / "configs" / f"{name}.toml", env)
    report = ingest(settings)
    for source in report.sources:
        parts = source.accepted + source.rejected + source.duplicates + source.pending
        assert source.rows == parts
    return {source.source: source for source in report.sources}, Ledger.open(folder)


@needs_data
def test_olist_has_a_shipment_per_order_and_seller(tmp_path):
    sources, ledger = ingested("olist", tmp_path)
    shipments = ledger.read_table("shipments")
    assert shipments.height == 3024
    assert shipments["supplier_id"].n_unique() == 938
    assert shipments["handover_due_at"].null_count() == shipments["promised_date"].null_count() == 0
    assert sources["promises"].pending == 24
    assert sources["items"].rows - sources["items"].duplicates >= 3024


@needs_data
def test_scms_reads_the_same_in_both_dialects(tmp_path):
    sources, ledger = ingested("scms", tmp_path)
    shipments = ledger.read_table("shipments")
    assert (shipments.height, shipments["supplier_id"].n_unique()) == (10_324, 73)
    assert sources["lines"].bad_cells == sources["deliveries"].bad_cells == 0
    events = ledger.read_events(0, ["time_precision", "occurred_date"])
    assert events["time_precision"].unique().to_list() == ["day"]
    assert str(events["occurred_date"].min()) == "2006-05-02"
