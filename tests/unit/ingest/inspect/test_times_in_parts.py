"""Times whose parts stand in columns of their own."""

import datetime as dt

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

from tallyclerk.config.models import Settings
from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger

TIMES = [dt.datetime(2026, 3, 10 + n, 2 * n, 7, tzinfo=dt.UTC) for n in range(12)]


@pytest.mark.parametrize(
    ("head", "form"),
    [
        ("Date;Time;AM/PM", "%m/%d/%Y;%I:%M;%p"),
        ("Date;Time;Meridiem", "%d.%m.%Y;%I:%M;%p"),
        ("Date and time;AM/PM", "%m/%d/%Y %I:%M;%p"),
    ],
)
def test_the_half_of_the_day_is_read_from_its_own_column(tmp_path, head, form):
    rows = [f"P{n};Delivered;{at.strftime(form)}" for n, at in enumerate(TIMES)]
    path = tmp_path / "scans.csv"
    path.write_text("\n".join([f"Parcel;Status;{head}", *rows]), encoding="utf-8")
    [block] = blocks_of(inspected([path], tmp_path)).values()
    source = tree_of(block) | {"path": "scans.csv", "timezone": "UTC"}
    assert source["columns"]["occurred_at"] == head.split(";")
    settings = Settings.model_validate({"sources": {"a": source}, "base": tmp_path})
    ingest(settings)
    events = Ledger.open(settings.resolve(settings.run.store)).read_events(0, ["occurred_at"])
    assert sorted(events["occurred_at"]) == TIMES
