"""The digest of everything told, however it is cut up."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyclerk.store.identities import all_of, digest_of, lay_down

EDGES = st.sampled_from([-(2**63), -(2**62), -1, 0, 2**62, 2**63 - 1])
IDS = st.lists(st.one_of(EDGES, st.integers(-(2**63), 2**63 - 1)), max_size=12)


@settings(max_examples=25, deadline=None)
@given(st.lists(IDS, min_size=1, max_size=3), st.integers(1, 5))
def test_it_is_that_of_all_identities_sorted(buckets, at_once):
    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / str(bucket) for bucket in range(len(buckets))]
        for path, told in zip(paths, buckets, strict=True):
            lay_down(all_of([pl.Series(told, dtype=pl.Int64)]), path)
        ids = sorted(each for ids in buckets for each in ids)
        lines = "".join(f"{each}\n" for each in ids)
        found = digest_of(paths, at_once)
        assert found == hashlib.sha256(lines.encode()).hexdigest()
