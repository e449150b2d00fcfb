"""From exports to a committed ledger: what is new is read, the manifest is replaced last."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path

from tallyclerk.config.models import Engine, Settings
from tallyclerk.engines import is_elsewhere, of_each
from tallyclerk.errors import InputError
from tallyclerk.ingest.accounts import source_findings
from tallyclerk.ingest.exports import Seen
from tallyclerk.ingest.findings import findings_of, no_files
from tallyclerk.ingest.packing import Reading, packs_of
from tallyclerk.ingest.plan import Plan
from tallyclerk.ingest.report import Finding, IngestReport
from tallyclerk.ingest.room import (
    SPREAD_FROM_BYTES,
    bucket_count,
    sorted_into,
    unpacked_bytes,
    with_room,
)
from tallyclerk.ingest.survey import beside, survey_of
from tallyclerk.ingest.todo import Todo, todo_of
from tallyclerk.progress import Progress, silent
from tallyclerk.store import Failure, Ledger, Manifest, Segment
from tallyclerk.store.files import remove_orphans, writing
from tallyclerk.store.forgetting import without
from tallyclerk.store.manifest import in_order
from tallyclerk.store.resolve import resolve_all
from tallyclerk.store.summary import load_summary


def ingest(settings: Settings, progress: Progress = silent) -> IngestReport:
    """Bring the ledger up to date with the exports.

    Only files that are new or changed, or whose source block changed, are read. A file that cannot
    be used is a finding and the others go on; a former segment of it keeps counting.

    Args:
        settings: The configuration.
        progress: Who watches.

    Returns:
        The account of every source, and what wants looking at.

    Raises:
        InputError: If there is nothing usable at all, or the ledger cannot be written.
    """
    root = settings.resolve(settings.run.store)
    with writing(root):
        manifest = Manifest.read(root)
        is_sorted_anew = manifest is not None and not manifest.is_ours
        if manifest is not None and is_sorted_anew:
            manifest = _sorted_anew(root, manifest, settings.engine, progress)
        seen = Seen.load(root)
        todo = todo_of(settings, manifest or Manifest(), seen)
        _refuse_nothing(settings, manifest, todo)
        if manifest is None:
            manifest = Manifest(bucket_count=bucket_count(todo.unread))
        remove_orphans(root, manifest.known_files())
        manifest = with_room(root, manifest, todo.unread, settings.engine, progress)
        updated = _read_all(settings, manifest, todo, progress)
        if not updated.active:
            _refuse_all(updated.failures)
        if updated != manifest or not (root / "manifest.json").exists():
            manifest = updated
            manifest.save(root)
        seen.save()
    ledger = Ledger(root, manifest)
    progress("counting", 1, 1)
    load_summary(ledger, partial(of_each, engine=settings.engine), beside(ledger, settings))
    report = _report(ledger, settings, todo)
    if not is_sorted_anew:
        return report
    return dataclasses.replace(report, findings=(_of_hashes(root), *report.findings))


def _sorted_anew(root: Path, manifest: Manifest, engine: Engine, progress: Progress) -> Manifest:
    """A ledger of other hashes under today's ones, saved."""
    remove_orphans(root, manifest.known_files())
    what = "sorting the ledger anew, for it was written with other hashes"
    moved = sorted_into(root, manifest, manifest.bucket_count, engine, progress, what)
    moved = _resolved(root, moved)
    moved.save(root)
    return moved


def _of_hashes(root: Path) -> Finding:
    return Finding(
        kind="sorted_anew",
        source=None,
        where=str(root),
        what="the ledger was written with other hashes, and has been sorted into buckets anew",
        mend="nothing is to be done; no figure changes by it",
    )


def forget(settings: Settings, source: str | None, file: str | None) -> dict[str, int]:
    """Take a source, or one file, out of the ledger, superseded segments included.

    Args:
        settings: The configuration.
        source: Name of a source; None = any.
        file: Path as the ledger knows it (relative to the configuration); None = any.

    Returns:
        Rows taken out, by source.

    Raises:
        InputError: If nothing in the ledger matches.
    """
    root = settings.resolve(settings.run.store)
    with writing(root):
        manifest = Ledger.open(root).manifest
        gone = [
            s for s in manifest.segments if source in {None, s.source} and file in {None, s.file}
        ]
        if not gone or (source is None and file is None):
            known = ", ".join(sorted({s.source for s in manifest.segments}))
            raise InputError(
                f"the ledger has nothing of {source or file or 'an unnamed source'}",
                where=str(root),
                how=f"its sources are: {known}",
            )
        kept = without(root, [s for s in manifest.segments if s not in gone], gone)
        lost = {(s.source, s.file) for s in gone}
        failures = tuple(f for f in manifest.failures if (f.source, f.file) not in lost)
        updated = _resolved(root, dataclasses.replace(manifest, segments=kept, failures=failures))
        updated.save(root)
        remove_orphans(root, updated.known_files())
    counts: dict[str, int] = {}
    for segment in gone:
        if not segment.is_superseded:
            counts[segment.source] = counts.get(segment.source, 0) + segment.rows
    return counts


def _read_all(settings: Settings, manifest: Manifest, todo: Todo, progress: Progress) -> Manifest:
    """Read what is new; the manifest as it will be."""
    root = settings.resolve(settings.run.store)
    # A file that is again what it once was has its rows in the ledger.
    former = {segment.id: segment for segment in manifest.segments}
    read = [former[u.segment_id] for u in todo.unread if u.segment_id in former]
    unread = [each for each in todo.unread if each.segment_id not in former]
    failures = list(todo.failures)
    packs = packs_of(unread)
    spread = len(packs) > 1 and unpacked_bytes(unread) >= SPREAD_FROM_BYTES
    is_here = not (spread or is_elsewhere(settings.engine))
    plans = {name: Plan.of(name, settings) for name in {each.export.source for each in unread}}
    reading = Reading(packs, plans, root, manifest.bucket_count, progress if is_here else silent)
    outcomes = of_each(reading, len(packs), settings.engine, spread=spread)
    done = 0
    for pack in packs:
        progress(f"reading {pack[0].export.file}", done, len(unread))
        for outcome in next(outcomes):
            if isinstance(outcome, Segment):
                read.append(outcome)
            else:
                failures.append(outcome)
        done += len(pack)
    replaced = {(s.source, s.file) for s in read}
    ids = {s.id for s in read}
    kept = [
        dataclasses.replace(s, is_superseded=True) if (s.source, s.file) in replaced else s
        for s in manifest.segments
        if s.id not in ids
    ]
    counting = [dataclasses.replace(s, is_superseded=False) for s in read]
    updated = dataclasses.replace(
        manifest,
        segments=in_order([*kept, *counting]),
        failures=tuple(sorted(failures, key=lambda each: (each.source, each.file))),
    )
    progress("resolving references", len(unread), len(unread))
    return _resolved(root, updated)


def _resolved(root: Path, manifest: Manifest) -> Manifest:
    old = [segment for segment in manifest.segments if segment.is_superseded]
    active = resolve_all(root, manifest.active, manifest.bucket_count)
    return dataclasses.replace(manifest, segments=in_order([*old, *active]))


def _refuse_nothing(settings: Settings, manifest: Manifest | None, todo: Todo) -> None:
    if todo.unread or todo.known or todo.failures or (manifest and manifest.active):
        return
    if not settings.sources:
        how = (
            "`tallyclerk inspect FOLDER --write` writes a [sources.NAME] block for the exports in a "
            "folder; or write one yourself, as config.toml shows"
        )
        raise InputError("the configuration names no source", how=how)
    paths = ", ".join(f"{n}: {settings.sources[n].path}" for n in todo.without_files)
    raise InputError(f"no file matches the path of any source ({paths})", how="check the paths")


def _refuse_all(failures: tuple[Failure, ...]) -> None:
    lines = "".join(f"\n  {f.source}: {f.file}: {f.reason}. Mend: {f.mend}" for f in failures)
    raise InputError(f"no input can be used:{lines}", how="mend these and run again")


def _report(ledger: Ledger, settings: Settings, todo: Todo) -> IngestReport:
    findings = [*no_files(settings), *findings_of(ledger, settings)]
    failed = {(f.source, f.file) for f in ledger.manifest.failures}
    read = [e for e in todo.unread if (e.export.source, e.export.file) not in failed]
    survey = survey_of(ledger, settings)
    return IngestReport(
        files_read=len(read),
        files_known=len(todo.known),
        sources=ledger.sources(),
        details=source_findings(ledger, settings, survey),
        survey=survey,
        findings=tuple(findings),
        events=ledger.summary.events,
        shipments=ledger.summary.shipments,
    )
