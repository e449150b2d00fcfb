"""Folders that commands write a user's first files into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tallyclerk.errors import UsageError


def require_free(directory: Path, names: Sequence[str]) -> None:
    """Refuse to overwrite anything.

    Raises:
        UsageError: One of the names is taken, or the folder is a file.
    """
    taken = [name for name in names if (directory / name).exists()]
    if taken:
        raise UsageError(
            f"{', '.join(taken)} {'is' if len(taken) == 1 else 'are'} there already; "
            "nothing was written",
            where=str(directory),
            how="name another folder, or move these away",
        )


@contextmanager
def writable(place: Path) -> Iterator[None]:
    """Turn a refusal of the file system into a message.

    Args:
        place: The folder or file asked for; a draft beside it is not what the user named.

    Raises:
        UsageError: Something could not be written.
    """
    try:
        yield
    except OSError as error:
        named = Path(error.filename) if error.filename else place
        raise UsageError(
            f"cannot be written ({error.strerror or error})",
            where=str(place if named.name.startswith(".") else named),
            how="name a folder that you may write to",
        ) from error
