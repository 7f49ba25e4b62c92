"""When other rules came into use: by a publication, or by taking one back."""

from datetime import datetime, timedelta

from workbench.domain.rule_release import Release, ReleaseState, changes

DAY, BEGAN = timedelta(days=1), datetime(2026, 11, 1)


def release(version: str, serial: int, published: int | None, withdrawn: int | None = None):
    states = ReleaseState.PUBLISHED if withdrawn is None else ReleaseState.WITHDRAWN
    return Release(
        f"id-{version}", "p", version, states, "", "", "a", BEGAN, serial=serial,
        published_at=None if published is None else BEGAN + DAY * published,
        withdrawn_at=None if withdrawn is None else BEGAN + DAY * withdrawn,
    )  # fmt: skip


def test_a_rollback_brings_back_what_was_in_use_before_it() -> None:
    found = changes([release("2", 1, 3), release("3", 2, 5, 9)], "1")
    assert found == [
        (BEGAN + DAY * 3, "2", "id-2"),
        (BEGAN + DAY * 5, "3", "id-3"),
        (BEGAN + DAY * 9, "2", "id-2"),
    ]


def test_without_a_predecessor_the_shipped_rules_come_back() -> None:
    assert changes([release("2", 1, 3, 4)], "1")[-1] == (BEGAN + DAY * 4, "1", "")


def test_what_was_never_published_or_is_withdrawn_later_changes_nothing() -> None:
    assert changes([release("2", 0, None, 4)], "1") == []
    found = changes([release("2", 1, 3, 7), release("3", 2, 5)], "1")
    assert [version for _, version, _ in found] == ["2", "3"]
