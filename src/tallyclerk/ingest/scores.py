"""Scores of reviews, each with the best there is: as the row states it, else as the source declares."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from tallyclerk.ingest.cells import Cells
from tallyclerk.ingest.words import by_word

SHOWN = 20
"""Characters of a refused score that are kept: what is longer may be what a customer wrote."""
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
_UNIT = r"(?:stars?|points?|pts?\.?|sterne?n?|punkte?n?|étoiles?|estrellas?|estrelas?|stelle|[★⭐]|星|分)"
_WHOLE = re.compile(_NUMBER)
_OUT_OF = re.compile(
    rf"({_NUMBER})\s*{_UNIT}?\s*(?:/|out\s+of|of|von|sur|de|su|van)\s*({_NUMBER})\s*{_UNIT}?",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"({_NUMBER})\s*%")
_COUNTED = re.compile(rf"({_NUMBER})\s*{_UNIT}", re.IGNORECASE)
_DRAWN = re.compile(r"([★⭐✭]*)([☆✩]*)")


@lru_cache(maxsize=2**12)
def told(text: str) -> tuple[str, str | None]:
    """A score and the best there is, as texts: "4/5", "4 out of 5", "80 %", "4 stars", "★★★☆☆".

    Without an empty star stars say no more than how many there are.
    """
    bare = text.replace("\N{VARIATION SELECTOR-16}", "").strip()
    if found := _OUT_OF.fullmatch(bare):
        return found[1], found[2]
    if found := _PERCENT.fullmatch(bare):
        return found[1], "100"
    if found := _COUNTED.fullmatch(bare):
        return found[1], None
    drawn = _DRAWN.fullmatch(bare)
    if drawn and bare:
        return str(len(drawn[1])), str(len(bare)) if drawn[2] else None
    return bare[:SHOWN], None


def is_told(text: str) -> bool:
    """Whether a text is a score."""
    return _WHOLE.fullmatch(told(text)[0]) is not None


def scores(cells: Cells, declared: tuple[float, float] | None) -> dict[str, pl.Series]:
    """The columns `score` and `scale_max` of REVIEWS.

    What is on no known scale, or outside of it, is refused as a cell. Where the worst score is the
    highest number, as of marks at school, scores are turned round: more is better for all of them.

    Args:
        cells: Of some rows.
        declared: The worst and the best score, for rows that do not say out of how much theirs is.
    """
    texts = cells.text("score")
    beside = cells.as_number("score", by_word(texts, lambda text: told(text)[1]))
    frame = pl.DataFrame(
        {
            "score": cells.as_number("score", by_word(texts, lambda text: told(text)[0])),
            "stated": beside.zip_with(beside.is_not_null(), cells.number("scale_max")),
        }
    )
    found = frame.select(**_on_scale(declared))
    for rule in ("no_scale", "off_scale"):
        cells.refuse(found[rule], rule, "score", texts.str.slice(0, SHOWN))
    return {name: found[name] for name in ("score", "scale_max")}


def _on_scale(declared: tuple[float, float] | None) -> dict[str, pl.Expr]:
    """Scores on the scale stated, which begins at 0, else on the one declared; and what is on none."""
    score, stated = pl.col("score"), pl.col("stated")
    worst, best = declared or (None, None)
    is_stated = stated.is_not_null()
    ends = [pl.lit(end, dtype=pl.Float64) for end in (worst, best)]
    least = pl.when(is_stated).then(0.0).otherwise(pl.min_horizontal(ends))
    most = pl.when(is_stated).then(stated).otherwise(pl.max_horizontal(ends))
    is_on = (score.is_between(least, most) & (most > 0)).fill_null(value=False)
    turns = ~is_stated & (ends[0] > ends[1]).fill_null(value=False)
    return {
        "score": pl.when(is_on).then(
            pl.when(turns).then(ends[0] + ends[1] - score).otherwise(score)
        ),
        "scale_max": pl.when(is_on).then(most),
        "no_scale": score.is_not_null() & most.is_null(),
        "off_scale": score.is_not_null() & most.is_not_null() & ~is_on,
    }
