"""`[brand]`: whose report it is, and how it looks."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from tallyclerk.config.blocks import STRICT


class Brand(BaseModel):
    """Company, logo, colour and language of the pages; none of it changes a number."""

    model_config = STRICT

    company: Annotated[str, Field(max_length=80)] = ""
    logo: str = ""
    """A PNG, JPEG or SVG file; it is carried inside the pages."""
    accent: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    """Colour of the marks that mean nothing, "#00629b"; readable on white."""
    confidentiality: Annotated[str, Field(max_length=120)] = ""
    """Mark at the head of each page: "Confidential: Example Ltd and its partners"."""
    language: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,19}$")] = "en"
    """Name of a file of labels: en, de, or one of your own (`labels/NAME.toml` in --templates)."""
