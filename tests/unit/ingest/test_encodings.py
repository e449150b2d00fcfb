"""Bytes that are not UTF-8 and that no mark explains."""

import json

import polars as pl
import pytest
from tests.support.xlsx import workbook

from tallyclerk.ingest.formats.legacy import decoded_by_line, guess_legacy
from tallyclerk.ingest.formats.text import visible
from tallyclerk.store import Ledger

WESTERN = ["Côte d'Ivoire", "Übergabe an Kurier", "Livré à l'expéditeur", "São Paulo, Brasília"]
CHINESE = ["已到达深圳转运中心", "待揽收,已交运", "深圳市恒达供应链管理有限公司 (HK)"]


@pytest.mark.parametrize("count", [1, 3, 50, 500])
@pytest.mark.parametrize("word", WESTERN)
def test_accents_are_not_taken_for_chinese(word, count):
    lines = [f"{number};{word};DELIVERED" for number in range(count)]
    assert guess_legacy("\n".join(lines).encode("latin-1")) == "cp1252"


@pytest.mark.parametrize("count", [1, 3, 50, 500])
@pytest.mark.parametrize("word", CHINESE)
def test_chinese_is_found(word, count):
    lines = [f"{number},{word},DELIVERED" for number in range(count)]
    assert guess_legacy("\n".join(lines).encode("gb18030")) == "gb18030"


def test_accents_that_a_chinese_system_wrote_are_read_back():
    text = "\n".join(f"{number},Côte d'Ivoire" for number in range(20))
    assert text.encode("gb18030").decode(guess_legacy(text.encode("gb18030"))) == text


def test_a_large_file_of_long_ascii_lines_is_no_trouble():
    """Four megabytes took half a minute when every line was searched from each of its places."""
    lines = b"\n".join([b"x" * 4_000] * 1_000)
    assert guess_legacy(lines + "\nCôte".encode("latin-1")) == "cp1252"


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1254", ["Gönderi No;İşlem;Ağırlık", "Etiket oluşturuldu", "Nakliyeciye teslim;Varış"]),
        ("cp1254", ["Dağıtıma çıktı"]),
        ("cp1250", ["Wydana do doręczenia", "Zwrócona", "Doręczona;Próba doręczenia;przesyłka"]),
        ("cp1250", ["Zásilka doručena;Předáno dopravci;Třídění", "Odesláno ze skladu"]),
        ("cp1252", ["Sent út;Móttekið;Á leiðinni;Þjónusta", "Afhent viðtakanda;Í dreifingu"]),
        ("cp1252", ["Ñuñoa;Entregado al señor", "5 °C;± 2;½ Palette", "café"]),
        ("cp932", ["お問い合わせNo;日時;荷物状況", "配達完了;江東営業所;10月03日"]),
        ("big5", ["包裹查詢號碼;目前狀態;負責營業所", "順利送達;配送中;下午 02:05"]),
        ("cp949", ["운송장번호;처리일시;상태", "배송완료;간선하차"]),
        ("cp1251", ["Вручение адресату", "Прибыло в место вручения;Обработка", "Ожидает"]),
    ],
)
@pytest.mark.parametrize("count", [1, 40])
def test_code_pages_of_other_alphabets_are_told_apart(encoding, words, count):
    text = "\n".join(words * count)
    assert text.encode(encoding).decode(guess_legacy(text.encode(encoding))) == text


MIXED = ["Übernommen;München", "Zugestellt;Köln", "DELIVERED;Leeds"]


@pytest.mark.parametrize("page", ["cp1252", "latin-1", "cp1250"])
@pytest.mark.parametrize("declared", [True, False])
def test_lines_in_utf_8_are_read_among_those_of_a_code_page(workshop, page, declared):
    rows = [f"{n};2026-03-01 10:00;{MIXED[n % 3]}" for n in range(60)]
    lines = [row.encode("utf-8" if n % 2 else page) for n, row in enumerate(rows)]
    statuses = {"Übernommen": "ACCEPTED", "Zugestellt": "DELIVERED"}
    _, events = workshop.events(
        b"\r\n".join([b"id;time;status;location", *lines]),
        statuses=statuses,
        **({"encoding": page} if declared else {}),
    )
    assert len(events) == 60
    [bucket] = [Ledger.open(workshop.base / ".tallyclerk").read_events(0, ["location"])]
    assert set(bucket["location"]) == {"München", "Köln", "Leeds"}


@pytest.mark.parametrize("text", ["SPÓŁKA;RÓŻA", "PODRÓŻ", "Łódź;RÓŻ"])
def test_what_is_utf_8_by_chance_stays_in_its_code_page(text):
    assert decoded_by_line(text.encode("cp1250"), "cp1250") == (text, 0)


SEEN = ["P{0}", "\u200bP{0}", "P\u00ad{0}\u200e", "\u202aP{0}\u202c\ufeff"]


@pytest.mark.parametrize("is_plain", [True, False], ids=["escaped", "raw"])
def test_numbers_that_look_the_same_are_the_same(workshop, is_plain):
    """Of signs that nobody sees a number takes some along when it is copied out of a page."""
    rows = [[each.format(7), "DELIVERED", f"2026-03-0{n} 10:00"] for n, each in enumerate(SEEN, 1)]
    head = ["id", "status", "time"]
    workshop.write("a.csv", "\n".join(map(",".join, [head, *rows])))
    tree = [dict(zip(head, row, strict=True)) for row in rows]
    workshop.write("a.json", json.dumps(tree, ensure_ascii=is_plain))
    workshop.write("a.jsonl", "\n".join(json.dumps(row, ensure_ascii=is_plain) for row in tree))
    workbook(workshop.base / "a.xlsx", {"S": [head, *rows]})
    cells = ["".join(f"<{n}>{v}</{n}>" for n, v in row.items()) for row in tree]
    table = pl.DataFrame(rows, schema=["id\u200b", *head[1:]], orient="row")
    table.write_parquet(workshop.base / "a.parquet")
    xml = "".join(f"<row>{cell}</row>" for cell in cells)
    workshop.write("a.xml", f"<rows>{xml.encode('ascii', 'xmlcharrefreplace').decode()}</rows>")
    columns = {"shipment_id": "id", "occurred_at": "time"}
    same = ("csv", "json", "jsonl", "xml", "parquet")
    forms = {"xlsx": "excel", **dict(zip(same, same, strict=True))}
    places = {"xml": {"records": "row"}}
    sources = {
        f"s_{end}": {"path": f"a.{end}", "format": form, "columns": columns, **places.get(end, {})}
        for end, form in forms.items()
    }
    report, ledger = workshop.ingest(**sources)
    assert ledger.read_events(0)["shipment_id"].to_list() == ["P7"] * 4
    assert [source.accepted + source.duplicates for source in report.sources] == [4] * 6
    [note] = [n.what for n in report.findings if n.source == "s_parquet"]
    assert "invisible signs taken out" in note


def test_a_backslash_before_such_letters_is_none():
    assert visible(r"\\u200b \\\u200b \u00AD \u00e9") == r"\\u200b \\  \u00e9"
