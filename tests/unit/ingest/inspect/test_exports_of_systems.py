"""Exports as systems write them: what becomes of columns whose names and rows are of their own kind."""

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

from tallyclerk.ingest.formats.legacy import guess_legacy


@pytest.fixture
def trees(tmp_path):
    """The blocks for a file of these lines, by the table that they feed."""

    def make(head, rows):
        (tmp_path / "list.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
        blocks = blocks_of(inspected([tmp_path], tmp_path)).values()
        return {block.table: tree_of(block) for block in blocks}

    return make


def test_fields_of_sap_are_known_and_its_zeros_say_nothing(trees):
    rows = [f"00800{n:05d}|20260{n % 9 + 1}13|2026091{n}|1{n}0500" for n in range(9)]
    rows.append("0080000099|20260913|00000000|000000")
    events = trees("VBELN|WADAT_IST|PODAT|POTIM", rows)["events"]
    assert events["columns"] == {"shipment_id": "VBELN"}
    delivered = {"column": "PODAT", "time_column": "POTIM"}
    assert events["milestones"] == {"RELEASED": "WADAT_IST", "DELIVERED": delivered}


def test_a_time_of_day_is_known_by_the_end_of_its_name(trees):
    rows = [f"014400{n:05d};{n + 10}.09.26;{n:02d}47;Zugestellt" for n in range(9)]
    events = trees("Paketscheinnummer;Scandatum;Scanzeit;Scanart", rows)["events"]
    assert events["columns"]["occurred_at"] == ["Scandatum", "Scanzeit"]


@pytest.mark.parametrize("name", ["Laufzeit", "Lieferzeit"])
def test_how_long_something_took_is_no_time_of_day(trees, name):
    rows = [f"014400{n:05d};{n + 10}.09.26;{n:02d}47;Zugestellt" for n in range(9)]
    events = trees(f"Paketscheinnummer;Scandatum;{name};Scanart", rows)["events"]
    assert events["columns"]["occurred_at"] == "Scandatum"


HEAD = "shipment-id,item,sku,ship-date,estimated-delivery-date"


def test_dates_that_all_lines_of_a_shipment_repeat_are_read(trees):
    rows = [f"D{n // 2:05d},{n % 2},S{n},2026-09-{n // 2 + 10} 10:00,2026-09-20" for n in range(20)]
    assert trees(HEAD, rows)["events"]["milestones"] == {"RELEASED": "ship-date"}


def test_dates_of_which_each_line_has_its_own_are_not(trees):
    rows = [f"D{n // 2:05d},{n % 2},S{n},2026-09-{n + 10} 10:00,2026-09-20" for n in range(20)]
    assert "events" not in trees(HEAD, rows)


def test_a_list_and_what_happened_to_its_rows_have_the_same_key(trees):
    rows = [f"WH/OUT/{n:05d},S{n:05d},JD0146{n:09d},DHL,2026-09-{n + 10} 09:00" for n in range(9)]
    found = trees("Reference,Source Document,Tracking Reference,Carrier,Date of Transfer", rows)
    assert found["events"]["milestones"] == {"RELEASED": "Date of Transfer"}
    keys = {"tracking_number": "Tracking Reference"}
    assert found["events"]["columns"] == keys
    assert keys.items() <= found["shipments"]["columns"].items()


def test_a_return_to_the_seller_is_read(trees):
    rows = [
        f"1412300{n:05d},{n + 10}-09-2026 18:00,{n + 10}-09-2026 20:00,,DELIVERED,20-09-2026"
        for n in range(5)
    ]
    rows += ["141239900000,20-09-2026 18:00,,28-09-2026 13:00,RTO DELIVERED,20-09-2026"]
    found = trees("AWB Code,Picked Up On,Delivered Date,RTO Delivered Date,Status,EDD", rows)
    assert found["events"]["milestones"]["RETURNED"] == "RTO Delivered Date"
    assert found["shipments"]["outcomes"]["RTO DELIVERED"] == "returned"


def test_a_status_whose_name_says_little_is_known_by_its_values(trees):
    words = ["Zugestellt", "In Zustellung", "Im Paketzustellzentrum", "Unklares"]
    rows = [f"014400{n:05d};{n + 10}.09.2026 10:00;{words[n % 4]}" for n in range(9)]
    events = trees("Paketscheinnummer;Scandatum;Scanart", rows)["events"]
    assert events["columns"]["status"] == "Scanart"


@pytest.mark.parametrize(
    "word", ["お届け先にお届け済み", "状態発生日,配送履歴,取扱局", "東京北部郵便局"]
)
def test_japanese_is_not_read_as_korean(word):
    lines = [f"{number},{word}" for number in range(3)]
    assert guess_legacy("\n".join(lines).encode("cp932")) == "cp932"


@pytest.mark.parametrize("word", ["집화처리", "배송완료", "운송장번호,처리일시,단계"])
def test_korean_is_read_as_such(word):
    lines = [f"{number},{word}" for number in range(3)]
    assert guess_legacy("\n".join(lines).encode("cp949")) == "cp949"


@pytest.mark.parametrize("name", ["Invoice Date", "Auftragsdatum", "Order Date", "付款时间"])
def test_a_status_did_not_come_about_when_the_order_did(trees, name):
    rows = [f"AB{n:07d},2026-08-{n + 10} 10:00,Delivered" for n in range(9)]
    assert "events" not in trees(f"AWB,{name},Status", rows)


@pytest.mark.parametrize("name", ["Order Status Date", "order_event_time"])
def test_a_status_of_an_order_has_its_time(trees, name):
    rows = [f"AB{n:07d},2026-08-{n + 10} 10:00,Delivered" for n in range(9)]
    assert trees(f"AWB,{name},Status", rows)["events"]["columns"]["occurred_at"] == name


@pytest.mark.parametrize("name", ["type", "Zqx"])
def test_statuses_are_known_by_their_values_where_no_name_says_so(trees, name):
    words = ["Picked Up", "Delivered", "Out for Delivery"]
    rows = [f"AB{n // 3:07d},2026-08-{n + 10} 10:00,{words[n % 3]}" for n in range(9)]
    assert trees(f"tracking_id,time,{name}", rows)["events"]["columns"]["status"] == name


def test_other_words_are_no_statuses(trees):
    words = ["Mo", "Delivered", "Di"]
    rows = [f"AB{n // 3:07d},2026-08-{n + 10} 10:00,{words[n % 3]}" for n in range(9)]
    assert trees("tracking_id,time,Zqx", rows) == {}


def test_which_of_two_columns_of_one_name_is_meant_is_asked(tmp_path):
    rows = [f"AB{n:07d},Delivered,2026-08-{n + 10},10:00,2026-09-30" for n in range(9)]
    text = "\n".join(["Tracking,Status,Date,Time,Date", *rows])
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    [block] = blocks_of(inspected([tmp_path], tmp_path)).values()
    [asked] = [question for question in block.questions if "same name" in question.text]
    assert "'Date #1' or 'Date #2'" in asked.text
    assert asked.answer.startswith("occurred_at = ")
    assert "occurred_at" not in tree_of(block)["columns"]
