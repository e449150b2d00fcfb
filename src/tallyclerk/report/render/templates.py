"""Finds the templates and fills them: every value is cleaned and escaped, none may be missing."""

from __future__ import annotations

import base64
import re
import traceback
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from tallyclerk.errors import ConfigError
from tallyclerk.report.bundled import bundled_templates, font_file
from tallyclerk.report.head import Brand
from tallyclerk.report.text import clean
from tallyclerk.report.words import language, say

FONTS = {400: "TallyclerkSans-Regular", 600: "TallyclerkSans-SemiBold"}
FAMILY = "Tallyclerk Sans"
FONT_SCHEME = "bundled:"
"""Before the name of a font that a page names and does not carry."""
DRAWN = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
"""A drawing of ours that a page carries, see `as_image`; its text needs letters too."""


@lru_cache(maxsize=4)
def environment(folder: Path) -> jinja2.Environment:
    """Give an environment in which the user's folder goes before the bundled one."""
    loaders = [jinja2.FileSystemLoader(f) for f in dict.fromkeys((folder, bundled_templates()))]
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["t"] = say
    made.globals["language"] = language
    made.filters["bdi"] = isolated
    made.filters["svg"] = Markup  # only ever applied to drawings we made ourselves
    made.filters["image"] = as_image
    return made


def as_image(drawing: str, alt: str) -> Markup:
    """Carry a drawing inside the page as an image: paper needs no elements, and images are faster.

    Args:
        drawing: An SVG of ours.
        alt: What it says, for who cannot see it.
    """
    if not drawing:
        return Markup()
    if "xmlns=" not in drawing[:200]:
        drawing = drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    data = base64.b64encode(drawing.encode()).decode()
    return Markup('<img alt="{}" src="data:image/svg+xml;base64,{}">').format(alt, data)


def isolated(text: object) -> Markup | str:
    """Keep right-to-left text from rearranging what stands beside it; other text stays as it is."""
    words = clean(str(text))
    if words.isascii() or not any(unicodedata.bidirectional(c) in {"R", "AL"} for c in words):
        return words
    return Markup("<bdi>{}</bdi>").format(words)


def _finalize(value: object) -> object:
    return clean(value) if type(value) is str else value


def source(folder: Path, name: str) -> str:
    """Give the text of a file of the templates, the user's before the bundled one."""
    found = environment(folder).loader
    assert found is not None  # noqa: S101 - set above
    return found.get_source(environment(folder), name)[0]


@lru_cache(maxsize=1)
def web_fonts() -> str:
    """Give the style rules that carry the fonts inside the page."""
    rules = []
    for weight, name in FONTS.items():
        data = base64.b64encode(font_file(f"{name}.woff2").read_bytes()).decode()
        url = f"url(data:font/woff2;base64,{data}) format('woff2')"
        rules.append(f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:{url}}}")
    return "".join(rules)


def brand_css(brand: Brand) -> str:
    """Give the style rule of a brand's colours; "" where it has none."""
    rules = "".join(f"--{name}:{colour};" for name, colour in brand.colours.items())
    return f":root{{{rules}}}" if rules else ""


def fill(folder: Path, template: str, values: Mapping[str, object]) -> str:
    """Fill one template.

    Raises:
        ConfigError: A template cannot be used; the error names file and line.
    """
    try:
        return environment(folder).get_template(template).render(values)
    except jinja2.TemplateError as error:
        raise _mistake(error, folder, template) from error


def check(folder: Path, template: str) -> None:
    """Read a template of the user.

    Raises:
        ConfigError: It cannot be used; the error names file and line.
    """
    try:
        environment(folder).get_template(template)
    except jinja2.TemplateError as error:
        raise _mistake(error, folder, template) from error


def _mistake(error: jinja2.TemplateError, folder: Path, template: str) -> ConfigError:
    """Say in which line of which template a mistake is."""
    place = f"{folder / template}"
    if isinstance(error, jinja2.TemplateSyntaxError):
        place = f"{error.filename or place}:{error.lineno}"
    else:
        frames = traceback.extract_tb(error.__traceback__)
        inside = [frame for frame in frames if frame.filename.endswith((".j2", ".html"))]
        if inside:
            place = f"{inside[-1].filename}:{inside[-1].lineno}"
    return ConfigError(
        f"the template cannot be filled: {error.message or type(error).__name__}",
        where=place,
        how="mend the line, or take it anew from the templates that come with tallyclerk",
    )
