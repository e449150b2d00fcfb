"""Payloads that are broken, hostile or wrapped in another way: findings, never a crash."""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.formats import FIXTURES

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import READERS

NAMES = ("aftership", "17track", "cainiao", "easypost", "shippo", "shipengine", "karrio", "shopify")
DESKS = ("zendesk", "freshdesk", "gorgias")
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["2026-13-45T99:99:99Z", "\ud83d\ude00", "9.4E+21", "\x00", "2026-03-01"]),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.sampled_from(["name", "events", "number", "id"]), st.integers(), max_size=3),
)


def table_of(name):
    return "tickets" if name in DESKS else "events"


def rows(name, path, **source):
    source = Source.model_validate({"path": "x", "format": name, "table": table_of(name), **source})
    reader = READERS[name].open(path, source)
    found = []
    for batch in reader.batches(range(len(reader.header))):
        assert batch.cells.width == len(reader.header) + 1
        found += [row[1:] for row in batch.cells.rows()]
        found += batch.bad.select("rule", "raw").rows()
    return sorted(found, key=repr)


def documents(name):
    """The payloads of a format's fixture."""
    whole = [json.loads(p.read_text("utf-8")) for p in sorted((FIXTURES / name).glob("*.json"))]
    lines = [p.read_text("utf-8").splitlines() for p in (FIXTURES / name).glob("*.jsonl")]
    return whole + [json.loads(line) for text in sorted(lines) for line in text]


def places(value, path=()):
    """Every place in a document."""
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


def written(folder, content):
    path = folder / "a.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", [*NAMES, *DESKS])
@settings(max_examples=40)
@given(data=st.data())
def test_any_value_may_be_anything(tmp_path_factory, name, data):
    document = copy.deepcopy(data.draw(st.sampled_from(documents(name))))
    for _ in range(data.draw(st.integers(1, 6))):
        *path, last = data.draw(st.sampled_from([p for p in places(document) if p]))
        holder = document
        for key in path:
            holder = holder[key]
        holder[last] = data.draw(JUNK)
    path = written(tmp_path_factory.mktemp("fuzz"), json.dumps(document))
    with contextlib.suppress(InputError):
        rows(name, path)


@given(content=st.one_of(st.binary(max_size=200), st.text(alphabet='{}[]",:0aé\n', max_size=80)))
def test_any_bytes_may_come(tmp_path_factory, content):
    path = written(tmp_path_factory.mktemp("fuzz"), content)
    for name in ("aftership", "zendesk"):
        with contextlib.suppress(InputError):
            rows(name, path)


@pytest.mark.parametrize("name", NAMES)
def test_the_envelope_does_not_matter(tmp_path, name):
    document = documents(name)[0]
    plain = rows(name, written(tmp_path, json.dumps(document)))
    text = json.dumps(document, ensure_ascii=False)
    for content in (
        b"\xef\xbb\xbf" + text.encode(),
        json.dumps(document, indent=2),
        text.encode("utf-16"),
        f"{text}\n",
        json.dumps([{"deep": {"deeper": [document]}}]),
        json.dumps({"event": "x", "data": {"object": document}}),
    ):
        assert rows(name, written(tmp_path, content)) == plain
    for content in (f"{text}\n{text}\n", text + text, f"{text},\n{text}"):
        assert rows(name, written(tmp_path, content)) == sorted(plain * 2, key=repr)
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert rows(name, packed) == plain


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "no parcel"),
        ("null", "no parcel"),
        ("[]", "no parcel"),
        ("[1, 2, 3]", "no parcel"),
        ("{" * 100_000, "not JSON"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "no parcel|not JSON"),
        ("<html>log in</html>", "web page"),
        ("id,status\n1,2\n", "no parcel"),
    ],
)
def test_what_holds_no_parcel_is_refused_with_a_mend(tmp_path, content, what):
    with pytest.raises(InputError, match=what) as error:
        rows("easypost", written(tmp_path, content))
    assert error.value.how


def test_a_line_that_never_ends_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tallyclerk.ingest.formats.payloads.MAX_JSON_BYTES", 40 * 2**20)
    path = tmp_path / "a.json"
    path.write_bytes(b'{"trackers": ["' + b"x" * 50 * 2**20)
    with pytest.raises(InputError, match="too large to hold") as error:
        rows("easypost", path)
    assert error.value.how


def test_a_line_among_lines_that_never_ends_is_refused(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"event": "ping"}\n{"a": "' + b"x" * 50 * 2**20)
    with pytest.raises(InputError, match="a line is longer"):
        rows("easypost", path)


def test_broken_lines_among_good_ones_are_refused_by_themselves(tmp_path):
    good = json.dumps(documents("shippo")[0])
    told = rows("shippo", written(tmp_path, f'{good}\n{{"a": \n[1]\n{good[:40]}\n{good}\n'))
    assert [row for row in told if row[0] == "payload"] == [
        ("payload", "no parcel in a text that is not JSON"),
        ("payload", "no parcel in a text that is not JSON"),
        ("payload", "no parcel in a value that is no object"),
    ]
    assert len(told) == 2 * len(rows("shippo", written(tmp_path, good))) + 3


def test_numbers_stay_what_they_are(tmp_path):
    parcel = (
        '{"tracking_code": 12345678901234567890123, "carrier": true, "tracking_details":'
        ' [{"status": 1.50, "datetime": "2026-01-01T00:00:00Z", "message": NaN}]}'
    )
    (row,) = rows("easypost", written(tmp_path, parcel))
    assert row[0] in {"12345678901234567890123", "1.2345678901234568e+22"}
    assert row[7] == "true"


@pytest.mark.parametrize("column", ["customer.email", "subject", "signed_by", "emails"])
def test_no_mapping_reaches_people(column):
    path = Path(FIXTURES / "aftership" / "trackings.json")
    source = {"columns": {"location": column}}
    reader = READERS["aftership"].open(
        path, Source.model_validate({"path": "x", "format": "aftership", **source})
    )
    assert column not in reader.header
