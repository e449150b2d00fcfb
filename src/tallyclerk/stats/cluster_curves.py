"""Woodruff percentiles of many parties at once, as polars expressions.

`woodruff` works on the exact histograms of one party in plain Python; here the same formulas run
over frames of cases (see `curves`) that have a column `cluster` besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from tallyclerk.stats.cluster_cells import ClusterCells, added_up
from tallyclerk.stats.clusters import student_effective_n
from tallyclerk.stats.curves import Key, first_times
from tallyclerk.stats.rates import exact_limits
from tallyclerk.stats.woodruff import ClusterPercentile

_FIXED = 2**44
"""Deviates are rounded to this part of one before they are added up."""
PARTY = ["party"]


def cluster_percentiles(
    cases: pl.LazyFrame, keys: Sequence[str], q: Sequence[Fraction], confidence: float = 0.95
) -> dict[Key, list[ClusterPercentile]]:
    """Give Woodruff percentiles of each key, see `woodruff.woodruff`.

    Args:
        cases: With a column `cluster` besides.
        keys: Columns that tell the parties apart.
        q: Levels, strictly between 0 and 1.
        confidence: Two-sided level.

    Returns:
        One percentile per level by key, for the keys that have cases.
    """
    return percentiles_of(ClusterCells.of(cases, keys), q, confidence=confidence)


def percentiles_of(
    cells: ClusterCells,
    q: Sequence[Fraction],
    units: Mapping[Key, float] | None = None,
    confidence: float = 0.95,
) -> dict[Key, list[ClusterPercentile]]:
    """Give Woodruff percentiles of each party, its parts taken together.

    Args:
        cells: Cases, added up.
        q: Levels, strictly between 0 and 1.
        units: Where the counts are weights, the independent units that they stand for, by key:
            a larger effective n than that is not believed.
        confidence: Two-sided level.

    Returns:
        One percentile per level by key, for the keys that have cases.
    """
    whole, parties = cells.whole(), cells.parties
    curve = _curve(added_up(whole, "point", "party", "time"))
    sizes = _sizes(whole)
    values = first_times(curve, PARTY, {(p,): [float(level) for level in q] for p in sizes})
    effects = _effects(whole, curve, values)
    asked: dict[Key, list[float | None]] = {}
    effective: dict[tuple[int, int], float] = {}
    for party, (n, clusters) in sizes.items():
        size = units[parties[party]] if units else float(n)
        limits: list[float | None] = []
        for place, level in enumerate(q):
            if clusters < 2 or (party, place) not in effects:
                limits += [None, None]
                continue
            effect = effects[party, place] * size
            certain = student_effective_n(size, clusters, effect, confidence)
            effective[party, place] = certain
            limits += _levels(float(level), certain, confidence)
        asked[party,] = limits
    bounds = first_times(curve, PARTY, asked)
    return {
        parties[party]: [
            ClusterPercentile(
                values[party,][place],
                bounds[party,][2 * place],
                bounds[party,][2 * place + 1],
                n,
                clusters,
                effective.get((party, place)),
            )
            for place in range(len(q))
        ]
        for party, (n, clusters) in sizes.items()
    }


def _curve(points: pl.DataFrame) -> pl.DataFrame:
    """Give the curve of each party, see `curves`.

    Args:
        points: Units by party and time, sorted; those that never end come first and have no time.

    Returns:
        The same rows with `at_risk`, `survival`, `jump` = 1 / (r - d) and `passed`, the sum of
        d / (r (r - d)) up to the time.
    """
    units, at_risk, ended = pl.col("ended") + pl.col("opened"), pl.col("at_risk"), pl.col("ended")
    left = at_risk - ended
    totals = points.lazy().group_by("party").agg(total=units.sum())
    here = pl.when(pl.col("time").is_not_null()).then(units).otherwise(0)
    return (
        points.lazy()
        .join(totals, on="party", maintain_order="left")
        .with_columns(at_risk=pl.col("total") - here.cum_sum().over("party") + here)
        .with_columns(
            survival=(left / at_risk).cum_prod().over("party"),
            jump=pl.when(left > 0).then(1.0 / left).otherwise(0.0),
            passed=pl.when(left > 0).then(ended / at_risk / left).otherwise(0.0),
        )
        .with_columns(pl.col("passed").cum_sum().over("party"))
        .collect()
    )


def _levels(q: float, effective: float, confidence: float) -> list[float | None]:
    """Give the shares whose times are the limits, None where no time would be sure enough."""
    low, high = exact_limits(q * effective, effective, confidence)
    tail = (1.0 - confidence) / 2.0 * (1.0 + 1e-12)
    has_low = (1.0 - q) ** effective <= tail
    has_high = q**effective <= tail
    return [min(q, low) if has_low else None, max(q, high) if has_high else None]


def _sizes(cells: pl.DataFrame) -> dict[int, tuple[int, int]]:
    """Give units and clusters by party."""
    counted = (
        cells.lazy()
        .group_by("party")
        .agg(n=(pl.col("ended") + pl.col("opened")).sum(), clusters=pl.col("cluster").n_unique())
        .sort("party")
        .collect()
    )
    return {party: (n, clusters) for party, n, clusters in counted.iter_rows()}


def _effects(
    cells: pl.DataFrame, curve: pl.DataFrame, values: Mapping[Key, Sequence[int | None]]
) -> dict[tuple[int, int], float]:
    """Give v / (S (1 - S)) of the share ended by each value; nothing where nothing ended.

    The variance v is that between clusters of the deviates of the curve at the value, and where
    the value is not reached, at the last time that anything ended.

    Returns:
        By party and place of the level.
    """
    ends = _ends(curve, values)
    size = int(cells["cluster"].max() or 0) + 1  # type: ignore[arg-type]
    fixed = [f"fixed_{place}" for place in range(len(ends))]
    # Cells of one point stand together, and points in the order of the curve.
    point = pl.col("point")
    run = cells.select((point != point.shift()).fill_null(value=False).cum_sum()).to_series()
    spread = cells.with_columns(curve[name].gather(run) for name in ("jump", "passed"))
    summed = (
        spread.lazy()
        .select(
            "party",
            *(_deviate(end, spread["party"]).alias(fixed[place]) for place, end in enumerate(ends)),
            cluster=pl.col("party") * size + pl.col("cluster"),
        )
        .group_by("cluster")
        .agg(pl.col("party").first(), pl.col(fixed).sum())
        .group_by("party")
        .agg(pl.len(), pl.col(fixed).cast(pl.Int128).pow(2).sum())
        .collect()
    )
    survivals = [dict(end.select("party", "survival").iter_rows()) for end in ends]
    found = {}
    for party, clusters, *squares in summed.iter_rows():
        for place, known in enumerate(survivals):
            if party in known:
                survival = known[party]
                share = survival * (1.0 - survival)
                variance = int(squares[place]) / _FIXED**2 * clusters / max(1, clusters - 1)
                found[party, place] = variance / share if share > 0.0 else 0.0
    return found


def _ends(curve: pl.DataFrame, values: Mapping[Key, Sequence[int | None]]) -> list[pl.DataFrame]:
    """Give, level by level, where the spread is looked at, of the parties of which anything ended.

    Returns:
        Frames with `party`, `until` (the time), `survival` there, and `last`, what those open
        then have passed.
    """
    ended = curve.filter(pl.col("ended") > 0).group_by("party").agg(pl.col("time").max())
    last = dict(ended.iter_rows())
    schema = {"party": pl.Int64, "time": pl.Int64}
    frames = []
    for place in range(max(map(len, values.values()), default=0)):
        untils = [
            (party, last[party] if times[place] is None else times[place])
            for (party,), times in values.items()
            if party in last
        ]
        at = pl.DataFrame(untils, schema=schema, orient="row")
        found = at.join(curve, on=["party", "time"])
        frames.append(found.select("party", "survival", until="time", last="passed"))
    return frames


def _deviate(end: pl.DataFrame, parties: pl.Series) -> pl.Expr:
    """Give what each cell adds to the deviate of its cluster.

    Args:
        end: Where the spread is looked at, see `_ends`.
        parties: Party of each cell.
    """
    every = pl.DataFrame({"party": range(int(parties.max() or 0) + 1)})  # type: ignore[arg-type]
    known = every.join(end, on="party", how="left", maintain_order="left")
    until, survival, last = (
        pl.lit(known[name].gather(parties)) for name in ("until", "survival", "last")
    )
    taken = pl.col("time") <= until
    spent = pl.when(taken.fill_null(value=False)).then("passed").otherwise(last)
    gain = pl.when(taken).then(pl.col("ended") * pl.col("jump")).otherwise(0.0)
    deviate = survival * (gain - (pl.col("ended") + pl.col("opened")) * spent)
    return (deviate * _FIXED).round().cast(pl.Int64)
