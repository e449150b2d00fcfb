"""Scores of reviews: on the scale that the row states or the source declares, and on no other."""

import pytest
from pydantic import ValidationError

from tallyclerk.config.models import Source

BLOCK = {"path": "r.csv", "table": "reviews", "columns": {"score": "rating", "given_at": "at"}}


def read(workshop, ratings, **source):
    """The scores read, and the rule of each that was refused, of a review per rating."""
    rows = [f"{n:02d};{rating};2026-01-05 10:00;Bought by Jo" for n, rating in enumerate(ratings)]
    workshop.write("r.csv", "\n".join(["shipment_id;rating;at;comment", *rows]))
    report, ledger = workshop.ingest(r={**BLOCK, "delimiter": ";", **source})
    found = ledger.read_table("reviews").sort("shipment_id").select("score", "scale_max").rows()
    rejects = ledger.rejects().collect().sort("source_row")
    assert report.sources[0].rejected == 0
    assert report.sources[0].bad_cells == len(rejects)
    assert set(rejects["column"]) <= {"rating"}
    return found, rejects["rule"].to_list(), rejects["raw"].to_list()


STATED = {
    "4/5": (4, 5),
    "4 / 5 stars": (4, 5),
    "4.5 out of 5": (4.5, 5),
    "8 of 10": (8, 10),
    "3 von 5 Sternen": (3, 5),
    "3 étoiles sur 5": (3, 5),
    "2 de 5": (2, 5),
    "80 %": (80, 100),
    "★★☆☆☆": (2, 5),
    "☆☆☆☆☆": (0, 5),
    "0/10": (0, 10),
}


def test_a_scale_that_the_score_states_is_understood(workshop):
    found, rules, _ = read(workshop, STATED)
    assert found == list(STATED.values())
    assert rules == []


def test_without_a_scale_a_score_is_refused_and_the_review_is_kept(workshop):
    found, rules, raw = read(workshop, ["4", "4 stars", "★★★★", "4/5"])
    assert found == [(None, None)] * 3 + [(4, 5)]
    assert rules == ["no_scale"] * 3
    assert raw == ["4", "4 stars", "★★★★"]


def test_a_declared_scale_is_for_scores_that_state_none(workshop):
    found, rules, _ = read(workshop, ["4", "⭐️⭐️", "2 stars", "7/10"], scale=[1, 5])
    assert found == [(4, 5), (2, 5), (2, 5), (7, 10)]
    assert rules == []


def test_a_column_can_state_the_scale_of_each_row(workshop):
    head = "shipment_id;rating;of;at"
    columns = {**BLOCK["columns"], "scale_max": "of"}
    workshop.write("r.csv", f"{head}\n1;4;5;2026-01-05\n2;4;10;2026-01-05\n3;4;;2026-01-05\n")
    source = {**BLOCK, "delimiter": ";", "columns": columns, "scale": [1, 4]}
    _, ledger = workshop.ingest(r=source)
    found = ledger.read_table("reviews").sort("shipment_id").select("score", "scale_max").rows()
    assert found == [(4, 5), (4, 10), (4, 4)]


def test_scores_outside_their_scale_are_refused(workshop):
    found, rules, raw = read(workshop, ["0", "6", "-1", "6/5", "3/0", "5"], scale=[1, 5])
    assert found == [(None, None)] * 5 + [(5, 5)]
    assert rules == ["off_scale"] * 5
    assert raw == ["0", "6", "-1", "6/5", "3/0"]


def test_a_scale_may_begin_at_zero(workshop):
    assert read(workshop, ["0", "10", "6"], scale=[0, 10])[0] == [(0, 10), (10, 10), (6, 10)]


def test_of_school_marks_the_least_is_the_best(workshop):
    """1 is the best mark and 6 the worst: turned round, 6 is one of six and 1 all six."""
    found, rules, _ = read(workshop, ["1", "6", "2,5", "7"], scale=[6, 1], decimal=",")
    assert found == [(6, 6), (1, 6), (4.5, 6), (None, None)]
    assert rules == ["off_scale"]


def test_words_are_no_scores_and_little_of_them_is_kept(workshop):
    long = "The courier was kind but Jo Doe was not at home"
    found, rules, raw = read(workshop, ["great", long], scale=[1, 5])
    assert found == [(None, None)] * 2
    assert rules == ["number", "number"]
    assert raw == ["great", "The courier was kind"]


def test_the_same_review_twice_is_a_duplicate(workshop):
    workshop.write("r.csv", "shipment_id,rating,at\n" + "1,4,2026-01-05\n" * 3 + "1,3,2026-01-05\n")
    report, ledger = workshop.ingest(r={**BLOCK, "scale": [1, 5]})
    assert report.sources[0].duplicates == 2
    assert ledger.read_table("reviews").height == 2


def test_another_scale_reads_the_file_again(workshop):
    assert read(workshop, ["4"])[0] == [(None, None)]
    assert read(workshop, ["4"], scale=[1, 5])[0] == [(4, 5)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"table": "tickets", "scale": [1, 5]}, "tickets have none"),
        ({"table": "reviews", "scale": [5, 5]}, "two scores"),
        ({"table": "reviews", "scale": [-1, 1]}, "greater than or equal to 0"),
        ({"table": "reviews", "scale": [1]}, "scale"),
    ],
)
def test_a_scale_that_is_none_is_refused(given, said):
    with pytest.raises(ValidationError, match=said):
        Source.model_validate({"path": "x", **given})
