import builtins

import pytest

from tallyclerk.config.models import Engine
from tallyclerk.engines import of_each
from tallyclerk.errors import ConfigError


def square(number: int) -> int:
    return number * number


def test_without_spark_the_message_says_how_to_get_it(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **more):
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match="pip install 'tallyclerk\\[spark\\]'"):
        next(of_each(square, 2, Engine(name="spark"), spread=True))


def test_this_machine_gives_what_each_part_gives_in_order():
    assert list(of_each(square, 4, Engine(), spread=False)) == [0, 1, 4, 9]
