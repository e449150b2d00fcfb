"""One list of formats feeds the settings, the readers, the vocabulary and the README."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallyclerk.config.formats import FORMATS, VOCABULARIES, markdown
from tallyclerk.config.references import known_columns
from tallyclerk.domain.tables import TABLES
from tallyclerk.ingest.formats import READERS, sniff
from tallyclerk.ingest.vocabulary.codes import codes

README = Path(__file__).parents[4] / "README.md"


def test_every_format_of_the_settings_has_a_reader_and_no_other():
    assert list(READERS) == list(FORMATS)


def test_every_format_feeds_tables_that_exist():
    for facts in FORMATS.values():
        assert set(facts.tables) <= set(TABLES)


def test_every_vocabulary_can_be_read():
    for name in set(VOCABULARIES) - {"texts"}:
        assert codes(name)


def test_readme_lists_the_formats():
    assert f"<!-- generated:formats -->\n{markdown()}\n<!-- /" in README.read_text("utf-8"), (
        "run scripts/fill_readme.py"
    )


@pytest.mark.parametrize("column", ["status_text", "side", "status", "tracking_number"])
def test_an_event_may_have_what_the_formats_give(column):
    assert column in known_columns("events")


@pytest.mark.parametrize(
    ("name", "content", "first"),
    [
        ("a.csv", "id;status;time\n1;ok;2024-01-01\n", "csv"),
        ("a.jsonl", '{"id": 1}\n{"id": 2}\n', "jsonl"),
        ("a.json", '{"items": [{"id": 1}]}', "json"),
        ("a.txt", "nothing of the kind", None),
        ("empty.csv", "", None),
    ],
)
def test_general_formats_are_told_by_their_look(tmp_path, name, content, first):
    path = tmp_path / name
    path.write_text(content, "utf-8")
    assert next(iter(sniff(path)), None) == first
