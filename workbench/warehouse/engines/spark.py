"""Spark as the warehouse's engine: a lake of Parquet files, read and written by a cluster.

``spark://host[:port]`` names the master of a standalone cluster, ``spark://local`` this machine
alone. The driver runs beside this process; what a site sets (memory, encryption of the wire,
authentication) it sets in Spark's own ``spark-defaults.conf``. Every worker must see the lake
under the same path.
"""

import contextlib
import importlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import parquet

from workbench.domain.errors import BadInput, Busy, Cancelled, NotPermitted, StoreFault, Usage
from workbench.warehouse.engines import Params, parquet_files
from workbench.warehouse.engines.carry import carried

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_BATCH = 65_536  # rows of a streamed batch
_PORT = 7077  # of a master that names none
_REACH, _WORKERS = 5, 60  # seconds: to answer a connection; to give us a first executor

# What makes Spark answer as DuckDB does; the rest of Spark's settings are the site's.
_SEMANTICS = {
    "spark.sql.ansi.enabled": "true",  # overflow is an error, as it is there, never a wrong number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.caseSensitive": "false",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
# What the parser learns of each statement's shape is kept for good unless told otherwise: generated
# SQL of ever new shapes fills the driver's memory (half a gigabyte after some hundred packs).
_MEMORY = {
    "spark.sql.parser.manageParserCaches": "true",
    "spark.sql.parser.parserDfaCacheFlushThreshold": "10000",  # states, of some 5 KB each
}
_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}


class SparkEngine:
    """One application on a cluster; ``session`` opens an isolated session in it.

    ``lake``: a folder whose Parquet files and folders of such files are relations of every
    session, each under its own name (``attempts``, ``events``); the files of one have the same
    columns. A process has one driver, so engines of the same ``url`` share it and the last one to
    be closed ends it.

    Raises StoreFault where pyspark or Java is missing, Busy where the cluster is out of reach or
    has no worker free, Usage for an address that is none.
    """

    indexed = False

    def __init__(self, url: str, lake: Path | None = None) -> None:
        self._lake = lake
        self._driver: _Driver | None = _Driver.shared(master_of(url))

    @contextmanager
    def session(self) -> Iterator["SparkLakeSession"]:
        if self._driver is None:
            raise StoreFault("store_closed")
        with _translated():
            session = SparkLakeSession(self._driver.spark.newSession())
        if self._lake is not None:
            for path, shape in _relations(self._lake):
                session.read_parquet(path.stem, path, shape)
        yield session

    def compact(self) -> tuple[int, int]:
        """A lake is written as a whole: it holds nothing that was deleted."""
        return 0, 0

    def close(self) -> None:
        if self._driver is not None:
            self._driver.release()
            self._driver = None


def _relations(lake: Path) -> Iterator[tuple[Path, pa.Schema]]:
    """The files and folders of a lake with their columns. Raises StoreFault('lake_damaged')."""
    try:
        for path in sorted(lake.iterdir()):
            if path.suffix == ".parquet" or (path.is_dir() and path.name[0] not in "._"):
                yield path, parquet.read_schema(parquet_files(path)[0])
    except (OSError, IndexError, pa.ArrowException):
        raise StoreFault("lake_damaged") from None


class SparkLakeSession:
    """See ``engines.Session`` and ``lake.LakeSession``."""

    def __init__(self, spark: "SparkSession") -> None:
        self._spark = spark
        self._context = spark.sparkContext
        self._group = ""  # of the running statement
        self._cancelled: set[str] = set()
        self._reached = 0.0

    def execute(self, sql: str, params: Params = ()) -> None:
        with self._statement():
            frame = self._frame(sql, params)
            if frame.columns:  # a query: run it, and bring nothing here
                frame.write.format("noop").mode("overwrite").save()

    def rows(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        """Whole numbers that are decimals to Spark (keys, sums) come as whole numbers."""
        table = self.fetch(sql, params)
        return list(zip(*(_values(column) for column in table.columns), strict=True))

    def fetch(self, sql: str, params: Params = ()) -> pa.Table:
        with self._statement():
            return self._frame(sql, params).toArrow()

    def stream(self, sql: str, params: Params = ()) -> Iterator[pa.RecordBatch]:
        """One partition at a time is held here, as rows."""
        from pyspark.sql.pandas.types import to_arrow_schema

        with self._statement():
            frame = self._frame(sql, params)
            schema = to_arrow_schema(frame.schema, timezone="UTC")
            rows: list[tuple[Any, ...]] = []
            for row in frame.toLocalIterator():
                rows.append(tuple(row))
                if len(rows) == _BATCH:
                    yield _batch(rows, schema)
                    rows = []
            if rows:
                yield _batch(rows, schema)

    def load(self, name: str, reader: pa.RecordBatchReader | pa.Table) -> None:
        """The rows go to the cluster through this process: for what fits in memory. Larger data
        belong in the lake."""
        table = reader if isinstance(reader, pa.Table) else reader.read_all()
        for at, field in enumerate(table.schema):
            if field.type == pa.uint64():  # Spark's integers have a sign
                table = table.set_column(at, field.name, table[at].cast(pa.decimal128(20, 0)))
        with self._statement():
            self._spark.createDataFrame(table).createOrReplaceTempView(_backquoted(name))

    def unload(self, name: str) -> None:
        with _translated():
            self._spark.catalog.dropTempView(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Nothing to open: the commit of a lake is the rename of a finished folder (``lake``)."""
        yield

    def snapshot(self) -> AbstractContextManager[None]:
        """A lake that was written stays as it is; a new one takes its place."""
        return contextlib.nullcontext()

    def cancel(self) -> None:
        group = self._group
        if not group:
            return
        self._cancelled.add(group)

        def stop() -> None:
            with contextlib.suppress(Exception):  # the driver may be gone: nothing runs then
                self._context._jsc.sc().cancelJobGroupAndFutureJobs(group)

        # On a connection of its own: this may be a signal handler amid a call to the driver.
        thread = threading.Thread(target=stop, daemon=True)
        thread.start()
        thread.join()

    def progress(self) -> float | None:
        """Of the tasks of the stages that are known so far; never backwards."""
        group = self._group
        if not group:
            return None
        done = total = 0
        try:
            tracker = self._context.statusTracker()
            for job in tracker.getJobIdsForGroup(group):
                info = tracker.getJobInfo(job)
                for stage in info.stageIds if info else ():
                    state = tracker.getStageInfo(stage)
                    if state is not None:
                        done += state.numCompletedTasks
                        total += state.numTasks
        except Exception:  # the driver is going down; the statement itself will say so
            return None
        if not total:
            return None
        self._reached = max(self._reached, done / total)
        return self._reached

    # what a lake needs beyond a Session
    def read_parquet(self, name: str, path: Path, shape: pa.Schema | None = None) -> None:
        """The Parquet files at or under ``path`` as relation ``name``: columns by name over all
        files, partition folders (``day=2026-11-22``) as text columns, times naive and in UTC.
        ``shape``: the columns of all of them, which spares the cluster to compare the files."""
        from pyspark.sql.pandas.types import from_arrow_schema

        with self._statement():
            reader = self._spark.read.option("mergeSchema", "true")
            if shape is not None:
                reader = reader.schema(from_arrow_schema(shape))
            frame = reader.parquet(re.sub(r"([\\{}\[\]*?,])", r"\\\1", str(path.absolute())))
            for column, kind in frame.dtypes:
                if kind == "timestamp":
                    quoted = _backquoted(column)
                    frame = frame.withColumn(column, frame[quoted].cast("timestamp_ntz"))
            frame.createOrReplaceTempView(_backquoted(name))

    def write_parquet(self, sql: str, target: Path, *, single: bool) -> None:
        """The query's rows as a new Parquet file (``single``) or a folder of them."""
        folder = target.with_name(target.name + ".parts") if single else target
        with self._statement():
            frame = self._frame(sql, ())
            frame = frame.repartition(1) if single else frame
            writer = frame.write.option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
            writer.option("compression", "zstd").parquet(str(folder.absolute()))
        if single:
            (part,) = folder.glob("part-*.parquet")
            part.replace(target)
            shutil.rmtree(folder)

    def _frame(self, sql: str, params: Params) -> "DataFrame":
        if not isinstance(params, Mapping):
            params = {f"_{number}": value for number, value in enumerate(params, 1)}
        args = {name: _bound(value) for name, value in params.items()}
        return self._spark.sql(carried(sql, "spark"), args=args or None)

    @contextmanager
    def _statement(self) -> Iterator[None]:
        """Names the jobs of one statement, so that ``cancel`` and ``progress`` find them."""
        group = self._group = uuid.uuid4().hex
        self._reached = 0.0
        try:
            with _translated():
                self._context.setJobGroup(group, "activation workbench", interruptOnCancel=True)
                yield
        except Exception:
            if group in self._cancelled:
                raise Cancelled from None
            raise
        finally:
            self._cancelled.discard(group)
            if self._group == group:
                self._group = ""


class _Driver:
    """The one Spark driver of this process: a Java process beside it, ended with the last engine."""

    _lock = threading.Lock()
    _running: "_Driver | None" = None

    def __init__(self, master: str) -> None:
        self.master = master
        self._users = 0
        self.spark = _started(master)

    @classmethod
    def shared(cls, master: str) -> "_Driver":
        with cls._lock:
            driver = cls._running
            if driver is not None and driver.spark.sparkContext._jsc.sc().isStopped():
                driver._end()  # the cluster threw us out: start over
                driver = None
            if driver is None:
                driver = cls._running = cls(master)
            if driver.master != master:
                raise Busy("spark_other_cluster", url=driver.master)
            driver._users += 1
            return driver

    def release(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                self._end()

    def _end(self) -> None:
        if _Driver._running is self:
            _Driver._running = None
        _stop(self.spark)


def master_of(url: str) -> str:
    """Spark's own name of the master that an engine's URL names. Raises Usage."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme != "spark" or parts.path not in ("", "/"):
        raise Usage("bad_spark_url", url=url)
    if host == "local" and port is None:
        return "local[*]"
    return f"spark://{f'[{host}]' if ':' in host else host}:{port or _PORT}"


def _started(master: str) -> "SparkSession":
    _need_pyspark_and_java()
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.logger import PySparkLogger
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        # Its first call would import this, which warns of a new pandas; nothing here uses one.
        warnings.simplefilter("ignore", FutureWarning)
        importlib.import_module("pyspark.testing")
    # These print every failed statement, values and all, on stderr.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True
    parts = urlsplit(master)
    loopback = parts.hostname is None  # local[*]
    if parts.hostname is not None:
        loopback = _reach(master, parts.hostname, parts.port or _PORT)
    settings = _SEMANTICS | _MEMORY | _QUIET | {"spark.app.name": "activation-workbench"}
    if loopback:
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    conf = SparkConf(loadDefaults=False).setMaster(master).setAll(list(settings.items()))
    on_main = threading.current_thread() is threading.main_thread()
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        # Java and Spark greet on stderr before any setting of theirs can hush them.
        gateway = launch_gateway(conf, {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL})
        spark = SparkSession(SparkContext(conf=conf, gateway=gateway))
    except PySparkException:
        _forget_gateway()
        raise StoreFault("spark_not_started") from None
    except Exception as error:
        _forget_gateway()
        if "py4j" in type(error).__module__:
            raise Busy("spark_out_of_reach", url=master) from None
        raise
    finally:
        if on_main:
            signal.signal(signal.SIGINT, interrupt)  # Spark takes Ctrl+C for itself
    try:
        if not master.startswith("local"):
            with _translated():
                _await_executor(spark, master)
    except BaseException:
        _stop(spark)
        raise
    return spark


def _need_pyspark_and_java() -> None:
    if importlib.util.find_spec("pyspark") is None:
        raise StoreFault("spark_no_pyspark")
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java") and not (home and shutil.which("java", path=f"{home}/bin")):
        raise StoreFault("spark_no_java")


def _reach(master: str, host: str, port: int) -> bool:
    """Whether the master is on this machine's loopback. Asked first: Spark itself would try for
    a minute before it says that nobody answers. Raises Busy."""
    try:
        with socket.create_connection((host, port), timeout=_REACH) as connection:
            return str(connection.getpeername()[0]).startswith(("127.", "::1"))
    except OSError:
        raise Busy("spark_out_of_reach", url=master) from None


def _await_executor(spark: "SparkSession", master: str) -> None:
    """Without any, the first statement would wait for ever."""
    context = spark.sparkContext._jsc.sc()
    deadline = time.monotonic() + _WORKERS
    while context.getExecutorMemoryStatus().size() < 2:  # the driver is the first of them
        if time.monotonic() > deadline or context.isStopped():
            raise Busy("spark_no_worker", url=master)
        time.sleep(0.05)


def _stop(spark: "SparkSession") -> None:
    with contextlib.suppress(Exception):  # the cluster or the driver may be gone already
        spark.stop()
    _forget_gateway()


def _forget_gateway() -> None:
    """End the driver's Java process, which Spark would leave until this process ends."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
    if gateway is None:
        return
    with contextlib.suppress(Exception):
        gateway.shutdown()
    gateway.proc.stdin.close()  # its sign to go
    try:
        gateway.proc.wait(10)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()


def _bound(value: object) -> object:
    """A value as Spark's literal: naive times are UTC, not this machine's zone; whole numbers
    beyond 63 bits are decimals."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return Decimal(value)
    return value


def _values(column: pa.ChunkedArray) -> list[Any]:
    values = column.to_pylist()
    if pa.types.is_decimal(column.type) and column.type.scale == 0:
        return [None if value is None else int(value) for value in values]
    return values


def _backquoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _batch(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


@contextmanager
def _translated() -> Iterator[None]:
    """Spark's errors into those that a person can act on; the rest are bugs and stay.

    Spark's own text is never passed on: it may quote values.
    """
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError, EOFError) as error:
        text = str(error)
        if re.search(r"SPARK_JOB_CANCELLED|cancelled (as )?part of", text):
            raise Cancelled from None
        if re.search(r"No space left|[Dd]isk quota", text):
            raise StoreFault("disk_full") from None
        if re.search(r"OutOfMemoryError|maxResultSize", text):
            raise StoreFault("out_of_memory") from None
        if re.search(r"Permission denied|AccessControlException", text):
            raise NotPermitted("store_no_permission") from None
        if re.search(r"CANNOT_MERGE_SCHEMAS|CANNOT_MERGE_INCOMPATIBLE", text):
            raise BadInput("lake_types_differ") from None
        if re.search(r"FAILED_READ_FILE|CANNOT_READ_FILE|is not a Parquet file", text):
            raise StoreFault("lake_damaged") from None
        if re.search(
            r"SparkContext was shut down|stopped SparkContext|masters are unresponsive"
            r"|Master removed our application",
            text,
        ) or isinstance(error, Py4JNetworkError | ConnectionError | EOFError):
            raise Busy("spark_lost") from None
        raise
