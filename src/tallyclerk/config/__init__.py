"""Typed settings from `config.toml`, the files it includes, and the environment."""

from tallyclerk.config.load import load
from tallyclerk.config.models import Settings

__all__ = ["Settings", "load"]
