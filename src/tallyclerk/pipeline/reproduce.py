"""Makes a report again from what its manifest remembers, and says what differs and why."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tallyclerk.config.models import Settings
from tallyclerk.digests import definitions_digest
from tallyclerk.domain.periods import Period
from tallyclerk.ingest.objections import read_objections
from tallyclerk.judge.cuts import Cuts
from tallyclerk.pipeline.passes import Passes
from tallyclerk.pipeline.run import Run
from tallyclerk.progress import Progress, silent
from tallyclerk.report.names import DRAFT, INTERNAL
from tallyclerk.report.recipe import Recipe, recipe_of
from tallyclerk.report.wishes import Wishes
from tallyclerk.store.ledger import Ledger
from tallyclerk.store.past import ledger_of

RESULTS = f"{INTERNAL}/results.json"
NOT_ROWS = {"run", "restatements"}
KEY = ("partner_id", "role", "kpi", "statistic", "period", "lane", "service", "chain")
KEY_OF_CUTS = (*KEY, "counterpart", "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not as the report says: what, how, and why."""

    what: str
    how: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """What came of making a report again.

    Attributes:
        folder: The report that was made again.
        files: Files that were compared; `figures`: results.
        differences: What differs; empty: all is identical, byte for byte.
    """

    folder: Path
    files: int
    figures: int
    differences: tuple[Difference, ...]


def reproduce(folder: Path, settings: Settings, progress: Progress = silent) -> Reproduction:
    """Make a report again and compare every figure and every file.

    Args:
        folder: The report.
        settings: The configuration as it stands: where the ledger and the objections are. All else
            is as the report remembers it.
        progress: Told what is being done.

    Raises:
        UsageError: There is no such report.
    """
    recipe = recipe_of(folder)
    store = settings.resolve(settings.run.store)
    differences = [
        Difference(what=path, how=how, cause="the file was edited") for path, how in recipe.edited()
    ]
    with tempfile.TemporaryDirectory(prefix="tallyclerk-") as scratch:
        root, out = Path(scratch) / "store", Path(scratch) / "out"
        root.mkdir()
        ledger = Ledger.open(store)
        past = ledger_of(ledger, recipe.ledger["segments"], recipe.ledger["failures"], root)
        run = _run_of(recipe, settings, past, progress)
        causes = list(_causes(recipe, ledger, run))
        again = _made_again(run, recipe, out)
        cause = "; ".join(causes)
        figures, moved = _figures(recipe, again / RESULTS, cause or "unexplained")
        files = dict(_files(recipe, again))
        differences += moved
        pages = cause or ("other figures" if moved else "templates, fonts or libraries changed")
        differences += [
            Difference(what=path, how=how, cause=pages) for path, how in sorted(files.items())
        ]
    return Reproduction(
        folder=recipe.folder,
        files=len(recipe.outputs),
        figures=figures,
        differences=tuple(differences),
    )


def _run_of(recipe: Recipe, settings: Settings, past: Ledger, progress: Progress) -> Run:
    """The run as it was: the report's settings and data, under today's program."""
    then = Settings(**recipe.settings, base=settings.base)
    objections = settings.resolve(settings.run.objections)
    then = then.model_copy(
        update={"run": then.run.model_copy(update={"objections": str(objections)})}
    )
    as_of = dt.datetime.fromisoformat(recipe.told["as_of"])
    return Run(passes=Passes(settings=then, ledger=past, as_of=as_of, progress=progress))


def _made_again(run: Run, recipe: Recipe, out: Path) -> Path:
    """Write the report once more, elsewhere; restatements and past actions are as it tells them."""
    asked = recipe.asked
    filters: dict[str, Any] = {name: tuple(values) for name, values in asked["cuts"].items()}
    issue = asked["issue"]
    outcome = run.report(
        Cuts(period=Period(*asked["period"]), **filters),
        out,
        Wishes(
            formats=frozenset(asked["formats"]),
            issue=issue,
            pdf_for=frozenset(asked["pdf_for"]),
            told_before=recipe.folder / INTERNAL,
        ),
        templates=run.settings.resolve(asked["templates"]) if asked["templates"] else None,
    )
    return outcome.folder if issue == DRAFT else out / issue


def _causes(recipe: Recipe, ledger: Ledger, run: Run) -> Iterator[str]:
    """Why a report may come out otherwise than it did."""
    there = {segment.id for segment in ledger.manifest.segments}
    gone = [each for each in recipe.ledger["segments"] if each not in there]
    if gone:
        kept = {(s.source, s.file) for s in run.ledger.manifest.segments}
        files = [
            str(each["path"])
            for each in recipe.told["inputs"]
            if each["source"] != "objections" and (each["source"], each["path"]) not in kept
        ]
        yield f"data are gone from the ledger ({', '.join(files) or f'{len(gone)} segments'})"
    elif run.ledger.inputs_digest() != recipe.told["inputs_digest"]:
        yield "the ledger says otherwise of the same files"
    if definitions_digest(with_judgement=True) != recipe.told["definitions_digest"]:
        yield f"changed rule (the report was made by another state of {recipe.told['version']})"
    now = {str(each["path"]): each["sha256"] for each in read_objections(run.settings).files}
    then = {
        str(each["path"]): each["sha256"]
        for each in recipe.told["inputs"]
        if each["source"] == "objections"
    }
    if now != then:
        changed = sorted(
            name for name in now.keys() | then.keys() if now.get(name) != then.get(name)
        )
        yield f"objections came in or changed ({', '.join(changed)})"


def _figures(recipe: Recipe, again: Path, cause: str) -> tuple[int, list[Difference]]:
    """Results of every cut that are not as the report says."""
    try:
        was = json.loads((recipe.folder / RESULTS).read_text("utf-8"))
        now = json.loads(again.read_text("utf-8"))
    except (OSError, ValueError):
        return 0, []
    found = []
    for cut in sorted(was.keys() | now.keys()):
        if cut in NOT_ROWS:
            continue
        before, after = (_by_key(told.get(cut, ())) for told in (was, now))
        for key in sorted(before.keys() | after.keys()):
            how = _change(before.get(key), after.get(key))
            if how:
                name = " ".join(part for part in key if part)
                found.append(Difference(what=f"{cut}: {name}", how=how, cause=cause))
    return sum(len(rows) for cut, rows in was.items() if cut not in NOT_ROWS), found


def _by_key(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    return {tuple(str(row.get(name) or "") for name in KEY_OF_CUTS): row for row in rows}


def _change(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    if was is None or now is None:
        return "is new" if was is None else "is gone"
    names = [name for name in was.keys() | now.keys() if was.get(name) != now.get(name)]
    return ", ".join(f"{name} {was.get(name)} → {now.get(name)}" for name in sorted(names))


def _files(recipe: Recipe, again: Path) -> Iterator[tuple[str, str]]:
    """Files whose bytes are not those that were written."""
    now = recipe_of(again).outputs
    for path in recipe.outputs.keys() | now.keys():
        if path not in now:
            yield path, "is not made any more"
        elif path not in recipe.outputs:
            yield path, "was not there"
        elif now[path] != recipe.outputs[path]:
            yield path, "comes out with other bytes"
