"""What is read out of attempts and complaints, as a person or a scheduler asks for it."""

import dataclasses
import json
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from workbench import bootstrap
from workbench.demo.files import write_samples
from workbench.domain.errors import BadInput, NotPermitted, Usage
from workbench.domain.rule_release import Release, ReleaseState

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    """Commands on a profile of one sample month; gives the exit code and what was printed."""
    folder = tmp_path_factory.mktemp("insight")

    def go(*words: object, lang: str = "en") -> tuple[int, str]:
        from workbench.cli.main import workbench as tree

        arguments = [*map(str, words), "--profile", str(folder / "profile"), "--lang", lang]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["workbench", *arguments])  # where --lang is looked for
            result = CliRunner().invoke(tree, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("WORKBENCH_PASSPHRASE", "a long passphrase")
        samples = write_samples(folder / "samples", 6000)
        with bootstrap.open_workbench(folder / "profile") as bench:
            # one opening serves all: a command neither opens nor closes the profile here
            shared = dataclasses.replace(bench, _open=ExitStack())
            patch.setattr(bootstrap, "open_workbench", lambda *_, **__: shared)
            bench.attempts.import_files([samples.attempts], events=samples.events)
            yield go


def test_incidents_are_found_listed_judged_and_named_behind_a_failure(run, tmp_path: Path) -> None:
    assert run("incidents", "find")[0] == 0
    found = json.loads(run("incidents", "list", "--json")[1])
    burst = next(i for i in found if i["cause"] == "high_concurrency")
    assert burst["failures"] > 5 * max(1, burst["usual"]) and burst["event"] == "周年庆大促"
    assert json.loads(run("incidents", "find", "--json")[1]) == []
    _, said = run(
        "incidents", "judge", burst["incident_id"], "confirmed", "--why", "sale", "--json"
    )
    assert json.loads(said)[0]["state"] == "confirmed"
    assert "real" in run("incidents", "list")[1]
    assert run("incidents", "list", "--out", tmp_path / "incidents.csv")[0] == 0
    assert "confirmed" in (tmp_path / "incidents.csv").read_text("utf-8-sig")
    code, said = run("incidents", "judge", "nowhere", "confirmed")
    assert code == BadInput.exit_code and "no incident nowhere" in said


def test_models_stand_beside_one_another_and_the_wrong_one_has_its_list(run, tmp_path) -> None:
    models = {m["model"]: m for m in json.loads(run("models", "--json")[1])}
    assert list(models) == ["rm-7.4", "rm-8.0", "rm-8.1"]
    assert [name for name, m in models.items() if m["suspected"]] == ["rm-8.0"]
    assert models["rm-8.1"]["against"] == "rm-7.4"
    assert "Suspected failure" in run("models", "--by", "province")[1]
    file = tmp_path / "wrong.csv"
    _, said = run("models", "--list", "rm-8.0", "--out", file, "--json")
    rows = json.loads(said)["rows"]
    assert (
        rows == models["rm-8.0"]["sound_declined"]["hits"] == len(file.read_text().splitlines()) - 1
    )
    assert run("models", "--out", file)[0] == Usage.exit_code
    assert run("models", "--by", "phone")[0] == Usage.exit_code


def test_the_earlier_period_is_judged_by_a_version_that_was_in_use(run) -> None:
    text = Path("resources/rules/activation.yaml").read_text("utf-8")
    text = text.replace("debt_ratio > 0.62", "debt_ratio > 0.3").replace(
        "version: 2026.11.1", "version: 2026.10.1"
    )
    at = datetime(2026, 10, 1)
    old = Release("r1", "p", "2026.10.1", ReleaseState.WITHDRAWN, text, "cases: []", "a", at,
                  published_at=at, serial=1, withdrawn_at=at + timedelta(days=9))  # fmt: skip
    with bootstrap.open_workbench() as bench:
        with bench.board._records.unit_of_work() as uow:
            uow.releases.put(old)
            uow.commit()
        assert bench.rules.earlier() == [("2026.10.1", at)]
    asked = ("drivers", "--from", "2026-11-20", "--to", "2026-11-26", "--by", "cause", "--json")
    same = json.loads(run(*asked)[1])
    told = json.loads(run(*asked, "--old-rules", "2026.10.1")[1])
    assert not any(driver["rule_version"] for driver in same)
    assert {d["slice"]["cause"] for d in told if d["rule_version"]} >= {"high_debt"}
    assert run(*asked, "--old-rules", "2026.9.9")[0] == BadInput.exit_code


def test_the_market_names_competitors_and_what_the_policy_did(run) -> None:
    told = json.loads(run("market", "--json")[1])
    assert told["competitors"][0]["exits"] > 0
    (policy,) = told["policies"]
    assert policy["scope"] == "employment_type=student" and policy["beyond"][0] > 0.1
    assert "学生群体授信收紧" in run("market", lang="zh")[1]


def test_a_forecast_without_complaints_says_what_it_needs(run) -> None:
    code, said = run("forecast")
    assert code == BadInput.exit_code and "a forecast needs 35" in said


def test_rates_beyond_their_limits_are_told(run) -> None:
    days = json.loads(run("spikes", "--rate", "--json")[1])
    assert days and all(not d["low"] <= d["rate"] <= d["high"] for d in days)
    assert run("spikes", "some.csv", "--rate")[0] == Usage.exit_code


def test_drivers_say_how_much_of_the_rate_is_mix(run) -> None:
    run("incidents", "find")
    burst = json.loads(run("incidents", "list", "--json")[1])[0]
    day = burst["start"][:10]
    said = run("drivers", "--from", day, "--to", day)[1]
    assert "Failure rate" in said and "by another mix of" in said


def test_permissions_are_asked_by_every_command(run, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise NotPermitted("not_permitted", act="x", role="y")

    monkeypatch.setattr("workbench.services.session.Session.require", refuse)
    for words in (["incidents", "list"], ["models"], ["market"], ["forecast"]):
        assert run(*words)[0] == NotPermitted.exit_code, words
