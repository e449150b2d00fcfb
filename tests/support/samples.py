"""Public samples of vendors' exports that are no part of the repository: read where they lie beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_BESIDE = (_ROOT.parent / "shared", _ROOT.parent.parent / "shared")
SAMPLES = next((path for path in _BESIDE if path.is_dir()), _BESIDE[0]) / "samples"

needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason="the public samples are not here: they belong in ../shared/samples, beside the repository",
)
