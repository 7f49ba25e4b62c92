"""Two periods of a store compared: the right slice, the right effect, the events beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.warehouse.conftest import make_pack
from workbench.domain.driver import Comparison, Driver, Effect, Period
from workbench.domain.errors import BadInput, Usage
from workbench.domain.rates import Rate
from workbench.warehouse.periods import compare, rate_change
from workbench.warehouse.store import WarehouseStore

HEADER = "attempt_id,occurred_at,channel,province,step,outcome,http_status,credit_history_months"
NOW = datetime(2026, 10, 20, 16)  # Shanghai's midnight, UTC
DAY = timedelta(days=1)
PERIODS = Period(NOW, NOW + DAY), Period(NOW - DAY, NOW)
BY = ("cause", "channel", "province")


@pytest.fixture
def fill(store: WarehouseStore, write: Callable[..., Path]):
    """Attempts as (day, channel, province, failed, succeeded[, http_status]); 0 is ``before``."""

    def go(*groups: tuple, events: str = "") -> WarehouseStore:
        lines = []
        for day, channel, province, failed, succeeded, *status in groups:
            for i in range(failed + succeeded):
                at = f"2026-10-{20 + day} {i % 24:02}:00:00"
                outcome = "failed" if i < failed else "success"
                code, months = (status[0], 99) if status else (200, 2)
                lines.append(
                    f"A{len(lines)},{at},{channel},{province},face,{outcome},{code},{months}"
                )
        path = write(*lines, header=HEADER)
        named = write(events, name="events.csv", header="kind,name,starts_at,ends_at,scope")
        store.import_files([path], events=named if events else None)
        return store

    return go


def drivers(store: WarehouseStore, by: tuple[str, ...] = BY, old=None) -> list[Driver]:
    with store.session() as session:
        return compare(session, Comparison(*PERIODS, by=by), old)


def check_sum(driver: Driver) -> None:
    parts = driver.volume + driver.mix + driver.rate + driver.rule_version
    assert parts == pytest.approx(driver.observed - driver.expected)


def test_a_version_to_which_all_moved_is_looked_past_unless_it_is_asked_for(
    store: WarehouseStore, write
) -> None:
    header = "attempt_id,occurred_at,channel,app_version,step,outcome,credit_history_months"
    lines = []
    for day, version, failures in ((20, "1.0", {"h5": 20, "app_ios": 20}),
                                   (21, "1.1", {"h5": 90, "app_ios": 20})):  # fmt: skip
        for channel, failed in failures.items():
            lines += [
                f"A{day}{channel}{i},2026-10-{day} {i % 24:02}:00:00,{channel},{version},face,"
                f"{'failed' if i < failed else 'success'},2"
                for i in range(200)
            ]
    store.import_files([write(*lines, header=header)])
    asked = Comparison(*PERIODS, by=("channel", "app_version"))
    assert store.compare(asked)[0].slice == (("app_version", "1.1"),)
    past = replace(asked, past_versions=True)
    assert store.compare(past)[0].slice == (("channel", "h5"),)
    assert [split.field for split in store.rate_change(asked).splits] == ["channel", "app_version"]
    assert [split.field for split in store.rate_change(past).splits] == ["channel"]


def test_failures_that_became_more_frequent_in_one_channel_are_its_rate(fill) -> None:
    store = fill(
        (0, "h5", "江苏", 20, 180), (0, "app_ios", "江苏", 20, 180),
        (1, "h5", "江苏", 120, 80), (1, "app_ios", "江苏", 20, 180),
    )  # fmt: skip
    first = drivers(store)[0]
    assert first.slice == (("channel", "h5"),)
    assert (first.observed, first.expected, first.contribution) == (120, 20, 100)
    assert first.effect is Effect.RATE
    assert first.rate == pytest.approx(100)
    assert not first.small
    check_sum(first)


def test_as_many_more_attempts_everywhere_are_volume(fill) -> None:
    store = fill(
        (0, "h5", "江苏", 20, 80), (0, "app_ios", "浙江", 20, 80),
        (1, "h5", "江苏", 80, 320), (1, "app_ios", "浙江", 80, 320),
    )  # fmt: skip
    (only,) = drivers(store)
    assert (only.slice, only.effect) == ((), Effect.VOLUME)
    assert only.volume == pytest.approx(120)
    check_sum(only)


def test_a_slice_with_more_of_the_attempts_at_the_same_rate_is_mix(fill) -> None:
    store = fill(
        (0, "h5", "江苏", 40, 60), (0, "app_ios", "江苏", 30, 270),
        (1, "h5", "江苏", 120, 180), (1, "app_ios", "江苏", 10, 90),
    )  # fmt: skip
    first = drivers(store)[0]
    assert (first.slice, first.effect) == ((("channel", "h5"),), Effect.MIX)
    assert first.mix == pytest.approx(80)
    assert first.rate == pytest.approx(0)
    check_sum(first)


def test_a_combination_of_two_fields_is_found(fill) -> None:
    groups = [
        (day, channel, province, 60 if day and (channel, province) == ("h5", "江苏") else 10, 90)
        for day in (0, 1)
        for channel in ("h5", "app_ios", "pc_web")
        for province in ("江苏", "浙江", "广西")
    ]
    first = drivers(fill(*groups))[0]
    assert dict(first.slice) == {"channel": "h5", "province": "江苏"}


def test_a_cause_is_a_share_of_all_attempts_around_it(fill) -> None:
    store = fill(
        (0, "h5", "江苏", 10, 190), (0, "h5", "江苏", 5, 0, 0),
        (1, "h5", "江苏", 10, 190), (1, "h5", "江苏", 80, 0, 0),
    )  # fmt: skip
    first = drivers(store)[0]
    assert first.slice == (("cause", "network_interruption"),)
    assert first.effect is Effect.RATE
    assert first.rate == pytest.approx(80 - 5 * 280 / 205)
    check_sum(first)


def test_periods_of_different_length_are_compared_by_their_rate_in_time(fill) -> None:
    store = fill((0, "h5", "江苏", 24, 24), (1, "h5", "江苏", 48, 48))
    half = Period(NOW, NOW + DAY / 2), Period(NOW - DAY, NOW)
    with store.session() as session:
        (only,) = compare(session, Comparison(*half, by=("channel",)))
    assert (only.observed, only.expected) == (24, 12)


def test_events_that_began_in_time_and_may_concern_the_slice_are_named(fill) -> None:
    store = fill(
        (0, "h5", "江苏", 20, 180), (0, "app_ios", "江苏", 20, 180),
        (1, "h5", "江苏", 120, 80), (1, "app_ios", "江苏", 20, 180),
        events="campaign,大促,2026-10-21 00:00:00,,\n"
        "incident,别处,2026-10-21 00:00:00,,channel=app_ios\n"
        "incident,此处,2026-10-21 01:00:00,,channel=h5\n"
        "policy,早先,2026-09-01 00:00:00,,\n"
        "incident,已毕,2026-10-20 01:00:00,2026-10-20 02:00:00,",
    )  # fmt: skip
    assert drivers(store)[0].events == ("大促", "此处")


def test_a_change_that_may_be_chance_is_marked_small(fill) -> None:
    store = fill((0, "h5", "江苏", 1, 9), (1, "h5", "江苏", 4, 6))
    assert [d.small for d in drivers(store)] == [True]


def test_chance_is_not_listed_beside_a_change(fill) -> None:
    store = fill(
        (0, "h5", "江苏", 20, 180), (0, "app_ios", "江苏", 3, 180),
        (1, "h5", "江苏", 120, 80), (1, "app_ios", "江苏", 6, 180),
    )  # fmt: skip
    assert [d.slice for d in drivers(store)] == [(("channel", "h5"),)]


def test_what_only_the_rule_pack_moved_is_a_rule_version_effect(fill, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.mkdir()
    old = make_pack(
        older,
        'name: test\nversion: "0"\nrules:\n'
        "  - code: Q01\n    cause: thin_credit_history\n    when: [credit_history_months < 1]\n"
        "  - code: T01\n    cause: network_interruption\n    when: [http_status = 0]\n",
    )
    store = fill((0, "h5", "江苏", 50, 150), (1, "h5", "江苏", 50, 150))
    assert drivers(store) == [], "under one pack nothing changed"
    found = {d.slice: d for d in drivers(store, old=old)}
    thin = found[(("cause", "thin_credit_history"),)]
    assert (thin.observed, thin.expected, thin.rule_version) == (50, 0, 50)
    assert thin.effect is Effect.RULE_VERSION
    for driver in found.values():
        check_sum(driver)


def test_an_empty_period_and_an_unknown_field_are_refused(fill) -> None:
    store = fill((1, "h5", "江苏", 5, 5))
    with pytest.raises(BadInput, match="empty_period"):
        drivers(store)
    with pytest.raises(Usage, match="no_such_slice"):
        drivers(store, by=("phone",))


def test_the_difference_has_the_interval_of_two_counts(fill) -> None:
    store = fill((0, "h5", "江苏", 20, 180), (1, "h5", "江苏", 120, 80))
    first = drivers(store)[0]
    reach = 1.96 * (120 + 20) ** 0.5
    assert (first.low, first.high) == pytest.approx((100 - reach, 100 + reach), rel=1e-3)


def test_only_the_attempts_asked_for_are_explained(fill) -> None:
    store = fill(
        (0, "h5", "江苏", 20, 180), (0, "app_ios", "浙江", 20, 180),
        (1, "h5", "江苏", 120, 80), (1, "app_ios", "浙江", 60, 140),
    )  # fmt: skip
    wanted = Comparison(*PERIODS, by=BY, only=(("channel", ("app_ios",)),))
    with store.session() as session:
        first = compare(session, wanted)[0]
        change = rate_change(session, wanted)
    assert (first.observed, first.expected) == (60, 20)
    assert (change.before, change.now) == (Rate(20, 200), Rate(60, 200))


def test_the_rate_of_a_cause_is_among_all_attempts(fill) -> None:
    store = fill(
        (0, "h5", "江苏", 10, 90), (0, "app_ios", "江苏", 0, 100),
        (1, "h5", "江苏", 20, 180), (1, "app_ios", "江苏", 5, 0, 0),
    )  # fmt: skip
    only = (("cause", ("thin_credit_history",)),)
    with store.session() as session:
        change = rate_change(session, Comparison(*PERIODS, by=("channel", "step"), only=only))
    assert (change.before, change.now) == (Rate(10, 200), Rate(20, 205))
    assert [split.field for split in change.splits] == ["channel"], "a step is where it ended"
    assert change.telling.mix == pytest.approx(change.now.value - change.before.value)


def test_a_period_without_attempts_has_no_rate(fill) -> None:
    store = fill((1, "h5", "江苏", 1, 1))
    with store.session() as session, pytest.raises(BadInput, match="empty_period"):
        rate_change(session, Comparison(*PERIODS))
