"""The reason card: proof, advice, plain words where there is no reason, both languages."""

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from tests.ui.fakes import attempt_row, explanation
from workbench.domain.codes import CodeSeen
from workbench.domain.diagnosis import Evidence, Reason, ReasonText, Status, Truth
from workbench.domain.errors import BadInput
from workbench.domain.incident import FoundIncident
from workbench.domain.reproduction import Proof, Reproduced, Said, Span, Why
from workbench.domain.spike import Direction
from workbench.rules.guidance import Library
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.reason_card.card import ReasonCard
from workbench.ui.widgets.reason_card.parts import breakable

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
    return [label.text().replace("\u200b", "") for label in card.content.findChildren(QLabel)]


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
    when = texts.index("2027-02-20 08:00")
    assert texts[when - 1 : when + 2 : 2] == [
        "Next attempt from", "By then the credit history is long enough."
    ]  # fmt: skip
    assert texts[texts.index("Never say") + 1] == "✘ risk score · model name"
    assert "→ Credit history ≥ 6 months" in texts


@pytest.mark.parametrize(
    ("status", "title", "sentence"),
    [
        (Status.PENDING, "Result not known yet: query it first", "is not a failure"),
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


def test_what_to_say_stays_in_sight_however_narrow_the_card(card, qapp):
    """Beside the proof, or at the foot; a long proof scrolls, the words do not leave."""
    long = replace(explanation().reasons[0], evidence=EVIDENCE * 12)
    for width in (1000, 640, 520):
        card.resize(width, 600)
        card.show_card(attempt_row(), explanation(reasons=(long,)))
        qapp.processEvents()
        copy = card.copy_button
        assert card.rect().contains(copy.mapTo(card, copy.rect().bottomRight()))
        assert card.scroll.widget().minimumSizeHint().width() <= width
        bar = card.scroll.verticalScrollBar()
        bar.setValue(bar.maximum())
        assert card.rect().contains(copy.mapTo(card, copy.rect().bottomRight()))


def test_a_card_folded_while_it_is_shown_loses_nothing(card, qapp):
    card.show_card(attempt_row(), explanation())
    before = sorted(said(card))
    for width in (520, 1000):
        card.resize(width, 600)
        qapp.processEvents()
        assert sorted(said(card)) == before
        assert card.log_button.isVisible() and card.copy_button.isVisible()


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


@pytest.mark.slow
def test_the_theme_turns_on_the_open_card(card, theme):
    card.show_card(None, explanation())
    mark = next(x for x in card.scroll.widget().findChildren(QLabel) if x.text() == "✔")
    light = mark.palette().color(mark.foregroundRole())
    theme.set_mode("dark")
    mark = next(x for x in card.scroll.widget().findChildren(QLabel) if x.text() == "✔")
    assert mark.palette().color(mark.foregroundRole()) != light


# the runner-up, codes nobody knows, the reply, the guides
def test_the_runner_up_says_why_it_lost(card):
    first = explanation().reasons[0]
    second = rule("Q02", "unstable_income", EVIDENCE[1:2], 2)
    open_ = rule("Q03", "unstable_income", EVIDENCE[2:])
    out = rule("Q04", "unstable_income", EVIDENCE[:2])
    for parts, line in (
        ({"reasons": (first, second)}, "Unstable income: lower priority"),
        ({"possible": (open_,)}, "Unstable income: missing Months with income, last 12"),
        ({"ruled_out": (out,)}, "Unstable income: ruled out by Debt ratio  31% (rule: > 62%)"),
    ):
        card.show_card(None, explanation(**parts))
        texts = said(card)
        assert texts[texts.index("Runner-up") + 1] == line


def test_a_runner_up_whose_line_says_all_is_not_listed_again(card):
    card.show_card(None, explanation(possible=(rule("Q03", "unstable_income", EVIDENCE[2:]),)))
    assert sum("Unstable income" in text for text in said(card)) == 1


def test_a_code_that_no_table_knows_is_said_plainly(card, language, qapp):
    codes = (CodeSeen("gateway", "XYZ", "error_code"), CodeSeen(None, "Q9", "decline_code"))
    card.show_card(None, explanation(unmapped=codes))
    assert "Code XYZ (from gateway) is in no code table; it waits to be classified." in said(card)
    language.set("zh")
    qapp.processEvents()
    assert "代码 XYZ（来源 gateway）不在代码表中，已列入待归类。" in said(card)
    assert "代码 Q9（未注明来源）不在代码表中，已列入待归类。" in said(card)


def test_the_reply_is_a_whole_letter_without_the_agents_words(card, qtbot):
    card.show_card(attempt_row(), explanation())
    with qtbot.waitSignal(card.reply_copied):
        card.reply_button.click()
    reply = QGuiApplication.clipboard().text()
    assert reply.startswith("Hello,")
    assert explanation().texts["en"].customer in reply
    assert "2027-02-20" in reply
    for word in ("Q01", "risk score", "6 are required", "Advise punctual"):
        assert word not in reply


def test_one_guide_opens_from_the_keyboard(card, qtbot):
    guide = Library().get("short_record")
    card.show_card(None, explanation(), [guide])
    button = card.guide_button
    assert guide.title["en"] in button.toolTip() and guide.title["en"] in button.accessibleName()
    with qtbot.waitSignal(card.guide_wanted) as wanted:
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert wanted.args == [guide]


def test_several_guides_are_a_menu_with_the_best_first(card, qtbot):
    guides = [Library().get(name) for name in ("freelancers", "short_record")]
    card.show_card(None, explanation(texts=SILENT), guides)
    assert card.copy_button is None, "guides help also where there is nothing to say"
    actions = card.guide_button.menu().actions()
    assert [action.text() for action in actions] == [guide.title["en"] for guide in guides]
    with qtbot.waitSignal(card.guide_wanted) as wanted:
        actions[1].trigger()
    assert wanted.args == [guides[1]]
    card.show_card(None, explanation())
    assert card.guide_button is None


def test_a_suppressed_reason_is_marked_for_the_agent(card):
    kept = replace(explanation().reasons[0], suppressed=True)
    card.show_card(None, explanation(reasons=(kept,)))
    badges = [badge.text for badge in card.content.findChildren(Badge)]
    assert "✘ Not for the customer" in badges


def test_the_burst_that_a_failure_is_part_of_is_said_with_its_size_and_suspect(card, desk):
    at = datetime(2026, 11, 10, 12)
    burst = FoundIncident(
        "i", Direction.UP, "high_concurrency", ("high_concurrency",), at, at, at, 1520, 74, 1196,
        "node=gw-4", "双11", True, at, "qian",
    )  # fmt: skip
    card.show_card(attempt_row(), explanation(incident=burst))
    (told,) = [text for text in said(card) if "Part of a burst" in text]
    assert "Overload, 11-10 20:00 to 11-10 20:00, 1,520 failures (usual: 74) of 1,196" in told
    assert "mostly Node = gw-4; at that time: 双11; to be judged" in told
    card.show_card(attempt_row(), explanation(incident=replace(burst, over=False)))
    assert any("burst under way: Overload since 11-10 20:00" in text for text in said(card))
    card.show_card(attempt_row(), explanation())
    assert not any("burst" in text for text in said(card))


def spans():
    answers = ("thin_credit_history", "Q01"), ("high_debt", "Q04")
    said = [Said("review_declined", "qualification", *a, "determined", None) for a in answers]
    changed = datetime(2026, 11, 20, 2)
    why = ((Why.RULES, Why.EVENTS), (("policy", None, "收紧"),))
    return Span(said[1], "9.1", changed, None, *why), Span(said[0], "9.0", None, changed)


def test_former_answers_are_listed_once_there_is_more_than_one(card, qtbot):
    card.show_card(attempt_row(), explanation())
    now, then = spans()
    card.show_spans([now])
    assert not card.answers.isVisible()
    card.show_spans([now, then])
    told = said(card)
    assert "2026-11-20 10:00:00 to now (shown here)" in told
    assert "Other rules, Events changed: Policy none on record → 收紧" in told
    assert "Thin credit history (Q01) · Determined · rules 9.0" in told
    [button] = card.answers.buttons
    with qtbot.waitSignal(card.former_wanted) as asked:
        button.click()
    assert asked.args == [then]


def test_a_former_answer_is_shown_with_its_proof_and_without_words_for_the_customer(card, qtbot):
    card.show_card(attempt_row(), explanation())
    now, then = spans()
    card.show_spans([now, then])
    proof = Proof("9.0", "a" * 64, "b" * 64)
    QGuiApplication.clipboard().setText("untouched")
    card.show_former(Reproduced(proof, explanation(), span=then, said=then.said))
    assert "the same answer" in card.former_bar.verdict.text()
    assert "Rules 9.0 (digest aaaaaaaaaaaa) · inputs digest bbbbbbbbbbbb" in said(card)
    assert card.copy_button is None and card.log_button is None
    card.copy()
    card.copy_reply()
    assert QGuiApplication.clipboard().text() == "untouched"
    with qtbot.waitSignal(card.now_wanted):
        card.former_bar.now_button.click()
    card.show_card(attempt_row(), explanation())
    assert card.former_bar is None and card.copy_button is not None


def test_what_cannot_be_made_again_or_differs_is_said(card):
    card.show_card(attempt_row(), explanation())
    _, then = spans()
    trouble = "no_such_release", {"release": "9.0"}
    proof = Proof("9.0", None, None)
    card.show_former(Reproduced(proof, None, (), trouble, then.said, then))
    words = card.former_bar.verdict.text().replace("\u200b", "")
    assert "cannot be made again by rules 9.0" in words
    assert "Thin credit history (Q01) · Determined" in " ".join(said(card))
    differs = (("reason_code", "Q01", "Q04"),)
    card.show_former(Reproduced(proof, explanation(), differs, None, then.said, then))
    assert "reason code kept Q01, again Q04" in card.former_bar.verdict.text()
