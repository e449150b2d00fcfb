"""What variables of the environment say, as pydantic-settings takes their names and types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from tallyclerk.config.environment import DELIMITER, PREFIX
from tallyclerk.config.models import Settings

__all__ = ["SettingsError", "settings_in"]


class _FromEnvironment(Settings, BaseSettings):
    """The same settings, for pydantic-settings to take names and types from."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=DELIMITER)


class _Source(EnvSettingsSource):
    """Reads a given mapping, so that nothing but the caller touches the process environment."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._given = {key.lower(): value for key, value in env.items()}
        super().__init__(_FromEnvironment)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._given


def settings_in(env: Mapping[str, str]) -> dict[str, Any]:
    """The settings that some variables name, as a tree.

    Raises:
        SettingsError: A value cannot be read.
    """
    return _Source(env)()
