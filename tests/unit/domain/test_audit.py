"""The chain: each hash stands for its row and for every row before it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from workbench.domain.audit import GENESIS, AuditEntry, chain_hash

ENTRY = AuditEntry(
    datetime(2026, 11, 22, 4, 0), "me", "export", "complaints", "文件.csv", {"rows": 3, "a": "b"}
)


def test_a_hash_is_the_same_on_every_machine() -> None:
    known = "ee5e5d7c30a386410290dd47964e6520473e19c87c4ca42a0b7eee1289ae845f"
    assert chain_hash(GENESIS, ENTRY) == known  # a change of form would break every stored chain


@pytest.mark.parametrize(
    "change",
    [
        {"at": ENTRY.at + timedelta(microseconds=1)},
        {"actor": "you"},
        {"action": "import"},
        {"entity": "attempts"},
        {"subject": "文件"},
        {"detail": {"rows": 4, "a": "b"}},
        {"detail": {"rows": 3}},
    ],
)
def test_any_change_of_a_row_changes_its_hash(change: dict[str, object]) -> None:
    assert chain_hash(GENESIS, replace(ENTRY, **change)) != chain_hash(GENESIS, ENTRY)


def test_a_row_hashes_differently_behind_another() -> None:
    assert chain_hash(chain_hash(GENESIS, ENTRY), ENTRY) != chain_hash(GENESIS, ENTRY)


def test_the_order_of_details_does_not_matter() -> None:
    turned = replace(ENTRY, detail={"a": "b", "rows": 3})
    assert chain_hash(GENESIS, turned) == chain_hash(GENESIS, ENTRY)
