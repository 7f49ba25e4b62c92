"""Identifiers made on this device."""

import time
import uuid

from workbench.domain.ids import uuid7


def test_an_id_is_a_uuid_of_version_7_that_tells_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after


def test_ids_differ_within_a_millisecond() -> None:
    assert len({uuid7() for _ in range(2_000)}) == 2_000
