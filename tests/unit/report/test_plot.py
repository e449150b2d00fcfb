"""Charts drawn here are those that Vega draws, element by element, for rows that nobody chose."""

import random

import pytest

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.charts import (
    beforehand,
    custody,
    dots,
    draw,
    ecdf,
    excess,
    funnel,
    gaps,
    incidents,
    trend,
    waterfall,
)
from tallyclerk.report.charts.plot import chart
from tallyclerk.report.charts.plot.expressions import expression
from tallyclerk.report.charts.tidy import tidy
from tallyclerk.report.render.outlines import Strange

FONTS = bundled_templates() / "fonts"
SEEDS = range(8)


def by_us(filled):
    return tidy(chart.drawn(filled), "k")


def by_vega(filled):
    return tidy(draw.by_vega(filled, FONTS), "k")


class Drawn:
    """Rows by chance, of any size, with gaps; the same for the same seed."""

    def __init__(self, seed):
        self._chance = random.Random(seed)  # noqa: S311
        self._size = 10 ** self._chance.uniform(-2, 5)

    def number(self, least=0.0, gaps=True):
        if gaps and self._chance.random() < 0.2:
            return None
        return round(self._chance.uniform(least, self._size), self._chance.choice((0, 2, 4)))

    def of(self, values):
        return self._chance.choice(values)

    def label(self):
        return self.of(("", "12 %", "a name", 'été, 3 < 4 & "so"'))

    def times(self, most):
        return range(self._chance.randint(1, most))


def bars(drawn, *fields, kinds=()):
    return [
        {
            "name": f"leg {place}", "text": drawn.label(),
            **{field: drawn.number(gaps=place > 0) for field in fields},
            **({"kind": drawn.of(kinds)} if kinds else {}),
        }
        for place in drawn.times(9)
    ]  # fmt: skip


def of_custody(drawn):
    return {"main": bars(drawn, "hours", "peers", "edge")}


def of_waterfall(drawn):
    return {"main": bars(drawn, "start", "end", kinds=("raw", "taken", "disputed", "controllable"))}


def of_incidents(drawn):
    rows = bars(drawn, "cases", kinds=("serious", "hygiene"))
    twice = [{**row, "cases": drawn.number()} for row in rows[:2]]
    return {"main": [*rows, *twice]}


def of_dots(drawn):
    states = ("meets", "below", "breach", "open")
    rows = bars(drawn, "value", "low", "high", "cut", "target")
    return {
        "main": [{**row, "state": drawn.of(states)} for row in rows],
        "frame": [{"edge": drawn.number(gaps=False)} for _ in range(2)],
    }


def of_excess(drawn):
    rows = bars(drawn, kinds=("proven", "open", "none"))
    least = -abs(drawn.number(gaps=False))
    return {
        "main": [{**row, "excess": drawn.number(least)} for row in rows],
        "frame": [{"edge": drawn.number(least, gaps=False)} for _ in range(2)],
    }


def of_gaps(drawn):
    bins = ("0–2", "2–4", "4–8", "24–36", "120+")
    return {
        "main": [
            {"bin": each, "kind": drawn.of(("usual", "long")), "note": drawn.label(),
             "ended": drawn.number(), "total": drawn.number()}
            for each in bins
        ]
    }  # fmt: skip


def of_trend(drawn):
    months = [f"2025-{month:02}" for month in (11, 12)] + [
        f"2026-{month:02}" for month in range(1, 12)
    ]
    told = {"kind": drawn.of(("firm", "thin")), "text": drawn.label()}
    fields = ("value", "low", "high")
    main, limits, signals = (
        [{"month": month, **told, **{field: drawn.number() for field in fields}} for month in some]
        for some in (months, months[: drawn.of((0, 13))], months[3:4])
    )
    goal = {"target": drawn.number(), "label_at": drawn.number(), "text": drawn.label()}
    return {"main": main, "limits": limits, "signals": signals, "goals": [goal]}


def of_ecdf(drawn):
    def curve(most):
        hours = sorted(drawn.number(gaps=False) for _ in drawn.times(most))
        return [{"hours": hour, "share": drawn.of((None, 3.25, 50.0, 99.9))} for hour in hours]

    place = {"hours": drawn.number(gaps=False), "share": 50.0, "label_at": drawn.number(gaps=False)}
    note = {
        **place,
        "note": drawn.label(),
        "text": drawn.label(),
        "kind": drawn.of(("now", "then")),
    }
    return {
        "main": curve(30), "before": curve(2), "marks": [note, note], "goals": [note],
        "ends": [note],
    }  # fmt: skip


CHARTS = {
    custody: of_custody, dots: of_dots, ecdf: of_ecdf, excess: of_excess, gaps: of_gaps,
    incidents: of_incidents, trend: of_trend, waterfall: of_waterfall,
}  # fmt: skip


@pytest.mark.parametrize("module", CHARTS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_what_is_drawn_here_is_what_vega_draws(module):
    for seed in SEEDS:
        unit = beforehand.UNITS[seed % 2]
        compiled = beforehand.known(module.specification, unit)
        filled = draw._filled(compiled, CHARTS[module](Drawn(seed)))
        assert by_us(filled) == by_vega(filled), seed


def test_every_chart_of_a_partner_is_compared():
    described = {specification.__module__ for _, specification, _ in beforehand.described()}
    assert described - {module.__name__ for module in CHARTS} == {funnel.__name__}


def test_what_is_not_known_here_is_drawn_by_vega():
    rows = {"main": [], "limits": [], "mean": [{"rate": 3.0, "text": "3 %"}]}
    compiled = beforehand.known(funnel.specification, "rate")
    with pytest.raises(Strange):
        chart.drawn(draw._filled(compiled, rows))
    assert "<svg" in draw.svg(funnel.specification, "rate", rows, key="k", fonts=FONTS)


def test_a_text_of_others_is_never_written_as_it_is():
    compiled = beforehand.known(custody.specification, "rate")
    row = {"name": "<b>", "text": "x", "hours": 1.0, "peers": None, "edge": 1.0}
    with pytest.raises(Strange):
        chart.drawn(
            {**compiled, "data": [{"name": "main", "values": [row]}, *compiled["data"][1:]]}
        )


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("1 + 2 * 3 - 4", 3), ("-(1 + 2) * 3", -9), ("datum.a == 'x' ? 'yes' : 'no'", "yes"),
        ("datum['a'] == \"y\" || datum.n > 1 && datum.n > 2", True), ("['a', 'b'][1]", "b"),
        ("indexof([\"u\", \"x\"], datum['a'])", 1), ("join(split('1.5', \".\"), ',')", "1,5"),
        ("isValid(datum.none) && isFinite(+datum.none)", False), ("max(0.25, 0.5 * n)", 2.0),
        ("slice('2026-10', 5)", "10"), ("slice('2026-10', 0, 4)", "2026"), ("'abc'.length", 3),
        ("toNumber(slice('2026-10', 5)) - 1", 9), ('"\\u2212"', "−"), ("datum.none + 1", None),
    ],
)  # fmt: skip
def test_expressions(told, value):
    scope = {"datum": {"a": "x", "n": 3, "none": None}, "n": 4}
    if value is None:
        with pytest.raises(TypeError):
            expression(told)(scope)
    else:
        assert expression(told)(scope) == value


@pytest.mark.parametrize(
    "told", ["1 +", "(1", "datum.a = 1", "a => b", "1 2", "[1", "{a: 1}", "1 + 'x'"]
)
def test_what_is_no_expression_of_ours_is_refused(told):
    with pytest.raises(Strange):
        expression(told)({})
