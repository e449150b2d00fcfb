"""A standalone Spark cluster on loopback: a master and two workers as processes of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession

from tallyclerk.config.models import Engine

HOME = Path(pyspark.__file__).parent
IS_OLD = pyspark.__version__.startswith("3.")
STARTS_WITHIN = 120
HOST = "127.0.0.1"


def pytest_configure(config) -> None:
    """Spark 3.5 warns of its own imports and sockets."""
    if IS_OLD:
        config.addinivalue_line("filterwarnings", "default")


def free_port() -> int:
    with socket.socket() as given:
        given.bind((HOST, 0))
        return given.getsockname()[1]


class Cluster:
    """The processes of a cluster, each with a group of its own, so that all of it can be killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.workers: list[subprocess.Popen] = []
        self._master = self._start("master.Master", "--host", HOST, "--port", str(self._port))
        self._wait()

    @property
    def url(self) -> str:
        return f"spark://{HOST}:{self._port}"

    @property
    def engine(self) -> Engine:
        options = {
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            "spark.ui.enabled": "false",
            "spark.executor.cores": "1",
            "spark.executor.memory": "512m",
            "spark.network.timeout": "60s",
            "spark.executor.heartbeatInterval": "5s",
        }
        return Engine(name="spark", master=self.url, options=options)

    def add_worker(self) -> None:
        args = ("--host", HOST, "--cores", "1", "--memory", "1g", self.url)
        self.workers.append(self._start("worker.Worker", *args))

    def kill_worker(self) -> None:
        """A worker with its executors, at once."""
        worker = self.workers.pop(0)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def close(self) -> None:
        for process in (*self.workers, self._master):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, kind: str, *args: str) -> subprocess.Popen:
        log = self._folder / f"{kind}-{len(self.workers)}.log"
        environ = {
            **os.environ,
            "SPARK_HOME": str(HOME),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_WORKER_DIR": str(self._folder / "work"),
            "PYSPARK_PYTHON": sys.executable,
        }
        command = [str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}"]
        with log.open("wb") as told:
            return subprocess.Popen(
                [*command, "--webui-port", "0", *args],
                env=environ,
                stdout=told,
                stderr=told,
                start_new_session=True,
            )

    def _wait(self) -> None:
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends:
            with suppress(OSError), socket.create_connection((HOST, self._port), timeout=1):
                return
            time.sleep(0.2)
        pytest.fail(
            f"the master did not start: {(self._folder / 'master.Master-0.log').read_text()}"
        )


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """A master with two workers."""
    if shutil.which("java") is None:
        pytest.skip("no Java here")
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    patch = pytest.MonkeyPatch()
    patch.setenv("PYSPARK_PYTHON", sys.executable)
    try:
        made.add_worker()
        made.add_worker()
        yield made
    finally:
        session = SparkSession.getActiveSession()
        if session is not None:
            with suppress(Exception):
                session.stop()
        made.close()
        patch.undo()
