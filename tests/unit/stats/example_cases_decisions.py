"""How our functions answer the shared examples of scores, charts, histograms and money."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tallyclerk.stats import (
    amounts,
    control_charts,
    exact_amounts,
    histograms,
    jackknife,
    ranking,
    score,
    standardisation,
)
from tallyclerk.stats.interval import Estimate

KPIS = {
    "on_time": (0.4, Estimate(75.0, 60.0, 86.0)),
    "loss": (0.2, Estimate(90.0, 70.0, 97.0)),
    "handover": (0.2, Estimate(25.0, 15.0, 36.0)),
    "comms": (0.2, Estimate(80.0, 74.0, 85.0)),
}


def composite_limits(i):
    parts = [(k["w"], Estimate(k["score"], k["lo"], k["hi"])) for k in i["kpis"]]
    value, low, high = score.composite_mover(parts)
    return {"score": value, "lo": low, "hi": high}


def missing(i):
    weights = {name: weight for name, (weight, _) in KPIS.items()}
    result = score.composite(weights, {name: KPIS[name][1].value for name in i["present"]})
    return {"weight_present": result.weight_present, "score": result.score}


def means(i):
    arithmetic = math.fsum(map(math.prod, zip(i["weights"], i["scores"], strict=True)))
    geometric = score.geometric_mean(i["weights"], i["scores"])
    return {"arithmetic": arithmetic, "geometric": geometric}


def grades(i):
    result = score.graded(Estimate(i["score"], i["lo"], i["hi"]), i["cuts"])
    return {
        "grade": result.grade,
        "grade_lo": result.low,
        "grade_hi": result.high,
        "firm": result.is_firm,
    }


def rank_sets(i):
    sets = ranking.rank_sets({e["id"]: (e["est"], e["se"]) for e in i["estimates"]})
    return {name: list(ranks) for name, ranks in sets.items()}


def sensitivity(i):
    result = ranking.weight_sensitivity(i["scores"], i["weights"])
    return {
        "base_scores": result.scores,
        "base_rank": list(result.ranking),
        "perturbed": {f"kpi{r.position}x{r.factor}": list(r.ranking) for r in result.changed},
        "share_with_same_rank": result.share_same,
    }


def jackknife_case(i):
    groups = i["groups_n_ontime_lost"]

    def statistic(totals):
        n, on_time, lost = totals
        first = score.utility(on_time / n, 0.85, 0.97)
        return 0.6 * first + 0.4 * score.utility(lost / n, 0.02, 0.0)

    totals = [sum(column) for column in zip(*groups, strict=True)]
    others = jackknife.leave_one_out_totals(groups)
    whole = jackknife.delete_a_group(statistic(totals), [statistic(row) for row in others])
    rate = jackknife.delete_a_group(totals[1] / totals[0], [row[1] / row[0] for row in others])
    return {
        "score": whole.value,
        "se": whole.se,
        "lo": whole.low,
        "hi": whole.high,
        "on_time": [rate.value, rate.se, rate.low, rate.high],
    }


def laney(i):
    chart = control_charts.laney_chart(i["months"], i["baseline"])
    plain = control_charts.laney_chart(i["months"], i["baseline"], plain=True)

    def signals(points):
        return [place for place, point in enumerate(points, 1) if point.is_signal]

    last = chart.points[-1]
    return {
        "cl": chart.centre,
        "sigma_z": chart.sigma_z,
        "p_chart_signals": signals(plain.points),
        "p_prime_signals": signals(chart.points),
        "ucl_last": last.high,
        "lcl_last": last.low,
        "p_last": last.share,
    }


def xmr(i):
    chart = control_charts.xmr_chart(i["x"])
    return {
        "mean": chart.mean,
        "mr_mean": chart.mean_range,
        "unpl": chart.high,
        "lnpl": chart.low,
        "unpl_exact": chart.mean + 3 / 1.128 * chart.mean_range,
        "url_mr": chart.range_high,
        "signals": [place + 1 for place in chart.signals],
    }


def runs(i):
    longest, fewest = control_charts.run_limits(i["n_useful"])
    return {"longest_run_max": longest, "min_crossings": fewest}


def peaks(i):
    ratios = standardisation.period_ratios(i["market"], i["partner"])
    return {"raw": [x / n for n, x in i["partner"]], "OE": ratios}


def expected_loss(i):
    costs = [int(cost) for cost in i.get("costs", [])]
    squares = sum(cost * cost for cost in costs)
    cap = int(i["max_single_loss"])
    rate = amounts.fay_feuer(sum(costs), squares, cap, i["shipments"])
    out = {"per_1000": rate.value, "lo": rate.low, "hi": rate.high}
    if costs:
        half = 1.959963984540054 * rate.se
        out |= {"se": rate.se, "wald": [rate.value - half, rate.value + half]}
    return out


TIERS = [(Fraction(97, 100), 200), (Fraction(95, 100), 500), (Fraction(90, 100), 1000)]


def credits_due(i):
    return [
        exact_amounts.tiered_credit(row["on_time"], row["n"], 12_345_678, TIERS, 800) for row in i
    ]


def failure_cost(i):
    total = i["lost"] + i["damage"] + i["reship"] + i["refunds"]
    total += i["tickets"] * i["ticket_cost"]
    return {"total": total, "per_1000": exact_amounts.amount_per(total, i["n"])}


def merged(i):
    pooled = histograms.merge({int(k): v for k, v in part.items()} for part in i["parts"])
    quantiles = {f"p{p}": histograms.quantile(pooled, Fraction(p, 100)) for p in (50, 90, 95)}
    return {"n": histograms.size(pooled)} | quantiles


DECISIONS: dict[str, Callable[[Any], Any]] = {
    "5.1": lambda i: [score.utility(row["x"], row["floor"], row["target"]) for row in i],
    "5.2": composite_limits,
    "5.3": missing,
    "5.4": means,
    "5.5": grades,
    "5.6": lambda i: [score.verdict(row["lo"], row["hi"], 70, 50) for row in i],
    "5.7": rank_sets,
    "5.8": sensitivity,
    "5.9": jackknife_case,
    "5.10": lambda i: [jackknife.stable_group(key) for key in i["batch_ids"]],
    "6.1": laney,
    "6.2": xmr,
    "6.3": runs,
    "6.4": peaks,
    "7.4": lambda i: exact_amounts.apportion(i["loss_minor"], i["freight"]),
    "9.1": merged,
    "10.1": expected_loss,
    "10.2": expected_loss,
    "10.3": credits_due,
    "10.4": failure_cost,
}
