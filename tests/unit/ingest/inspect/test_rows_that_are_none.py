"""Rows of an export that tell of no event, or of one that another row corrects."""

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

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
