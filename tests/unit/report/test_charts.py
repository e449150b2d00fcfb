import json
import re
from dataclasses import replace
from xml.dom.minidom import parseString

import pytest
from tests.unit.report import world

from tallyclerk.domain.lateness import Late, Waterfall
from tallyclerk.domain.results import Histogram, State
from tallyclerk.report import figures
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.charts import (
    beforehand,
    custody,
    dots,
    draw,
    ecdf,
    excess,
    gaps,
    incidents,
    labels,
    small,
    tidy,
    trend,
    waterfall,
)
from tallyclerk.report.charts.theme import WIDTH
from tallyclerk.report.figures.lanes import excess_title
from tallyclerk.report.figures.latency import latency_title
from tallyclerk.report.figures.time import late_title
from tallyclerk.report.model import KpiText
from tallyclerk.report.months import months_up_to
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.render.letters import FAMILIES
from tallyclerk.report.words import speaking

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
TIMES = Histogram(bins=((60, 2, 0), (120, 1, 1), (600, 1, 0), (3000, 0, 1)), never=0)


def result(**changed):
    return replace(world.result("acme", "forwarder", "loss_rate", "rate", 611), **changed)


def test_the_curve_counts_open_cases_while_they_are_open():
    assert ecdf.curve(TIMES) == [
        (0.0, 0.0),
        (1.0, pytest.approx(2 / 6)),
        (2.0, pytest.approx(1 - 4 / 6 * 3 / 4)),
        (10.0, pytest.approx(1 - 4 / 6 * 3 / 4 * 1 / 2)),
    ]


def test_the_curve_ends_on_a_plateau_where_cases_are_open():
    rows = ecdf.rows(TIMES, 60.0)
    assert rows[-1] == {"hours": 60.0, "share": 75.0}
    assert rows[-2] == {"hours": 10.0, "share": 75.0}


def test_cases_that_never_end_keep_the_curve_below_all():
    assert ecdf.curve(Histogram(bins=((60, 1, 0),), never=1))[-1] == (1.0, 0.5)


def test_a_long_curve_is_thinned_but_keeps_its_end():
    long = Histogram(bins=tuple((i, 1, 0) for i in range(1, 5000)))
    rows = ecdf.rows(long, 100.0)
    assert len(rows) <= ecdf.MOST_POINTS + 3
    assert rows[-1]["share"] == 100.0


def test_silences_are_counted_by_bin_and_nobody_is_lost():
    rows = gaps.rows(TIMES)
    assert sum(r["total"] for r in rows) == 6
    assert [(r["bin"], r["ended"], r["total"]) for r in rows if r["total"]] == [
        ("0–2", 2, 2),
        ("2–4", 1, 2),
        ("8–12", 1, 1),
        ("48–72", 0, 1),
    ]
    assert gaps.beyond(TIMES, 48) == (1, 6)
    assert gaps.beyond(TIMES, 50) == (0, 6)
    assert [r["note"] for r in rows if r["total"]] == ["2", "2", "1", "1"]
    many = gaps.rows(Histogram(bins=((60, 10_000, 0), (3000, 2_500, 0)), never=0))
    told = [r["note"].replace("\N{NO-BREAK SPACE}", " ") for r in many if r["total"]]
    assert told == ["80 %", "20 %"], "numbers of five digits would run into each other"


def test_a_dot_has_its_numbers_in_per_cent():
    row = dots.row(
        result(value=0.01, low=0.0, high=None, target=0.005, state=State.BREACH, hits=6), "Loss"
    )
    assert (row["value"], row["low"], row["high"], row["target"]) == (1.0, 0.0, None, 0.5)
    assert row["text"] == "■ 1.0\N{NO-BREAK SPACE}%"
    assert dots.fill_open_ends([row])[0]["high"] == 1.1


def test_the_axis_starts_at_zero_where_less_is_better():
    rows = [dots.row(result(value=0.5, low=0.4, high=0.6, target=0.5), "x")]
    assert dots.frame(rows, from_zero=True, most=100.0)[0] == {"edge": 0.0}
    assert dots.frame(rows, from_zero=False, most=100.0)[0]["edge"] > 30


def test_a_month_without_a_value_stays_a_gap():
    months = months_up_to("2026-02", 3)
    assert months == ("2025-12", "2026-01", "2026-02")
    rows = trend.rows(months, {"2026-02": result(value=0.1, low=0.05, high=0.2)})
    assert [r["value"] for r in rows] == [None, None, 10.0]
    assert [r["text"] for r in rows][:2] == ["", ""]
    assert rows[0]["kind"] == "none"
    thin = trend.rows(months, {"2026-02": result(state=State.INSUFFICIENT)})
    assert thin[-1]["kind"] == "thin"


def test_a_title_tells_a_range_only_where_there_is_one():
    def title(*values):
        months = months_up_to("2026-03", 4)
        known = {
            m: result(value=v, low=v, high=v) for m, v in zip(months[::-1], values, strict=False)
        }
        return trend.title("Loss", "rate", "2026-03", trend.rows(months, known)).replace(
            "\xa0", " "
        )

    assert title(0.1) == "Loss: 10.0 % in Mar 2026"
    assert title(0.1, 0.571).endswith("; 57.1 % in the one month with a value before")
    assert title(0.1, 0.571, 0.571).endswith("; 57.1 % in the 12 months before")
    assert title(0.1, 0.571, 0.4).endswith("; 40.0–57.1 % in the 12 months before")


def test_incidents_are_sorted_and_empty_rules_left_out():
    rules = [
        replace(result(kpi="miscommunication_rate", hits=h), rule=r)
        for r, h in (("late_acknowledgement", 3), ("pieces_differ", 9), ("wrong_receiver", 0))
    ]
    rules.append(replace(rules[0], kpi="message_hygiene_rate", hits=70, rule="future_event"))
    assert [(r["name"], r["cases"]) for r in incidents.rows(rules)] == [
        ("Piece counts differ", 9),
        ("Acknowledged late", 3),
        ("Recorded before it happened", 70),
    ]


def test_small_drawings_hold_nothing_without_a_value():
    assert not small.interval_bar(None, None, None, 0.9, css="open")
    assert not small.sparkline([None, None], 0.9)
    for drawing in (
        small.interval_bar(0.0, 0.0, 0.0, None, css="open", most=1.0),
        small.interval_bar(5.0, None, None, 3.0, css="breach"),
        small.sparkline([1.0], None),
    ):
        parseString(drawing)  # noqa: S318 - our own drawing


def test_the_lines_of_a_label_are_placed_one_by_one():
    drawn = (
        '<text text-anchor="middle" transform="translate(12.19,12)" font-size="9px" fill="#545d66">'
        '<tspan>Oct</tspan><tspan x="0" dy="11.5">2025</tspan></text>'
    )
    assert tidy.tidy(drawn, "k") == (
        '<text text-anchor="middle" x="12.19" y="12" font-size="9px" fill="#545d66">Oct</text>'
        '<text text-anchor="middle" x="12.19" y="23.5" font-size="9px" fill="#545d66">2025</text>'
    )


def test_a_tidy_drawing_has_the_same_marks_in_fewer_elements():
    drawn = (
        '<svg class="x" width="3" height="4" viewBox="0 0 3 4"><g id="gradient_7" fill="url(#gradient_7)">'
        '<g aria-hidden="true"><path d="M0,0h3v4h-3Z"/><g/><g transform="translate(1,2)">'
        '<line transform="translate(0,1.23456)" x2="3" y2="0" stroke="#eee"/>'
        '<line transform="translate(0,2)" x2="3" y2="0" stroke="#eee"/>'
        '<path d="M1,1h1" fill="#fff"/><path d="M2,2h1" stroke="#eee"/></g>'
        '<text text-anchor="end" transform="translate(5,6)" font-size="11px">12</text>'
        '<text transform="translate(5,6)"></text></g></g></svg>'
    )
    assert tidy.tidy(drawn, "k") == (
        f'<svg font-family="{FAMILIES}" viewBox="0 0 3 4"><g id="k-1" fill="url(#k-1)">'
        '<g transform="translate(1,2)"><path d="M0,1.23l3,0M0,2l3,0" stroke="#eee"/>'
        '<path d="M1,1h1" fill="#fff"/><path d="M2,2h1" stroke="#eee"/></g>'
        '<text text-anchor="end" x="5" y="6" font-size="11px">12</text></g></svg>'
    )


@pytest.fixture(scope="module")
def givens():
    return partner_inputs(world.judgement())


def test_every_figure_states_its_finding_or_why_it_is_missing(givens):
    for partner, role in (("acme", "forwarder"), ("freeline", "courier")):
        made = figures.figures(figures.Subject(givens[partner], role, KPIS, "r1"))
        assert [f.key for f in made] == [
            "time",
            "latency",
            "trend",
            "lanes",
            "silence",
            "incidents",
            "targets",
        ]
        for figure in made:
            assert figure.title
            assert bool(figure.drawings) != bool(figure.instead)
            assert not figure.drawings or (figure.how and figure.alt)
            for drawing in figure.drawings:
                parseString(drawing.svg)  # noqa: S318 - our own drawing
    assert made[-1].instead == "No target is agreed for what can be measured."


def test_a_partner_without_any_data_has_words_for_every_figure(givens):
    empty = replace(givens["acme"], totals=(), months=(), lanes=(), rules=(), histograms={})
    made = figures.figures(figures.Subject(empty, "forwarder", KPIS, "r1"))
    assert all(figure.instead and not figure.drawings for figure in made)


def test_the_title_of_latency_never_says_more_than_is_known():
    p50 = replace(world.result("acme", "forwarder", "handover_in_hours", "p50", 611), value=9.0)
    p90 = replace(p50, statistic="p90", value=41.0)
    title = latency_title("handover_in_hours", {"p50": p50, "p90": p90}, KPIS)
    assert title.replace("\N{NO-BREAK SPACE}", " ") == (
        "Handover in: half the handovers take up to 9.0 h; one in ten longer than 41 h"
    )
    open_end = latency_title(
        "handover_in_hours", {"p50": p50, "p90": replace(p90, value=None)}, KPIS
    )
    assert open_end.endswith("the slowest tenth has no end yet")


LATE = Waterfall(
    partner_id="acme",
    role="forwarder",
    excused=Late(2, 300),
    others=Late(5, 900),
    disputed=Late(1, 60),
    controllable=Late(4, 700),
)


def test_the_waterfall_comes_down_from_all_to_its_own():
    rows = waterfall.rows(LATE)
    assert [(r["start"], r["end"], r["text"]) for r in rows] == [
        (0, 12, "12"),
        (10, 12, "\u22122"),
        (5, 10, "\u22125"),
        (4, 5, "\u22121"),
        (0, 4, "4"),
    ]
    assert late_title(LATE) == "12 shipments late, 4 to 5 by its own doing."
    assert late_title(replace(LATE, disputed=Late())).endswith(
        "11 shipments late, 4 by its own doing."
    )
    assert not late_title(None)


def test_legs_stand_in_the_order_of_the_journey_with_peers_where_there_are_some():
    p50 = world.result("acme", "forwarder", "transit_hours", "p50", 611)
    held = replace(p50, value=48.25, expected=43.0)
    alone = replace(p50, kpi="handover_in_hours", value=2.0, expected=None)
    rows = custody.rows([held, alone, replace(held, statistic="p90")], KPIS)
    assert [(r["name"], r["hours"], r["peers"], r["edge"]) for r in rows] == [
        ("Handover in", 2.0, None, 2.0),
        ("Transit in custody", 48.25, 43.0, 48.25),
    ]
    assert rows[1]["text"].replace("\N{NO-BREAK SPACE}", " ") == "48 h (peers 43 h)"


def lane(name, n, hits, expected, state=State.NOT_PROVEN):
    base = result(kpi="handover_ack_rate", better="higher")
    return replace(base, lane=name, n=n, hits=hits, value=hits / n, expected=expected, state=state)


def test_the_excess_of_lanes_adds_up_and_thin_ones_are_pooled():
    lanes = [
        lane("CN>DE", 100, 80, 0.9, State.BREACH),
        lane("CN>FR", 50, 47, 0.9),
        lane("CN>PL", 4, 2, 0.5),
        lane("CN>IT", 3, 3, 1.0),
        lane("VN>US", 20, 20, None),
    ]
    rows = excess.rows(lanes)
    assert [(r["name"], r["excess"], r["kind"]) for r in rows] == [
        ("CN>DE", pytest.approx(10.0), "proven"),
        ("CN>FR", pytest.approx(-2.0), "open"),
        ("2 lanes more", pytest.approx(0.0), "open"),
        ("1 lane without peers", None, "none"),
    ]
    assert excess.frame(rows) == [{"edge": -2.0}, {"edge": 10.0}]
    assert rows[0]["text"] == "20 of 100; peers 10"
    few = excess.rows([lane("CN>DE", 10, 10, 0.95)])
    assert excess.frame(few) == [{"edge": -1.0}, {"edge": 0.0}], "half a case is not a long bar"
    assert excess_title(rows) == "8 misses more than peers would have on these lanes, most on CN>DE"
    assert excess_title(excess.rows(lanes[1:2])).startswith("2 misses fewer")
    open_lane = replace(lanes[0], state=State.NOT_PROVEN)
    assert excess_title(excess.rows([open_lane])).endswith("most on CN>DE; proven on no lane")


def test_names_of_curves_do_not_cover_each_other():
    placed = ecdf.ends([("now", 97.0, "Sep"), ("before", 96.0, "Aug")], 20.0)
    assert placed[0]["share"] - placed[1]["share"] == ecdf.APART
    far = ecdf.ends([("now", 97.0, "Sep"), ("before", 50.0, "Aug")], 20.0)
    assert far[1]["share"] == 50.0


def test_no_agreed_time_crosses_the_label_of_a_percentile():
    crossed, beyond, before = (
        ecdf.marks([result(unit="hours", statistic="p90", value=22.0, target=target)], 34.0)[0]
        for target in (24.0, 32.0, 21.0)
    )
    assert (crossed["hours"], crossed["label_at"]) == (22.0, 24.0)
    assert beyond["label_at"] == before["label_at"] == 22.0


def test_the_label_of_the_target_keeps_off_the_last_month():
    total = result(kpi="handover_ack_rate", better="higher", target=0.92)
    rows = trend.rows(
        ("2026-09", "2026-10"), {"2026-10": replace(total, value=0.93, low=0.8, high=1.0)}
    )
    (goal,) = trend.goals(total, rows)
    assert goal["target"] == 92.0
    assert goal["label_at"] == pytest.approx(93 - 20 * trend.APART)
    (free,) = trend.goals(replace(total, target=0.5), rows)
    assert free["label_at"] == 50.0


def test_charts_compiled_beforehand_are_what_their_descriptions_come_to():
    told = json.loads(beforehand.FILE.read_text("utf-8"))
    made = {
        name: draw.compiled(described, unit) for name, described, unit in beforehand.described()
    }
    assert len(made) >= 18
    assert made == told, "make charts"


def test_a_chart_that_is_not_in_the_file_is_compiled(monkeypatch):
    rows = {"main": [{"name": "Late", "kind": "serious", "cases": 3, "text": "3"}]}
    known = draw.svg(incidents.specification, "rate", rows, key="k", fonts=bundled_templates())
    monkeypatch.setattr(beforehand, "known", lambda *_: None)
    draw._compiled.cache_clear()
    made = draw.svg(incidents.specification, "rate", rows, key="k", fonts=bundled_templates())
    draw._compiled.cache_clear()
    assert made == known


@pytest.mark.parametrize("language", ["en", "de"])
def test_labels_are_set_into_a_drawing_that_never_saw_them(language):
    name = "<b>顺丰 & Söhne</b>"
    with speaking(language):
        rows = [dots.row(result(value=0.0055, low=0.002, high=0.012), name)]
        given = {"main": rows, "frame": dots.frame(rows, from_zero=True, most=100.0)}
        drawn = draw.svg(dots.specification, "rate", given, key="k", fonts=bundled_templates())
    said = [node.firstChild.data for node in parseString(drawn).getElementsByTagName("text")]  # noqa: S318
    assert said.count(name) == 1
    sign = "," if language == "de" else "."
    assert {f"0{sign}0 %", f"0{sign}5 %", f"1{sign}0 %"} <= set(said)
    assert name not in repr(labels.hidden_in(rows[0], 300))


def test_a_name_is_cut_to_the_room_it_has():
    assert labels.fitted("Handover in", 134) == "Handover in"
    cut = labels.fitted("Handover of everything that there ever was", 134)
    assert cut.startswith("Handover of every")
    assert cut.endswith("…")
    assert labels.width(cut) <= 134 < labels.width("Handover of everything that")
    assert labels.fitted("一" * 40, 134).count("一") == 11


def test_a_long_label_right_of_the_plot_gets_its_room():
    rows = [{**dots.row(result(), "Loss"), "text": "x" * 40}]
    given = {"main": rows, "frame": dots.frame(rows, from_zero=True, most=100.0)}
    drawn = draw.svg(dots.specification, "rate", given, key="k", fonts=bundled_templates())
    box = re.search(r'viewBox="0 0 ([\d.]+)', drawn)
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*>x{40}<', drawn)]
    assert float(box[1]) == WIDTH
    assert places
    assert 176 + places[0] + labels.width("x" * 40) <= WIDTH


def test_the_label_of_a_target_stays_within_the_chart():
    goals = [result(target=at, statistic="p90", unit="hours") for at in (10.0, 55.0)]
    near, far = ecdf.goals(goals, 60.0)
    assert near["label_at"] == 10.0
    assert far["label_at"] < 45.0
