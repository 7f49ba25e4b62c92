"""The audit on the command line: what was done, and whether the record of it is whole."""

import json

import pytest
import sqlalchemy as sa

from workbench.bootstrap import open_workbench

pytestmark = pytest.mark.slow


@pytest.fixture
def done(workbench, attempts, profile):
    """A profile in which something was done."""
    workbench("import", attempts)
    workbench("reveal", "A1", "--purpose", "客户要求回电")
    assert workbench("audit", "verify").exit_code == 0
    return profile


def spoil(profile, sql: str) -> None:
    with open_workbench(profile) as bench, bench.audit._records.engine.begin() as connection:
        for (trigger,) in connection.execute(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql(sql)


def test_what_was_done_is_shown_newest_first(workbench, done) -> None:
    rows = json.loads(workbench("audit", "show", "--json").stdout)
    assert [row["action"] for row in rows][:2] == ["reveal", "import"]
    assert rows[0]["at"].endswith("+08:00")
    assert len(json.loads(workbench("audit", "show", "--last", "1", "--json").stdout)) == 1


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 1", "有记录被改动"),
        ("DELETE FROM audit WHERE seq = 1", "有记录被删除"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "被截断"),
    ],
)
def test_a_change_a_hole_and_a_cut_tail_end_with_1_and_are_named(workbench, done, sql, said):
    spoil(done, sql)
    told = workbench("audit", "verify")
    assert told.exit_code == 1
    assert said in told.stderr
