"""Reviews on the QA page: draw, score with evidence, results, calibration, the agent's answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.complaint_desk import PEOPLE
from tests.unit.services.test_review_service import PEOPLE_HERE
from tests.unit.services.test_review_service import Reviews as Office
from workbench.domain.times import utc_now
from workbench.ui.models.reviews import Agreed, Called, Summed
from workbench.ui.pages.qa.reviews import ReviewsPresenter, ReviewsTab
from workbench.ui.pages.qa.view import QaPage


@pytest.fixture
def office(tmp_path: Path):
    (tmp_path / "office").mkdir()
    made = Office(tmp_path / "office")
    made.office.now = utc_now() - timedelta(days=2)
    for n in range(4):
        made.office.log("zhang" if n % 2 else "wang")
        made.office.wait(minutes=1)
    yield made
    made.office.close()


@pytest.fixture
def tab(desk, office, qtbot, tasks):
    def make(who: str) -> ReviewsTab:
        desk.session.person = PEOPLE_HERE[who]
        made = ReviewsTab(desk, office[who])
        qtbot.addWidget(made)
        made.resize(1240, 640)
        made.show()
        assert tasks.wait_idle()
        return made

    return make


def press(button, qtbot, tasks) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert tasks.wait_idle()


def item(part, item_id: str):
    return next(row for row in part.form.rows if row.item.id == item_id)


def choose(row, score: int | None) -> None:
    row.choice.setCurrentIndex(row.choice.findData(score))


# presenter
def test_the_first_call_to_do_is_chosen_unless_another_was(office) -> None:
    service = office["qian"]
    draw = service.sample(*_all(), seed="1")
    service.score(draw.calls[0].complaint_id, office.full(), {})
    presenter = ReviewsPresenter()
    assert presenter.found([draw], service.listed(draw.draw_id)) == 1
    presenter.chosen = draw.calls[0].complaint_id
    assert presenter.found([draw], service.listed(draw.draw_id)) == 0
    assert presenter.done == (1, 4)
    assert presenter.found([], []) == -1


def _all():
    from workbench.domain.review import DrawRule

    return DrawRule.RANDOM, 10, utc_now() - timedelta(days=9), utc_now()


# the tab
def test_calls_are_drawn_and_scored_one_after_the_other(tab, office, qtbot, tasks, desk) -> None:
    part = tab("qian").scoring
    assert part.empty.isVisible() and not part.table.isVisible()
    part.seed.setText("7")
    with qtbot.waitSignal(desk.acts.message) as said:
        press(part.draw_button, qtbot, tasks)
    assert said.args == ["Drawn: 4 of 4 calls; seed 7"]
    shown = [part._sorted.index(n, Called.TIME).data() for n in range(4)]
    assert shown == sorted(shown, reverse=True), "newest first"
    assert len(part.model.rows) == 4 and part.count.text() == "0 of 4 reviewed"
    first = part.presenter.chosen
    reason = item(part, "reason")
    assert part.form.total.text() == "100 / 100" and not reason.evidence.isVisible()
    choose(reason, 1)
    assert reason.evidence.isVisible() and not part.form.save_button.isEnabled()
    assert part.form.missing.text() == "1 item without evidence"
    reason.evidence.setText("说成了系统忙")
    choose(item(part, "manner"), None)
    assert part.form.save_button.isEnabled()
    press(part.form.save_button, qtbot, tasks)
    (made,) = [row.own for row in part.model.rows if row.own is not None]
    assert made.complaint_id == first and made.scores["manner"] is None
    assert made.comments == {"reason": "说成了系统忙"}
    assert part.presenter.chosen != first, "the next one that is to do"
    assert part.form.total.text() == "100 / 100" and part.count.text() == "1 of 4 reviewed"


def test_a_critical_zero_fails_the_call(tab, office, qtbot, tasks) -> None:
    office["qian"].sample(*_all(), seed="1")
    part = tab("qian").scoring
    choose(item(part, "verified"), 0)
    assert part.form.total.text() == "0 / 100"


def test_anothers_scores_are_seen_after_ones_own(tab, office, qtbot, tasks) -> None:
    draw = office["qian"].sample(*_all(), seed="1")
    office["sun"].score(draw.calls[0].complaint_id, office.full(reason=0), {"reason": "<b>错</b>"})
    part = tab("qian").scoring
    assert not part.form.said.isVisible()
    assert part.model.index(0, Called.REVIEWERS).data() == "sun"
    part.form.save_button.click()
    assert tasks.wait_idle()
    part.table.setCurrentIndex(part._sorted.mapFromSource(part.model.index(0, 0)))
    assert tasks.wait_idle()
    assert "0 / 2" in part.form.said.text() and "<b>错</b>" in part.form.said.text()
    assert part.form.said.textFormat() is Qt.TextFormat.PlainText


def test_results_and_calibration_say_what_they_mean(tab, office, qtbot, tasks) -> None:
    draw = office["qian"].sample(*_all(), seed="1")
    for who in ("qian", "sun"):
        for call in draw.calls:
            office[who].score(call.complaint_id, office.full(reason=1), {"reason": "x"})
    made = tab("qian")
    made.setCurrentWidget(made.results)
    assert tasks.wait_idle()
    assert {r.name for r in made.results.model.rows} == {"wang", "zhang"}
    weakest = made.results.model.index(0, Summed.WEAKEST).data()
    assert weakest.startswith("50%")
    made.results.by.setCurrentIndex(1)
    assert tasks.wait_idle()
    assert made.results.model.headerData(0, Qt.Orientation.Horizontal) == "Cause"
    made.setCurrentWidget(made.calibration)
    assert tasks.wait_idle()
    table = made.calibration.model
    assert table.index(0, Agreed.ITEM).data() == "Total"
    assert table.index(0, Agreed.UNITS).data() == "4"
    assert "too few" in table.index(0, Agreed.VERDICT).data()
    assert "qian and sun: 28 scores in common" in made.calibration.pairs.text()


def test_an_agent_sees_own_reviews_alone_and_answers(tab, office, qtbot, tasks) -> None:
    draw = office["qian"].sample(*_all(), seed="1")
    for call in draw.calls:
        office["qian"].score(call.complaint_id, office.full(), {}, note=f"to {call.agent}")
    made = tab("zhang")
    assert made.count() == 1 and made.scoring is made.results is made.calibration is None
    assert len(made.mine.cards) == 2
    card = made.mine.cards[0]
    assert "to zhang" in card.words.text() and not card.button.isEnabled()
    card.reply.setText("请听录音")
    press(card.button, qtbot, tasks)
    assert any("↳ zhang — 请听录音" in c.words.text() for c in made.mine.cards)


def test_a_lead_sees_results_of_the_team_and_no_scorecard(tab, office) -> None:
    draw = office["qian"].sample(*_all(), seed="1")
    for call in draw.calls:
        office["qian"].score(call.complaint_id, office.full(), {})
    made = tab("li")
    assert made.scoring is None and made.calibration is None
    assert [r.name for r in made.results.model.rows] == ["zhang"]


def test_the_page_has_reviews_beside_its_codes(desk, office, qtbot, tasks, language) -> None:
    desk.session.person = PEOPLE["qian"]
    page = QaPage(replace(desk, reviews=office["qian"]))
    qtbot.addWidget(page)
    assert tasks.wait_idle()
    assert [page.tabs.tabText(n) for n in range(page.tabs.count())] == [
        "Issues",
        "Codes",
        "Grouping",
        "Reviews of calls",
    ]
    language.set("zh")
    qtbot.waitUntil(lambda: page.tabs.tabText(3) == "通话质检")
