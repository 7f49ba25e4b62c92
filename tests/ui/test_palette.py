"""The search box as a palette: acts by word, pinyin and initials; people and complaints below."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.ui.fakes import attempt_row, complaint
from workbench.domain.people import Person, Role
from workbench.ui.palette import Kind, Offer, offers, rank, spell


def act(title, *words):
    return Offer(Kind.ACT, title, title, lambda: None, words=words)


ACTS = [act("导出申请", "export"), act("导入", "import"), act("投诉", "complaints"), act("设置")]
SPELLED = spell(offer.title for offer in ACTS)
LOOK = Offer(Kind.LOOK_UP, "look_up", "look up", lambda: None)


def titles(typed, found=()):
    return [offer.title for offer in offers(typed, ACTS, SPELLED, LOOK, found)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("导出", "导出申请"),
        ("dcsq", "导出申请"),
        ("dc", "导出申请"),
        ("daochu", "导出申请"),
        ("dao chu", "导出申请"),
        ("exp", "导出申请"),
        ("申请", "导出申请"),
        ("sheZhi", "设置"),
    ],
)
def test_an_act_is_found_by_words_pinyin_and_initials(typed, first):
    assert next(title for title in titles(typed) if title != "look up") == first


def test_what_nothing_answers_is_looked_up():
    assert titles("13812345678") == ["look up"]


def test_looking_up_comes_first_unless_an_act_begins_so_word_for_word():
    assert titles("dc")[0] == "look up"  # may be somebody's initials
    assert titles("导出")[:2] == ["导出申请", "look up"]
    assert titles("导")[0] == "look up"  # may be a name


def test_a_sign_before_it_leaves_acts_alone():
    assert titles(">dc") == ["导出申请"]
    assert titles(">") == [offer.title for offer in ACTS]


def test_what_was_found_stands_below_and_only_a_few():
    found = [Offer(Kind.COMPLAINT, f"c{n}", f"C-{n}", print) for n in range(9)]
    found += [Offer(Kind.CUSTOMER, f"p{n}", f"P-{n}", print) for n in range(9)]
    assert titles("dc", found) == [
        "look up", "导出申请", "P-0", "P-1", "P-2", "P-3", "C-0", "C-1", "C-2", "C-3",
    ]  # fmt: skip


def test_english_titles_are_found_by_any_of_their_words():
    export = act("Export attempts")
    assert rank("att", export, {}) == 1 and rank("xyz", export, {}) is None


def type_in(window, qtbot, tasks, text):
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.top.search, text)
    window.commands._pause.stop()
    window.commands._find()  # what the pause would begin
    assert tasks.wait_idle()
    return shown(window)


def shown(window):
    held = window.commands.list.list
    return [held.item(n).text() for n in range(held.count())]


def test_the_key_shows_everything_that_can_be_done_and_chooses_nothing(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert {"Log complaint", "Trends", "Keyboard", "Theme: Dark"} <= set(shown(window))
    assert window.commands.list.chosen is None and window.focusWidget() is window.top.search


def test_everything_stays_shown_over_what_was_looked_up_before(window, qtbot, tasks):
    window.top.search.setText("13812345678")
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    everything = shown(window)
    assert tasks.wait_idle()  # how the acts are spelled is known now
    assert shown(window) == everything and len(everything) > 10


def test_the_list_turns_with_the_language(window, qtbot, tasks, language):
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert "Log complaint" in shown(window)
    language.set("zh")
    qtbot.waitUntil(lambda: "记录投诉" in shown(window))
    assert "Log complaint" not in shown(window)


def test_an_act_is_done_by_typing_it(window, qtbot, tasks):
    type_in(window, qtbot, tasks, "tren")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert window.stack.currentWidget() is window._pages["trends"]
    assert window.top.search.text() == "" and not window.commands.list.isVisible()


def test_a_customer_is_found_while_typing_and_opened_by_the_arrows(window, qtbot, tasks, store):
    phone = "138" + "0" * 4 + store.attempts[0].phone[-4:]
    rows = type_in(window, qtbot, tasks, phone)
    assert rows[0] == f"Look up “{phone}”" and store.customers[0].phone in rows[1]
    qtbot.keyClick(window.top.search, Qt.Key.Key_Down)
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert window.show_page("lookup").presenter.who.card.ref == store.customers[0].ref


def test_a_complaint_is_found_by_its_number(window, qtbot, tasks):
    rows = type_in(window, qtbot, tasks, "C-2026")
    (row,) = [n for n, title in enumerate(rows) if title.startswith("C-20261122-0001")]
    for _ in range(row):
        qtbot.keyClick(window.top.search, Qt.Key.Key_Down)
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert window.show_page("complaints").detail.number.text() == "C-20261122-0001"


def test_what_comes_later_moves_nothing_under_the_hand(window, qtbot, tasks):
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.top.search, "co")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Down)
    chosen = window.commands.list.chosen
    window.commands._find()
    assert tasks.wait_idle()
    assert window.commands.list.chosen.name == chosen.name


def test_the_buttons_of_what_is_in_front_are_offered(window, qtbot, tasks):
    window.sheet.open_for(attempt_row())
    rows = type_in(window, qtbot, tasks, "save")
    assert window.sheet.save_button.text() in rows


def test_escape_closes_the_list_first_and_then_clears_the_box(window, qtbot, tasks):
    type_in(window, qtbot, tasks, "tren")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Escape)
    assert not window.commands.list.isVisible() and window.top.search.text() == "tren"
    qtbot.keyClick(window.top.search, Qt.Key.Key_Escape)
    assert window.top.search.text() == ""


def test_a_setting_is_shown_with_the_keyboard_in_it(window, qtbot, tasks):
    type_in(window, qtbot, tasks, "appear")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    page = window.stack.currentWidget()
    assert page._parts["appearance"].isAncestorOf(window.focusWidget())


def test_who_may_not_look_is_offered_acts_alone(window, qtbot, tasks, desk):
    desk.session.person = Person("z", "王", Role.AGENT, active=False)
    rows = type_in(window, qtbot, tasks, "C-2026")
    assert rows == ["Look up “C-2026”"]


def test_names_of_customers_are_text(window, qtbot, tasks, records):
    records.complaints[0] = complaint(1, customer_name="<b>王</b>")
    rows = type_in(window, qtbot, tasks, "C-2026")
    assert any("<b>王</b>" in row for row in rows)
    assert not window.commands.list.findChildren(QLabel)  # drawn as it stands
