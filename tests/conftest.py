"""Fixtures that tests of any layer share."""

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from _pytest.nodeid import NodeId
from hypothesis import settings

from tests import fresh_records, postgres
from tests import spark_cluster as spark

if TYPE_CHECKING:
    from tests.centre import Site
    from workbench.warehouse.engines.postgres import PostgresEngine
    from workbench.warehouse.engines.spark import SparkEngine

# No test fails because the machine is busy.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Where tests are spread over processes, those of a file stay together, for they share what its
    fixtures made, and all slow ones of Spark, for a second cluster would only take the first one's
    processors; but for those that a mark puts into a group of their own."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            needs = " ".join([item.name, *getattr(item, "fixturenames", ())])
            slow = item.get_closest_marker("slow") is not None
            group = "spark" if slow and "spark" in needs else item.nodeid.split("::")[0]
            item.add_marker(pytest.mark.xdist_group(group))
    yield  # pytest-xdist 3.8 writes the groups where pytest 9.2 does not look any more
    for item in items:
        if grouped := vars(item).get("_nodeid"):
            item._id = NodeId.parse(grouped)  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def whole_migration() -> Iterator[Callable[..., None]]:
    """Alembic's own way to a new records database; what tests get is made by what it came to."""
    with fresh_records.compiled_once(), fresh_records.migrated_once() as whole:
        yield whole


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """A real PostgreSQL for the whole run; skips where none is installed."""
    with postgres.cluster() as made:
        yield made


@pytest.fixture
def site(postgres_cluster: postgres.Cluster) -> "Iterator[Site]":
    """A centre of this test's own."""
    from tests.centre import Site

    made = Site(postgres_cluster)
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres_engine(postgres_cluster: postgres.Cluster) -> "Iterator[PostgresEngine]":
    from workbench.warehouse.engines.postgres import PostgresEngine

    engine = PostgresEngine(postgres_cluster.url)
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running Spark cluster of one master and two workers; skips without Spark."""
    spark.need_spark()
    with spark.standalone(tmp_path_factory.mktemp("spark")) as url:
        yield url


@pytest.fixture(scope="session")
def spark_engine(spark_cluster: str) -> "Iterator[SparkEngine]":
    from workbench.warehouse.engines.spark import SparkEngine

    engine = SparkEngine(spark_cluster)
    try:
        yield engine
    finally:
        engine.close()
