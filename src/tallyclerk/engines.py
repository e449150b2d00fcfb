"""The same work for many parts, on this machine or on a Spark cluster (3.5, 4, Connect of 4).

Spark spreads the numbers of the parts, one to a partition, and `mapInArrow` calls the function
that the local engine calls: there is one definition of every KPI, whatever runs it. Workers read
and write the ledger themselves, which therefore lies on a path that all of them see, and hand back
only what the work gives, as bytes. A task that is run again, because its worker died, writes the
same bytes to the same names. Workers need the same tallyclerk and polars installed: a worker that has
others says so instead of counting.
"""

from __future__ import annotations

import os
import pickle
import re
import socket
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import polars as pl

from tallyclerk import __version__, workers
from tallyclerk.config.models import Engine
from tallyclerk.digests import code_digest, digest_of
from tallyclerk.errors import ConfigError
from tallyclerk.store.hashing import canary

T = TypeVar("T")
SCHEMA = "number bigint, given binary"
CONF = {"spark.sql.session.timeZone": "UTC"}
OWN_CONF = {"spark.ui.showConsoleProgress": "false", "spark.driver.maxResultSize": "0"}
"""What a Connect server, which is not our own, takes from nobody. Each bucket gives some 0.3 MB: more
than 1 GB, Spark's own limit, comes of billions of events."""
INSTALL = (
    "python3 -m pip install 'tallyclerk[spark]', or '.[spark]' in a checkout; "
    "Spark needs Java 17 besides"
)
PORTS = {"sc": 15002, "spark": 7077}
"""Where clusters take connections, by the scheme of their addresses."""
ANSWERS_WITHIN = 20
"""Seconds within which a host takes a connection, however busy it is."""
RAISED = re.compile(r"(?:\w+\.)*\w*(?:Error|Exception|Interrupt): ")
WORKERS = (
    "each worker needs the same tallyclerk and polars as here, with the extra `spark`, and sees the "
    "folder of the ledger; PYSPARK_PYTHON names their Python, here and where a Connect server is "
    "started"
)


def is_elsewhere(engine: Engine) -> bool:
    """Whether the work is done in processes that share only the disk with this one."""
    return engine.name != "local"


def of_each(work: Callable[[int], T], count: int, engine: Engine, *, spread: bool) -> Iterator[T]:
    """What some work gives for each of so many parts, in their order.

    Args:
        work: Takes the number of a part; travels to other processes with all it holds.
        count: How many parts there are.
        engine: Who does it.
        spread: Whether it is worth processes of their own, where this machine does it.

    Raises:
        ConfigError: Spark is not installed, or the cluster cannot be reached.
    """
    if not is_elsewhere(engine):
        yield from workers.of_each(work, count, spread=spread)
    elif count:
        numbers = _session(engine).range(0, count, 1, count)
        task = _task(pickle.dumps(work), installed())
        given = _collected(numbers.mapInArrow(task, SCHEMA))
        for row in sorted(given, key=lambda row: int(row["number"])):
            yield pickle.loads(zlib.decompress(row["given"]))  # noqa: S301 - of our own workers


def installed() -> dict[str, str]:
    """What must be the same wherever parts of one ledger are counted: names to versions.

    Hashes decide the bucket of a shipment, code decides its facts, and frames travel between
    processes as their polars writes them.
    """
    return {
        "tallyclerk": f"{__version__} (code {code_digest()[:8]})",
        "polars": pl.__version__,
        "hashes": digest_of(canary())[:8],
    }


def refuse_others(expected: dict[str, str]) -> None:
    """Refuse to count in a process that has other versions installed than the one that asks.

    Raises:
        ConfigError: With each of them.
    """
    own = installed()
    others = [
        f"{name} {own.get(name)}, not {version} as here"
        for name, version in expected.items()
        if own.get(name) != version
    ]
    if others:
        raise ConfigError(f"a worker has {'; '.join(others)}")


def _task(work: bytes, expected: dict[str, str]) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """What a worker runs, if what is installed there is what is expected.

    It is sent as code, not by its name, so that nothing is imported before the number of threads is
    said. Its columns stand in the order of SCHEMA, by which Spark goes.
    """

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        import os  # noqa: PLC0415
        import pickle  # noqa: PLC0415
        import zlib  # noqa: PLC0415

        # One task, one thread: the cluster has as many tasks as it has cores.
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
        import pyarrow as pa  # noqa: PLC0415

        from tallyclerk.engines import refuse_others  # noqa: PLC0415

        refuse_others(expected)
        for batch in batches:
            for number in batch.column(0).to_pylist():
                # Names and ids repeat: a sixth is sent, for hardly any time.
                given = zlib.compress(pickle.dumps(pickle.loads(work)(number)), 1)  # noqa: S301
                columns = [pa.array([number], pa.int64()), pa.array([given], pa.binary())]
                yield pa.RecordBatch.from_arrays(columns, ["number", "given"])

    return run


def _collected(frame: Any) -> list[Any]:
    """All rows that the workers give.

    Raises:
        ConfigError: A worker cannot run a task at all, or lost it more often than Spark bears.
    """
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        return list(frame.collect())
    except PySparkException as error:
        raise ConfigError(
            f"Spark's workers cannot count ({_reason(error)})", where="engine", how=WORKERS
        ) from error


def _reason(error: Exception) -> str:
    """The line of an error that says why: the last one of a worker's traceback, else the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    raised = [line for line in lines if RAISED.match(line)]
    return (raised or lines or [type(error).__name__])[-1 if raised else 0]


def _session(engine: Engine) -> Any:
    """The session of the configured cluster, or the one that is already there.

    Workers run the Python that stands where this one does, unless PYSPARK_PYTHON says otherwise.
    """
    where = "engine.remote" if engine.remote else "engine.master"
    if not _answers(engine.remote or engine.master or ""):
        raise ConfigError(
            f"nothing answers at {engine.remote or engine.master}",
            where=where,
            how="check the address, that the cluster runs, and that it is reached from here",
        )
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError("Spark is not installed", where="engine.name", how=INSTALL) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("tallyclerk")
    if engine.remote:
        builder = builder.remote(engine.remote)
    elif engine.master:
        builder = builder.master(engine.master)
    own = {} if engine.remote else OWN_CONF
    for name, value in {**CONF, **own, **engine.options}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:  # of Spark's many classes, Java's among them, none is promised
        raise ConfigError(
            f"Spark cannot be started ({_reason(error)})",
            where=where,
            how="check that the cluster runs and is reached from here; Spark needs Java 17",
        ) from error


def _answers(url: str) -> bool:
    """Whether a cluster can be there at all: Spark itself would try for minutes.

    Several masters (`spark://A:7077,B:7077`) stand in for each other. What is reached in another
    way (yarn, k8s, a proxy) is left to Spark.
    """
    from urllib.request import getproxies  # noqa: PLC0415 - only a cluster needs it

    scheme, _, rest = url.partition("://")
    if scheme not in PORTS or (scheme == "sc" and getproxies()):
        return True
    return any(map(partial(_is_open, PORTS[scheme]), rest.partition("/")[0].split(",")))


def _is_open(default: int, address: str) -> bool:
    """Whether a host takes connections at its port, or that of its kind."""
    try:
        split = urlsplit(f"//{address}")
        to = (split.hostname or "", split.port or default)
        with socket.create_connection(to, timeout=ANSWERS_WITHIN):
            return True
    except (OSError, ValueError):
        return False
