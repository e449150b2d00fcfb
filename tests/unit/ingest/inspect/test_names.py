"""Names of columns in many spellings and languages."""

import pytest

from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.fields import is_private
from tallyclerk.ingest.inspect.names import (
    fit,
    folded_name,
    language_of,
    names_plan,
    names_time,
    without_time_words,
)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("trackingNumber", "tracking_number"),
        ("TRACKING_NO.", "tracking_number"),
        ("Sendungsnummer", "tracking_number"),
        ("运单号码", "shipment_id"),
        ("Nº envío", "shipment_id"),
        ("eventDescription", "status_text"),
        ("Data do evento", "occurred_at"),
        ("location.city", "location"),
        ("Übergabe an", "counterpart_id"),
        ("Gönderi No", "shipment_id"),
        ("หมายเลขพัสดุ", "shipment_id"),
        ("رقم التتبع", "tracking_number"),
        ("التاريخ والوقت", "occurred_at"),
        ("Дата операции", "occurred_at"),
        ("Sändningsnummer", "shipment_id"),
        ("Nomor Resi", "shipment_id"),
        ("codObjeto", "tracking_number"),
        ("Actual", "occurred_at"),
        ("data.piece-code", "shipment_id"),
    ],
)
def test_a_name_is_known_however_it_is_written(name, ours):
    assert fit(name, ours).score >= 0.7


def test_camel_case_accents_and_punctuation_do_not_matter():
    assert folded_name("eventTime_UTC (Übergabe-Nr.)") == "event time utc ubergabe nr"


def test_words_for_dates_are_taken_off_what_happened():
    assert without_time_words("order_delivered_carrier_date") == "order delivered carrier"
    for name in ("Handover Dt", "วันที่จัดส่ง", "وقت الحدث", "Дата операции"):
        assert names_time(name)
    assert names_plan("order_estimated_delivery_date")
    assert not names_plan("Delivered to Client Date")


@pytest.mark.parametrize(
    ("names", "language"),
    [
        (["przesylka", "status", "czas"], "pl"),
        (["Gönderi No", "İşlem", "Parça"], "tr"),
        (["parcel", "event", "scanned"], None),
        (["x", "y"], None),
    ],
)
def test_the_language_is_that_of_most_names(names, language):
    assert language_of(names) == language


@pytest.mark.parametrize(
    "name",
    [
        *("Customer Name", "E-Mail", "Empfänger", "收件人", "phone", "ชื่อผู้รับ", "رقم الهاتف"),
        *("ФИО получателя", "Mottagare", "Số điện thoại", "Adresa příjemce"),
    ],
)
def test_columns_about_people_are_known(name):
    assert is_private(Column(name))


@pytest.mark.parametrize("name", ["Status", "Tracking Number", "Depot", "Carrier name"])
def test_columns_about_parcels_are_not_about_people(name):
    assert not is_private(Column(name))
