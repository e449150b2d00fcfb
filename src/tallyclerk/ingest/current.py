"""The ledger as a command finds it: up to date, after an ingest where one is needed."""

from __future__ import annotations

from tallyclerk.config.models import Settings
from tallyclerk.ingest.todo import up_to_date
from tallyclerk.progress import Progress, silent
from tallyclerk.store.ledger import Ledger


def current_ledger(settings: Settings, progress: Progress = silent) -> Ledger:
    """The ledger, after reading exports that are new or have changed.

    Raises:
        InputError: There is nothing to read, or nothing usable in it.
    """
    root = settings.resolve(settings.run.store)
    manifest = up_to_date(settings)
    if manifest is not None:
        return Ledger(root, manifest)
    from tallyclerk.ingest.state import read_exports  # noqa: PLC0415 - only where there is a need

    read_exports(settings, progress)
    return Ledger.open(root)
