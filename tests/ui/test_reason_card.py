"""The reason card: proof, advice, plain words where there is no reason, both languages."""

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from tests.ui.fakes import attempt_row, explanation
from workbench.domain.diagnosis import Evidence, Reason, ReasonText, Status, Truth
from workbench.domain.errors import BadInput
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.reason_card import ReasonCard, breakable

SILENT = {"zh": ReasonText("", ""), "en": ReasonText("", "")}
EVIDENCE = (
    Evidence("credit_history_months < 6", Truth.TRUE, "3", "6", "credit_history_months", "<",
             "months", "credit"),
    Evidence("debt_ratio > 0.62", Truth.FALSE, "0.31", "0.62", "debt_ratio", ">", "ratio",
             "credit"),
    Evidence("paid_months_12 <= 6", Truth.UNKNOWN, None, "6", "paid_months_12", "<=", "months",
             "credit"),
)  # fmt: skip


@pytest.fixture
def card(qtbot, desk):
    made = ReasonCard(desk)
    made.resize(1000, 600)
    qtbot.addWidget(made)
    made.show()
    return made


def said(card):
    """Every text on the card, in order."""
    body = card.scroll.widget()
    return [label.text().replace("\u200b", "") for label in body.findChildren(QLabel)]


def rule(code, cause, evidence, rank=1, texts=None):
    return Reason(
        code, "review_declined", cause, rank, evidence, texts or SILENT, "customer", "wait_until"
    )


def test_proof_shows_what_holds_what_does_not_and_what_is_unknown(card):
    principal = replace(explanation().reasons[0], evidence=EVIDENCE)
    card.show_card(attempt_row(), explanation(reasons=(principal,)))
    texts = said(card)
    for mark, seen, wanted in (
        ("✔", "Credit history  3 months", "< 6 months"),
        ("✘", "Debt ratio  31%", "> 62%"),
        ("?", "Months with income, last 12  none on record", "≤ 6 months"),
    ):
        at = texts.index(seen)
        assert (texts[at - 1], texts[at + 1], texts[at + 2]) == (mark, wanted, "credit record")


def test_the_condition_itself_is_on_the_hover_and_told_to_a_screen_reader(card):
    card.show_card(None, explanation())
    mark = next(x for x in card.scroll.widget().findChildren(QLabel) if x.text() == "✔")
    assert mark.toolTip() == "credit_history_months < 6"
    assert mark.accessibleName() == "holds: Credit history  3 months < 6 months"


def test_a_condition_over_several_fields_is_said_in_words_with_what_was_seen(card):
    sql = "http_status IN (503, 504) OR (http_status = 200 AND error_code = 'SYS_BUSY')"
    fields = {"http_status": 503, "error_code": None}
    reason = rule("T01", "high_concurrency", (Evidence(sql, Truth.TRUE),))
    card.show_card(None, explanation(reasons=(reason,), fields=fields))
    assert (
        "HTTP status is one of 503, 504 or (HTTP status = 200 and Error code = SYS_BUSY)"
        in said(card)
    )
    assert "HTTP status 503 · Error code none on record" in said(card)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Truth.FALSE, "exception that does not apply: ≥ 3 ×"),
        (Truth.TRUE, "exception that applies: ≥ 3 ×"),
    ],
)
def test_an_exception_says_whether_it_applies(card, outcome, words):
    exception = Evidence("decline_shift >= 3", outcome, "1.04", "3", "decline_shift", ">=",
                         "multiple", "context", negated=True)  # fmt: skip
    card.show_card(None, explanation(reasons=(rule("Q1", "high_debt", (exception,)),)))
    assert words in said(card)


def test_further_possible_and_excluded_reasons_each_say_why(card):
    second = rule("Q02", "high_debt", EVIDENCE[1:2], 2, {"en": ReasonText("Debt is high.", "")})
    open_ = rule("Q03", "unstable_income", EVIDENCE[2:])
    out = rule("Q04", "poor_repayment", EVIDENCE[:2])
    whole = explanation(possible=(open_,), ruled_out=(out,))
    card.show_card(None, replace(whole, reasons=(*whole.reasons, second)))
    texts = said(card)
    assert texts[texts.index("Further reasons") + 1] == "2. High debt"
    assert "Debt is high." in texts
    assert "? Unstable income" in texts
    assert "Missing: Months with income, last 12" in texts
    assert "✘ Poor repayment record" in texts
    assert "Debt ratio  31% (rule: > 62%)" in texts


def test_only_a_possible_reason_is_the_one_proved(card):
    """And it is not listed a second time."""
    likely = rule("Q03", "unstable_income", EVIDENCE[2:])
    card.show_card(
        None,
        explanation(
            reasons=(), possible=(likely,), status=Status.POSSIBLE, cause="unstable_income"
        ),
    )
    texts = said(card)
    assert "Evidence" in texts and "?" in texts
    assert "? Unstable income" not in texts
    badges = [badge.text for badge in card.scroll.widget().findChildren(Badge)]
    assert badges == ["? Possible", "Qualification", "Q03"]


def test_advice_numbers_the_steps_and_says_when_to_try_again(card):
    card.show_card(attempt_row(), explanation(next_attempt_why="history"))
    texts = said(card)
    assert [t for t in texts if t in ("1.", "2.", "3.")] == ["1.", "2.", "3."]
    assert "2027-02-20 08:00\nBy then the credit history is long enough." in texts
    assert texts[texts.index("Never say") + 1 : texts.index("Never say") + 5] == [
        "✘", "risk score", "✘", "model name"
    ]  # fmt: skip
    assert "→ Credit history ≥ 6 months" in texts


@pytest.mark.parametrize(
    ("status", "title", "sentence"),
    [
        (Status.PENDING, "Result not known yet", "is not a failure"),
        (Status.UNDETERMINED, "Review not passed · Undetermined", "not guessed"),
        (Status.NONE, "Activated", "nothing to explain"),
    ],
)
def test_without_a_reason_the_card_says_so_plainly(card, status, title, sentence):
    cause = "undetermined" if status is Status.UNDETERMINED else ""
    card.show_card(
        attempt_row(),
        explanation(
            status=status, cause=cause, reasons=(), texts=SILENT, would_change=(),
            next_attempt_at=None,
        ),
    )  # fmt: skip
    assert card.title() == title
    assert any(sentence in text for text in said(card))
    assert card.copy_button is None, "there is nothing to say to the customer"
    assert "Evidence" not in said(card)


def test_ctrl_c_copies_the_customers_text_and_nothing_else(card, qtbot):
    card.show_card(None, explanation())
    card.activateWindow()
    card.scroll.setFocus()
    with qtbot.waitSignal(card.copied):
        qtbot.keyClick(card.scroll, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == explanation().texts["en"].customer


def test_nothing_to_say_is_not_copied(card, qtbot):
    QGuiApplication.clipboard().setText("before")
    with qtbot.assertNotEmitted(card.copied):
        card.copy()
        card.show_card(None, explanation(texts=SILENT))
        card.copy()
    assert QGuiApplication.clipboard().text() == "before"


def test_the_language_turns_on_the_open_card(card, language, qapp):
    card.show_card(attempt_row(), explanation())
    language.set("zh")
    qapp.processEvents()
    assert card.title() == "审核未通过 · 信用记录不足"
    assert "信用记录  3 个月" in said(card)
    assert any("近期信用记录只有 3 个月" in text for text in said(card))
    card.copy()
    assert QGuiApplication.clipboard().text() == explanation().texts["zh"].customer


def test_an_error_takes_the_place_of_the_old_card(card):
    card.show_card(None, explanation())
    card.show_error(BadInput("no_such_complaint", complaint="x"))
    assert card.explanation is None
    assert not card.scroll.isVisible()
    assert card.title() == ""


def test_a_narrow_card_puts_the_advice_below_and_cuts_nothing(card, qapp):
    card.show_card(attempt_row(), explanation())
    copy = card.copy_button
    beside = copy.mapTo(card.scroll.widget(), copy.rect().topLeft())
    card.resize(520, 600)
    qapp.processEvents()
    below = copy.mapTo(card.scroll.widget(), copy.rect().topLeft())
    assert below.y() > beside.y()
    assert card.scroll.widget().minimumSizeHint().width() <= 520


def test_a_word_longer_than_the_line_can_be_broken(card, qapp):
    long = "X" * 300
    agent = {"zh": ReasonText(long, ""), "en": ReasonText(long, "")}
    card.show_card(None, explanation(texts=agent))
    qapp.processEvents()
    assert card.scroll.widget().width() <= card.width()
    assert breakable("a short 短句") == "a short 短句"


def test_a_button_logs_a_complaint(card, qtbot):
    card.show_card(attempt_row(), explanation(next_attempt_at=datetime(2027, 1, 1)))
    with qtbot.waitSignal(card.log_wanted):
        card.log_button.click()


def test_the_theme_turns_on_the_open_card(card, theme):
    card.show_card(None, explanation())
    mark = next(x for x in card.scroll.widget().findChildren(QLabel) if x.text() == "✔")
    light = mark.palette().color(mark.foregroundRole())
    theme.set_mode("dark")
    mark = next(x for x in card.scroll.widget().findChildren(QLabel) if x.text() == "✔")
    assert mark.palette().color(mark.foregroundRole()) != light
