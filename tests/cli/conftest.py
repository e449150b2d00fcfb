"""The small world, with and without a ledger."""

from pathlib import Path

import pytest
from tests.support.command import call
from tests.support.shell import write_world


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Path:
    """A folder with a configuration, exports and a ledger that has read them."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder)
    done = call("ingest", cwd=folder)
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def fresh(tmp_path) -> Path:
    """The same without a ledger."""
    write_world(tmp_path)
    return tmp_path
