"""A score in words says no more than its interval allows."""

from dataclasses import replace

import pytest

from tallyclerk.domain.scores import Score
from tallyclerk.report import words
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
                "Score 69 of 100 [61–74], grade C, not firm (C to B), 80 % of the weight; rank 1 to 3 "
                "of 4 partners; any one weight changed by a quarter: 66–71."
            ),
        ),
        (
            replace(FULL, worst_rank=4, is_firm=True, barred_by=("loss_rate",)),
            (
                "Score 69 of 100 [61–74], grade C, 80 % of the weight; no rank among 4 partners: "
                "differences are within noise; any one weight changed by a quarter: 66–71. Barred "
                "whatever the score: Loss in proven breach."
            ),
        ),
        (
            Score(
                partner_id="p",
                role="courier",
                period=None,
                reason="without loss_rate there is no score",
            ),
            "Score: none; without Loss there is no score.",
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
            "Score 50 of 100 without an interval (100 % of the weight): too few groups.",
        ),
    ],
)
def test_a_score_is_told_with_what_it_hides(score, said):
    assert score_sentence(score) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "without loss_rate, handover_in_hours.p90 there is no score",
            "ohne Verlust, Übernahme P90",
        ),
        ("only 20 % of the weight can be assessed, 60 % are needed", "nur 20 % des Gewichts"),
        ("too few groups of batches for an interval", "zu wenige Gruppen von Partien"),
    ],
)
def test_why_there_is_no_score_is_said_in_the_language_of_the_page(reason, said):
    with words.speaking("de"):
        told = score_sentence(Score(partner_id="p", role="courier", period=None, reason=reason))
    assert said in told
