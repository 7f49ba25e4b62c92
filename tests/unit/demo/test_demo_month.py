"""The invented month: its shape, its truth, and that it tells what happened when."""

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pytest

from workbench.demo.generator import EXTRA_FIELDS, Month, generate
from workbench.demo.plan import BAD_MODEL, BAD_VERSION, Plan
from workbench.demo.story import CALLER_PHONE, CHARACTERS
from workbench.domain.attempt import ALL_FIELDS, ATTEMPT_FIELDS
from workbench.domain.masking import id_card_is_sound
from workbench.domain.taxonomy import Cause

PLAN = Plan(rows=6000)


@pytest.fixture(scope="module")
def month() -> Month:
    return generate(PLAN)


@pytest.fixture(scope="module")
def rows(month) -> list[dict]:
    columns = {name: column.to_list() for name, column in month.columns().items()}
    codes, words = month.causes()
    columns["truth"] = [None if code < 0 else words[code] for code in codes]
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def local(row: dict) -> datetime:
    return row["occurred_at"] + timedelta(hours=8)


def test_the_same_plan_gives_the_same_month_and_another_seed_another(month):
    def digest(of: Month) -> list[bytes]:
        return [column.values.tobytes() for column in of.columns().values()]

    assert digest(generate(PLAN)) == digest(month)
    assert digest(generate(Plan(rows=6000, seed=2))) != digest(month)


def test_a_month_has_every_field_and_exactly_the_rows_asked_for(month, rows):
    assert list(month.columns()) == [f.name for f in ATTEMPT_FIELDS] + list(EXTRA_FIELDS)
    assert len(month) == len(rows) == 6000
    assert len({row["attempt_id"] for row in rows}) == 6000


def test_attempts_are_in_order_of_time_and_inside_the_days_of_the_plan(rows):
    times = [local(row) for row in rows]
    assert times == sorted(times)
    assert times[0] >= PLAN.begins_at
    assert times[-1] < PLAN.begins_at + timedelta(days=PLAN.days)


def test_batches_put_together_are_the_whole_month(month):
    whole = month.columns()
    batches = list(month.batches(1700))
    assert len(batches) == 4
    for name, column in whole.items():
        assert [v for b in batches for v in b[name].to_list()] == column.to_list()


def test_coded_values_are_the_standard_ones(rows):
    for name in ("channel", "network_type", "step", "outcome", "decision", "employment_type"):
        assert {row[name] for row in rows} - {None} <= set(ALL_FIELDS[name].values)


def test_every_cause_and_every_outcome_occurs(rows):
    assert {row["truth"] for row in rows} - {None} == {cause.value for cause in Cause}
    assert {row["outcome"] for row in rows} == {"success", "failed", "pending", "abandoned"}


def test_failed_and_abandoned_attempts_have_a_cause_and_no_others_do(rows):
    for row in rows:
        assert (row["truth"] is not None) == (row["outcome"] in ("failed", "abandoned"))


def test_nobody_tries_again_after_a_success(rows):
    tries = defaultdict(list)
    for row in rows:
        tries[row["customer_id"]].append(row["outcome"])
    assert any(len(outcomes) > 3 for outcomes in tries.values())
    for outcomes in tries.values():
        assert "success" not in outcomes[:-1]


def test_people_are_clearly_invented_and_pass_the_products_own_checks(rows):
    characters = {character.phone for character in CHARACTERS}
    for row in rows:
        assert row["phone"].startswith("154") or row["phone"] in characters
        if row["id_card"] is not None:
            assert id_card_is_sound(row["id_card"])
            assert row["id_card"][2:6] == "0000"  # a province alone: no real card names one


def test_one_phone_is_one_customer(rows):
    owners = defaultdict(set)
    for row in rows:
        owners[row["phone"]].add(row["customer_id"])
    assert all(len(customers) == 1 for customers in owners.values())


def test_the_age_follows_from_the_card(rows):
    for row in rows:
        if row["id_card"] is not None:
            born = datetime.strptime(row["id_card"][6:14], "%Y%m%d")
            assert abs((local(row) - born).days / 365.25 - row["age"] - 0.5) <= 0.51


def failing(rows: list[dict], cause: Cause) -> list[dict]:
    return [row for row in rows if row["truth"] == cause]


def test_overload_happens_in_the_campaign_alone(rows):
    campaign = PLAN.campaign
    hit = failing(rows, Cause.HIGH_CONCURRENCY)
    assert len(hit) > 50
    assert all(campaign.starts_at <= local(row) < campaign.ends_at for row in hit)


def test_the_campaign_brings_several_times_the_usual_load(rows):
    def in_evening_of(day: datetime) -> int:
        return sum(day <= local(row) < day + timedelta(hours=1) for row in rows)

    begun = PLAN.campaign.starts_at
    assert in_evening_of(begun) > 4 * in_evening_of(begun - timedelta(days=7))


def test_the_policy_refuses_those_in_its_scope_from_its_first_day(rows):
    field, value = PLAN.policy.scope.split("=")
    hit = failing(rows, Cause.REGULATORY_TIGHTENING)
    assert hit
    assert all(row[field] == value and local(row) >= PLAN.policy.starts_at for row in hit)


def test_the_bad_model_refuses_sound_customers(rows):
    hit = failing(rows, Cause.RISK_MODEL_FAILURE)
    assert hit
    assert {row["risk_model"] for row in hit} == {BAD_MODEL}
    share = {
        model: np.mean([r["decision"] == "declined" for r in rows if r["risk_model"] == model])
        for model in {row["risk_model"] for row in rows}
    }
    assert share[BAD_MODEL] > 1.3 * max(v for model, v in share.items() if model != BAD_MODEL)


def test_the_bad_app_version_fails_far_more_often_than_others(rows):
    def defects(version: str) -> float:
        of_version = [row for row in rows if row["app_version"] == version]
        return len(failing(of_version, Cause.SERVICE_DEFECT)) / len(of_version)

    assert defects(BAD_VERSION) > 5 * defects("12.5.3")


def test_worse_networks_break_off_more_often(rows):
    def broken(network: str) -> float:
        on_it = [row for row in rows if row["network_type"] == network]
        return len(failing(on_it, Cause.NETWORK_INTERRUPTION)) / len(on_it)

    assert broken("3g") > 2 * broken("wifi")


def test_some_values_are_missing_but_not_in_the_story(month, rows):
    assert any(row["credit_history_months"] is None for row in rows)
    assert any(row["network_type"] is None for row in rows)
    phones = {character.phone for character in CHARACTERS}
    for row in rows:
        if row["phone"] in phones:
            assert row["credit_history_months"] is not None
            assert row["network_type"] is not None


def test_the_caller_of_the_story_has_a_timeline_that_ends_in_a_short_credit_history(rows):
    timeline = [row for row in rows if row["phone"] == CALLER_PHONE]
    assert [row["truth"] for row in timeline] == [
        "undetermined",
        "high_concurrency",
        "high_concurrency",
        "network_interruption",
        "thin_credit_history",
        "thin_credit_history",
    ]
    assert timeline[-1]["credit_history_months"] == 3
    assert local(timeline[-1]).date() == PLAN.ends_on
    assert len({row["customer_id"] for row in timeline}) == 1


@pytest.mark.parametrize(("rows", "days"), [(99, 30), (100, 13)])
def test_a_plan_too_small_for_its_story_is_refused(rows, days):
    with pytest.raises(ValueError, match="to tell its story"):
        Plan(rows=rows, days=days)


@pytest.mark.parametrize(("rows", "days"), [(100, 30), (500, 14), (3000, 90)])
def test_small_short_and_long_months_are_told_too(rows, days):
    plan = Plan(rows=rows, days=days)
    month = generate(plan)
    assert len(month) == rows
    columns = month.columns()
    assert CALLER_PHONE in columns["phone"].values
    times = [moment + timedelta(hours=8) for moment in columns["occurred_at"].to_list()]
    assert plan.begins_at <= min(times)
    assert max(times) < plan.begins_at + timedelta(days=days)
