"""What real files do to EDIFACT, X12 and Cargo-IMP, and are read all the same."""

from __future__ import annotations

import pytest

BODY = "UNH+1+IFTSTA:D:00B:UN'CNI+1+C1'STS+1+13'DTM+334:202603051200UTC:303'UNT+5+1'"
X12 = "ST*214*1~B10*P1*S1*QZTR~LX*1~AT7*D1*NS***20260305*1200*UT~SE*5*1~"
FSU = "FSU/12\n999-10000016FRAJFK/T10K250.5\nRCS/05MAR1430/FRA/T10K250.5/X\n"
OTHER = str.maketrans("*~", "|!")
DONE = [("13", "2026-03-05 12:00+00:00")]


def told(read):
    return list(zip(read.column("status"), read.column("occurred_at"), strict=True))


@pytest.mark.parametrize(
    "content",
    [
        BODY,
        f"UNB+UNOC:3+A+B+260305:1430+1'{BODY}UNZ+1+1'",
        f"UNA:+.? '\r\n{BODY}",
        "\ufeff" + BODY,
        BODY.replace("'", "'\r\n"),
        BODY.replace("STS+1", "ST\nS+1"),
        BODY.replace("'", "~").replace("+", "*").replace("UNH", "UNA:*.? ~UNH", 1),
        BODY.replace("'", "\n"),
        BODY.removesuffix("UNT+5+1'"),
        BODY.removeprefix("UNH+1+IFTSTA:D:00B:UN'"),
        BODY.replace("UNT+5", "UNT+77"),
        "\x00" + BODY + "\x1a",
    ],
)
def test_an_interchange_is_read_whatever_its_separators_and_its_envelope(read_as, content):
    assert told(read_as("iftsta", content)) == DONE


def test_each_interchange_of_a_file_has_separators_of_its_own(read_as):
    starred = BODY.replace("'", "~").replace("+", "*").replace("UNH", "UNA:*.? ~UNH", 1)
    both = f"UNB+UNOA:1+A+B'{BODY}UNZ+1+1'{starred}UNB+UNOA:1+A+B'{BODY}UNZ+1+1'"
    assert told(read_as("iftsta", both)) == DONE * 3


def test_released_characters_are_text(read_as):
    content = BODY.replace("CNI+1+C1'", "RFF+CN:A?+B??C?'D?:E'")
    assert read_as("iftsta", content).column("tracking_number") == ["A+B?C'D:E"]


def test_latin_1_is_read_without_being_declared(read_as):
    content = BODY.replace("DTM", "LOC+175+:::K\xf6ln'DTM").encode("latin-1")
    assert read_as("iftsta", content).column("location") == ["Köln"]


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("20260305", "102", "2026-03-05"),
        ("050326", "2", "2026-03-05"),
        ("260305", "101", "2026-03-05"),
        ("2603051430", "201", "2026-03-05 14:30"),
        ("202603051430", "203", "2026-03-05 14:30"),
        ("20260305143015", "204", "2026-03-05 14:30:15"),
        ("202603051430?+0530", "205", "2026-03-05 14:30+05:30"),
        ("202603051430-0500", "205", "2026-03-05 14:30-05:00"),
        ("202603051430JST", "303", "2026-03-05 14:30+09:00"),
        ("20260305143015Z", "304", "2026-03-05 14:30:15+00:00"),
        ("202603052400", "203", "2026-03-06 00:00"),
        ("202603051430", "", "2026-03-05 14:30"),
        ("202602301430", "203", "202602301430"),
        ("202603051430CST", "303", "202603051430CST"),
        ("soon", "203", "soon"),
    ],
)
def test_times_of_edifact(read_as, value, form, expected):
    content = BODY.replace("202603051200UTC:303", f"{value}:{form}")
    assert read_as("iftsta", content, timezone="UTC").column("occurred_at") == [expected]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("STS+1+21", ("21", None)),
        ("STS+1+21::6", ("21", None)),
        ("STS+1+I::87:DELIVERED", ("87 I", "DELIVERED")),
        ("STS+1+P::HS:Rail departed", ("HS P", "Rail departed")),
        ("STS+1:D2:21", ("21 D2", None)),
        ("STS+1", (None, None)),
    ],
)
def test_a_code_of_a_carriers_own_list_is_not_taken_for_a_common_one(read_as, status, expected):
    (row,) = read_as("iftsta", BODY.replace("STS+1+13", status)).rows
    assert (row.get("status"), row.get("status_text")) == expected


def test_a_package_number_among_the_marks_keys_the_row(read_as):
    content = BODY.replace("UNT", "GID+1+1'PCI+30+370726206369762060'UNT")
    assert read_as("iftsta", content).column("tracking_number") == ["370726206369762060"]


def test_a_place_without_a_code_is_named(read_as):
    content = BODY.replace("DTM", "LOC+14+01530:16::VANTAA+FI:162'DTM")
    (row,) = read_as("iftsta", content).rows
    assert (row["location"], row["country"]) == ("VANTAA", "FI")


def test_statuses_of_one_stop_share_the_place_behind_them(read_as):
    content = X12.replace("AT7*D1", "L11*Z1*2I~AT7*X1*NS***20260305*1100*LT~AT7*D1").replace(
        "*UT~SE", "*LT~MS1*ATLANTA*GA*USA~LX*2~AT7*D1*NS***20260306*1200*UT~SE"
    )
    read = read_as("x12_214", content)
    assert told(read) == [
        ("X1", "2026-03-05 11:00-05:00"),
        ("D1", "2026-03-05 12:00-05:00"),
        ("D1", "2026-03-06 12:00Z"),
    ]
    assert read.column("tracking_number") == ["Z1", "Z1", "P1"]


def test_a_place_is_not_shared_by_statuses_of_several_stops(read_as):
    places = ("MS1*ATLANTA*GA*USA~", "", "MS1*RENO*NV*USA~")
    content = X12.replace(
        "AT7*D1*NS***20260305*1200*UT~",
        "".join(f"AT7*X4*NS***20260305*1200*UT~{place}" for place in places),
    )
    assert read_as("x12_214", content).column("location") == ["ATLANTA, GA", None, "RENO, NV"]


def test_times_of_the_transport_are_not_those_of_the_status(read_as):
    content = BODY.replace("DTM", "TDT+20+V1+1'LOC+11+SGSIN'DTM")
    assert read_as("iftsta", content).rows[0].get("occurred_at") is None


@pytest.mark.parametrize(
    "content",
    [
        X12,
        f"ISA*00**00**02*A*ZZ*B*260305*1449*U*00401*1*0*P*>~GS*QM*A*B~{X12}GE*1*1~IEA*1*1~",
        f"ISA|00|  |00|  |02|A    |ZZ|B    |260305|1449|U|00401|1|0|P|:!{X12.translate(OTHER)}",
        X12.replace("~", "\n"),
        X12.replace("~", "~\r\n"),
        X12.replace("SE*5", "SE*9"),
    ],
)
def test_a_transaction_is_read_whatever_its_separators_and_its_envelope(read_as, content):
    assert told(read_as("x12_214", content)) == [("D1", "2026-03-05 12:00Z")]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("20260305*1430*UT", "2026-03-05 14:30Z"),
        ("20260705*1430*ET", "2026-07-05 14:30-04:00"),
        ("20260705*1430*ES", "2026-07-05 14:30-05:00"),
        ("20260105*1430*PT", "2026-01-05 14:30-08:00"),
        ("20260105*1430*09", "2026-01-05 14:30+09:00"),
        ("20260105*1430*24", "2026-01-05 14:30-01:00"),
        ("260105*143015*UT", "2026-01-05 14:30:15Z"),
        ("20260105**UT", "2026-01-05Z"),
        ("20260105*1430*QQ", "2026-01-05 14:30 QQ"),
        ("20261305*1430*UT", "20261305 1430"),
    ],
)
def test_time_codes_of_x12(read_as, clock, expected):
    content = X12.replace("20260305*1200*UT", clock)
    assert read_as("x12_214", content).column("occurred_at") == [expected]


@pytest.mark.parametrize(
    ("place", "source", "expected"),
    [
        ("MS1*ATLANTA*GA*USA~", {}, "2026-03-05 12:00-05:00"),
        ("MS1*DALLAS*TX*USA~", {}, "2026-03-05 12:00 local time, no zone is known for the place"),
        ("MS1*LYON**FR~", {}, "2026-03-05 12:00+01:00"),
        ("MS1*DALLAS*TX*US~", {"timezones": {"US": "America/Chicago"}}, "2026-03-05 12:00-06:00"),
        ("MS1*ATLANTA*GA*USA~", {"timezone": "America/Chicago"}, "2026-03-05 12:00"),
    ],
)
def test_local_times_of_x12_are_those_of_the_place(read_as, place, source, expected):
    content = X12.replace("*UT~", f"*LT~{place}")
    assert read_as("x12_214", content, **source).column("occurred_at") == [expected]


@pytest.mark.parametrize(
    ("head", "name", "source"),
    [
        ("", "2026-03.txt", {}),
        ("", "fsu_20260307_0915.txt", {}),
        ("2026-03-06T09:15:00Z\n", "a.txt", {}),
        ("RECEIVED 6 MAR 2026\n", "a.txt", {}),
        ("UNB+IATA:1+A:PIMA+B:PIMA+260306:0915+R+0'UNH+1+CIMFSU:12'", "a.txt", {}),
        ("\x01QD FRAFWXX\r\n.FRACGQZ 051431\r\n\x02", "a.txt", {"year": 2026}),
    ],
)
def test_the_year_of_fsu_is_that_of_what_surrounds_it(read_as, head, name, source):
    read = read_as("fsu", head + FSU, name=name, **source)
    assert told(read) == [("RCS", "2026-03-05 14:30+01:00")]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("", "a.txt"),
        ("2026-09-01\n", "a.txt"),
        ("", "fsu-2026-12.txt"),
        ("", "v2025.txt"),
        ("", "999-20260306.txt"),
        ("/AKE1234QZ/20260306\n", "a.txt"),
        ("UNB+IATA:1+A:PIMA+B:PIMA+99991231:0915+R+0'", "a.txt"),
    ],
)
def test_no_year_is_guessed(read_as, head, name):
    (at,) = read_as("fsu", head + FSU, name=name).column("occurred_at")
    assert at.startswith("05MAR 14:30")


def test_december_is_of_the_year_before_in_a_message_of_january(read_as):
    content = "2026-01-03\n" + FSU.replace("05MAR", "31DEC")
    assert told(read_as("fsu", content, year=2026)) == [("RCS", "2025-12-31 14:30+01:00")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DEP/QZ840/06MAR/FRAJFK/T10K250.5/A1752/E2015", "2026-03-06 17:52+01:00"),
        ("DEP/QZ840/06MAR/FRAJFK/T10K250.5/A0105-N/E0415-N", "2026-03-07 01:05+01:00"),
        ("DEP/QZ840/06MAR/FRAJFK/T10K250.5/S1745/S2015", "2026-03-06+01:00"),
        ("ARR/QZ840/06MAR/FRAJFK/T10K250.5//A2115", "2026-03-06 21:15-05:00"),
        ("RCF/QZ840/06MAR2130/JFK/T10K250.5", "2026-03-06 21:30-05:00"),
        ("BKD/QZ840/06MAR/FRAJFK/T10K250.5/S1745/S2015", "2026-03-06 17:45+01:00"),
        ("DLV/06MAR2575/JFK/T10", "06MAR 25:75"),
    ],
)
def test_times_of_fsu_are_on_the_airports_clock(read_as, line, expected):
    content = "2026-03-07\n" + FSU.replace("RCS/05MAR1430/FRA/T10K250.5/X", line)
    assert read_as("fsu", content).column("occurred_at") == [expected]


def test_parts_make_the_whole_once_each(read_as):
    lines = ["P6K150", "P6K150", "P4K100"]
    body = "".join(
        f"RCF/QZ1/06MAR10{n:02}/JFK/{part}\n" for n, part in zip((1, 1, 2), lines, strict=True)
    )
    content = "2026-03-07\nFSU/12\n999-10000016FRAJFK/T10K250\n" + body
    assert read_as("fsu", content).column("status") == ["RCF part", "RCF part", "RCF"]


def test_messages_of_another_kind_are_passed_by(read_as):
    other = "FWB/16\n999-10000016FRAJFK/T10K250\nSHP/JOHN DOE\nRTG/JFKQZ\n"
    read = read_as("fsu", other + FSU + other, year=2026)
    assert read.column("status") == ["RCS"]
    assert read.notes == {"messages of another kind (FWB), not read": 2}


def test_a_status_without_a_waybill_is_refused_by_row(read_as):
    read = read_as("fsu", "FSU/12\nRCS/05MAR1430/FRA/T10/X\n" + FSU)
    assert [row[:2] for row in read.bad] == [(2, "message")]
    assert len(read.rows) == 1
