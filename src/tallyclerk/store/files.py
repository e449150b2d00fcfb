"""File operations of the ledger: each leaves the old file or the new one, never half of one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from tallyclerk.errors import InputError
from tallyclerk.store.cache import FOLDER as DERIVED
from tallyclerk.store.drafts import taking_place

LOCK_NAME = ".lock"
LOCK_TIMEOUT_SECONDS = 60.0
TEMPORARY = ".tmp"
SCRATCH = "scratch-"
_FEW_ROWS = 4096
UNKNOWN_TO_MOUNTS = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}
"""How mounted file systems answer that entries of a folder need no flush, or know none."""


def write_text(path: Path, text: str) -> None:
    """Replace a file atomically: write beside it, flush to disk, rename, flush the folder."""
    temporary = path.with_name(path.name + TEMPORARY)
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def write_frame(path: Path, frame: pl.DataFrame) -> None:
    """Write a Parquet file, which counts once a manifest names it.

    A task that a cluster has given up may write on when another one has written the same file and
    it counts: so it takes its place whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with taking_place(path, TEMPORARY) as temporary:
        # Where a page is small, zstd takes longer to begin than to press; nobody asks for statistics.
        if len(frame) < _FEW_ROWS:
            frame.write_parquet(temporary, compression="lz4", statistics=False)
        else:
            frame.write_parquet(
                temporary, compression="zstd", compression_level=1, statistics=False
            )


def sync_files(paths: list[Path]) -> None:
    """Flush files and their folders to disk, before a manifest names them."""
    for path in paths:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    for folder in sorted({path.parent for path in paths}):
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk (where the system can)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in UNKNOWN_TO_MOUNTS:
            raise
    finally:
        os.close(handle)


@contextmanager
def writing(root: Path, timeout: float = LOCK_TIMEOUT_SECONDS) -> Iterator[None]:
    """Hold the ledger's lock: one writer at a time, readers need none.

    Raises:
        InputError: If another process keeps writing.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - who only reads does not wait for it

    root.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(root / LOCK_NAME, timeout=timeout):
            yield
    except Timeout as error:
        raise InputError(
            f"another process has been writing the ledger for {timeout:g} seconds",
            where=str(root),
            how="wait for it to finish, then run again",
        ) from error


@contextmanager
def scratch(root: Path) -> Iterator[Path]:
    """A folder for a moment: in the ledger, where there is room, or elsewhere where none may write.

    What processes that were killed have left is removed; those that work hold the lock of theirs.
    """
    from filelock import FileLock  # noqa: PLC0415 - as above

    beside = root / DERIVED
    with ExitStack() as stack:
        try:
            beside.mkdir(exist_ok=True)
            _remove_left(beside)
            made = TemporaryDirectory(prefix=SCRATCH, dir=beside)
            lock = Path(f"{made.name}{LOCK_NAME}")
            stack.callback(lock.unlink, missing_ok=True)
            stack.enter_context(FileLock(lock))
        except OSError:
            made = TemporaryDirectory(prefix="tallyclerk-")
        yield Path(stack.enter_context(made))


def _remove_left(beside: Path) -> None:
    """Remove scratch folders whose lock nobody holds."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - as above

    for lock in beside.glob(f"{SCRATCH}*{LOCK_NAME}"):
        with suppress(Timeout, OSError), FileLock(lock, timeout=0):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink()


def remove_orphans(root: Path, known: set[str]) -> int:
    """Delete data files that no manifest names: what a crash left behind. Needs the lock.

    What was derived from the ledger looks after itself.

    Returns:
        How many files were deleted.
    """
    orphans = [
        path
        for pattern in ("*/**/*.parquet", f"**/*{TEMPORARY}")
        for path in root.glob(pattern)
        if path.relative_to(root).as_posix() not in known
        and path.relative_to(root).parts[0] != DERIVED
    ]
    for path in orphans:
        path.unlink()
    return len(orphans)
