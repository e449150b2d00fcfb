"""`tally --by feed` as a user runs it."""

from __future__ import annotations

import csv
import io

from tests.support.command import ask, call


def test_feeds_are_compared_in_every_format_and_without_filters(tmp_path):
    rows = "S1,ACCEPTED,2026-03-01 10:00\nS1,DELIVERED,2026-03-05 10:00\n"
    (tmp_path / "a.csv").write_text(f"id,status,time\n{rows}")
    (tmp_path / "b.csv").write_text("id,status,time\nS1,AT_DEPOT,2026-03-03 04:00\n")
    columns = '{ shipment_id = "id", status = "status", occurred_at = "time" }'
    config = tmp_path / "config.toml"
    config.write_text(
        "".join(
            f'[sources.{name}]\npath = "{name}.csv"\ntimezone = "UTC"\npartner = "=c"\n'
            f"columns = {columns}\n"
            for name in "ab"
        )
    )
    told = ask(config, "tally", "--by", "feed", "--format", "json").json
    assert [(f["source"], f["milestones"], f["alone"]) for f in told["feeds"]] == [
        *(("a", 2, 2), ("b", 1, 1)),
    ]
    assert told["feeds"][1]["blackout_minutes"] == 42 * 60
    table = ask(config, "tally", "--by", "feed").text
    assert "b          1           1  1 (100 %)  1 (100 %)" in table
    lines = list(
        csv.DictReader(io.StringIO(ask(config, "tally", "--by", "feed", "--format", "csv").text))
    )
    assert [line["first"] for line in lines] == ["2", "1"]
    for more in (("--by", "lane"), ("--month", "2026-03")):
        assert call("tally", "--by", "feed", *more, "--config", config).code == 2
    early = ask(config, "tally", "--by", "feed", "--as-of", "2026-03-02", "--format", "json").json
    assert [(f["source"], f["milestones"]) for f in early["feeds"]] == [("a", 1)]
