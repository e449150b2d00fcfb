"""Phone numbers and addresses are masked in what is kept; dates, which look alike, are not."""

import pytest

from tallyclerk.ingest.privacy import mask


@pytest.mark.parametrize(
    "text",
    ["04/13/2026 10:00", "03/04/2026 10:00", "03-04-2026", "01/02/26 09:15", "2026-02-30 10:00"],
)
def test_a_date_that_was_refused_can_be_read(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("tel. 040 / 123 456", "tel. [phone]"),
        ("03/04/2026 tel 040/123456", "03/04/2026 tel [phone]"),
        ("(030) 1234567", "[phone]"),
        ("handed to jo@example.com", "handed to [e-mail]"),
    ],
)
def test_a_person_cannot_be_reached(text, kept):
    assert mask(text) == kept
