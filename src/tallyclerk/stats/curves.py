"""Kaplan-Meier curves and Woodruff percentiles of many parties at once, as polars expressions.

`survival` and `woodruff` work on one party's exact histogram in plain Python; here the same
formulas run over frames. A case is a row with the columns of the key and

- `time`: whole duration, null for units that never end;
- `ended`: units that ended after it; `opened`: units last seen open at it, or that never end.

Units may be weighted: any Int64 will do, as only their proportions count. Sums are of integers,
so that neither the order of the rows nor the number of threads matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from tallyclerk.stats.clusters import student_effective_n
from tallyclerk.stats.rates import exact_limits
from tallyclerk.stats.woodruff import ClusterPercentile

_TOLERANCE = 1e-9
"""Relative: above the error of a product of ten thousand factors, below a step of any curve of
less than a hundred million units."""
_FIXED = 2**44
"""Deviates are rounded to this part of one before they are added up."""
Key = tuple[Any, ...]


def curves(cases: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Give the Kaplan-Meier curve of each key.

    S(t) is the product of (r - d) / r over the times up to t, with r at risk and d ended there.

    Source: E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481; with weights that standardise the
    units to another mix: J. Xie and C. Liu, Statistics in Medicine 24 (2005) 3089-3110.

    When not to use it: where the last digit must be exact at a tie (`survival.km_quantiles`).

    Args:
        cases: In any order, see above.
        keys: Columns that tell the parties apart.

    Returns:
        One row per key and time, sorted: ended, opened, at_risk, survival.
    """
    keys = list(keys)
    total = cases.group_by(keys).agg(total=(pl.col("ended") + pl.col("opened")).sum())
    here = pl.col("ended") + pl.col("opened")
    left = pl.col("at_risk") - pl.col("ended")
    return (
        cases.filter(pl.col("time").is_not_null())
        .group_by(*keys, "time")
        .agg(pl.col("ended").sum(), pl.col("opened").sum())
        .join(total, on=keys)
        .sort(*keys, "time")
        .with_columns(at_risk=pl.col("total") - here.cum_sum().over(keys) + here)
        .with_columns(survival=(left / pl.col("at_risk")).cum_prod().over(keys))
        .drop("total")
        .collect()
    )


def first_times(
    curve: pl.DataFrame, keys: Sequence[str], levels: Mapping[Key, Sequence[float | None]]
) -> dict[Key, list[int | None]]:
    """Give the first time at which a share of the units has ended.

    Args:
        curve: See `curves`.
        keys: Its key.
        levels: Shares wanted by key, within 0..1; None for none.

    Returns:
        The times by key in the order of the levels, None where not reached.
    """
    asked = [
        (*key, place, level)
        for key, wanted in levels.items()
        for place, level in enumerate(wanted)
        if level is not None
    ]
    schema = {name: curve.schema[name] for name in keys}
    wanted_rows = pl.DataFrame(
        asked, schema={**schema, "place": pl.Int64, "level": pl.Float64}, orient="row"
    )
    found: dict[Key, list[int | None]] = {key: [None] * len(levels[key]) for key in levels}
    most = (1.0 - pl.col("level")) * (1.0 + _TOLERANCE)
    reached = (
        curve.lazy()
        .filter(pl.col("ended") > 0)
        .select(*keys, "time", "survival")
        .join(wanted_rows.lazy(), on=list(keys))
        .filter(pl.col("survival") <= most)
        .group_by(*keys, "place")
        .agg(pl.col("time").min())
        .collect()
    )
    for *key, place, time in reached.iter_rows():
        found[tuple(key)][place] = time
    return found


def percentiles(
    cases: pl.LazyFrame, keys: Sequence[str], q: Sequence[Fraction]
) -> dict[Key, list[int | None]]:
    """Give percentiles of each key's times without intervals, None where not reached."""
    curve = curves(cases, keys)
    wanted = [float(level) for level in q]
    return first_times(curve, keys, dict.fromkeys(curve.select(keys).unique().iter_rows(), wanted))


def cluster_percentiles(
    cases: pl.LazyFrame,
    keys: Sequence[str],
    q: Sequence[Fraction],
    units: Mapping[Key, float] | None = None,
    confidence: float = 0.95,
) -> dict[Key, list[ClusterPercentile]]:
    """Give Woodruff percentiles of each key, see `woodruff.woodruff`.

    Args:
        cases: With a column `cluster` besides.
        keys: Columns that tell the parties apart.
        q: Levels, strictly between 0 and 1.
        units: Where the counts are weights, the independent units that they stand for, by key:
            a larger effective n than that is not believed.
        confidence: Two-sided level.

    Returns:
        One percentile per level by key, for the keys that have cases.
    """
    keys = list(keys)
    held = (
        cases.group_by(*keys, "cluster", "time")
        .agg(pl.col("ended").sum(), pl.col("opened").sum())
        .filter(pl.col("ended") + pl.col("opened") > 0)
        .collect()
    )
    curve = curves(held.lazy(), keys)
    sizes = _sizes(held, keys)
    values = first_times(curve, keys, {key: [float(level) for level in q] for key in sizes})
    effects = _effects(held, curve, keys, values)
    asked: dict[Key, list[float | None]] = {}
    effective: dict[tuple[Key, int], float] = {}
    for key, (n, clusters) in sizes.items():
        size = units[key] if units else float(n)
        limits: list[float | None] = []
        for place, level in enumerate(q):
            if clusters < 2 or (key, place) not in effects:
                limits += [None, None]
                continue
            effect = effects[key, place] * size
            certain = student_effective_n(size, clusters, effect, confidence)
            effective[key, place] = certain
            limits += _levels(float(level), certain, confidence)
        asked[key] = limits
    bounds = first_times(curve, keys, asked)
    return {
        key: [
            ClusterPercentile(
                values[key][place],
                bounds[key][2 * place],
                bounds[key][2 * place + 1],
                n,
                clusters,
                effective.get((key, place)),
            )
            for place in range(len(q))
        ]
        for key, (n, clusters) in sizes.items()
    }


def _levels(q: float, effective: float, confidence: float) -> list[float | None]:
    """Give the shares whose times are the limits, None where no time would be sure enough."""
    low, high = exact_limits(q * effective, effective, confidence)
    tail = (1.0 - confidence) / 2.0 * (1.0 + 1e-12)
    has_low = (1.0 - q) ** effective <= tail
    has_high = q**effective <= tail
    return [min(q, low) if has_low else None, max(q, high) if has_high else None]


def _sizes(held: pl.DataFrame, keys: list[str]) -> dict[Key, tuple[int, int]]:
    """Give units and clusters by key."""
    counted = (
        held.lazy()
        .group_by(keys)
        .agg(n=(pl.col("ended") + pl.col("opened")).sum(), clusters=pl.col("cluster").n_unique())
        .sort(keys)
        .collect()
    )
    return {tuple(key): (n, clusters) for *key, n, clusters in counted.iter_rows()}


def _effects(
    held: pl.DataFrame,
    curve: pl.DataFrame,
    keys: list[str],
    values: Mapping[Key, Sequence[int | None]],
) -> dict[tuple[Key, int], float]:
    """Give v / (S (1 - S)) of the share ended by each value; nothing where nothing ended.

    The variance v is that between clusters of the deviates of the curve at the value, and where
    the value is not reached, at the last time that anything ended.
    """
    at_risk, ended = pl.col("at_risk"), pl.col("ended")
    left = at_risk - ended
    term = pl.when(left > 0).then(ended / at_risk / left).otherwise(0.0)
    jump = pl.when(left > 0).then(1.0 / left).otherwise(0.0)
    terms = curve.with_columns(jump=jump, passed=term.cum_sum().over(keys))
    untils = _untils(curve, keys, values)
    ends = (
        terms.lazy()
        .join(untils, on=[*keys, "time"])
        .select(*keys, "place", until="time", survival="survival", last="passed")
    )
    taken = pl.col("time") <= pl.col("until")
    spent = pl.when(taken.fill_null(value=False)).then("passed").otherwise("last")
    gain = pl.when(taken).then(pl.col("ended") * pl.col("jump")).otherwise(0.0)
    deviate = pl.col("survival") * (gain - (pl.col("ended") + pl.col("opened")) * spent)
    summed = (
        held.lazy()
        .join(terms.lazy().select(*keys, "time", "jump", "passed"), on=[*keys, "time"], how="left")
        .join(ends, on=keys)
        .with_columns(fixed=(deviate * _FIXED).round().cast(pl.Int64))
        .group_by(*keys, "place", "survival", "cluster")
        .agg(pl.col("fixed").sum())
        .group_by(*keys, "place", "survival")
        .agg(
            clusters=pl.len(),
            squares=(pl.col("fixed").cast(pl.Int128) * pl.col("fixed").cast(pl.Int128)).sum(),
        )
        .collect()
    )
    found = {}
    for *key, place, survival, clusters, squares in summed.iter_rows():
        spread = survival * (1.0 - survival)
        variance = int(squares) / _FIXED**2 * clusters / max(1, clusters - 1)
        found[tuple(key), place] = variance / spread if spread > 0.0 else 0.0
    return found


def _untils(
    curve: pl.DataFrame, keys: list[str], values: Mapping[Key, Sequence[int | None]]
) -> pl.LazyFrame:
    """Give key, place and time at which the spread is looked at."""
    ended = curve.filter(pl.col("ended") > 0).group_by(keys).agg(pl.col("time").max())
    last = {tuple(key): time for *key, time in ended.iter_rows()}
    rows = [
        (*key, place, last[key] if time is None else time)
        for key, times in values.items()
        if key in last
        for place, time in enumerate(times)
    ]
    schema = {name: curve.schema[name] for name in keys}
    return pl.LazyFrame(rows, schema={**schema, "place": pl.Int64, "time": pl.Int64}, orient="row")
