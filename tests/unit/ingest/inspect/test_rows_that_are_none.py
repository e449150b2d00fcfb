"""Rows of an export that tell of no event, or of one that another row corrects."""

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

from tallyclerk.config.models import Settings
from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger

HEAD = "Parcel,Status,Time,Note,TZ,Rev,Event ID,Deleted"
EVENTS = [
    f"P{n},{status},2026-08-{13 + n} 0{hour}:30,,CST,{1 + n % 2},e{n % 5}{hour},false"
    for n in range(6)
    for hour, status in enumerate(("Picked up", "Delivered"))
]


@pytest.fixture
def block(tmp_path):
    """The block proposed for rows, and its questions."""

    def make(rows):
        (tmp_path / "scans.csv").write_text("\n".join(rows), encoding="utf-8")
        [found] = blocks_of(inspected([tmp_path], tmp_path)).values()
        return found

    return make


def test_totals_and_headers_among_the_rows_ask_for_no_meaning(block):
    found = block(
        [
            *(HEAD, "(text),(text),(YYYY-MM-DD HH:MM),[text],[tz],,,", *EVENTS, HEAD, *EVENTS[:2]),
            *(",Total events: 14,,,,,,", "14 rows,,,,,,,"),
        ]
    )
    assert [(status.theirs, status.count) for status in found.statuses] == [
        ("Delivered", 7),
        ("Picked up", 7),
    ]
    assert any("fits all 14 values" in told for told in found.times)


def test_a_column_of_zones_is_read_and_its_doubtful_words_are_asked(block):
    found = block([HEAD, *EVENTS])
    assert tree_of(found)["columns"]["timezone"] == "TZ"
    [answer] = [q.answer for q in found.questions if "CST" in q.text]
    assert answer == 'timezones = { CST = "Asia/Shanghai" }'
    assert not any("in which zone" in question.text for question in found.questions)


def test_what_corrects_and_withdraws_events_is_read(block):
    columns = tree_of(block([HEAD, *EVENTS]))["columns"]
    assert (columns["event_ref"], columns["is_void"]) == ("Event ID", "Deleted")
    by_revision = block([line.rsplit(",", 2)[0] for line in (HEAD, *EVENTS)])
    [question] = [q for q in by_revision.questions if "Rev" in q.text]
    assert question.answer == 'event_ref = ["Parcel", "Status"]'


def test_ids_of_rows_that_never_come_again_correct_nothing(block):
    rows = [line.replace(f"e{n // 2 % 5}", f"x{n}") for n, line in enumerate(EVENTS)]
    assert "event_ref" not in tree_of(block([HEAD, *rows]))["columns"]


def test_a_trailer_has_no_code_with_a_text(block):
    rows = [line.replace("Picked up,", "PU,").replace("Delivered,", "DL,") for line in EVENTS]
    said = [line.replace(",,", ",Sagt etwas,", 1) for line in rows]
    found = block(
        ["Parcel,Code,Time,Description,TZ", *(r.rsplit(",", 3)[0] for r in said), "TRAILER,12,,,"]
    )
    assert sorted(status.theirs for status in found.statuses) == ["DL", "PU"]


@pytest.mark.parametrize(
    "words", [("Actual", "Estimated"), ("ACT", "PLN"), ("Ist", "Soll"), ("actual", "planned")]
)
def test_what_is_only_planned_is_told_by_the_values_of_its_column(tmp_path, words):
    rows = [f"P{n},Delivered,{words[n % 2]},2026-08-{n + 3:02d} 10:00" for n in range(20)]
    path = tmp_path / "scans.csv"
    path.write_text("\n".join(["Parcel,Event,Event Type,Time", *rows]), encoding="utf-8")
    [block] = blocks_of(inspected([path], tmp_path)).values()
    source = tree_of(block) | {"path": "scans.csv", "timezone": "UTC"}
    assert source["columns"]["classifier"] == "Event Type"
    settings = Settings.model_validate({"sources": {"a": source}, "base": tmp_path})
    ingest(settings)
    events = Ledger.open(settings.resolve(settings.run.store)).read_events(0, ["classifier"])
    assert sorted(events["classifier"]).count("actual") == 10


def test_what_was_created_before_anything_happened_is_no_time_of_recording(block):
    head = "Parcel,Status,Time,Created At"
    rows = [f"P{n},Delivered,2026-08-{n + 13} 10:00,2026-08-{n + 9:02d} 10:00" for n in range(9)]
    assert "recorded_at" not in tree_of(block([head, *rows]))["columns"]
    later = [row.replace(f"-{n + 9:02d} 10:00", f"-{n + 13} 11:00") for n, row in enumerate(rows)]
    assert tree_of(block([head, *later]))["columns"]["recorded_at"] == "Created At"
