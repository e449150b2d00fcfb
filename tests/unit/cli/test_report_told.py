"""What `tallyclerk report` says when it is done."""

from pathlib import Path

from tallyclerk.cli.commands.report import told
from tallyclerk.report.write import ReportOutcome


def test_partners_without_a_pdf_are_said_and_how_they_get_one():
    outcome = ReportOutcome(
        folder=Path("reports/2026-10"),
        pages=("send/a/a.html", "send/b/b.html", "send/b/b.pdf"),
        failures=(),
        without_pdf=1,
    )
    said = told(outcome, frozenset({"html", "pdf"}), 30)
    assert "scorecards: 2 HTML and 1 PDF\n" in said
    assert "no PDF: 1 partner below 30 shipments (run.small_partner_shipments)" in said
    assert "--partner ID draws one" in said
