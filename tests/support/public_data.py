"""Two public data sets that are no part of the repository: used where a copy lies beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.settings_file import Tree, read_tree, write_tree

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
CONFIGS = ROOT / "fixtures" / "configs"
_BESIDE = "../../../shared/data"

needs_data = pytest.mark.skipif(
    not (DATA / "olist_3000").is_dir() or not (DATA / "scms").is_dir(),
    reason="the public data are not here: they belong in ../shared/data, beside the repository",
)


def configuration(name: str, data: str | Path = DATA) -> Tree:
    """The committed configuration of a data set, its exports in another folder."""
    tree = read_tree(CONFIGS / f"{name}.toml")
    tree["run"] |= {"store": ".tallyclerk", "reports": "reports"}
    for source in tree["sources"].values():
        source["path"] = source["path"].replace(_BESIDE, str(data))
    return tree


def configured(name: str, folder: Path) -> Path:
    """The same in a folder of its own, where the ledger and the reports go too."""
    return write_tree(configuration(name), folder / "config.toml")
