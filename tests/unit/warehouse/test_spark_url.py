"""What an address of a Spark cluster means."""

import pytest

from workbench.domain.errors import Usage
from workbench.warehouse.engines.spark import master_of


@pytest.mark.parametrize(
    ("url", "master"),
    [
        ("spark://10.0.0.5:7078", "spark://10.0.0.5:7078"),
        ("spark://master.bank", "spark://master.bank:7077"),
        ("spark://[::1]:7077/", "spark://[::1]:7077"),
        ("spark://local", "local[*]"),
    ],
)
def test_a_url_names_a_master(url: str, master: str) -> None:
    assert master_of(url) == master


@pytest.mark.parametrize(
    "url",
    ["spark://", "spark:local", "http://host:7077", "spark://host:99999", "spark://host/lake"],
)
def test_what_names_no_master_is_refused(url: str) -> None:
    with pytest.raises(Usage, match="bad_spark_url"):
        master_of(url)
