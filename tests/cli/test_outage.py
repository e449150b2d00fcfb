"""A feed that was out, from the exports to the rates: one finding, and no incident each."""

import datetime as dt
from pathlib import Path

import pytest
from tests.support.command import call

CONFIG = """
[run]
timezone = "Europe/Berlin"

[sources.own]
path = "own.csv"
table = "shipments"

[sources.scans]
path = "scans.csv"
timezone = "UTC"

[partners.fwd]
role = "forwarder"
[partners.cou]
role = "courier"
"""
DAYS, PER_DAY = 40, 8
OUT = range(20, 23)
FORGOTTEN = "S05-0"
"""Never acknowledged either, but on a day on which the feed was there."""


def write(folder: Path, out: range) -> None:
    own, scans = ["shipment_id,forwarder_id,courier_id\n"], []
    start = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    steps = (
        ("ACCEPTED", -5, "fwd", ""),
        ("RELEASED", 0, "fwd", "cou"),
        ("ACCEPTED", 3, "cou", "fwd"),
        ("DELIVERED", 30, "cou", ""),
    )
    for day in range(DAYS):
        for number in range(PER_DAY):
            name = f"S{day:02}-{number}"
            own.append(f"{name},fwd,cou\n")
            told = steps[:2] if day in out or name == FORGOTTEN else steps
            for milestone, hours, who, other in told:
                at = start + dt.timedelta(days=day, hours=hours)
                scans.append(f"{name},{at:%Y-%m-%d %H:%M},{milestone},{who},{other}\n")
    header = "shipment_id,occurred_at,milestone,partner_id,counterpart_id\n"
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "own.csv").write_text("".join(own), encoding="utf-8")
    (folder / "scans.csv").write_text(header + "".join(scans), encoding="utf-8")


@pytest.mark.parametrize("out", [OUT, range(0)], ids=["out", "on"])
def test_unanswered_releases_of_an_outage_are_no_incidents_but_in_doubt(tmp_path, out):
    write(tmp_path, out)
    read = call("ingest", cwd=tmp_path)
    assert read.code == 0, read.err
    assert ("one feed outage" in read.text + read.err) == bool(out)
    done = call("tally", "--kpi", "miscommunication_rate", "--format", "json", cwd=tmp_path)
    found = {row["partner_id"]: row for row in done.json["results"]}
    hidden = len(out) * PER_DAY
    for partner in ("fwd", "cou"):
        row = found[partner]
        assert (row["hits"], row["in_doubt"]) == (1, hidden), partner
        assert row["n"] > 300
        if out:
            assert row["worst"] == pytest.approx((1 + hidden) / row["n"])
