"""The fixtures as the configuration written by hand reads them."""

from pathlib import Path

import pytest
from tests.support.command import ingest
from tests.support.public_data import ROOT
from tests.support.settings_file import Tree, read_tree, write_tree


@pytest.fixture(scope="session")
def by_hand() -> Tree:
    """That configuration, for a folder elsewhere."""
    tree = read_tree(ROOT / "fixtures" / "config.toml")
    for source in tree["sources"].values():
        source["path"] = str(ROOT / "fixtures" / source["path"])
    return tree


@pytest.fixture(scope="session")
def fixtures_read(by_hand, tmp_path_factory) -> Path:
    """The same in a folder with a ledger that has read them; nobody may change it."""
    path = write_tree(by_hand, tmp_path_factory.mktemp("fixtures") / "config.toml")
    ingest(path)
    return path
