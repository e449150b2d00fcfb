"""Times in the zone of the airport that the row is at."""

import tomllib

import pytest
from tests.support.inspected import blocks_of, inspected

HEAD = "AWB,Status,Airport,Local Date,Local Time"


def rows(*airports):
    return [
        f"176-1000{n:03d}0,Departed,{airport},0{n % 9 + 1} Mar 2026,10:0{n % 9}"
        for n, airport in enumerate(airports * 6)
    ]


@pytest.mark.parametrize(
    ("airports", "is_asked"),
    [(("HKG", "FRA"), True), (("FRA", "MUC"), False), (("HKG", "QQQ"), False)],
    ids=["two zones", "one", "none known"],
)
def test_where_airports_are_in_several_zones_one_zone_is_not_all_that_is_offered(
    tmp_path, airports, is_asked
):
    (tmp_path / "air.csv").write_text("\n".join([HEAD, *rows(*airports)]))
    [block] = blocks_of(inspected([tmp_path], tmp_path)).values()
    [question] = [q for q in block.questions if "in which zone" in q.text]
    assert ("timezones = {" in question.answer) == is_asked


def test_with_that_answer_each_time_is_read_by_its_airport(workshop):
    workshop.write("air.csv", "\n".join([HEAD, *rows("HKG", "FRA")]))
    [block] = blocks_of(inspected([workshop.base / "air.csv"], workshop.base)).values()
    [question] = [q for q in block.questions if "in which zone" in q.text]
    zones = tomllib.loads(question.answer.partition(" or ")[2])["timezones"]
    columns = {
        "shipment_id": "AWB",
        "status": "Status",
        "occurred_at": ["Local Date", "Local Time"],
        "location": "Airport",
        "timezone": "Airport",
    }
    _, ledger = workshop.ingest(
        a={"path": "air.csv", "columns": columns, "timezone": None, "timezones": zones}
    )
    found = {(p, t.hour) for p, t in ledger.read_events(0, ["location", "occurred_at"]).rows()}
    assert found == {("HKG", 2), ("FRA", 9)}


def test_what_is_no_score_and_no_damaged_id_is_called_what_it_is(tmp_path):
    lines = [f"R{n},SO{n},very good,20.00" for n in range(9)]
    (tmp_path / "a.csv").write_text("\n".join(["Refund ID,Order,Rating,Refund amount", *lines]))
    [group] = inspected([tmp_path], tmp_path).groups
    assert any("'Rating' (very good) are no scores" in note for note in group.notes)
    assert not any("damaged" in note for note in group.notes)
