"""A score in words says no more than its interval allows."""

from dataclasses import replace

import pytest

from tallyclerk.domain.scores import Score
from tallyclerk.report.scoring import score_sentence

FULL = Score(
    partner_id="p",
    role="courier",
    period="2026-10",
    score=69.2,
    low=61.4,
    high=74.2,
    grade="C",
    grade_low="C",
    grade_high="B",
    covered=0.8,
    best_rank=1,
    worst_rank=3,
    ranked=4,
    score_least=66.0,
    score_most=71.0,
)


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (
            FULL,
            (
                "Score 69 of 100 [61–74], grade C, not firm (C to B), 80% of the weight; rank 1 to 3 "
                "of 4 partners; any one weight changed by a quarter: 66–71."
            ),
        ),
        (
            replace(FULL, worst_rank=4, is_firm=True, barred_by=("loss_rate",)),
            (
                "Score 69 of 100 [61–74], grade C, 80% of the weight; no rank among 4 partners: "
                "differences are within noise; any one weight changed by a quarter: 66–71. Barred "
                "whatever the score: loss_rate in proven breach."
            ),
        ),
        (
            Score(partner_id="p", role="courier", period=None, reason="without loss_rate"),
            "Score: none; without loss rate.",
        ),
        (
            Score(
                partner_id="p",
                role="courier",
                period=None,
                score=50.0,
                covered=1.0,
                reason="too few groups",
            ),
            "Score 50 of 100 without an interval (100% of the weight): too few groups.",
        ),
    ],
)
def test_a_score_is_told_with_what_it_hides(score, said):
    assert score_sentence(score) == said
