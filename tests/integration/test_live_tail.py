"""New attempts come into the open window: a file put into a folder, a row committed in PostgreSQL."""

import json
from pathlib import Path

import psycopg
import pytest
from pytestqt.qtbot import QtBot

from workbench import launch
from workbench.domain.following import Followed

HEADER = "attempt_id,customer_id,customer_name,phone,occurred_at,channel,step,outcome\n"
ROW = "{},c1,王小明,13812345678,2026-10-2{} 08:00:00,app_ios,face,failed\n"
_LONG = 60_000  # ms: a slow machine is slow


@pytest.mark.slow
def test_files_and_rows_come_into_the_open_window(
    tmp_path: Path, qtbot: QtBot, postgres_cluster, monkeypatch
) -> None:
    monkeypatch.setenv("WORKBENCH_PASSPHRASE", "a long passphrase")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PGPASSWORD", postgres_cluster.password)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "first.csv").write_text(HEADER + ROW.format("A1", 1), "utf-8")
    with psycopg.connect(postgres_cluster.url, autocommit=True) as server:
        server.execute(
            "DROP TABLE IF EXISTS live; CREATE TABLE live (id serial, attempt_id text,"
            " customer_id text, occurred_at timestamp, outcome text)"
        )
        url = postgres_cluster.url.replace(f":{postgres_cluster.password}@", "@")
        app = launch.window(tmp_path / "profile", lang="en")
        qtbot.addWidget(app.window)
        try:
            with qtbot.waitSignal(app.opened, timeout=_LONG):
                app.start(catch_crashes=False)
            assert app.tasks.wait_idle(_LONG)
            bench = app.bench
            for source in (Followed(str(folder)), Followed(url, "live", "id")):
                bench.following.keep(source)
                app.window._desk.live.start(source)
            qtbot.waitUntil(lambda: bench.attempts.span()[0] == 1, timeout=_LONG)
            app.window.look_up("13812345678")
            page = app.window.show_page("lookup")
            qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=_LONG)
            chosen = page.current_attempt().attempt_id

            with (folder / "log.csv").open("w", encoding="utf-8") as log:
                log.write(HEADER + ROW.format("A2", 2))
                log.flush()  # and it stays open
                qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=_LONG)
                log.write(ROW.format("A3", 3))
                log.flush()
                qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=_LONG)
            server.execute(
                "INSERT INTO live (attempt_id, customer_id, occurred_at, outcome)"
                " VALUES ('B1', 'c1', '2026-10-29 08:00', 'failed')"
            )
            qtbot.waitUntil(lambda: page.model.rowCount() == 4, timeout=_LONG)
            assert page.current_attempt().attempt_id == chosen
            assert "new" in app.window.follow_button.text()
        finally:
            app.close()
    kept = (tmp_path / "profile" / "settings.json").read_text("utf-8")
    assert postgres_cluster.password not in json.dumps(kept)
