"""Three houses: the cast three times, nothing shared but the merchant."""

import tomllib
from collections import Counter

import polars as pl
import pytest
from tests.unit.simulate.naive_reader import FIELDS, Reader

from tallyclerk.simulate import truth_settings
from tallyclerk.simulate.configure import config_text
from tallyclerk.simulate.exports import export
from tallyclerk.simulate.houses import dialects, partners
from tallyclerk.simulate.partners import PARTNERS

HOUSES = 3
CHAIN = ("supplier_id", "forwarder_id", "courier_id")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("houses")
    emitted = export(folder / "exports", 1_800, 11, keep=True, houses=HOUSES)
    (folder / "config.toml").write_text(config_text(houses=HOUSES), encoding="utf-8")
    return folder, emitted


def house_of(column):
    """The number of the house in a partner's id, null where there is no partner."""
    number = pl.col(column).str.extract(r"-(\d)$").cast(pl.Int64).fill_null(1) - 1
    return pl.when(pl.col(column).is_not_null()).then(number)


@pytest.fixture(scope="module")
def owned(run):
    """Each parcel's house, as its order says."""
    return run[1].shipments.with_columns(
        house=pl.col("order_id").str.strip_prefix("ORD-").cast(pl.Int64).sub(500_000) % HOUSES
    )


def test_the_cast_exists_once_a_house_under_names_of_its_own():
    blocks = tomllib.loads(config_text(houses=HOUSES))["partners"]
    assert len(blocks) == HOUSES * len(PARTNERS)
    assert blocks["acme-3"]["name"] == "ACME Forwarding (Hong Kong) Ltd 3"
    assert blocks["acme-3"]["aliases"] == ["ACME FWD 3", "acme-hk 3"]
    assert {key: block["role"] for key, block in blocks.items()} == truth_settings(HOUSES).roles
    names = [name for p in partners(HOUSES) for name in (p.id, p.name, *p.aliases)]
    assert len({name.casefold() for name in names}) > len(blocks)
    assert all(names.count(name) == 1 for name in names)


def test_a_parcel_meets_only_its_own_house(run, owned):
    for column in CHAIN:
        assert owned.filter(house_of(column) != pl.col("house")).is_empty()
    events = run[1].events.join(owned.select("shipment_id", "house"), on="shipment_id")
    for column in ("partner_id", "counterpart_id"):
        assert events.filter(house_of(column) == 2).height > 500
        assert events.filter(house_of(column) != pl.col("house")).is_empty()
    claims = run[1].claims.join(owned.select("shipment_id", "house"), on="shipment_id")
    assert claims.filter(house_of("partner_id") != pl.col("house")).is_empty()


def test_no_order_waybill_or_consignment_is_of_two_houses(run, owned):
    known = run[1].references.join(owned.select("shipment_id", "house"), on="shipment_id")
    assert set(known["kind"]) == {"tracking", "order", "mawb", "batch"}
    assert known.group_by("kind", "reference").agg(pl.n_unique("house"))["house"].max() == 1


def test_the_plain_reader_understands_every_house(run):
    reader = Reader(run[0] / "config.toml")
    found = sum((reader.events(dialect.name) for dialect in dialects(HOUSES)), Counter())
    assert found == Counter(run[1].events.select(FIELDS).rows())
