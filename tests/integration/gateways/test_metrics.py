"""Monitoring of the centre: true counts for whoever may look, and nothing but the counts."""

import psycopg
import pytest

from tests.centre import MOVES, RIGHTS, Site
from workbench.domain.complaint import UNSETTLED
from workbench.gateways.central_records import set_up
from workbench.paths import db


@pytest.fixture
def watcher(site: Site):
    """A login that is a member of workbench_metrics and of nothing else."""
    with psycopg.connect(site.url, autocommit=True) as owner:
        login = f"watcher_{site.database}"
        owner.execute(
            f"CREATE ROLE {login} LOGIN PASSWORD 'secret' IN ROLE workbench_metrics".encode()
        )
    with psycopg.connect(site.server.url_of(login, "secret", site.database), autocommit=True) as c:
        yield c


def row(connection: psycopg.Connection, view: str) -> dict[str, object]:
    cursor = connection.execute(f"SELECT * FROM records_metrics.{view}".encode())
    found = cursor.fetchone()
    assert found is not None and cursor.description is not None
    return dict(zip([column.name for column in cursor.description], found, strict=True))


def test_the_views_count_what_the_desks_did_whatever_team_it_belongs_to(
    site: Site, watcher
) -> None:
    site.boss.hello(
        epoch=None,
        cursor=0,
        mark="",
        acknowledged=0,
        waiting=3,
        app_version="9.9",
        schema_version=1,
    )
    for name, team in (("a", None), ("b", "north"), ("c", "south")):
        site.boss.send("create", name, {"number": f"N{name}", "state": "open", "team": team})
    site.boss.send("move", "a", {"state": "in_progress"}, from_state="open")
    centre = row(watcher, "centre")
    assert (centre["complaints_total"], centre["complaints_open"]) == (3, 3)
    assert (centre["people_active"], centre["desks"]) == (1, 1)
    assert centre["seq"] > 0 and centre["audit_rows"] > 0 and centre["database_bytes"] > 1e6
    desk = row(watcher, "desks")
    assert (desk["waiting"], desk["app_version"], desk["revoked"]) == (3, "9.9", False)
    assert 0 <= desk["seconds_since_seen"] < 3600 and desk["behind"] == centre["seq"]
    ops = watcher.execute("SELECT result, sum(ops) FROM records_metrics.ops_hourly GROUP BY result")
    # the first administrator's admission, three complaints; a move of what had no such state
    assert dict(ops.fetchall()) == {"applied": 4, "conflict": 1} and desk["unsettled"] == 1


@pytest.mark.parametrize("table", ["rows", "people", "devices", "ops", "audit", "counter"])
def test_who_watches_sees_no_table(watcher, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        watcher.execute(f"SELECT * FROM records.{table}".encode())


def test_a_desk_sees_no_metrics(site: Site) -> None:
    with (
        psycopg.connect(site.url_of(site.admin_login)) as desk,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        desk.execute("SELECT * FROM records_metrics.centre")


def test_setting_up_again_keeps_them_and_their_readers(site: Site, watcher) -> None:
    set_up(site.url, RIGHTS, MOVES)
    assert row(watcher, "centre")["desks"] == 1


def test_open_means_there_what_it_means_at_a_desk() -> None:
    text = (db() / "central" / "records" / "7_metrics.sql").read_text("utf-8")
    assert all(f"'{state.value}'" in text for state in UNSETTLED)
    assert "'closed'" not in text and "'draft'" not in text
