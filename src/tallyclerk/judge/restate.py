"""Restatements: what a later run says differently of the same period, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tallyclerk.domain.judgement import Restatement, RunInfo

LATE_DATA = "late data"
OTHER_AS_OF = "other as of"
CHANGED_RULE = "changed rule"
CHANGED_CONFIG = "changed config"
UNEXPLAINED = "unexplained"
KEY = ("partner_id", "role", "kpi", "statistic")
TOLD = (
    "n",
    "hits",
    "value",
    "low",
    "high",
    "counted",
    "state",
    "target",
    "limit",
    "waiting",
    "excluded",
)
"""Fields whose change is a restatement; the others compare the period with other periods."""
Row = Mapping[str, Any]


def causes_of(before: Row, run: RunInfo) -> tuple[str, ...]:
    """Why two runs may differ: every cause that applies.

    The time up to which things are known follows the data unless it is given: it is a cause of its
    own only where the data are the same.

    Args:
        before: The run that is replaced, as results.json tells it.
        run: The run that replaces it.
    """
    is_late = before.get("inputs_digest") != run.inputs_digest
    rules = (before.get("version"), before.get("definitions_digest", ""))
    causes = (
        (LATE_DATA, is_late),
        (OTHER_AS_OF, not is_late and before.get("as_of") != run.as_of.isoformat()),
        (CHANGED_RULE, rules != (run.version, run.definitions_digest)),
        (CHANGED_CONFIG, before.get("config_digest") != run.config_digest),
    )
    return tuple(cause for cause, applies in causes if applies) or (UNEXPLAINED,)


def restated(
    before: Row, old: Iterable[Row], run: RunInfo, new: Iterable[Row]
) -> tuple[Restatement, ...]:
    """The totals of a period that a run says differently.

    Args:
        before: The run that is replaced, as results.json tells it.
        old: Its totals, one mapping per result with the names of the contract.
        run: The run that replaces it.
        new: Its totals likewise.

    Returns:
        One per changed row, sorted; none where the periods differ. Partners that only one of the
        runs was asked for are no restatement.
    """
    if before.get("period") != run.period:
        return ()
    was = {_key(row): row for row in old}
    now = {_key(row): row for row in new}
    both = {partner for partner, *_ in was} & {partner for partner, *_ in now}
    causes = causes_of(before, run)
    found = []
    for key in sorted(was.keys() | now.keys()):
        if key[0] not in both:
            continue
        changed = _changed(was.get(key), now.get(key))
        if changed:
            unit = str((now.get(key) or was[key])["unit"])
            names = dict(zip(KEY, key, strict=True))
            found.append(
                Restatement(**names, unit=unit, causes=causes, before=changed[0], after=changed[1])
            )
    return tuple(found)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in KEY)


def _changed(was: Row | None, now: Row | None) -> tuple[Row, Row] | None:
    """The fields that differ, as they were and as they are; None where none does."""
    names = [name for name in TOLD if was is None or now is None or was.get(name) != now.get(name)]
    if not names:
        return None
    before, after = ({name: row.get(name) for name in names} if row else {} for row in (was, now))
    return before, after
