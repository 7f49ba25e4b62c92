"""The window: pages when first shown, one search box, files from anywhere, the way back."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMenuBar, QMessageBox, QPushButton, QWidget
from pytestqt.exceptions import capture_exceptions

from tests.ui.fakes import attempt_row, complaint
from workbench.domain.errors import BadInput
from workbench.domain.people import Person, Role
from workbench.ui.main_window import PAGES, MainWindow, PageSpec
from workbench.ui.piecemeal import Piecemeal

built: list[str] = []


class StubPage(Piecemeal):
    """A page that remembers what it was told."""

    def _made(self, desk):
        built.append(type(self).__name__)
        self.told = []
        yield
        self.attempt = None

    def retranslate(self):
        assert self.attempt is None

    def look_up(self, term):
        self.told.append(("look_up", term))

    def open_attempt(self, ref):
        self.told.append(("open_attempt", ref))

    def open_customer(self, ref):
        self.told.append(("open_customer", ref))

    def show_rows(self, where):
        self.told.append(("show_rows", where))

    def current_attempt(self):
        return self.attempt


class LookupStub(StubPage): ...


class TrendsStub(StubPage): ...


SPECS = (
    PageSpec("lookup", "account-search-outline", __name__, "LookupStub"),
    PAGES[1],
    PageSpec("trends", "chart-bar", __name__, "TrendsStub"),
    PAGES[-1],
)


@pytest.fixture
def bare(tasks, language, theme, qtbot):
    """The window before its services are open."""
    built.clear()
    window = MainWindow(tasks, language, theme, SPECS)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def window(bare, desk, tasks):
    bare.attach(desk)
    assert tasks.wait_idle()
    return bare


def in_front(window, qtbot):
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()


def test_pages_are_made_in_the_pauses_while_the_first_stays_in_front(window, qtbot):
    assert set(window._pages) == {"lookup"}
    with qtbot.waitSignal(window.ready, timeout=30_000):
        window.warming.begin(0)
    assert set(window._pages) == {"lookup", "complaints", "trends", "settings"}
    assert window.stack.currentWidget() is window._pages["lookup"]


def test_a_page_that_was_made_ahead_asks_nothing_before_it_is_shown(window, tasks, qtbot):
    with qtbot.waitSignal(window.ready, timeout=30_000):
        window.warming.begin(0)
    answers = []
    for name in ("lookup", "trends"):
        tasks.run(window._pages[name], lambda p, c, name=name: name, answers.append)
    assert tasks.wait_idle() and answers == ["lookup"]
    window.show_page("trends")
    assert tasks.wait_idle() and answers == ["lookup", "trends"]


def test_a_page_that_is_half_made_when_it_is_wanted_is_made_to_its_end(window):
    for step in window._steps_to("trends"):
        step()
        if "TrendsStub" in built:
            break
    assert "trends" not in window._pages
    page = window.show_page("trends")
    assert page.attempt is None and built.count("TrendsStub") == 1
    assert window._making == {}


def test_a_page_that_cannot_be_made_is_tried_again_when_it_is_wanted(window, monkeypatch):
    def fails(self, desk):
        yield
        raise RuntimeError("a part")

    with monkeypatch.context() as broken:
        broken.setattr(TrendsStub, "_made", fails)
        with pytest.raises(RuntimeError, match="a part"):
            window.show_page("trends")
    assert window.show_page("trends").attempt is None


def test_it_can_be_shown_before_there_is_any_data(bare, qtbot):
    bare.show()
    assert bare.stack.currentWidget() is bare._waiting
    assert bare.show_page("lookup") is None and built == []
    assert not bare.menus.actions["import"].isEnabled()


def test_pages_are_made_when_first_shown_and_kept(window):
    assert built == ["LookupStub"]
    trends = window.show_page("trends")
    assert built == ["LookupStub", "TrendsStub"]
    window.show_page("lookup")
    assert window.show_page("trends") is trends and len(built) == 2


def test_the_last_page_comes_back(bare, desk, tasks):
    desk.settings.set("last_page", "trends")
    bare.attach(desk)
    assert tasks.wait_idle()
    assert built == ["TrendsStub"]


def test_a_page_asked_for_while_opening_wins_over_the_last_one(bare, desk, tasks):
    desk.settings.set("last_page", "complaints")
    bare.show_page("trends")
    bare.attach(desk)
    assert tasks.wait_idle()
    assert built == ["TrendsStub"]


@pytest.mark.parametrize("modifier", ["ControlModifier", "AltModifier"])
def test_a_number_key_goes_to_its_page(window, qtbot, modifier):
    in_front(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_3, getattr(Qt.KeyboardModifier, modifier))
    assert isinstance(window.stack.currentWidget(), TrendsStub)


def test_enter_in_the_search_box_looks_up_from_any_page(window, qtbot):
    window.show_page("settings")
    window.top.search.setText("  138 1234 5678 ")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    page = window.stack.currentWidget()
    assert page.told == [("look_up", "138 1234 5678")]


def test_ctrl_k_puts_the_keyboard_into_the_search_box(window, qtbot):
    in_front(window, qtbot)
    window.show_page("settings")
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.top.search


def test_acts_of_one_page_reach_the_other(window, desk):
    desk.acts.open_attempt.emit("A0001")
    desk.acts.open_customer.emit("R1")
    assert window.stack.currentWidget().told == [("open_attempt", "A0001"), ("open_customer", "R1")]
    desk.acts.show_rows.emit("where")
    assert window.stack.currentWidget().told == [("show_rows", "where")]


def test_ctrl_l_logs_a_complaint_about_the_attempt_on_the_card(window, qtbot):
    in_front(window, qtbot)
    window.show_page("lookup").attempt = attempt_row(7)
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.sheet.isVisible() and window.sheet.drafts.current.attempt_id == "A0007"


def test_a_complaint_can_be_begun_where_there_is_no_attempt(window):
    window.show_page("settings")
    window.top.complaint_button.click()
    assert window.sheet.isVisibleTo(window) and window.sheet.drafts.current.attempt_id is None


def test_a_saved_complaint_can_be_shown_in_its_page(window, records, tasks, desk):
    records.complaints.append(complaint(4))
    desk.acts.open_complaint.emit("C-20261122-0004")
    assert tasks.wait_idle()
    assert window.stack.currentWidget().detail.number.text() == "C-20261122-0004"


def test_unfinished_drafts_are_offered_on_start(bare, desk, tasks):
    draft = desk.complaints.draft_from(attempt_row(2))
    desk.complaints.keep(draft.with_changes(description="cut off"))
    bare.attach(desk)
    assert tasks.wait_idle()
    assert bare.bar.label.text() == "1 unfinished draft from last time"
    bare.bar.button.click()
    assert bare.sheet.description.toPlainText() == "cut off"
    assert bare.top.drafts_button.text() == "1 unfinished draft"


def test_no_draft_no_bar(window):
    assert not window.bar.isVisibleTo(window) and not window.top.drafts_button.isVisibleTo(window)


def test_the_status_line_says_who_how_much_and_which_rules(window):
    status = window.status
    assert status.who.text() == "张敏 · Team lead" and status.sync.text() == "Local only"
    assert status.counts.text() == "3 attempts · 0 complaints" and status.rules.text() == (
        "Rules 1.0.0"
    )


def test_an_empty_store_is_welcomed(bare, desk, store, tasks):
    store.attempts.clear()
    loaded = []
    bare.attach(desk, lambda progress, cancel: loaded.append(store.attempts.append(attempt_row())))
    assert tasks.wait_idle()
    welcome = bare.stack.currentWidget()
    assert built == [] and welcome.samples.isVisibleTo(welcome)
    welcome.samples.button.click()
    assert not welcome.file.button.isEnabled()
    assert tasks.wait_idle()
    assert len(loaded) == 1 and built == ["LookupStub"]
    assert bare.status.counts.text() == "1 attempt · 0 complaints"


@pytest.mark.parametrize("fails", [False, True])
def test_after_a_first_import_the_page_comes_before_counts_which_come_even_without_it(
    bare, desk, store, tasks, monkeypatch, fails
):
    store.attempts.clear()
    bare.attach(desk)
    assert tasks.wait_idle()
    store.attempts.append(attempt_row())
    told = []
    monkeypatch.setattr(bare, "_count", lambda: tasks.run(bare, lambda *_: 1, told.append))

    def made(self, desk):
        yield
        self.attempt = None
        told.append("page")
        if fails:
            raise RuntimeError("a part")

    monkeypatch.setattr(LookupStub, "_made", made)
    with capture_exceptions() as caught:
        desk.acts.data_changed.emit()
        assert tasks.wait_idle()
    assert told == ["page", 1]
    assert [str(trouble) for _, trouble, _ in caught] == (["a part"] if fails else [])


def test_without_samples_only_the_import_is_offered(bare, desk, store, tasks, qtbot):
    store.attempts.clear()
    bare.attach(desk)
    assert tasks.wait_idle()
    welcome = bare.stack.currentWidget()
    assert not welcome.samples.isVisibleTo(welcome)
    texts = [button.text() for button in welcome.findChildren(QPushButton) if button.isEnabled()]
    assert "Choose a file…" in texts


def test_who_may_not_import_is_told_who_can(bare, desk, store, tasks):
    desk.session.person = Person("z", "王", Role.AGENT)
    store.attempts.clear()
    bare.attach(desk, lambda progress, cancel: None)
    assert tasks.wait_idle()
    welcome = bare.stack.currentWidget()
    assert not welcome.file.isVisibleTo(welcome) and not welcome.samples.isVisibleTo(welcome)
    assert welcome.lead.text().startswith("Your team lead")


def test_samples_that_fail_can_be_tried_again(bare, desk, store, tasks):
    store.attempts.clear()

    def fail(progress, cancel):
        raise BadInput("not_permitted", act="a", role="b")

    shown = []
    bare.attach(desk, fail)
    desk.acts.error.connect(shown.append)
    assert tasks.wait_idle()
    welcome = bare.stack.currentWidget()
    welcome.samples.button.click()
    assert tasks.wait_idle()
    assert [e.key for e in shown] == ["not_permitted"] and welcome.samples.button.isEnabled()


def test_loading_samples_is_told_asked_about_and_cancelled_as_an_import_is(
    bare, desk, store, tasks, language, monkeypatch, qtbot, qapp
):
    store.attempts.clear()
    release, asked, changed = threading.Event(), [], []

    def load(progress, cancel):
        release.wait(5)
        cancel.check()

    def question(*_):
        asked.append(1)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", question)
    bare.attach(desk, load)
    desk.acts.data_changed.connect(lambda: changed.append(1))
    assert tasks.wait_idle()
    bare.show()
    welcome = bare.stack.currentWidget()
    welcome.samples.button.click()
    qtbot.waitUntil(welcome.busy.isVisible)
    assert welcome.busy.label.text() == "Making sample data…"
    language.set("zh")
    qapp.processEvents()
    assert welcome.busy.label.text() == "正在生成示例数据…"
    assert not bare.close() and asked == [1]
    welcome.busy.cancel_button.click()
    release.set()
    assert tasks.wait_idle()
    assert welcome.samples.button.isEnabled() and not welcome.busy.isVisible() and not changed


def drop(window, *urls):
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_files_dropped_anywhere_go_to_the_import(window, monkeypatch):
    asked = []
    monkeypatch.setattr(window.files, "import_files", lambda paths: asked.append(list(paths)))
    drop(window, "file:///tmp/a.csv", "https://example.org/b.csv")
    assert asked == [[Path("/tmp/a.csv")]]


def test_who_may_not_import_cannot_drop_either(bare, desk, tasks, monkeypatch):
    desk.session.person = Person("z", "王", Role.AGENT)
    bare.attach(desk)
    assert tasks.wait_idle()
    asked = []
    monkeypatch.setattr(bare.files, "import_files", asked.append)
    drop(bare, "file:///tmp/a.csv")
    action = bare.menus.actions["import"]
    assert asked == [] and not action.isEnabled()
    assert action.toolTip() == "Your role does not include this."


def test_an_export_says_how_many_rows_went_where(window, store, tasks, monkeypatch, tmp_path):
    target = tmp_path / "out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(target), ""))
    window.menus.actions["export"].trigger()
    assert tasks.wait_idle()
    assert store.exported == [target]
    assert window.bar.label.text() == f"3 attempts exported to {target}"


def test_an_export_without_a_name_does_nothing(window, store, tasks, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: ("", ""))
    window.menus.actions["export"].trigger()
    assert tasks.running == 0 and store.exported == []


def test_language_and_theme_of_the_menu_are_kept_and_live(window, desk, language, theme, qapp):
    window.menus.actions["language.zh"].trigger()
    qapp.processEvents()
    assert language.current == desk.settings.get("language") == "zh"
    assert window.rail._buttons["complaints"].text() == "投诉"
    assert window.status.counts.text() == "3 条申请 · 0 件投诉"
    window.menus.actions["theme.dark"].trigger()
    assert theme.dark and desk.settings.get("theme") == "dark"


def test_a_store_that_does_not_open_says_why_and_can_be_tried_again(bare, language, qapp):
    tried = []
    bare.show_trouble(BadInput("not_permitted", act="a", role="b"), lambda: tried.append(1))
    assert bare.bar.isVisibleTo(bare) and bare._waiting.sentence.text() == (
        "The data could not be opened."
    )
    bare.bar.button.click()
    assert tried == [1]


def test_an_error_that_nobody_handles_is_said_in_the_bar(window, tasks):
    def work(progress, cancel):
        raise BadInput("not_permitted", act="a", role="b")

    tasks.run(window, work, print)
    assert tasks.wait_idle()
    assert window.bar.isVisibleTo(window) and window.bar.property("role") == "error"


def test_closing_keeps_the_place_of_the_window(window, desk):
    window.close()
    assert desk.settings.get("window_geometry")


@pytest.mark.parametrize("answer", ["Yes", "No"])
def test_closing_over_a_running_import_asks_first(window, tasks, monkeypatch, answer):
    release = threading.Event()
    asked = []

    def question(*_):
        asked.append(1)
        return getattr(QMessageBox.StandardButton, answer)

    monkeypatch.setattr(QMessageBox, "question", question)
    tasks.run(window, lambda p, c: release.wait(5), lambda _: None, writer=True)
    assert window.close() is (answer == "Yes") and asked == [1]
    release.set()
    assert tasks.wait_idle()


def test_closing_over_what_nobody_asked_for_asks_nothing(window, tasks):
    release = threading.Event()
    tasks.run(window, lambda p, c: release.wait(5), lambda _: None, writer=True, asked=False)
    assert window.close()
    release.set()
    assert tasks.wait_idle()


def test_a_closed_window_makes_no_more_pages(window):
    """What they would ask may be closed."""
    assert window.warming.waits
    assert window.close()
    assert not window.warming.waits


@pytest.mark.parametrize("place", ["complaints", "settings", "sheet", "welcome"])
def test_everything_that_takes_the_keyboard_has_a_name(
    bare, desk, records, store, tasks, qtbot, place
):
    records.complaints += [] if place == "welcome" else [complaint(1)]
    if place == "welcome":
        store.attempts.clear()
    bare.attach(desk, lambda progress, cancel: None)
    assert tasks.wait_idle()
    bare.show()
    if place == "sheet":
        bare.sheet.open_for(attempt_row())
    elif place != "welcome":
        bare.show_page(place)
    assert tasks.wait_idle()
    seen = [
        widget
        for widget in bare.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget, (StubPage, QMenuBar))
    ]
    assert len(seen) > 5
    nameless = [type(w).__name__ for w in seen if not w.accessibleName() and not hasattr(w, "text")]
    nameless += [type(w).__name__ for w in seen if not w.accessibleName() and not w.text()]
    assert nameless == []


def test_help_lists_the_keys_and_names_the_version(window, qtbot):
    from workbench.ui.dialogs.help import AboutDialog, ShortcutsDialog

    window.menus.actions["shortcuts"].trigger()
    (keys,) = window.findChildren(ShortcutsDialog)
    assert "Ctrl+L" in [label.text() for label in keys.findChildren(QLabel)]
    keys.close()
    window.menus.actions["about"].trigger()
    (about,) = window.findChildren(AboutDialog)
    assert any("Rules 1.0.0" in label.text() for label in about.findChildren(QLabel))
    about.close()


def test_the_way_back_leads_over_the_pages_that_were_open(window, qtbot):
    first = window.stack.currentWidget()
    for name in ("trends", "complaints"):
        window.show_page(name)
    window.go_back()
    assert window.stack.currentWidget() is window._pages["trends"]
    window.go_back()
    assert window.stack.currentWidget() is first
    window.go_back()
    assert window.stack.currentWidget() is first


def test_a_page_asks_for_writes_of_its_own_that_hold_up_no_closing(window, tasks):
    window.show_page("complaints")
    assert tasks.running
    assert window.close()
    assert tasks.wait_idle()
