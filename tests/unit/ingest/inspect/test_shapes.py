"""Feeds whose columns come and go."""

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

from tallyclerk.config.models import Settings
from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger

CORE = ("Shipment No", "Status", "Event Time")
SAID = {
    "Shipment No": lambda n, _: f"AB{n:06d}",
    "Status": lambda _, k: ("Picked up", "Delivered")[k],
    "Event Time": lambda n, k: f"2026-03-{n % 25 + 1 + k:02d} 1{k}:00",
    "Location": lambda *_: "Hamburg",
    "Country": lambda *_: "DE",
    "Vehicle": lambda *_: "T1",
    "Driver": lambda *_: "x",
    "Weight": lambda n, _: f"{n}.5",
    "Carrier": lambda *_: "DPX",
}


def write(folder, name, columns, first=0):
    table = [columns]
    table += [[SAID[c](n, k) for c in columns] for n in range(first, first + 20) for k in (0, 1)]
    (folder / f"{name}.csv").write_text("\n".join(map(",".join, table)))


def test_one_block_reads_files_that_lack_some_columns(tmp_path):
    write(tmp_path, "acme_scans_2026-01", [*CORE, "Location", "Country"])
    write(tmp_path, "acme_scans_2026-02", [*CORE, "Location"], 20)
    write(tmp_path, "acme_scans_2026-03", ["Vehicle", "Weight", *CORE, "Country"], 40)
    last = tmp_path / "acme_scans_2026-03.csv"
    last.write_text(last.read_text().replace(",DE", ","))
    found = inspected([tmp_path], tmp_path)
    [block] = blocks_of(found).values()
    tree = tree_of(block)
    assert (tree["path"], tree["optional"]) == (
        "*.csv",
        ["country", "location", "weight_grams", "weight_kg"],
    )
    assert found.groups[0].rows == 120
    settings = Settings.model_validate(
        {"sources": {"acme": {**tree, "timezone": "UTC"}}, "base": tmp_path}
    )
    report = ingest(settings)
    assert (report.sources[0].accepted, report.shipments) == (120, 60)
    ledger = Ledger.open(settings.resolve(settings.run.store))
    told = ledger.read_events(0, ["shipment_id", "location", "country"])
    counts = (told["location"].count(), told["country"].count())
    assert (len(told), counts) == (120, (80, 40))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("acme_scans_2026-02", [*CORE, "Carrier"]),  # who did it is no small thing
        ("acme_scans_2026-02", [*CORE[:2], "Scan Date"]),  # called otherwise
        ("north_scans_2026-02", [*CORE, "Location"]),  # another feed
    ],
)
def test_what_may_mean_something_else_stays_apart(tmp_path, name, columns):
    SAID["Scan Date"] = SAID["Event Time"]
    write(tmp_path, "acme_scans_2026-01", [*CORE, "Location"])
    write(tmp_path, name, columns, 20)
    blocks = blocks_of(inspected([tmp_path], tmp_path))
    assert len(blocks) == 2
    assert not any("optional" in tree_of(block) for block in blocks.values())


def test_milestones_come_and_go_as_columns_do(tmp_path):
    rows = [f"P{n:05d},2026-03-{n:02d} 08:00,2026-03-{n + 1:02d} 17:30" for n in range(1, 25)]
    (tmp_path / "days_01.csv").write_text("\n".join(["Parcel,Picked up at,Delivered at", *rows]))
    short = [row.replace("P", "Q").rpartition(",")[0] for row in rows]
    (tmp_path / "days_02.csv").write_text("\n".join(["Parcel,Picked up at", *short]))
    [block] = blocks_of(inspected([tmp_path], tmp_path)).values()
    tree = tree_of(block)
    assert tree["optional"] == ["DELIVERED"]
    settings = {"sources": {"a": {**tree, "timezone": "UTC"}}, "base": tmp_path}
    assert ingest(Settings.model_validate(settings)).events == 72
