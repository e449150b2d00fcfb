import datetime as dt
from dataclasses import replace

import pytest

from tallyclerk.cli.comparing import as_markdown, as_tables
from tallyclerk.domain.judgement import RunInfo
from tallyclerk.domain.results import Result, State
from tallyclerk.judge.compared import Comparison, Ranked
from tallyclerk.judge.excess import Excess
from tallyclerk.judge.pairs import pair_of
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.charts.small import interval_pair
from tallyclerk.report.comparison import comparison_page
from tallyclerk.report.comparison_names import with_names
from tallyclerk.report.head import Brand
from tallyclerk.report.render.pages import comparison_html
from tallyclerk.report.words import speaking

KPIS = all_kpis()
JUDGE = Judge(kpis=KPIS, targets=(), period="2026-10", last_day=dt.date(2026, 10, 31))
RUN = RunInfo(
    as_of=dt.datetime(2026, 11, 10, tzinfo=dt.UTC),
    version="1",
    config_digest="c" * 64,
    inputs_digest="d" * 64,
    period="2026-10",
    timezone="UTC",
    currency="EUR",
)


def result(partner, kpi, value, low, high, **other) -> Result:
    given = {
        "role": "forwarder",
        "statistic": "rate",
        "unit": "rate",
        "hits": 940,
        "n": 1000,
        "batches": 20,
        "better": KPIS[kpi].better,
        "state": State.NO_TARGET,
        "period": "2026-10",
    } | other
    return Result(partner_id=partner, kpi=kpi, value=value, low=low, high=high, **given)


def page(*results, first="acme", second="nordlog", **other):
    pair = replace(pair_of(results, None, JUDGE, first, second), **other)
    return comparison_page(Comparison(pairs=(pair,)), KPIS, RUN)


def cells(*results):
    return [line.cells for role in page(*results).pairs[0].roles for line in role.lines]


def test_a_line_tells_both_sides_and_what_their_difference_proves():
    told = cells(
        result("acme", "on_time_rate", 0.943, 0.93, 0.955),
        result("nordlog", "on_time_rate", 0.857, 0.84, 0.875, n=500),
    )
    (line,) = told
    assert line[:5] == (
        "Delivered on time %", "94.3 [93–96]", "1,000", "85.7 [84–88]", "500",
    )  # fmt: skip
    assert line[5].startswith("+8.6 [+6.")
    assert line[6] == "acme better"


def test_an_open_limit_is_drawn_to_the_edge_and_written_as_open():
    hours = {"statistic": "p90", "unit": "hours", "hits": None}
    told = cells(
        result("acme", "transit_hours", 41.0, 36.0, None, **hours),
        result("nordlog", "transit_hours", 29.0, 26.0, 33.0, **hours),
    )
    assert told[0][:2] == ("Time in custody P90 h", "41 [36–…]")
    assert told[0][5].endswith(", —]")


def test_a_clean_record_is_never_a_proof():
    told = cells(
        result("acme", "loss_rate", 0.0, 0.0, 0.003, hits=0),
        result("nordlog", "loss_rate", 0.001, 0.0, 0.004, hits=1),
    )
    assert told[0][5:] == ("−0.1", "too few events")


def test_what_has_no_value_stands_in_a_note_with_its_reason():
    silent = {"hits": 0, "n": 0, "reason": "no damage events"}
    told = page(
        result("acme", "damage_rate", None, None, None, **silent),
        result("nordlog", "damage_rate", 0.01, 0.005, 0.02),
    )
    assert told.pairs[0].roles == ()
    assert "not compared: Damage (acme: no damage events)" in told.pairs[0].notes


def test_every_rate_that_is_not_proven_says_how_many_cases_would_prove_it():
    told = page(
        result("acme", "on_time_rate", 0.95, 0.93, 0.97, effective_n=500.0),
        result("nordlog", "on_time_rate", 0.94, 0.92, 0.96, effective_n=500.0),
        result("acme", "loss_rate", 0.001, 0.0, 0.004, hits=1),
        result("nordlog", "loss_rate", 0.002, 0.0, 0.005, hits=2),
        result("acme", "damage_rate", 0.01, 0.005, 0.02, hits=10),
        result("nordlog", "damage_rate", 0.2, 0.15, 0.25, hits=200),
    )
    (line,) = [note for note in told.pairs[0].notes if note.startswith("about so many")]
    # By the normal approximation: (1.96 + 0.84)^2 (p1 q1 + p2 q2) / d^2, twice that in pairs.
    punctual = 2 * (1.95996 + 0.84162) ** 2 * (0.95 * 0.05 + 0.94 * 0.06) / 0.01**2
    lost = (1.95996 + 0.84162) ** 2 * (0.001 * 0.999 + 0.002 * 0.998) / 0.001**2
    assert line == (
        "about so many shipments each would prove differences like these: "
        f"Delivered on time {-(-punctual // 1000) * 1000:,.0f}; Loss {-(-lost // 1000) * 1000:,.0f}"
    )


def test_a_star_says_that_some_of_a_cohort_are_not_mature():
    told = page(
        result("acme", "on_time_rate", 0.943, 0.93, 0.955, waiting=7, provisional=True),
        result("nordlog", "on_time_rate", 0.857, 0.84, 0.875, n=500),
    )
    (line,) = told.pairs[0].roles[0].lines
    assert (line.cells[2], line.cells[4]) == ("1,000*", "500")
    assert told.pairs[0].notes[-1] == (
        "* provisional: up to 7 cases of a cohort are not mature yet, and not counted"
    )


def test_ranks_are_told_of_three_and_name_the_place_or_the_span():
    pairs = tuple(pair_of((), None, JUDGE, one, "the rest") for one in ("acme", "nordlog", "zhong"))
    ranks = tuple(
        Ranked(
            role="forwarder", kpi="loss_rate", statistic="rate", partner=name, value=0.0,
            best=best, worst=worst, of=3,
        )
        for name, best, worst in (("acme", 1, 1), ("nordlog", 2, 3), ("zhong", 2, 3))
    )  # fmt: skip
    told = comparison_page(Comparison(pairs=pairs, ranks=ranks), KPIS, RUN).ranks
    assert told.rows == (("Loss, forwarder", "1", "2–3", "2–3"),)
    without = comparison_page(Comparison(pairs=pairs), KPIS, RUN)
    assert without.ranks.note.startswith("no ranks")
    assert "no ranks" in as_tables(without, "")
    assert "no ranks" in as_markdown(without, "")


def test_a_page_speaks_the_language_of_the_other_pages():
    with speaking("de"):
        told = page(
            result("acme", "on_time_rate", 0.943, 0.93, 0.955, waiting=7, provisional=True),
            result("nordlog", "on_time_rate", 0.857, 0.84, 0.875, n=1500),
            result("acme", "damage_rate", None, None, None, hits=0, n=0, reason="not_reported"),
            result("nordlog", "damage_rate", 0.01, 0.005, 0.02),
        )
        html = comparison_html(told, bundled_templates())
    (line,) = told.pairs[0].roles[0].lines
    assert line.cells[:5] == (
        "Pünktlich zugestellt %", "94,3 [93–96]", "1.000*", "85,7 [84–88]", "1.500",
    )  # fmt: skip
    assert line.cells[6] == "acme besser"
    assert told.pairs[0].notes[0] == "nicht verglichen: Beschädigung (acme: nicht gemeldet)"
    for word in ("Vergleich ·", "Als Spediteur", "Voller Punkt", "Unterschied (95 %)", 'lang="de"'):
        assert word in html
    for word in (" with ", " each ", "against", "Filled", "verdict"):
        assert word not in html.partition("<body")[2], word


def test_pages_have_names_where_terminals_have_ids():
    """Two partners of one name keep their ids; where the excess is, partners are named too."""
    why = Excess(
        partner="nordlog", cases=9.0, kind="counterpart", places=("blitz",), share=0.6,
        case_share=0.2, beyond_hours=None,
    )  # fmt: skip
    pair = pair_of(
        (
            result("acme", "on_time_rate", 0.943, 0.93, 0.955),
            result("nordlog", "on_time_rate", 0.857, 0.84, 0.875),
        ),
        None, JUDGE, "acme", "nordlog",
    )  # fmt: skip
    found = Comparison(pairs=(replace(pair, rows=tuple(replace(r, why=why) for r in pair.rows)),))
    names = {"acme": "ACME Ltd", "nordlog": "Nord", "nord2": "Nord", "blitz": "Blitz GmbH"}
    brand = Brand(company="Example Commerce")
    told = comparison_page(with_names(found, names), KPIS, RUN, brand)
    (line,) = told.pairs[0].roles[0].lines
    assert told.title == "ACME Ltd vs Nord (nordlog)"
    assert line.cells[6] == "ACME Ltd better"
    assert told.pairs[0].notes[0] == (
        "why: 60 % of Nord (nordlog)'s excess in Delivered on time is with Blitz GmbH"
        " (20 % of its cases)"
    ).replace(" %", "\N{NO-BREAK SPACE}%")
    html = comparison_html(told, bundled_templates())
    assert '<span class="company">Example Commerce</span>' in html
    assert ">nordlog<" not in html


def test_a_difference_that_is_worse_has_a_minus_and_no_hyphen():
    told = cells(
        result("acme", "on_time_rate", 0.857, 0.84, 0.875),
        result("nordlog", "on_time_rate", 0.943, 0.93, 0.955),
    )
    assert told[0][5].startswith("−8.6 [−1")


def test_names_cannot_break_out_of_any_form():
    bad = "<b>|\x1b[31m\u202ename\n"
    told = page(
        result(bad, "on_time_rate", 0.9, 0.88, 0.92),
        result("nordlog", "on_time_rate", 0.9, 0.88, 0.92),
        first=bad,
    )
    html = comparison_html(told, bundled_templates())
    assert "<b>|" not in html
    assert "&lt;b&gt;|" in html
    for drawn in (as_tables(told, "x"), as_markdown(told, "x"), html):
        assert not set(drawn) & {"\x1b", "\u202e"}
    row = next(line for line in as_markdown(told, "x").splitlines() if "Delivered on" in line)
    assert row.replace("\\|", "").count("|") == 8
    assert "<b>" not in as_markdown(told, "x")


@pytest.mark.parametrize(
    ("both", "circles"),
    [
        ([(0.9, 0.8, 0.95), (0.5, None, None)], 2),
        ([(None, None, None), (0.5, 0.4, 0.6)], 1),
        ([(None, None, None), (None, None, None)], 0),
    ],
)
def test_both_intervals_are_on_one_scale(both, circles):
    drawn = interval_pair(both, most=1.0)
    assert drawn.count("<circle") == circles
    assert bool(drawn) == bool(circles)
    assert drawn.count('z"') == sum(end is None for side in both if side[0] for end in side[1:])
    assert "nan" not in drawn
