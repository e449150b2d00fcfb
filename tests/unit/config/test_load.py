"""Configuration files: everything that is wrong is said at once, with its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tallyclerk.config import load
from tallyclerk.errors import ConfigError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def write(tmp_path):
    def write(text, name="config.toml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refused(path, env=None):
    with pytest.raises(ConfigError) as error:
        load(path, env or {})
    return str(error.value)


def test_without_a_file_the_defaults_and_the_environment_count():
    assert load(None, {}).run.currency == "EUR"
    assert load(None, {"TALLYCLERK_RUN__CURRENCY": "USD"}).run.currency == "USD"


def test_the_environment_lies_over_the_file(write):
    path = write('[sources.acme]\npath = "a.csv"\ntimezone = "UTC"\n')
    env = {
        "TALLYCLERK_SOURCES__ACME__TIMEZONE": "Asia/Shanghai",
        "TALLYCLERK_RUN__LANE": '["service"]',
    }
    settings = load(path, env)
    assert settings.sources["acme"].timezone == "Asia/Shanghai"
    assert settings.run.lane == ("service",)
    assert settings.base == path.parent


def test_all_problems_are_reported_together(write):
    path = write(
        '[run]\ncurency = "EUR"\ntimezone = "Europe/Berln"\n'
        '[sources.a]\npath = "x"\nformat = "cvs"\n'
        '[sources.a.statuses]\n"x" = "ACEPTED"\n'
        '[partners.p]\nrole = "forwardr"\n'
    )
    text = refused(path, {"TALLYCLERK_RN__CURRENCY": "USD"})
    for part in (
        "6 problems",
        f"{path}: run.curency: unknown key; did you mean 'currency'?",
        "'Europe/Berln' is not an IANA time zone",
        "did you mean 'csv'?",
        "did you mean 'ACCEPTED'?",
        "did you mean 'forwarder'?",
        "TALLYCLERK_RN__CURRENCY: no such section; did you mean 'run'?",
    ):
        assert part in text


def test_a_column_that_no_table_has_is_named_with_the_nearest(write):
    path = write('[sources.a]\npath = "x"\n[sources.a.columns]\nshipmnt_id = "no"\n')
    assert (
        "sources.a.columns.shipmnt_id: no column of events; did you mean 'shipment_id'?"
        in refused(path)
    )


def test_toml_errors_have_their_line(write):
    assert "config.toml: line 2: not valid TOML" in refused(write("[run]\ncurrency = \n"))


def test_a_missing_file_says_what_to_do(tmp_path):
    assert "tallyclerk init" in refused(tmp_path / "none.toml")


def test_included_files_are_merged_and_blocks_stand_once(write):
    write('[sources.a]\npath = "a.csv"\n', "sources/a.toml")
    path = write('include = ["sources/*.toml"]\n[sources.b]\npath = "b.csv"\n')
    assert sorted(load(path, {}).sources) == ["a", "b"]
    twice = write('[sources.b]\npath = "c.csv"\n', "sources/c.toml")
    text = refused(path)
    assert f"{twice}: sources.b: is already in {path}" in text
    assert "no file matches" in refused(write('include = ["nothing/*.toml"]\n'))


def test_a_configuration_in_another_encoding_says_how_to_save_it(write):
    path = write("")
    path.write_bytes('[brand]\ncompany = "Müller"\n'.encode("latin-1"))
    assert "config.toml: is not UTF-8 text; save it as UTF-8" in refused(path)


def test_status_tables_may_be_files(write):
    write("theirs,ours\n Picked up ,ACCEPTED\nGone,delivered\n", "s.csv")
    path = write('[sources.a]\npath = "x"\nstatuses = "s.csv"\n')
    assert load(path, {}).sources["a"].statuses == {"Picked up": "ACCEPTED", "Gone": "DELIVERED"}
    write("theirs,ours\nx,ACEPTED\nx,LOST\nx,FOUND\n", "s.csv")
    text = refused(path)
    assert "line 2: 'ACEPTED' is not a milestone; did you mean 'ACCEPTED'?" in text
    assert "'x' is mapped twice" in text
    assert "cannot be read" in refused(write('[sources.a]\npath = "x"\nstatuses = "t.csv"\n'))


def test_one_alias_belongs_to_one_partner(write):
    path = write('[partners.a]\naliases = ["X"]\n[partners.b]\naliases = ["x"]\n')
    assert "partners.b: 'x' is also a name of 'a'" in refused(path)


def test_the_package_loads_without_polars():
    code = "import sys, tallyclerk.config; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["olist", "scms"])
def test_the_configurations_for_public_data_are_sound(name):
    assert load(ROOT / "fixtures" / "configs" / f"{name}.toml", {}).sources


@pytest.mark.parametrize("value", ["[", "origin_country"])
def test_a_list_in_the_environment_is_json(value):
    with pytest.raises(ConfigError) as error:
        load(None, {"TALLYCLERK_RUN__LANE": value})
    assert "TALLYCLERK_RUN__LANE: a list or a table is written as JSON" in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        '[run]\nstore = "s3://bucket/ledger"\n',
        '[run]\nreports = "hdfs://host/reports"\n',
        '[sources.a]\npath = ["a.csv", "file:///exports/a.csv"]\n',
    ],
)
def test_an_address_is_no_folder(write, text):
    """Else a folder named `s3:` would be made beside the configuration, without a word."""
    assert "is an address, and only files and folders are read and written: mount" in refused(
        write(text)
    )


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ("lokation", "is no column of events, nor a milestone; did you mean 'location'?"),
        ("shipment_id", "says which shipment a row is about, so every file needs it"),
    ],
)
def test_only_what_is_mapped_and_no_key_may_be_missing_in_files(write, ours, said):
    path = write(
        f'[sources.a]\npath = "x"\noptional = ["{ours}"]\n'
        '[sources.a.columns]\nshipment_id = "No"\nlocation = "Place"\n'
    )
    assert f"sources.a.optional: {ours!r} {said}" in refused(path)
