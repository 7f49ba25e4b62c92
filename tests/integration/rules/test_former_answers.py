"""Yesterday's answers as a person asks for them: by attempt and time, and from an issue's evidence."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.rules.conftest import WIDER, edited
from workbench.bootstrap import Workbench
from workbench.domain.errors import BadInput
from workbench.domain.people import Role
from workbench.domain.reproduction import Why

HEADER = (
    "attempt_id,customer_id,occurred_at,channel,step,outcome,decision,error_source,error_code,"
    "http_status,credit_history_months,debt_ratio"
)
DECLINED = "h5,credit_review,failed,declined,risk,CREDIT_REJECT,200,40,0.5"
EVENTS = "kind,name,starts_at,ends_at,scope\npolicy,收紧,2026-09-01,,channel=h5\n"


def csv(folder: Path, *lines: str) -> Path:
    file = folder / f"{len(list(folder.iterdir()))}.csv"
    file.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    return file


def execute(bench: Workbench, sql: str) -> None:
    with bench.attempts._store._store.session() as session:
        session.execute(sql)


def last_change(bench: Workbench) -> datetime:
    with bench.attempts._store._store.session() as session:
        [[began]] = session.rows("SELECT MAX(began) FROM states")
    return began


@pytest.fixture
def publish(bench: Workbench, become: Callable[..., None]) -> Callable[[str], None]:
    def publish(text: str) -> None:
        become("wei")
        version = bench.rules.save(text, "").version
        bench.rules.shadow(version)
        become("fang")
        bench.rules.approve(version)
        bench.rules.publish(version)
        bench.rules.adopt()

    return publish


@pytest.mark.slow
def test_the_answer_of_each_moment_is_given_again(
    bench: Workbench, publish, become, tmp_path: Path
) -> None:
    said: list[tuple[datetime, object]] = []

    def note() -> None:
        found = bench.attempts.explain("Z1")
        told = bench.answers.proof(found), found.as_json("zh"), found.as_json("en")
        said.append((last_change(bench), told))

    bench.attempts.import_files([csv(tmp_path, f"Z1,z,2026-09-03 10:00:00,{DECLINED}")])
    note()
    (tmp_path / "events").write_text(EVENTS, "utf-8")
    bench.attempts.import_files([], events=tmp_path / "events")
    note()
    publish(edited("9.1", WIDER))
    note()
    earlier = [f"Y{n},z,2026-09-03 09:3{n}:00,{DECLINED}" for n in range(3)]
    bench.attempts.import_files([csv(tmp_path, *earlier)])
    note()
    bench.rules.rollback("zurück")
    bench.rules.adopt()
    note()
    answers = [str(told) for _, told in said]
    assert len(set(answers)) == len(answers) == 5

    become("zhang", Role.AGENT)  # who may see an answer may see a former one
    for at, told in said:
        made = bench.answers.as_of("Z1", at)
        assert made.same and made.explanation is not None
        again = made.proof, made.explanation.as_json("zh"), made.explanation.as_json("en")
        assert again == told
    spans = bench.answers.spans("Z1")
    shipped = bench.rules.shipped_version
    assert [span.rules_version for span in spans] == [shipped, "9.1", shipped, shipped]
    assert [span.why for span in spans] == [(Why.RULES,), (Why.RULES,), (Why.EVENTS,), ()]
    assert ("policy", None, "收紧") in spans[2].changed
    assert [span.until for span in spans] == [None, *(span.since for span in spans[:-1])]
    with pytest.raises(BadInput, match="attempt_not_there_then"):
        bench.answers.as_of("Z1", said[0][0] - timedelta(milliseconds=1))
    with pytest.raises(BadInput, match="not_kept_then"):
        bench.answers.as_of("Z1", datetime(2020, 1, 1))


@pytest.mark.slow
def test_an_answer_that_was_tampered_with_is_told(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "events").write_text(EVENTS, "utf-8")
    bench.attempts.import_files([csv(tmp_path, f"Z1,z,2026-09-03 10:00:00,{DECLINED}")])
    bench.attempts.import_files([], events=tmp_path / "events")
    at = last_change(bench)
    bench.attempts._store.drop_event(bench.attempts._store.events()[0])
    assert bench.answers.as_of("Z1", at).same
    for tamper, part in (
        ("policy = NULL", "cause"),
        ("policy = '收紧', reason_code = 'Q01'", "reason_code"),
    ):
        execute(bench, f"UPDATE former_answers SET {tamper}")
        made = bench.answers.as_of("Z1", at)
        assert not made.same and part in {name for name, *_ in made.differs}


def test_a_version_that_is_not_here_is_said(bench: Workbench, publish) -> None:
    publish(edited("9.1", WIDER))
    attempt, at = _failure(bench), last_change(bench)
    assert bench.answers.as_of(attempt, at).same
    execute(bench, "UPDATE states SET rules_version = '9.0' WHERE rules_version = '9.1'")
    made = bench.answers.as_of(attempt, at)
    assert made.explanation is None and made.said is not None and not made.same
    assert made.trouble == ("no_such_release", {"release": "9.0"})


@pytest.mark.slow
def test_an_issues_evidence_is_made_again_as_it_was_frozen(bench: Workbench, publish) -> None:
    issue = bench.issues.acts.create([bench.issues.board.groups()[0].key])
    publish(edited("9.1", WIDER))
    bench.issues.acts.freeze(issue.number, _failure(bench))
    made = bench.answers.evidence(issue.number)
    assert len(made) >= 2 and all(each.same for _, each in made)
    versions = {each.proof.rules_version for _, each in made}
    assert versions == {bench.rules.shipped_version, "9.1"}

    for fields in ({"debt_ratio": 0.01, "credit_history_months": 1}, {"latency_ms": 7}):
        frozen = dict(made[0][0].detail["evidence"])
        frozen["fields"] = frozen["fields"] | fields
        found = bench.answers._frozen(frozen)
        assert not found.same and "inputs_digest" in {name for name, *_ in found.differs}


@pytest.mark.slow
def test_what_was_said_leaves_with_the_customer_and_with_time(bench: Workbench, tmp_path) -> None:
    bench.attempts.import_files([csv(tmp_path, f"Z1,z,2026-09-03 10:00:00,{DECLINED}")])
    (tmp_path / "events").write_text(EVENTS, "utf-8")
    bench.attempts.import_files([], events=tmp_path / "events")
    kept = "SELECT COUNT(*) FROM former_answers WHERE attempt_key IN ({})"
    [key] = bench.attempts._store.attempt_keys(["Z1"])
    store = bench.attempts._store._store

    def count() -> tuple[int, int]:
        with store.session() as session:
            [[own]] = session.rows(kept.format(key))
            [[all_]] = session.rows("SELECT COUNT(*) FROM former_answers")
        return own, all_

    assert count()[0] == 1
    bench.custody.erase(bench.attempts.lookup("Z1").customers[0].ref, "GDPR 17")
    assert count()[0] == 0
    store.drop_older(datetime(2030, 1, 1))
    with store.session() as session:
        left = {
            table: session.rows(f"SELECT COUNT(*) FROM {table}")[0][0]
            for table in ("former_answers", "former_context")
        }
    assert left == {"former_answers": 0, "former_context": 0}


def _failure(bench: Workbench) -> str:
    with bench.attempts._store._store.session() as session:
        [[attempt]] = session.rows(
            "SELECT attempt_id FROM attempts WHERE status = 'determined' ORDER BY attempt_id LIMIT 1"
        )
    return attempt
