"""What an ingest has to do: the files of a configuration compared with the ledger.

Every reading command asks this first, so it needs nothing of what reads files.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from tallyclerk.config.models import Settings
from tallyclerk.errors import InputError
from tallyclerk.ingest.exports import Export, Seen, exports_of
from tallyclerk.ingest.words import PartnerBook
from tallyclerk.store.manifest import Failure, Manifest, Segment

ROWS_VERSION = 12
"""Raised when the same file and settings give other rows: every segment is read again."""
_NO_EFFECT = {"path", "expected", "clock_confirmed"}


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A file that the ledger does not hold as it is now.

    Attributes:
        export: The file.
        file_digest: sha256 of its content.
        source_digest: Digest of all settings that its rows depend on.
    """

    export: Export
    file_digest: str
    source_digest: str

    @property
    def segment_id(self) -> str:
        """The identity that its segment will have."""
        identity = f"{self.source_digest}\n{self.export.file}\n{self.file_digest}"
        return hashlib.sha256(identity.encode()).hexdigest()[:20]

    def failed(self, error: InputError) -> Failure:
        """The file as one that cannot be read."""
        return Failure(
            source=self.export.source,
            file=self.export.file,
            file_digest=self.file_digest,
            source_digest=self.source_digest,
            reason=error.what,
            mend=error.how or "",
        )


@dataclass(frozen=True)
class Todo:
    """The files of a configuration: what is not read, what is known, what has no file."""

    unread: list[Unread] = field(default_factory=list)
    known: list[Segment] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    without_files: list[str] = field(default_factory=list)


def todo_of(settings: Settings, manifest: Manifest, seen: Seen) -> Todo:
    """Compare the exports with the ledger."""
    active = {segment.id: segment for segment in manifest.active}
    names = PartnerBook(settings.partners).names()
    todo = Todo()
    for name in sorted(settings.sources):
        digest = rows_digest(name, settings, names)
        exports = exports_of(settings, name)
        if not exports:
            todo.without_files.append(name)
        for export in exports:
            try:
                file_digest = seen.digest(export)
            except (OSError, InputError) as error:
                unread = Unread(export=export, file_digest="", source_digest=digest)
                todo.failures.append(unread.failed(_unreadable(error)))
                continue
            unread = Unread(export=export, file_digest=file_digest, source_digest=digest)
            if unread.segment_id in active:
                todo.known.append(active[unread.segment_id])
            else:
                todo.unread.append(unread)
    return todo


def rows_digest(name: str, settings: Settings, names: list[tuple[str, str]]) -> str:
    """Digest of all that the rows of a source depend on, besides its files.

    Args:
        name: The source.
        settings: The configuration.
        names: Every word for a partner and its id, see `PartnerBook.names`.
    """
    content = settings.sources[name].model_dump(mode="json", exclude=_NO_EFFECT)
    parts = [ROWS_VERSION, name, content, names, settings.run.currency]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def up_to_date(settings: Settings) -> Manifest | None:
    """The manifest of the ledger; None where an ingest would change it.

    It would where a source is new, a file is new or changed, or hashes are others today.
    """
    root = settings.resolve(settings.run.store)
    manifest = Manifest.read(root)
    if manifest is None or not manifest.is_ours:
        return None
    todo = todo_of(settings, manifest, Seen.load(root))
    failed = {(f.source, f.file, f.file_digest, f.source_digest) for f in manifest.failures}
    unread = {(u.export.source, u.export.file, u.file_digest, u.source_digest) for u in todo.unread}
    return None if unread - failed else manifest


def _unreadable(error: OSError | InputError) -> InputError:
    if isinstance(error, InputError):
        return error
    return InputError(f"the file cannot be read ({error.strerror})", how="check its permissions")
