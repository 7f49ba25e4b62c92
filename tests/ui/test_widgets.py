"""Small shared widgets."""

from PySide6.QtCore import Qt

from workbench.domain.errors import NotPermitted
from workbench.domain.progress import Progress
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState
from workbench.ui.widgets.message_bar import MessageBar
from workbench.ui.widgets.search_line import SearchLine


def test_a_message_is_dismissed_by_escape_and_says_so(theme, language, qtbot):
    bar = MessageBar(theme, language)
    qtbot.addWidget(bar)
    bar.show_text("info", lambda: "Ready")
    assert bar.isVisible() and not bar.button.isVisibleTo(bar)
    with qtbot.waitSignal(bar.dismissed):
        qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_an_error_changes_its_language_with_the_window(theme, language, qtbot, qapp):
    bar = MessageBar(theme, language)
    qtbot.addWidget(bar)
    error = NotPermitted("not_permitted", act="import", role="agent")
    bar.show_error(error)
    english = bar.label.text()
    language.set("zh")
    qapp.processEvents()
    assert bar.label.text() == language.error(error) != english
    assert bar.accessibleName() == bar.label.text()


def test_the_button_of_a_message_acts_and_goes(theme, language, qtbot):
    bar, done = MessageBar(theme, language), []
    qtbot.addWidget(bar)
    bar.show_text("warning", lambda: "One draft", lambda: "Continue", lambda: done.append(1))
    bar.button.click()
    assert done == [1] and bar.isHidden()


def test_text_in_a_message_is_never_markup(theme, language, qtbot):
    bar = MessageBar(theme, language)
    qtbot.addWidget(bar)
    assert bar.label.textFormat() == Qt.TextFormat.PlainText


def test_quick_work_shows_no_busy_line(theme, language, tasks, qtbot):
    line = BusyLine(theme, language)
    qtbot.addWidget(line)
    line.watch(tasks.run(line, lambda p, c: 1, lambda _: line.done()), "Searching…")
    assert tasks.wait_idle()
    assert line.isHidden() and not line._patience.isActive()


def test_progress_is_told_in_rows_of_rows(theme, language, qtbot):
    line = BusyLine(theme, language)
    qtbot.addWidget(line)
    line.report(Progress("reading", 2500, 10_000))
    assert line.label.text().endswith("2,500 / 10,000") and line.bar.value() == 250
    line.report(Progress("reading", 2500))
    assert line.label.text().endswith("2,500") and line.bar.maximum() == 0


def test_cancel_stops_the_task_that_is_watched(theme, language, tasks, qtbot):
    import threading

    line, started = BusyLine(theme, language), threading.Event()
    qtbot.addWidget(line)

    def work(progress, cancel):
        started.set()
        while True:
            cancel.check()

    told = []
    task = tasks.run(line, work, print, cancelled=lambda: told.append("stopped"))
    line.watch(task, "Working…")
    assert started.wait(5)
    line.cancel_button.click()
    assert tasks.wait_idle()
    assert told == ["stopped"]


def test_an_empty_state_offers_its_act_only_if_it_has_one(theme, qtbot):
    done = []
    with_act, without = (
        EmptyState(theme, "magnify", lambda: done.append(1)),
        EmptyState(theme, "magnify"),
    )
    for state in (with_act, without):
        qtbot.addWidget(state)
        state.set_texts("Nothing here.", "Fill it")
    assert with_act.button.isVisibleTo(with_act) and not without.button.isVisibleTo(without)
    with_act.button.click()
    assert done == [1] and with_act.accessibleName() == "Nothing here."


def test_a_badge_says_its_word_and_hides_without_one(theme, qtbot):
    badge = Badge(theme)
    qtbot.addWidget(badge)
    badge.set_cause("High debt", "high_debt")
    with_dot = badge.sizeHint().width()
    assert badge.accessibleName() == "High debt"
    badge.set("High debt", "warning")
    assert badge.sizeHint().width() < with_dot
    badge.set("")
    assert badge.isHidden()


def test_a_search_line_tells_of_a_pause_and_of_return_but_not_of_what_was_taken(qtbot, theme):
    line = SearchLine(theme)
    qtbot.addWidget(line)
    with qtbot.waitSignal(line.settled):
        qtbot.keyClicks(line, " a")
    with qtbot.waitSignal(line.settled):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "b ")
    assert line._typing.isActive()
    assert line.take() == "ab" and not line._typing.isActive()
