"""How long a user waits for an answer that needs no data."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUNS = 9
COMMAND = Path(sys.executable).with_name("tallyclerk")


def seconds(*args):
    """Median wall time of some runs, the first of which only warms the disk's cache."""
    taken = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run([COMMAND, *args], stdout=subprocess.DEVNULL, check=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


@pytest.mark.parametrize(("args", "most"), [(["--help"], 0.1), (["kpis"], 0.3)])
def test_the_answer_comes_in_time(args, most):
    taken = seconds(*args)
    print(f"tallyclerk {' '.join(args)}: {taken:.3f} s of {most} s")  # noqa: T201
    assert taken < most
