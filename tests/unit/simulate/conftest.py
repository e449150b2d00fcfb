"""One small run, shared by the tests that only look at it."""

import pytest

from tallyclerk.simulate.configure import config_text
from tallyclerk.simulate.exports import export

SHIPMENTS, SEED = 1_200, 11


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Folder and meaning of one run."""
    folder = tmp_path_factory.mktemp("simulated")
    emitted = export(folder / "exports", SHIPMENTS, SEED, keep=True)
    (folder / "config.toml").write_text(config_text(), encoding="utf-8")
    return folder, emitted
