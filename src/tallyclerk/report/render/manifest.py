"""The manifest of a run: what went in, what came out, each with its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from tallyclerk.domain.judgement import RunInfo


def sha256(content: bytes) -> str:
    """Give the digest that the manifest prints."""
    return hashlib.sha256(content).hexdigest()


def content_digest(outputs: Mapping[str, str]) -> str:
    """Give one digest for a set of outputs: what the index prints of everything but itself."""
    return sha256(json.dumps(sorted(outputs.items())).encode())


def manifest_json(
    run: RunInfo,
    inputs: Sequence[Mapping[str, object]],
    outputs: Mapping[str, str],
    digest: str,
    recipe: Mapping[str, object],
    keys: Mapping[str, str],
) -> bytes:
    """Write the manifest.

    Args:
        run: The run.
        inputs: The files read.
        outputs: Digest of each file written.
        digest: One digest for all of them.
        recipe: What making the report again needs.
        keys: By partner, what its files were made from.
    """
    told = {
        "version": run.version,
        "as_of": run.as_of.isoformat(),
        "period": run.period,
        "timezone": run.timezone,
        "run_id": run.run_id,
        "config_digest": run.config_digest,
        "inputs_digest": run.inputs_digest,
        "definitions_digest": run.definitions_digest,
        "content_digest": digest,
        "inputs": [dict(i) for i in inputs],
        "outputs": [{"path": path, "sha256": outputs[path]} for path in sorted(outputs)],
        "cards": dict(sorted(keys.items())),
        "recipe": recipe,
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
