"""The tables: every row can be used, says where its meaning is documented, and agrees with others'."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from tests.support.samples import SAMPLES, needs_samples

from tallyclerk.config.formats import TEXTS, VOCABULARIES
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.ingest.vocabulary.codes import codes, meaning_of
from tallyclerk.ingest.vocabulary.reasons import reason_of
from tallyclerk.ingest.vocabulary.tables import YES_NO, table
from tallyclerk.ingest.vocabulary.texts import text_rules

NAMES = [name for name in VOCABULARIES if name != TEXTS]
COLUMNS = ["code", "milestone", "reason", "physical", "role", "refine", "source", "note"]

WORDS = {
    "NO_DATA": {"INFO"},
    "PICKED_UP": {"ACCEPTED"},
    "HELD": {"EXCEPTION"},
    "PICKUP_FAILED": {"EXCEPTION"},
    "TENDERED_LAST_MILE": {"RELEASED", "ACCEPTED"},
    "HANDED_TO_LINEHAUL": {"RELEASED", "ACCEPTED"},
    "ORIGIN_HUB_DEPARTED": {"ORIGIN_HUB"},
    "DEST_HUB": {"AT_DEPOT", "IN_TRANSIT"},
    "IMPORT_CUSTOMS_START": {"INFO"},
    "EXPORT_CUSTOMS_START": {"INFO"},
    "CUSTOMS_UNSPECIFIED_START": {"INFO"},
    "CUSTOMS_UNSPECIFIED_HELD": {"EXPORT_CUSTOMS_HELD", "IMPORT_CUSTOMS_HELD", "EXCEPTION"},
    "CUSTOMS_UNSPECIFIED_CLEARED": {"EXPORT_CUSTOMS_CLEARED", "IMPORT_CUSTOMS_CLEARED", "INFO"},
}
"""Words of the proposals that are no milestones of ours, and what they are here."""

TABLE_OF = {
    "17track_key_stage": "17track",
    "shipengine_detail": "shipengine",
    "karrio_status": "karrio",
    "karrio_reason": "karrio",
    "edifact_iftsta_9011": "iftsta",
    "x12_214_AT7_1650": "x12_214",
    "cargo_imp_fsu": "fsu",
    "forwarder_cargo_ext": "fsu",
    "upu_emsevt": "emsevt",
}
SEPARATOR = {"easypost": "/", "shippo": "/", "fsu": " "}
"""Where a code is told with its detail, what stands between them."""
REASONS = "x12_1651"
NO_STATUSES = {
    "x12_214_AT7_1651",  # reasons beside a status: they say why, not what
    "forwarder_wide_times_oms",  # columns of a wide table: the source's block names them
    "source_format",
}
NO_STATUS_LINES = {"OCI", "OSI"}
"""Lines of an FSU that say something about its statuses."""


@pytest.mark.parametrize("name", NAMES)
def test_a_table_can_be_used_and_says_where_it_comes_from(name):
    rows = table(name)
    assert list(rows[0]) == COLUMNS
    for row in rows:
        meaning_of(row)
        assert row["source"], row
        assert row["physical"] in YES_NO
        assert row["refine"] in YES_NO
        assert row["role"] in {"", *Role}
    assert not [
        code for code, n in Counter(row["code"].casefold() for row in rows).items() if n > 1
    ]


def test_the_rules_for_texts_can_be_used():
    rules = text_rules()
    assert not [name for name, n in Counter(rule.name for rule in rules).items() if n > 1]
    for rule in rules:
        assert rule.over in {"yes", "no", "delivery", "last_mile"}
        assert rule.sure in {"yes", "no", "side"}
        pl.Series(["anything"]).str.contains(rule.pattern)


def proposals():
    for row in csv.DictReader((SAMPLES / "vocabulary.csv").read_text("utf-8").splitlines()):
        form = row["source_format"]
        if form not in NO_STATUSES and row["code"] not in NO_STATUS_LINES:
            yield TABLE_OF.get(form, form), row


@needs_samples
def test_our_meaning_agrees_with_that_proposed_or_a_note_says_why_not():
    odd = []
    for name, row in proposals():
        parts = [part for part in (row["code"], row["sub_code"]) if part]
        code = SEPARATOR[name].join(parts) if name in SEPARATOR else parts[-1]
        meaning = codes(name).get(code)
        assert meaning, (name, code)
        wanted = WORDS.get(row["proposed_milestone"], {row["proposed_milestone"]})
        assert wanted <= {*Milestone}, row
        if not wanted & set(meaning.milestones) and not note_of(name, code):
            odd.append((name, code, row["proposed_milestone"], meaning.milestones))
    assert odd == []


def note_of(name, code):
    return next(
        (r["note"] for r in table(name) if r["code"].strip("*").casefold() == code.casefold()), ""
    )


def test_the_tables_of_the_package_are_those_of_the_settings():
    folder = Path(__file__).parents[4] / "src/tallyclerk/ingest/vocabulary"
    assert {path.stem for path in folder.glob("*.csv")} == {TEXTS, REASONS, *NAMES}


def test_codes_of_reasons_are_told_once_in_words_of_ours():
    rows = table(REASONS)
    assert list(rows[0]) == ["code", "reason", "source", "note"]
    assert len({row["code"] for row in rows}) == len(rows)
    assert all(row["reason"] and row["source"] for row in rows)
    assert reason_of(REASONS, "AS") == "documents"
    assert reason_of(REASONS, "ZZ") == "ZZ"


@needs_samples
def test_causes_that_are_proposed_for_reasons_are_ours():
    odd = []
    for row in csv.DictReader((SAMPLES / "vocabulary.csv").read_text("utf-8").splitlines()):
        cause = row["note"].partition("reason=")[2]
        if row["source_format"] == "x12_214_AT7_1651" and cause not in {"", "shortage"}:
            odd += [row] if reason_of(REASONS, row["code"]) != cause else []
    assert odd == []
