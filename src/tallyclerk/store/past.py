"""The ledger as it stood when a report was made: superseded segments are kept for this."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tallyclerk.store.ledger import Ledger
from tallyclerk.store.manifest import Failure, Manifest
from tallyclerk.store.resolve import resolve_all


def recorded(manifest: Manifest) -> dict[str, object]:
    """What a report must remember of the ledger it was made from."""
    return {
        "segments": sorted(segment.id for segment in manifest.active),
        "failures": [dataclasses.asdict(failure) for failure in manifest.failures],
    }


def ledger_of(
    ledger: Ledger, segments: Collection[str], failures: Sequence[Mapping[str, str]], root: Path
) -> Ledger:
    """A ledger in which exactly some segments count.

    References are resolved anew among them, as they were then.

    Args:
        ledger: The ledger as it stands.
        segments: Ids of the segments that counted; those it has no more are left out.
        failures: Files that could not be read then.
        root: An empty folder, for what is derived; the ledger itself is only read.
    """
    chosen = tuple(
        dataclasses.replace(segment, is_superseded=False, resolved=(), resolved_digest="")
        for segment in ledger.manifest.segments
        if segment.id in segments
    )
    for file in sorted({file for segment in chosen for file in segment.files}):
        _take(ledger.root, file, root)
    manifest = dataclasses.replace(
        ledger.manifest,
        segments=resolve_all(root, chosen, ledger.bucket_count),
        failures=tuple(Failure(**failure) for failure in failures),
    )
    manifest.save(root)
    return Ledger(root, manifest)


def _take(store: Path, file: str, root: Path) -> None:
    """Lay a data file into another store: by link, else as a copy."""
    target = root / file
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.symlink_to((store / file).resolve())
    except OSError:
        shutil.copyfile(store / file, target)
