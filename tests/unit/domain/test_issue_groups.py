"""Groups of failures: what makes an issue come back, and where fingerprints stay."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.complaint import Severity
from workbench.domain.issue import Issue, IssuePlace, IssueState, whole_of
from workbench.domain.issue_groups import (
    SPARK_DAYS,
    Group,
    Standing,
    Tally,
    Why,
    day_of,
    escalates_at,
    grouped,
    parts_of,
    placed,
    regrouping,
    standing,
    version_key,
)

FIXED = datetime(2026, 11, 10, 12)
MINUTE = timedelta(minutes=1)
Failure = tuple[int, str | None]  # minutes after the fix, version


def issue(state: IssueState = IssueState.OPEN, issue_id: str = "I", **changes: object) -> Issue:
    made = Issue(issue_id, "I-1", "t", state, Severity.NORMAL, FIXED, "qian")
    return made.changed(**changes)


def counted(failures: list[Failure], fingerprint: str = "f") -> list[Tally]:
    """As the warehouse counts them: by version and day, in whatever order they came."""
    found: dict[tuple[str | None, int], list[datetime]] = {}
    for minutes, version in failures:
        at = FIXED + minutes * MINUTE
        found.setdefault((version, day_of(at)), []).append(at)
    return [Tally(fingerprint, v, d, len(t), min(t), max(t)) for (v, d), t in found.items()]


failures = st.lists(
    st.tuples(st.integers(-20_000, 20_000), st.sampled_from([None, "8.4.9", "8.5.0", "8.10.1"])),
    max_size=30,
)


@given(failures, st.randoms(), st.sampled_from([None, "8.5"]))
def test_a_fix_holds_exactly_until_a_later_failure_that_has_it(found, chance, version) -> None:
    fixed = issue(IssueState.FIXED, fixed_at=FIXED, fixed_version=version)
    shuffled = found[:]
    chance.shuffle(shuffled)
    later = [
        v for minutes, v in found if minutes > 0 and (version is None or v in ("8.5.0", "8.10.1"))
    ]
    for order in (found, shuffled):
        shown = standing(fixed, counted(order))
        assert (shown.state is IssueState.REOPENED) is bool(later)
        assert (shown.why is Why.SEEN_AGAIN) is bool(later)


@given(failures, failures)
def test_late_arrivals_from_before_the_fix_reopen_nothing(before, late) -> None:
    fixed = issue(IssueState.FIXED, fixed_at=FIXED)
    arrived = [(-abs(minutes), version) for minutes, version in late]
    assert (
        standing(fixed, counted(before + arrived)).state is standing(fixed, counted(before)).state
    )


@given(failures, st.integers(1, 12))
def test_what_is_ignored_comes_back_on_the_first_day_of_too_many(found, most) -> None:
    ignored = issue(IssueState.IGNORED, ignored_at=FIXED, escalates_at=most)
    days: dict[int, int] = {}
    for minutes, _ in found:
        day = day_of(FIXED + minutes * MINUTE)
        days[day] = days.get(day, 0) + 1
    over = sorted(day for day, n in days.items() if day > day_of(FIXED) and n >= most)
    shown = standing(ignored, counted(found))
    assert (shown.state is IssueState.REOPENED) is bool(over)
    if over:
        assert shown.why is Why.ESCALATED and shown.at is not None
        assert day_of(shown.at) == over[0] and shown.count == days[over[0]]


@pytest.mark.slow
@given(failures, st.sampled_from([IssueState.NEW, IssueState.OPEN, IssueState.REOPENED]))
def test_what_is_at_work_stays_as_it_is_whatever_comes(found, state) -> None:
    assert standing(issue(state), counted(found)).state is state


def test_an_issue_ignored_for_good_never_comes_back() -> None:
    ignored = issue(IssueState.IGNORED, ignored_at=FIXED)
    assert standing(ignored, counted([(9_000, None)] * 500)).state is IssueState.IGNORED


def test_a_failure_that_names_no_version_does_not_deny_a_fix_in_one() -> None:
    fixed = issue(IssueState.FIXED, fixed_at=FIXED, fixed_version="8.5")
    assert standing(fixed, counted([(5, None)])).state is IssueState.FIXED


def test_failures_without_a_time_reopen_nothing() -> None:
    fixed = issue(IssueState.FIXED, fixed_at=FIXED)
    assert standing(fixed, [Tally("f", None, None, 9, None, None)]).state is IssueState.FIXED


@pytest.mark.parametrize(
    ("per_day", "growth", "usual", "expected"),
    [(10, None, 3.0, 10), (None, 2.0, 3.2, 7), (None, 2.0, 0.0, 2), (None, None, 3.0, None)],
)
def test_a_threshold_is_a_number_or_so_many_times_the_usual(per_day, growth, usual, expected):
    assert escalates_at(per_day, growth, usual) == expected


def test_versions_sort_as_numbers() -> None:
    assert version_key("8.10") > version_key("8.9.3") > version_key("v8.9")


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdef"), max_size=6))
def test_merges_lead_to_one_issue_even_in_a_ring(merges) -> None:
    issues = {i: issue(issue_id=i, merged_into=merges.get(i)) for i in "abcdef"}
    for start in issues:
        whole = whole_of(start, issues)
        assert whole_of(whole, issues) == whole
        if issues[start].merged_into is not None:
            assert whole_of(issues[start].merged_into, issues) == whole


def test_of_a_ring_each_desk_sees_one_whole_group() -> None:
    issues = {i: issue(issue_id=i, merged_into=o) for i, o in (("a", "b"), ("b", "a"))}
    groups = grouped(counted([(1, None)]), {"f": whole_of("b", issues)}, issues)
    assert [group.key for group in groups] == ["a"] and groups[0].issue is issues["a"]


def place(fingerprint: str, issue_id: str | None, *witnesses: str) -> IssuePlace:
    return IssuePlace(fingerprint, issue_id, FIXED, "qian", witnesses)


def test_a_fingerprint_stays_where_it_was_put_by_hand() -> None:
    places = {"f": place("f", "I"), "out": place("out", None)}
    found, heirs = placed(["f", "g", "out"], places, {"I": issue()}, {})
    assert found == {"f": "I"} and heirs == {}


def test_failures_under_another_fingerprint_stay_in_their_issue() -> None:
    places = {"old": place("old", "I", "A1", "A2", "A3")}
    found, heirs = placed(
        ["new", "other"], places, {"I": issue()}, {"old": ["new", "new", "other"]}
    )
    assert found == {"new": "I"} and heirs == {"new": "old"}


def test_a_fingerprint_put_elsewhere_by_hand_inherits_nothing() -> None:
    places = {"old": place("old", "I", "A1"), "new": place("new", None)}
    found, _ = placed(["new"], places, {"I": issue()}, {"old": ["new"]})
    assert found == {}


def test_half_of_the_witnesses_are_not_most() -> None:
    places = {"old": place("old", "I", "A1", "A2")}
    found, _ = placed(["new", "other"], places, {"I": issue()}, {"old": ["new", "other"]})
    assert found == {}


def test_a_group_counts_all_its_fingerprints_and_its_last_days() -> None:
    tallies = counted([(0, None), (1, None)], "f") + counted([(-1440, "8.4")], "g")
    (group,) = grouped(tallies, {"f": "I", "g": "I"}, {"I": issue()})
    assert (group.count, group.fingerprints) == (3, ("f", "g"))
    assert len(group.spark) == SPARK_DAYS and group.spark[-2:] == (1, 2)
    assert (group.first, group.last) == (FIXED - timedelta(days=1), FIXED + MINUTE)


def test_an_issue_without_failures_is_a_group_and_a_merged_one_is_not() -> None:
    issues = {"I": issue(), "J": issue(issue_id="J", merged_into="I")}
    assert [(g.key, g.count) for g in grouped([], {}, issues)] == [("I", 0)]


def test_a_fingerprint_says_what_it_is_made_of() -> None:
    assert parts_of("v1|scheme=bank|code=05|step=bank_card") == {
        "grouping": "v1", "scheme": "bank", "code": "05", "step": "bank_card",
    }  # fmt: skip


def test_another_grouping_is_told_by_what_comes_apart_or_together() -> None:
    def groups(*keys: str, of: Issue | None = None) -> dict[str, Group]:
        standing = Standing(IssueState.NEW)
        found = {key: Group(key, (key,), 9, standing) for key in keys}
        return found | ({of.issue_id: Group(of.issue_id, ("i",), 9, standing, of)} if of else {})

    before = groups("a", "b", "c", "d", of=issue())
    after = groups("a1", "bc", "d", "i1", "i2", "i3")
    counts = [
        ("a", "a1", 3), ("b", "bc", 1), ("c", "bc", 2), ("d", "d", 4),
        ("I", "i1", 2), ("I", "i2", 2), ("I", "i3", 1), ("new", "i3", 1),
    ]  # fmt: skip
    found = regrouping(counts, before, after)
    assert (found.failures, found.before, found.after, found.renamed) == (15, 5, 6, 1)
    assert {row.was.key: row.leaving for row in found.rows} == {"I": 5, "b": 0, "c": 0}
    (own,) = [row for row in found.rows if row.was.key == "I"]
    assert [(group.key, count) for group, count in own.becomes] == [("i1", 2), ("i2", 2), ("i3", 1)]
