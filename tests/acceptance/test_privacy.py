"""Seeded people in every column of every table: whatever is written, none of them is found in it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.support.command import ask, call, ingest

from tallyclerk.config.references import ID_COLUMNS, known_columns
from tallyclerk.domain.tables import TABLES

MAIL = "jo.secretperson@example.com"
PHONE = "+49 40 7654321"
SIGNED = "signed by Jane Secretperson"
SECRETS = ("secretperson", "7654321", "jo.secret")
TIME = "2026-03-0{} 10:00"
NUMBERS = {"pieces", "weight_grams", "weight_kg", "score", "scale_max", "value", "amount"}
NUMBERS |= {"value_minor", "amount_minor"}


WORDS = {
    "kind": "tracking",
    "role": "courier",
    "classifier": "actual",
    "outcome": "delivered",
    "currency": "EUR",
    "country": "DE",
    "timezone": "Europe/Berlin",
    "status": "DELIVERED",
    "milestone": "DELIVERED",
    "supplier_id": "sup",
    "forwarder_id": "fwd",
    "courier_id": "cou",
    "partner_id": "cou",
    "promised_date": "2026-03-05",
}


def cell(table: str, column: str, row: int) -> str:
    """A cell of the first ten rows as it should be, of the others with a person in it."""
    if row >= 10:
        return person(column, row)
    if column.endswith("_at") or column == "valid_from":
        return TIME.format(1 + row % 9)
    if column in NUMBERS:
        return str(1 + row)
    words = {**WORDS, "shipment_id": f"S{row}"}
    if table == "claims":
        words |= {"kind": "loss", "status": "open"}
    return words.get(column, f"{column}-{row}")


def person(column: str, row: int) -> str:
    # Good keys carry the other columns' persons into the ledger; every fourth key is one itself.
    if column == "shipment_id" and row % 4:
        return f"S{row % 10}"
    if column in ID_COLUMNS or column.endswith("_id") or column == "reference":
        return f"{row} {MAIL}"
    return (MAIL, f"{row} {PHONE}", SIGNED, f"{row}; {SIGNED}")[row % 4]


def tables(folder: Path) -> Iterator[str]:
    """Write an export per table; the blocks of the configuration."""
    for table in TABLES:
        columns = [
            c
            for c in known_columns(table)
            if c in {"shipment_id", *TABLES[table]} or c not in ID_COLUMNS
        ]
        lines = [";".join(columns)]
        lines += [";".join(f'"{cell(table, c, row)}"' for c in columns) for row in range(50)]
        lines.append(f'"{MAIL}";"too";"few"')
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield (
            f'[sources.{table}]\npath = "{table}.csv"\ntable = "{table}"\ntimezone = "Europe/Berlin"\n'
            'delimiter = ";"\n'
        )
    rows = "".join(f"T{n},{n} {PHONE},2026-03-04 10:00,{SIGNED} {n}\n" for n in range(5))
    (folder / "keyed.csv").write_text(f"tracking_number,status,occurred_at,location\n{rows}")
    yield '[sources.keyed]\npath = "keyed.csv"\ntimezone = "UTC"\n'


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything that a folder holds, as text."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            yield str(path), str(pl.read_parquet(path).rows())
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for name in book.namelist():
                    yield f"{path}:{name}", book.read(name).decode("utf-8", "replace")
        elif path.is_file():
            yield str(path), path.read_bytes().decode("utf-8", "replace")
        yield "a name", path.name


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    exports = folder / "in"
    exports.mkdir()
    blocks = "".join(tables(exports))
    (exports / "config.toml").write_text(
        f'[run]\nstore = "../store"\nreports = "../reports"\n{blocks}'
        '[partners.sup]\nrole = "supplier"\n[partners.fwd]\nrole = "forwarder"\n'
        '[partners.cou]\nrole = "courier"\n',
        encoding="utf-8",
    )
    return folder


def test_nobody_is_found_in_anything_that_is_written(world):
    config = world / "in" / "config.toml"
    told = ingest(config)
    assert all(source["accepted"] for source in told["sources"] if source["source"] != "keyed")
    out = world / "out"
    out.mkdir()
    said = [
        ask(config, name, "--format", form).text
        for name in ("ingest", "status")
        for form in ("table", "json")
    ]
    looked = call("inspect", world / "in" / "events.csv", "--config", config)
    said += [looked.text, looked.err]
    for table in ("events", "journeys", "handovers", "incidents", "facts"):
        ask(config, "export", "--table", table, "--out", out / f"{table}.csv")
    ask(config, "export", "--table", "events", "--format", "ocel2", "--out", out / "log.json")
    ask(config, "report", "--month", "2026-03", "--format", "html,csv,json", "--partner", "cou")
    found = [
        (place, secret)
        for folder in (world / "store", world / "reports", out)
        for place, text in texts(folder)
        for secret in SECRETS
        if secret in text.lower()
    ]
    assert found == []
    assert [secret for text in said for secret in SECRETS if secret in text.lower()] == []
    kept = "".join(text for _, text in texts(world / "store"))
    for mask in ("[e-mail]", "[phone]", "[name]"):
        assert mask in kept


def test_nobody_is_named_where_a_zone_is_asked_for(tmp_path):
    rows = f"S1,DELIVERED,2026-03-01 10:00,{MAIL}\n"
    (tmp_path / "a.csv").write_text(f"shipment_id,status,occurred_at,timezone\n{rows}")
    (tmp_path / "config.toml").write_text('[sources.a]\npath = "a.csv"\n')
    said = call("ingest", "--config", tmp_path / "config.toml")
    assert "no offset and no zone" in said.text + said.err
    assert "secretperson" not in (said.text + said.err).lower()
