"""Files made to hurt: bounded time and memory, findings or a polite refusal, never an exception."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallyclerk.errors import InputError

FIXTURES = Path(__file__).parents[5] / "fixtures" / "formats"
FILES = {
    "fsu": "2026-03.txt",
    "iftsta": "status.edi",
    "x12_214": "status.x12",
    "epcis": "events.jsonld",
    "dcsa": "events.json",
    "emsevt": "events.csv",
}
VALID = {
    **{form: (FIXTURES / form / name).read_bytes() for form, name in FILES.items()},
    "xml": (FIXTURES / "epcis" / "events.xml").read_bytes(),
}
PIECES = (
    *(
        b"UNA:+.? '",
        b"UNB+",
        b"ISA*",
        b"STS+1+",
        b"AT7*",
        b"FSU/12\n",
        b"\xef\xbb\xbf",
        b"\x00",
        b"'",
    ),
    *(b"?", b"\r", b"\n", b'"', b"{", b"]", b"<!DOCTYPE a>", b"&a;", b"<", b"99999999999999", b"-"),
)
FEW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def mutated(content: bytes) -> st.SearchStrategy[bytes]:
    """A message with pieces cut out, put in, and repeated."""
    places = st.integers(0, len(content))
    change = st.tuples(places, places, st.sampled_from(PIECES) | st.binary(max_size=8))

    def apply(changes: list[tuple[int, int, bytes]]) -> bytes:
        result = content
        for start, end, piece in changes:
            low, high = sorted((start, end))
            cut = high if high - low < 60 else low
            result = result[:low] + piece + result[cut:]
        return result

    return st.lists(change, min_size=1, max_size=8).map(apply)


@pytest.mark.parametrize("form", VALID)
@FEW
@given(data=st.data())
def test_mutated_messages_never_raise(read_as, form, data):
    content = data.draw(mutated(VALID[form]) | st.binary(max_size=300))
    # A file that is not one of its format at all is refused politely.
    with contextlib.suppress(InputError):
        read_as("epcis" if form == "xml" else form, content, timezone="UTC")


def test_a_segment_without_an_end_is_left_out_and_what_follows_is_read(read_as):
    huge = "FTX+" + "x" * 1_000_000
    content = f"UNH+1+IFTSTA:D:00B:UN'{huge}'STS+1+13'DTM+334:202603051200UTC:303'UNT+5+1'"
    read = read_as("iftsta", content)
    assert read.column("status") == ["13"]
    assert "segments longer than 200,000 characters, left out" in read.notes


def test_a_line_without_an_end_is_cut(read_as):
    read = read_as("fsu", "FSU/12\n999-10000016FRAJFK/" + "T10/" * 500_000, year=2026)
    assert (read.rows, list(read.notes)) == ([], ["lines longer than 100,000 characters, cut"])


def test_packages_times_statuses_stay_bounded(read_as):
    content = (
        "ST*214*1~B10*P1*S1*AB~LX*1~"
        + "AT7*X4*NS***20260305*1200*UT~" * 2_000
        + "".join(f"MAN*CP*{n}~" for n in range(2_000))
        + "SE*1*1~"
    )
    read = read_as("x12_214", content)
    assert read.count == 100_000
    assert "packages beyond those a detail loop may have, left out" in read.notes


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><EPCISDocument>&b;</EPCISDocument>', "entities"),
        ('<!DOCTYPE a SYSTEM "file:///etc/hosts"><EPCISDocument/>', "document type"),
        ("<a>" * 100_000, "nested"),
        ("<EPCISDocument><", "well-formed"),
        ("", "no parcel"),
    ],
)
def test_xml_that_no_document_needs_is_refused(read_as, content, what):
    with pytest.raises(InputError, match=what):
        read_as("epcis", content)


def test_events_in_front_of_damage_are_kept_and_the_damage_is_noted(read_as):
    content = VALID["xml"].decode()
    cut = content[: content.index("<readPoint>")]
    read = read_as("epcis", cut)
    assert len(read.rows) == 2
    assert any(note.startswith("damage in the XML") for note in read.notes)


@pytest.mark.parametrize("form", ["epcis", "dcsa"])
@pytest.mark.parametrize("content", ["[" * 200_000, '{"a":' * 200_000, "[" * 9_000 + "]" * 9_000])
def test_deep_json_is_refused(read_as, form, content):
    with pytest.raises(InputError):
        read_as(form, content)


def test_a_million_segments_are_read_in_bounded_memory(read_as):
    """Forty thousand here; the memory of more is that of a batch."""
    one = "STS+1+24'DTM+334:202603051200UTC:303'EQD+CN+QZLU1000018'EQD+CN+QZLU1000023'"
    read = read_as("iftsta", "UNH+1+IFTSTA:D:00B:UN'" + one * 10_000)
    assert read.count == 20_000
