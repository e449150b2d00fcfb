"""Page models as self-contained HTML: style, fonts and drawings inside, no script, no network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from tallyclerk.report.comparison import ComparisonPage
from tallyclerk.report.model import Brief, IndexPage, PartnerPage
from tallyclerk.report.render import letters, templates


def partner_html(
    page: PartnerPage, folder: Path, *, pdf_href: str = "", index_href: str = ""
) -> str:
    """Give the scorecard of a partner as one file, with links to its PDF and the index if named."""
    return _screen(
        folder,
        "partner.html.j2",
        {"page": page, "pdf_href": pdf_href, "index_href": index_href},
    )


def brief_html(page: Brief, folder: Path) -> str:
    """Give the negotiation brief of a partner as one file."""
    return _screen(folder, "brief.html.j2", {"page": page})


def index_html(page: IndexPage, folder: Path) -> str:
    """Give the index as one file."""
    return _screen(folder, "index.html.j2", {"page": page})


def comparison_html(page: ComparisonPage, folder: Path) -> str:
    """Give a comparison as one file."""
    return _screen(folder, "comparison.html.j2", {"page": page})


def _screen(folder: Path, template: str, values: Mapping[str, object]) -> str:
    """Fill a template for a screen, with the fonts that its letters need."""
    head = getattr(values["page"], "head", None)
    sheet = style(folder) + Markup(templates.brand_css(head.brand) if head else "")  # noqa: S704
    html = templates.fill(folder, template, {**values, "style": sheet, "medium": "screen"})
    return html.replace("<style>", f"<style>{letters.faces(html, is_screen=True)}", 1)


def style(folder: Path) -> Markup:
    """Give the style of a page on screen. It is ours or the user's own: trusted, and not escaped."""
    sheets = (templates.source(folder, name) for name in ("css/page.css", "css/screen.css"))
    return Markup(templates.web_fonts() + "\n".join(sheets))  # noqa: S704
