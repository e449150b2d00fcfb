"""Blocks that `inspect` writes read the same as blocks written by hand, once their questions are answered."""

import copy

import pytest
from tests.support.inspected import (
    answered,
    blocks_of,
    everything,
    inspected,
    meaning_by_hand,
    tree_of,
)
from tests.support.public_data import DATA, ROOT, configuration, needs_data
from tests.support.settings_file import write_tree

from tallyclerk.config import load
from tallyclerk.config.models import Source

FIXTURES = ROOT / "fixtures"
OTHER_NAMES = {"erp_final_status": "erp"}
"""What the configuration written by hand calls a source."""
ASKED = {"timezone", "partner", "weight_grams", "statuses"}
"""All that has to be asked about the simulated exports: no value in them proves it."""


@pytest.fixture(scope="module")
def blocks():
    return blocks_of(inspected([FIXTURES / "exports"], FIXTURES))


def hand_written(by_hand, name):
    return by_hand["sources"][OTHER_NAMES.get(name, name)]


def test_every_simulated_export_gets_its_block(by_hand, blocks):
    assert {OTHER_NAMES.get(name, name) for name in blocks} == set(by_hand["sources"])


def test_nothing_is_asked_that_the_files_prove(by_hand, blocks):
    for name, block in blocks.items():
        assert answered(block, hand_written(by_hand, name))[1] <= ASKED
    zoneless = {n for n, b in blocks.items() if any("timezone" in q.answer for q in b.questions)}
    stated = {"acme_europe", "skybridge", "starline"}
    assert zoneless == {n for n, s in by_hand["sources"].items() if "timezone" in s} - stated


def test_no_status_is_taken_for_another(by_hand, blocks):
    for name, block in blocks.items():
        if block.table == "events":
            sure = {s.theirs: s.ours for s in block.statuses if s.is_sure}
            assert sure == meaning_by_hand(hand_written(by_hand, name), set(sure))


def test_the_simulated_exports_read_the_same(by_hand, fixtures_read, blocks, tmp_path):
    tree = copy.deepcopy(by_hand)
    tree["sources"] = {n: answered(b, hand_written(by_hand, n))[0] for n, b in blocks.items()}
    for source in tree["sources"].values():
        source["path"] = str(FIXTURES / source["path"])
    found = everything(write_tree(tree, tmp_path / "config.toml"))
    for name, frame in everything(fixtures_read).items():
        assert found[name].equals(frame), name


NAMES = {
    "olist": {
        "olist_order_items_dataset": "items",
        "olist_orders_dataset": "promises",
        "olist_orders_dataset_events": "orders",
        "olist_order_reviews_dataset": "reviews",
    },
    "scms": {"scms_bom_cr_only": "lines", "scms_bom_cr_only_events": "deliveries"},
}
PATHS = {"olist": "olist_3000", "scms": "scms/scms_bom_cr_only.csv"}


@needs_data
@pytest.mark.parametrize("name", NAMES)
def test_real_exports_read_the_same_once_zone_and_scale_are_known(name, tmp_path):
    hand = configuration(name)
    found = inspected([DATA / PATHS[name]], tmp_path)
    tree = copy.deepcopy(hand)
    tree["sources"] = {}
    for block_name, block in blocks_of(found).items():
        source, asked = answered(block, hand["sources"][NAMES[name][block_name]])
        assert asked <= {"timezone", "scale"}
        source["path"] = str((tmp_path / source["path"]).resolve())
        tree["sources"][block_name] = source
    assert set(tree["sources"]) == set(NAMES[name])
    written = everything(write_tree(hand, tmp_path / "hand" / "config.toml"))
    read = everything(write_tree(tree, tmp_path / "inspect" / "config.toml"))
    assert read["events"].equals(written["events"])
    assert read["reviews"].equals(written["reviews"])
    extra = "order_id" if name == "scms" else ""  # SCMS has purchase orders, which nothing needs
    columns = [column for column in written["shipments"].columns if column != extra]
    assert read["shipments"].select(columns).equals(written["shipments"].select(columns))


FORMATS = sorted(path.parent for path in (FIXTURES / "formats").glob("*/config.toml"))


@pytest.mark.parametrize("folder", FORMATS, ids=lambda path: path.name)
def test_the_format_of_every_vendor_and_trade_is_told(folder):
    files = [p for p in folder.iterdir() if p.is_file() and p.suffix != ".toml"]
    blocks = blocks_of(inspected(files, folder))
    given = [s for s in load(folder / "config.toml", {}).sources.values() if s.format != "csv"]
    found = {(Source.model_validate(tree_of(b)).format, b.table) for b in blocks.values()}
    assert {(source.format, source.table) for source in given} <= found
