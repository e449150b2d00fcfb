"""What is found in the data is said in the language of the page, whichever words tell it."""

import pytest

from tallyclerk.config.models import Settings
from tallyclerk.ingest.clock_findings import _WORDS, clock_findings
from tallyclerk.ingest.survey import Sign
from tallyclerk.report.reasons import finding
from tallyclerk.report.words import speaking

SIGNS = [
    Sign(
        kind=kind, source="acme", partner="acme", other_source=other, other=other, cases=1_203,
        of=4_000, shift_hours=hours, is_certain=other is None or certain, words=words,
    )
    for kind in _WORDS
    for hours in (8.0, -8.0, 0.0)
    for other, certain in ((None, True), ("nord", True), ("nord", False))
    for words in (("ACCEPTED", "RELEASED"), ("doors",))
    if kind != "order" or len(words) > 1
]  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS, ids=lambda s: f"{s.kind}{s.shift_hours:+g}")
def test_every_doubt_about_a_clock_is_said_in_german(sign: Sign) -> None:
    (found,) = clock_findings([sign], Settings().sources)
    with speaking("de"):
        told = finding(f"{found}. shipment X: 09:00, 10:00")
    assert told.startswith("acme: ")
    assert told.endswith(". shipment X: 09:00, 10:00")
    assert found.what not in told
    assert "1.203" in told
    assert finding(str(found)) == str(found)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("star: rows refused: 3,012", "star: Zeilen abgelehnt: 3.012"),
        (
            "a: in/x.csv:7: status 'In: Y' is not mapped (1,203 rows)",
            "a: in/x.csv:7: Status 'In: Y' ist nicht zugeordnet (1.203 Zeilen)",
        ),
        (
            (
                "2 of 6 couriers never send ACCEPTED and do not owe it: it is not counted against them "
                "(one, two)"
            ),
            (
                "2 von 6 (Paketdienst) senden nie ACCEPTED und schulden es nicht: es zählt nicht gegen "
                "sie (one, two)"
            ),
        ),
        ("x: y.csv: a remark of a reader: 3", "x: y.csv: a remark of a reader: 3"),
    ],
)
def test_findings_keep_their_place_and_their_cases(said: str, told: str) -> None:
    with speaking("de"):
        assert finding(said) == told
