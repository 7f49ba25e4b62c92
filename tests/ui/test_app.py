"""The start of the window, with an opener of the test's own."""

import threading
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtWidgets import QInputDialog

from tests.ui.test_main_window import SPECS
from workbench.app import WindowApp
from workbench.domain.errors import Busy, Cancelled


@pytest.fixture
def bench(desk):
    closed = []
    return SimpleNamespace(
        **vars(desk),  # every service, whatever pages there are
        close=lambda: closed.append(1),
        closed=closed,
    )


@pytest.fixture
def begin(qtbot, tmp_path):
    begun = []

    def start(opener, **options):
        app = WindowApp(opener, profile=tmp_path, pages=SPECS, **options)
        qtbot.addWidget(app.window)
        app.start(catch_crashes=False)
        begun.append(app)
        return app

    yield start
    for app in begun:
        app.close()
        app.language.set("en")
        app.theme.set_mode("light")
        app.theme.deleteLater()
        app.deleteLater()


def test_the_window_is_there_before_the_services_open_off_the_gui_thread(begin, bench, qapp, qtbot):
    seen = []

    def opener(ask, warn):
        seen.append(QThread.currentThread() is not qapp.thread())
        return bench

    app = begin(opener)
    assert app.window.isVisible() and seen == [] and app.bench is None
    with qtbot.waitSignal(app.opened):
        pass
    assert app.tasks.wait_idle()
    assert seen == [True] and app.window.show_page("lookup") is not None


def test_it_opens_in_the_language_and_theme_of_the_profile(begin, bench, qtbot):
    bench.settings.set("language", "zh")
    bench.settings.set("theme", "dark")
    app = begin(lambda ask, warn: bench)
    with qtbot.waitSignal(app.opened):
        pass
    assert app.language.current == "zh" and app.theme.dark


def test_what_the_command_line_says_wins_over_the_profile(begin, bench, qtbot):
    bench.settings.set("language", "zh")
    app = begin(lambda ask, warn: bench, lang="en", mode="light")
    with qtbot.waitSignal(app.opened):
        pass
    assert app.language.current == "en" and not app.theme.dark
    assert bench.settings.get("language") == "zh"


def test_settings_that_can_be_read_early_dress_the_window_before_it_is_shown(begin, bench):
    bench.settings.set("theme", "dark")
    app = begin(lambda ask, warn: bench, settings=bench.settings)
    assert app.theme.dark and app.bench is None
    assert app.tasks.wait_idle()


def test_a_store_in_use_is_said_and_opens_at_the_second_try(begin, bench, qtbot):
    tries = []

    def opener(ask, warn):
        tries.append(1)
        if len(tries) == 1:
            raise Busy("not_permitted", act="a", role="b")
        return bench

    app = begin(opener)
    qtbot.waitUntil(lambda: app.window.bar.isVisible())
    app.window.bar.button.click()
    with qtbot.waitSignal(app.opened):
        pass
    assert len(tries) == 2


def test_the_passphrase_is_asked_for_on_the_gui_thread(begin, bench, qapp, qtbot, monkeypatch):
    asked = []

    def get_text(*_):
        asked.append(QThread.currentThread() is qapp.thread())
        return "secret", True

    monkeypatch.setattr(QInputDialog, "getText", get_text)
    given = []

    def opener(ask, warn):
        given.append(ask())
        return bench

    app = begin(opener)
    with qtbot.waitSignal(app.opened):
        pass
    assert asked == [True] and given == ["secret"]


def test_no_passphrase_closes_the_window(begin, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("", False))
    ended = threading.Event()

    def opener(ask, warn):
        try:
            ask()
        except Cancelled:
            ended.set()
            raise

    app = begin(opener)
    qtbot.waitUntil(lambda: not app.window.isVisible())
    assert ended.is_set() and app.bench is None


def test_closing_closes_the_stores_once(begin, bench, qtbot):
    app = begin(lambda ask, warn: bench)
    with qtbot.waitSignal(app.opened):
        pass
    app.close()
    app.close()
    assert bench.closed == [1]


def test_what_the_opener_warns_of_is_shown(begin, bench, qtbot):
    def opener(ask, warn):
        warn("error.not_permitted", act="a", role="b")
        return bench

    app = begin(opener)
    qtbot.waitUntil(lambda: app.window.bar.isVisible())
    assert app.window.bar.property("role") == "warning"
    assert app.tasks.wait_idle()


def test_a_number_typed_while_the_data_open_is_looked_up_once_they_have(begin, bench, qtbot):
    release = threading.Event()

    def opener(ask, warn):
        release.wait(5)
        return bench

    app = begin(opener)
    assert app.window.focusWidget() is app.window.top.search
    qtbot.keyClicks(app.window.top.search, "13800005678")
    qtbot.keyClick(app.window.top.search, Qt.Key.Key_Return)
    with qtbot.waitSignal(app.opened):
        release.set()
    assert app.tasks.wait_idle()
    assert app.window._pages["lookup"].told == [("look_up", "13800005678")]


def test_what_is_typed_while_the_data_open_stays_under_the_hand(begin, bench, qtbot):
    release = threading.Event()

    def opener(ask, warn):
        release.wait(5)
        return bench

    app = begin(opener)
    qtbot.keyClicks(app.window.top.search, "1380000")
    with qtbot.waitSignal(app.opened):
        release.set()
    assert app.tasks.wait_idle()
    assert app.window.top.search.text() == "1380000"
    assert app.window.focusWidget() is app.window.top.search


def test_the_window_is_shown_before_services_and_stores_are_imported():
    import subprocess
    import sys

    code = (
        "import sys, workbench.app, workbench.launch; "
        "print(sorted(m for m in sys.modules if m.startswith(('workbench.services.', "
        "'workbench.storage.', 'workbench.warehouse.', 'workbench.rules.', 'workbench.bootstrap', "
        "'duckdb', 'sqlalchemy', 'pyarrow', 'numpy', 'http.', 'PySide6.QtNetwork'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
