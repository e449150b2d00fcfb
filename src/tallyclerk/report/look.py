"""The user's own look: logo, colours, company, language, and templates that go before ours."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from tallyclerk.config.brand import Brand as Block
from tallyclerk.errors import ConfigError, UsageError
from tallyclerk.report import words
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.head import Brand
from tallyclerk.report.render import templates

MOST_LOGO_BYTES = 200_000
KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""By the first bytes of a file."""
LINEAR_BELOW = 0.04045
"""Below it a part of a colour is in proportion to its light."""
LEAST_CONTRAST = 4.5
"""Of text on white, by WCAG 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How pages look and which language they speak.

    Attributes:
        brand: Whose report it is.
        language: Name of the catalogue of labels.
        templates: Folder of templates that go before the bundled ones.
    """

    brand: Brand = field(default_factory=Brand)
    language: str = words.ENGLISH
    templates: Path = field(default_factory=bundled_templates)

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Speak its language."""
        with words.speaking(self.language, self.templates):
            yield


OURS = Look()
"""The look of pages without a `[brand]`."""


def look_of(block: Block, base: Path, folder: Path | None) -> Look:
    """Read what a look needs, and check that pages can be made with it.

    Args:
        block: `[brand]` of the configuration.
        base: What its paths are relative to.
        folder: The user's templates, None for ours.

    Raises:
        ConfigError: The logo, a colour, the language or a template cannot be used.
        UsageError: The folder has no template.
    """
    if folder is not None:
        _check_templates(folder)
    colours = {"accent": block.accent} if block.accent else {}
    for name, colour in colours.items():
        _check_contrast(name, colour)
    words.catalogue(block.language, folder)
    brand = Brand(
        company=block.company,
        confidentiality=block.confidentiality,
        logo=_logo(base / block.logo) if block.logo else "",
        colours=colours,
    )
    return Look(brand=brand, language=block.language, templates=folder or bundled_templates())


def _check_templates(folder: Path) -> None:
    ours = {str(file.relative_to(bundled_templates())) for file in _files(bundled_templates())}
    found = {str(file.relative_to(folder)) for file in _files(folder)} if folder.is_dir() else set()
    known = found & ours | {name for name in found if name.startswith("labels/")}
    if not known:
        raise UsageError(
            "no template is in the folder that --templates names",
            where=str(folder),
            how=f"copy one from {bundled_templates()} under its own name, and change it",
        )
    for name in sorted(known):
        if name.endswith(".j2"):
            templates.check(folder, name)


def _files(folder: Path) -> Iterator[Path]:
    kinds = (".j2", ".css", ".toml")
    yield from (file for file in sorted(folder.rglob("*")) if file.suffix in kinds)


def _logo(file: Path) -> str:
    """Give a picture as data, so that a page needs no other file."""
    how = "name a PNG, JPEG or SVG file of at most 200 kB"
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"brand.logo cannot be read: {error.strerror}", where=str(file), how=how
        ) from error
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None and b"<svg" in content[:1000]:
        kind = "image/svg+xml"
        _check_svg(file, content)
    if kind is None or len(content) > MOST_LOGO_BYTES:
        raise ConfigError("brand.logo is no picture for a page", where=str(file), how=how)
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _check_svg(file: Path, content: bytes) -> None:
    """Read a drawing once, for pages would leave out in silence what is none."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(content, True)  # noqa: FBT003 - it takes no name
    except expat.ExpatError as error:
        raise ConfigError(
            f"brand.logo is no SVG: {expat.ErrorString(error.code)}",
            where=f"{file}:{error.lineno}",
            how="export the logo anew, or name a PNG or JPEG file",
        ) from error


def contrast(colour: str) -> float:
    """Give the contrast of a colour ("#00629b") with white, as WCAG 2 defines it: 1 to 21."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _check_contrast(name: str, colour: str) -> None:
    found = contrast(colour)
    if found < LEAST_CONTRAST:
        raise ConfigError(
            f"brand.{name} = {colour!r} has a contrast of {found:.1f} with white",
            how=f"choose a darker colour, with at least {LEAST_CONTRAST}",
        )
