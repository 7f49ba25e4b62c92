"""Notices come at the right moment, in the tray or the bar, and a click opens what they are about."""

from datetime import datetime

import pytest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QVBoxLayout, QWidget

from workbench.domain.notice import Notice, NoticeKind
from workbench.domain.work_queue import ListQuery
from workbench.ui.notices import Notices
from workbench.ui.pages.settings import SettingsPage
from workbench.ui.tray import Tray
from workbench.ui.widgets.message_bar import MessageBar

OVER = Notice(NoticeKind.OVER, ("over/1",), ("C-20261122-0001",), ListQuery(owner="zhang"))
TWO = Notice(NoticeKind.NEAR, ("near/1", "near/2"), ("a", "b"), ListQuery(owner="zhang"))
BURST = Notice(NoticeKind.INCIDENT, ("incident/1",), cause="high_concurrency")
CALL = Notice(NoticeKind.CALLBACK, ("callback/1",))
NOON = datetime(2026, 11, 22, 4, 0)  # UTC


class Service:
    """What waits until it is taken."""

    def __init__(self, *notices: Notice) -> None:
        self.notices = list(notices)

    def waiting(self, *, calls: bool = True) -> list[Notice]:
        return [n for n in self.notices if calls or n.kind is not NoticeKind.CALLBACK]

    def take(self, notices: list[Notice]) -> list[Notice]:
        own = [n for n in notices if n in self.notices]
        self.notices = [n for n in self.notices if n not in own]
        return own


class FakeTray:
    def __init__(self, *, there: bool) -> None:
        self.there, self.told, self.click = there, [], None

    def tell(self, title, text, clicked) -> None:
        self.told.append((title, text))
        self.click = clicked

    def close(self) -> None: ...


class Heard:
    def __init__(self, desk) -> None:
        self.all: list[object] = []
        desk.acts.open_complaint.connect(self.all.append)
        desk.acts.show_complaints.connect(self.all.append)
        desk.acts.show_incidents.connect(lambda: self.all.append("incidents"))


@pytest.fixture
def window(qtbot, desk):
    made = QMainWindow()
    inside = QWidget(made)
    made.field = QLineEdit(inside)
    made.bar = MessageBar(desk.theme, desk.language, inside)
    column = QVBoxLayout(inside)
    column.addWidget(made.bar)
    column.addWidget(made.field)
    made.setCentralWidget(inside)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def notices(window, desk, tasks):
    """``notices(tray there?, *waiting)`` begins to tell; the clock stands at noon in Shanghai."""
    made = []

    def begin(there: bool, *waiting: Notice) -> Notices:
        desk.notices = Service(*waiting)
        tray = FakeTray(there=there)
        one = Notices(
            desk, window.bar, tray, window, str, lambda: called.append("call"), lambda: NOON
        )
        one.tray, one.called = tray, called
        made.append(one)
        one.begin()
        assert tasks.wait_idle()
        return one

    called: list[str] = []
    yield begin
    for one in made:
        one.end()


def test_the_tray_says_all_at_once_and_a_click_opens_one_after_the_other(
    notices, desk, window, tasks
):
    heard = Heard(desk)
    one = notices(True, OVER, TWO, BURST, CALL)
    ((title, text),) = one.tray.told
    assert title == "The deadline of 1 complaint has passed"
    assert text == (
        "The deadline of 2 complaints is near · Incident: Overload"
        " · 1 customer waited for what is fixed now"
    )
    one.tray.click()
    assert heard.all == ["C-20261122-0001"]
    for _ in range(3):
        window.bar.press()
    assert heard.all == ["C-20261122-0001", TWO.query, "incidents"] and one.called == ["call"]
    assert window.bar.isHidden()
    one.look()
    assert tasks.wait_idle() and len(one.tray.told) == 1


def test_without_a_tray_the_bar_says_it_and_never_over_another_message(notices, window, desk):
    window.bar.show_text("success", lambda: "Assigned", lambda: "Undo")
    one = notices(False, OVER)
    assert window.bar.label.text() == "Assigned" and desk.notices.notices == [OVER]
    window.bar.dismiss()
    one.tell()
    assert desk.tasks.wait_idle()
    assert window.bar.label.text() == "The deadline of 1 complaint has passed"
    heard = Heard(desk)
    window.bar.press()
    assert heard.all == ["C-20261122-0001"]


@pytest.mark.parametrize("there", [True, False])
def test_nothing_comes_while_something_is_typed_and_it_comes_afterwards(
    notices, window, desk, qtbot, there, tasks
):
    window.field.setFocus()
    qtbot.keyClicks(window.field, "the customer says")
    one = notices(there, OVER)
    assert one.tray.told == [] and window.bar.isHidden()
    assert desk.notices.notices == [OVER]  # nobody was told: another window may be first
    window.field.clear()
    one.tell()
    assert tasks.wait_idle()
    assert bool(one.tray.told) is there and window.bar.isHidden() is there


def test_quiet_hours_are_kept_and_what_still_stands_comes_at_their_end(notices, desk, tasks):
    desk.settings.set("quiet_from", "11:30")
    desk.settings.set("quiet_until", "13:00")
    one = notices(True, OVER)
    assert one.tray.told == []
    one._clock = lambda: datetime(2026, 11, 22, 5, 0)
    one.tell()
    assert tasks.wait_idle() and len(one.tray.told) == 1


def test_who_wants_none_gets_none(notices, desk):
    desk.settings.set("notices", False)
    one = notices(True, OVER)
    assert one.tray.told == [] and desk.notices.notices == [OVER]


def test_it_is_said_in_the_language_of_the_moment(notices, desk, window, qapp):
    notices(False, OVER)
    desk.language.set("zh")
    qapp.processEvents()
    assert window.bar.label.text() == "1 件投诉已超过期限"


def test_a_screen_without_a_tray_has_none(qtbot, window):
    assert not Tray(window.windowIcon(), lambda: None, window).there


# settings
def test_quiet_hours_are_chosen_by_the_half_hour_and_kept_at_once(desk, qtbot):
    page = SettingsPage(desk)
    qtbot.addWidget(page)
    card = page.notices
    card.begins.setCurrentText("22:30")
    card.begins.textActivated.emit("22:30")
    card.on.click()
    assert desk.settings.get("quiet_from") == "22:30" and not desk.settings.get("notices")
    assert not card.begins.isEnabled() and card.on.isEnabled()


def test_what_the_machine_locks_of_it_is_greyed(desk, qtbot):
    desk.settings.locks = {"quiet_from", "quiet_until"}
    page = SettingsPage(desk)
    qtbot.addWidget(page)
    card = page.notices
    assert card.on.isEnabled() and not card.begins.isEnabled() and not card.ends.isEnabled()
    assert "administrator" in card.ends.toolTip()
