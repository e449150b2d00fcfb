"""What a status means: decided by the source's block, its code, our own names, its text, in that order.

A text that corrects codes ("delivered to agent" under a code of delivery) goes before the code, any
other text only where the code is vague. A text makes no delivery out of a code that knows of none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from tallyclerk.config.formats import FORMATS, TEXTS
from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.vocabulary.codes import CodeTable, Meaning, codes, spoken
from tallyclerk.ingest.vocabulary.texts import TextRule, first_rules
from tallyclerk.ingest.words import WordTable

MEANT: pl.Schema = pl.Schema(
    {
        "status_raw": pl.String(),
        "milestone": pl.String(),
        "reason": pl.String(),
        "role": pl.String(),
        "is_physical": pl.Boolean(),
        "status_rule": pl.String(),
        "maybe": pl.String(),
        "is_known": pl.Boolean(),
    }
)
"""One status: as it was told, what it means, and by which rule: `config` (the source's block), `ours`
(it is one of our names), `code`, `text:RULE`, `unsure:RULE`, `unmapped`. The last two are INFO and
listed, for they are not known; `maybe` is the milestone of which the rule is not sure."""

NO_STATUS = "(empty)"
UNMAPPED = "unmapped"
UNSURE = "unsure:"
_GAP = "\x1f"
_INFO = Milestone.INFO.value


class Proposal(NamedTuple):
    """What a status most likely means, by which rule (as in `MEANT`), and whether that is sure."""

    milestone: str
    rule: str
    is_sure: bool


class StatusReader:
    """Reads the statuses of one source."""

    def __init__(self, mapping: Mapping[str, str], vocabulary: str | None) -> None:
        """`mapping` is the source's own, `vocabulary` the name of the codes, None for none."""
        self._config = WordTable(mapping)
        self._ours = WordTable({}, tuple(Milestone))
        self._reads_text = vocabulary is not None
        has_codes = vocabulary is not None and vocabulary != TEXTS
        self._codes = codes(vocabulary) if has_codes else CodeTable([])

    def read(self, status: pl.Series, text: pl.Series, side: pl.Series) -> pl.DataFrame:
        """What statuses mean.

        Args:
            status: Codes, or the only text there is.
            text: What is said beside a code; null where nothing is.
            side: origin, destination or neither: where it happened.

        Returns:
            One row of `MEANT` per status.
        """
        if status.is_empty():
            return pl.DataFrame(schema=MEANT)
        parts = pl.DataFrame({"status": status, "text": text, "side": side})
        is_plain = text.null_count() == len(text) and side.null_count() == len(side)
        joined = pl.concat_str(pl.all().fill_null(""), separator=_GAP)
        keys = status.fill_null("") if is_plain else parts.select(joined).to_series()
        words = keys.unique(maintain_order=True)
        width = parts.width
        split = [tuple((*word.split(_GAP, 2), "", "")[:width]) for word in words.to_list()]
        meant = self._meant(split)
        places = pl.int_range(len(words), dtype=pl.UInt32, eager=True)
        return meant.select(
            pl.all().gather(keys.replace_strict(words, places, return_dtype=pl.UInt32))
        )

    def _meant(self, words: Sequence[tuple[str, ...]]) -> pl.DataFrame:
        """One row of `MEANT` per status, text and side."""
        told = [(status or None, text or None, side) for status, text, side in words]
        found: Sequence[TextRule | None] = [None] * len(told)
        if self._reads_text:
            texts = [text or (spoken(status) if status else None) for status, text, _ in told]
            found = first_rules(pl.Series(texts, dtype=pl.String))
        rows = [
            self._row(status, text, side, rule)
            for (status, text, side), rule in zip(told, found, strict=True)
        ]
        return pl.DataFrame(rows, schema=MEANT, orient="row")

    def _row(
        self, status: str | None, text: str | None, side: str, rule: TextRule | None
    ) -> tuple[object, ...]:
        told = ": ".join(part for part in (status, text) if part)
        raw = mask(told) or NO_STATUS
        code = self._codes.get(status) if status else None
        own = self._own((told, raw, text, status), status if code is None else None)
        if own:
            milestone, name = own
            return (raw, milestone, *_details(code, milestone, None), name, None, True)
        if rule and rule.is_sure(side) and _is_text_better(code, rule, side):
            milestone = rule.meaning.milestone(side)
            return (
                raw,
                milestone,
                *_details(code, milestone, rule),
                f"text:{rule.name}",
                None,
                True,
            )
        if code:
            milestone = code.milestone(side)
            return (raw, milestone, *_details(code, milestone, None), "code", None, True)
        if rule:
            maybe = rule.meaning.milestone(side)
            return (raw, _INFO, None, None, False, f"{UNSURE}{rule.name}", maybe, False)
        return (raw, _INFO, None, None, False, UNMAPPED, None, False)

    def _own(self, words: Sequence[str | None], name: str | None) -> tuple[str, str] | None:
        """What the source's block makes of any of the words, or our own names of one that is no code."""
        for word in words:
            milestone = self._config.get(word) if word else None
            if milestone:
                return milestone, "config"
        ours = self._ours.get(name) if name else None
        return (ours, "ours") if ours else None


def _is_text_better(code: Meaning | None, rule: TextRule, side: str) -> bool:
    """Whether a text says better than its code what happened."""
    if code is None:
        return True
    told, said = code.milestone(side), rule.meaning.milestone(side)
    if told == said:
        return False
    if rule.corrects(told):
        return True
    is_weaker = said in {Milestone.DELIVERED, Milestone.IN_TRANSIT}
    return code.is_vague and not (is_weaker and told != _INFO)


def _details(
    code: Meaning | None, milestone: str, rule: TextRule | None
) -> tuple[str | None, str | None, bool]:
    """Reason, role, and whether it is physical: of the rule, else of the code that agrees."""
    told = rule.meaning if rule else code
    reason = (told.reason if told else None) or (code.reason if code else None)
    fits = told is not None and milestone in told.milestones
    role = told.role if told and fits else None
    physical = told.is_physical if told and fits else None
    is_default = MILESTONES[Milestone(milestone)].is_physical
    return reason, role, is_default if physical is None else physical


def propose(status: str, form: str | None = None, text: str | None = None) -> Proposal:
    """What a status most likely means, for a person to confirm.

    Args:
        status: A code, or the text of a status.
        form: A format or a vocabulary whose codes it may be one of; None: a text alone.
        text: What is said beside a code.

    Returns:
        A milestone; INFO with the rule "unmapped" where nothing is known.
    """
    return proposals([status], form, [text])[0]


def proposals(
    statuses: Sequence[str], form: str | None = None, texts: Sequence[str | None] | None = None
) -> list[Proposal]:
    """The same for many statuses at once, which takes hardly longer than for one."""
    facts = FORMATS.get(form) if form else None
    vocabulary = facts.vocabulary or TEXTS if facts else form or TEXTS
    words = pl.Series(statuses, dtype=pl.String)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(words))
    beside = nothing if texts is None else pl.Series(texts, dtype=pl.String)
    meant = StatusReader({}, vocabulary).read(words, beside, nothing)
    return [
        Proposal(
            row["maybe"] or row["milestone"],
            row["status_rule"],
            row["maybe"] is None and row["status_rule"] != UNMAPPED,
        )
        for row in meant.iter_rows(named=True)
    ]
