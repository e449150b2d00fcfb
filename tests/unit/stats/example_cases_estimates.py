"""How our functions answer the shared examples of rates, strata, survival and percentiles."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tallyclerk.stats import (
    amounts,
    clusters,
    competing,
    completion,
    counts,
    differences,
    direct,
    funnel,
    multiple,
    percentiles,
    planning,
    rates,
    shrinkage,
    standardisation,
    stratified,
    survival,
    survival_curve,
    woodruff,
)


def rate_method(method: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda i: list(method(i["x"], i["n"], i["conf"]))


def zero_bounds(i):
    return {
        "exact_one_sided": rates.zero_hits_upper(i["n"]),
        "rule_of_three": rates.rule_of_three(i["n"]),
        "cp_two_sided_upper": rates.clopper_pearson(0, i["n"]).high,
    }


def one_sided(i):
    low, high = rates.one_sided_bounds(i["x"], i["n"], i["conf"])
    return {"point": i["x"] / i["n"], "lower": low, "upper": high}


def spread_of(i):
    spread = shrinkage.spread_of_parties([(p["n"], p["x"]) for p in i["partners"]])
    assert spread is not None
    return spread


def beta_binomial(i):
    spread = spread_of(i)
    posterior = {}
    for party in i["partners"]:
        own = shrinkage.shrink(party["n"], party["x"], spread)
        posterior[party["id"]] = {
            "raw": own.raw,
            "eb": own.value,
            "weight": own.weight,
            "lo": own.low,
            "hi": own.high,
        }
    return {
        "mu": spread.mean,
        "msb": spread.between,
        "msw": spread.within,
        "n0": spread.typical_n,
        "rho": spread.correlation,
        "M": spread.prior_n,
        "posterior": posterior,
    }


def no_between_variance(i):
    spread = spread_of(i)
    drawn = [shrinkage.shrink(p["n"], p["x"], spread).value for p in i["partners"]]
    return {"rho_raw": spread.correlation, "eb": drawn}


def reliable_sizes(i):
    levels = [Fraction(str(r)) for r in i["R"]]
    return [shrinkage.min_n_for_reliability(i["M"], level) for level in levels]


def design_effect(i):
    spread = clusters.cluster_spread(clusters.sums_of(i["clusters"]))
    assert spread is not None
    return {
        "n": spread.n,
        "x": spread.hits,
        "p": spread.share,
        "se_cluster": spread.se,
        "deff": spread.design_effect,
        "n_eff": spread.effective_n,
        "wilson_naive": rates.wilson(spread.hits, spread.n),
        "wilson_cluster": clusters.cluster_wilson(clusters.sums_of(i["clusters"])),
    }


def korn_graubard(i):
    rate = clusters.korn_graubard(clusters.sums_of(i["clusters"]))
    assert rate is not None
    return {
        "n": rate.n,
        "x": rate.hits,
        "p": rate.share,
        "n_eff": rate.effective_n,
        "df": rate.clusters - 1,
        "lo": rate.low,
        "hi": rate.high,
    }


def tickets(i):
    mean = amounts.per_unit({int(k): v for k, v in i["histogram"].items()})
    assert mean is not None
    return {
        "per_100": 100 * mean.mean,
        "se_per_100": 100 * mean.se,
        "poisson_se_per_100": 100 * mean.poisson_se,
        "dispersion": mean.dispersion,
    }


def indirect(i):
    result = standardisation.observed_expected(i["reference"], i["partner"])
    assert result is not None
    assert result.ratio is not None
    n, hits = (sum(column) for column in zip(*i["reference"].values(), strict=True))
    own_n, own_hits = (sum(column) for column in zip(*i["partner"].values(), strict=True))
    return {
        "O": result.observed,
        "E": result.expected,
        "OE": result.ratio,
        "lo": result.low,
        "hi": result.high,
        "overall": hits / n,
        "adjusted_rate": result.ratio * hits / n,
        "crude": own_hits / own_n,
    }


def small_count(i):
    low, high = counts.poisson_limits(i["O"])
    return {"OE": i["O"] / i["E"], "lo": low / i["E"], "hi": high / i["E"]}


def z_values(i):
    return {
        "z": standardisation.standardised_z(i["O"], i["E"], i["V0"]),
        "z_poisson": standardisation.standardised_z(i["O"], i["E"], i["E"]),
    }


def self_inclusion(i):
    everyone, own = {"L": tuple(i["all"])}, {"L": tuple(i["partner"])}
    others = standardisation.leave_one_out(everyone, own)
    return {
        "OE_including_self": standardisation.observed_expected(everyone, own).ratio,
        "OE_leave_one_out": standardisation.observed_expected(others, own).ratio,
    }


def dobson(i):
    result = direct.direct_dobson(i["partner"], i["standard"])
    assert result is not None
    return {
        "dsr": result.rate,
        "var": result.variance,
        "T": result.hits,
        "lo": result.low,
        "hi": result.high,
    }


def direct_wilson(i):
    result = direct.direct_mover(i["partner"], i["weights"])
    assert result is not None
    return {"value": result.rate, "lo": result.low, "hi": result.high}


def not_comparable(i):
    reference = {lane: (1000, round(1000 * rate)) for lane, rate in i["ref"].items()}
    even = dict.fromkeys(i["ref"], 1)
    out = {}
    for name in ("X", "Y"):
        out[f"OE_{name}"] = standardisation.observed_expected(reference, i[name]).ratio
        out[f"DSR_{name}"] = direct.direct_dobson(i[name], even).rate
    return out


def funnel_case(i):
    n, p0 = i["n"], i["p0"]
    inner = funnel.funnel_limits(n, p0)
    outer = funnel.funnel_limits(n, p0, 0.998)
    half = 1.959963984540054 * math.sqrt(p0 * (1 - p0) / n)
    return {
        "lo95": inner.low,
        "hi95": inner.high,
        "lo998": outer.low,
        "hi998": outer.high,
        "normal95": [p0 - half, p0 + half],
    }


def over_dispersed(i):
    names = [name for name, _, _ in i["partners"]]
    result = funnel.over_dispersion([(n, x) for _, n, x in i["partners"]])
    assert result is not None

    def flagged(z, cut):
        return [name for name, value in zip(names, z, strict=True) if abs(value) > cut]

    return {
        "pbar": result.mean,
        "z": result.z,
        "winsor_limits": result.winsor_limits,
        "phi": result.phi,
        "tau2": result.tau_squared,
        "z_od": result.z_adjusted,
        "flag95_naive": flagged(result.z, 1.96),
        "flag998_naive": flagged(result.z, 3.09),
        "flag998_od": flagged(result.z_adjusted, 3.09),
        "flag95_od": flagged(result.z_adjusted, 1.96),
    }


def triples(durations, flags):
    tally = Counter(zip(durations, flags, strict=True))
    return [(t, tally[t, 1], tally[t, 0]) for t in sorted(set(durations))]


def kaplan_meier(i):
    histogram = triples(i["duration"], i["delivered"])
    curve = survival_curve.km_curve(histogram)
    rows = [
        {"t": s.duration, "at_risk": s.at_risk, "d": s.observed, "S": s.survival, "se": s.se}
        | {"ci": [s.low, s.high]}
        for s in curve
    ]
    half = Fraction(1, 2)
    return {
        "table": rows,
        "p50": survival.km_quantile(histogram, 0, half),
        "p50_ci": survival_curve.brookmeyer_crowley(curve, half),
        "p90": survival.km_quantile(histogram, 0, Fraction(9, 10)),
    }


def aalen_johansen(i):
    tally = Counter(zip(i["duration"], i["outcome"], strict=True))
    times = sorted(set(i["duration"]))
    histogram = [(t, [tally[t, k] for k in (1, 2, 3)], tally[t, 0]) for t in times]
    last = competing.cumulative_incidence(histogram, 30)
    early = competing.cumulative_incidence(histogram, 8)
    lost_only = triples(i["duration"], [int(k == 2) for k in i["outcome"]])
    naive = 1 - survival_curve.km_curve(lost_only)[-1].survival
    names = ["delivered", "lost", "returned"]
    return {
        "cif_at_30": dict(zip(names, last.shares, strict=True)) | {"open": last.open},
        "cif_at_8": {
            "delivered": early.shares[0],
            "returned": early.shares[2],
            "open": early.open,
        },
        "naive_1_minus_KM_lost": naive,
    }


def completion_factor(i):
    known = completion.completion_share({int(k): v for k, v in i["G"].items()}, i["age_days"])
    result = completion.completed_rate(i["observed"], known, i["shipments"])
    return {
        "ultimate": result.value * i["shipments"],
        "rate_per_1000": 1000 * result.value,
        "lo_per_1000": 1000 * result.low,
        "hi_per_1000": 1000 * result.high,
        "raw_rate_per_1000": 1000 * i["observed"] / i["shipments"],
    }


def silences(i):
    resumed, silent = ({int(k): v for k, v in i[name].items()} for name in ("resumed", "silent"))
    out = {}
    for threshold in (5, 7, 10, 14, 21, 30):
        row = completion.resumed_after(resumed, silent, threshold)
        out[str(threshold)] = {"resumed": row.resumed, "total": row.total, "p": row.share}
    return out


def quantile_ranks(i):
    q = Fraction(str(i["p"]))
    lower, upper = percentiles.rank_interval(q, i["n"], i["conf"])
    coverage = percentiles.rank_interval_coverage(q, i["n"], lower, upper)
    return {"lower_rank": lower, "upper_rank": upper, "coverage": coverage}


def newcombe(i):
    diff, low, high = differences.newcombe(i["x1"], i["n1"], i["x2"], i["n2"])
    return {"diff": diff, "lo": low, "hi": high}


def mover(i):
    diff, low, high = differences.mover(*i["p90_a"], *i["p90_b"])
    return {"diff": diff, "lo": low, "hi": high}


def mantel_haenszel(i):
    result = stratified.mantel_haenszel(i["strata"])
    return {
        "rd": result.difference,
        "se_sato": result.se_sato,
        "se_gr": result.se_greenland_robins,
        "lo": result.low,
        "hi": result.high,
        "or_mh": result.odds_ratio,
        "rr_mh": result.rate_ratio,
        "cmh_chi2": result.chi_squared,
        "cmh_p": result.p_value,
    }


def stratified_newcombe(i):
    value, low, high = stratified.stratified_newcombe(i["strata"])
    return {"rd": value, "lo": low, "hi": high}


def woodruff_case(i):
    times = [
        woodruff.TimesOfCluster([(v, k, 0) for v, k in sorted(Counter(b).items())])
        for b in i["batches"]
    ]
    q = Fraction(i["q"])
    result = woodruff.woodruff(times, q)
    share_low, share_high = rates.exact_limits(float(q) * result.effective_n, result.effective_n)
    return {
        "p50": result.value,
        "n_eff": result.effective_n,
        "p_lo": share_low,
        "p_hi": share_high,
        "lo": result.low,
        "hi": result.high,
    }


ESTIMATES: dict[str, Callable[[Any], Any]] = {
    "1.1": rate_method(rates.wilson),
    "1.2": rate_method(rates.clopper_pearson),
    "1.3": rate_method(rates.jeffreys),
    "1.4": zero_bounds,
    "1.5": lambda i: planning.min_n_without_hits(i["pmax"], i["conf"]),
    "1.6": one_sided,
    "1.7": lambda i: [planning.n_for_precision(row["p"], row["h"]) for row in i],
    "1.8": lambda i: counts.garwood(i["x"]),
    "1.9": lambda i: counts.byar(i["x"]),
    "1.10": beta_binomial,
    "1.11": no_between_variance,
    "1.12": reliable_sizes,
    "1.13": design_effect,
    "1.14": korn_graubard,
    "1.15": lambda i: shrinkage.shrunken_mean(i["n"], i["mean"], i["m"], i["mu"]),
    "1.16": tickets,
    "2.1": indirect,
    "2.2": small_count,
    "2.3": z_values,
    "2.4": self_inclusion,
    "2.5": dobson,
    "2.6": direct_wilson,
    "2.7": not_comparable,
    "2.8": funnel_case,
    "2.9": over_dispersed,
    "3.1": kaplan_meier,
    "3.2": aalen_johansen,
    "3.5": completion_factor,
    "3.7": silences,
    "4.1": quantile_ranks,
    "4.2": lambda i: [percentiles.min_n_for_upper_limit(Fraction(str(p))) for p in i["p"]],
    "4.3": newcombe,
    "4.6": mover,
    "4.7": lambda i: multiple.benjamini_hochberg(i["p"]),
    "4.8": mantel_haenszel,
    "4.9": stratified_newcombe,
    "4.10": lambda i: [percentiles.order_statistic_rank(Fraction(r["q"]), r["n"]) for r in i],
    "4.11": lambda i: multiple.holm(i["p"]),
    "4.12": woodruff_case,
}
