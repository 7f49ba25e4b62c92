"""A desk remembers the head of its centre's audit."""

from typing import Any

import pytest

from tests.complaint_desk import KEY, WITNESS
from workbench.domain.errors import StoreFault
from workbench.domain.people import Person, Role
from workbench.services.centre import CentreService
from workbench.services.session import Session
from workbench.storage.records import SqlRecords
from workbench.storage.replica import SqlReplica


class Centre:
    """A chain of hashes, row 1 first."""

    def __init__(self, *chain: str) -> None:
        self.chain = list(chain)

    def audit_at(self, seq: int) -> tuple[int, str, str | None]:
        then = self.chain[seq - 1] if 0 < seq <= len(self.chain) else None
        return len(self.chain), self.chain[-1], then


@pytest.fixture
def told(tmp_path):
    path = tmp_path / "records.db"
    records = SqlRecords(path, KEY, WITNESS)
    service: Any = CentreService(
        records, Session(Person("x", "x", Role.ADMIN)), SqlReplica(records, path),
        None, None, None, None, "1",
    )  # type: ignore[arg-type]  # fmt: skip
    yield service._audit_rewritten
    records.close()


def test_a_chain_that_grew_is_the_same_and_another_one_is_told_for_good(told) -> None:
    assert not told(Centre("a"))
    assert not told(Centre("a", "b", "c"))
    assert told(Centre("a", "b", "x", "d")), "row 3 says something else"
    assert told(Centre("a")), "the tail was cut"
    assert told(Centre("a", "b", "x", "d")), "what was told first stays the evidence"
    assert not told(Centre("a", "b", "c", "d"))


def test_a_centre_of_the_version_before_is_not_asked(told) -> None:
    class Old:
        def audit_at(self, seq: int) -> None:
            raise StoreFault("centre_not_set_up", place="x")

    assert not told(Old())
