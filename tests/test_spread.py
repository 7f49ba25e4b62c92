"""Tests that are spread over processes stay with those of their file."""

import os

import pytest

SPREAD = "PYTEST_XDIST_WORKER" in os.environ


@pytest.mark.skipif(not SPREAD, reason="all are in one process")
def test_a_test_is_named_by_the_file_that_it_stays_with(request: pytest.FixtureRequest) -> None:
    name, _, group = request.node.nodeid.rpartition("@")
    assert group == name.split("::")[0] == "tests/test_spread.py"
