"""A real Spark cluster for tests: one master and two workers, processes on loopback."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from workbench.bench.watch import ended_with_us

_READY = 60  # seconds for a master or a worker to say that it is there
# Small enough for a machine with two cores that does other things too. No process lives long enough
# for its best machine code, which costs more than all the rest, to be worth making.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_SETTINGS = f"""\
spark.driver.memory 768m
spark.executor.memory 700m
spark.driver.extraJavaOptions {_JAVA}
spark.executor.extraJavaOptions {_JAVA}
spark.sql.shuffle.partitions 4
spark.default.parallelism 4
"""


class Daemon:
    """A master or worker; what it says on stderr is read to the end, so that it never blocks."""

    def __init__(self, kind: str, *arguments: str, folder: Path) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        environment = os.environ | {
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "192m",
            "SPARK_DAEMON_JAVA_OPTS": _JAVA,
            "SPARK_CONF_DIR": str(folder),
            "SPARK_LOCAL_DIRS": str(folder),
            "SPARK_WORKER_DIR": str(folder / "work"),
        }
        self._said: list[str] = []
        self._news = threading.Condition()
        self._process = subprocess.Popen(
            [
                str(home / "bin" / "spark-class"),
                f"org.apache.spark.deploy.{kind.lower()}.{kind}",
                *("--host", "127.0.0.1", "--port", "0", "--webui-port", "0", *arguments),
            ],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # its executors are in its group: one signal reaches all
        )
        self._watched = ExitStack()
        self._watched.enter_context(ended_with_us("kill", "-KILL", "--", f"-{self._process.pid}"))
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._news:
                self._said.append(line)
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def said(self, pattern: str, times: int = 1) -> str:
        """The first group of the ``times``-th line that matches, as soon as it is there."""

        def found() -> list[re.Match[str]]:
            return [m for line in self._said if (m := re.search(pattern, line))]

        with self._news:
            self._news.wait_for(
                lambda: len(found()) >= times or self._process.poll() is not None, _READY
            )
            matches = found()
            assert len(matches) >= times, "".join(self._said[-30:])
            return matches[times - 1].group(1)

    def stop(self) -> None:
        """End it and all that it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sign)
                self._process.wait(15)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()
        self._watched.close()
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()


@contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[str]:
    """A running cluster; gives the master's URL. Its drivers in this process are kept small."""
    (folder / "spark-defaults.conf").write_text(_SETTINGS, "utf-8")
    before = os.environ.get("SPARK_CONF_DIR")
    os.environ["SPARK_CONF_DIR"] = str(folder)
    with ExitStack() as running:
        try:
            master = Daemon("Master", folder=folder)
            running.callback(master.stop)
            url = master.said(r"Starting Spark master at (spark://\S+)")
            for number in range(workers):
                home = folder / f"worker{number}"
                home.mkdir()
                shutil.copy(folder / "spark-defaults.conf", home)
                worker = Daemon("Worker", "--cores", "1", "--memory", "1g", url, folder=home)
                running.callback(worker.stop)
            master.said(r"Registering worker (\S+)", times=workers)
            yield url
        finally:
            os.environ.pop("SPARK_CONF_DIR")
            if before is not None:
                os.environ["SPARK_CONF_DIR"] = before


def need_spark() -> None:
    """Skip, with the reason, where there is no Spark; fail instead where there must be one."""
    missing = None
    if importlib.util.find_spec("pyspark") is None:
        missing = "pyspark is not installed"
    elif shutil.which("java") is None:
        missing = "there is no Java"
    if missing is None:
        return
    if os.environ.get("WORKBENCH_REQUIRE_SPARK") == "1":
        pytest.fail(f"WORKBENCH_REQUIRE_SPARK=1, but {missing}")
    pytest.skip(f"{missing}: no Spark cluster to test on")
