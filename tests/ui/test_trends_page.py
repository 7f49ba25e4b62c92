"""The trends page: numbers and the rows behind them agree, by mouse and by keyboard."""

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage

from tests.ui.fakes import NOW, attempt_row
from workbench.domain.board import Panel, board
from workbench.domain.complaint_figures import ComplaintFigures
from workbench.domain.errors import StoreFault
from workbench.domain.event import DatedEvent
from workbench.domain.people import Person, Role
from workbench.domain.report import ChartKind
from workbench.domain.series import MOST_SERIES, bucket_label, chart_data
from workbench.domain.taxonomy import GROUP_OF, Cause
from workbench.domain.trend import Against, Every, Measure, TrendFilter, TrendPoint, TrendQuery
from workbench.ui.dialogs.event_dialog import EventDialog
from workbench.ui.pages.trends import spots
from workbench.ui.pages.trends.filters import TickFilter
from workbench.ui.pages.trends.presenter import TrendsPresenter
from workbench.ui.pages.trends.view import TrendsPage

MONDAY = datetime(2026, 11, 15, 16)  # UTC: Monday 16 November begins in Shanghai
DAY = timedelta(days=1)


def point(day, key, failures, attempts=None, value=None):
    attempts = failures if attempts is None else attempts
    return TrendPoint(
        MONDAY + DAY * day, (key,), failures if value is None else value, failures, attempts
    )


# series
def test_days_without_failures_keep_their_place():
    data = chart_data(TrendQuery(), [point(0, "high_debt", 3), point(3, "high_debt", 1)])
    assert data.buckets == tuple(MONDAY + DAY * n for n in range(4))
    assert data.series[0].values == (3, 0, 0, 1)


def test_no_attempts_have_no_rate_and_other_counts_are_nought():
    points = [point(0, "h5", 1, 4, 0.25), point(2, "h5", 0, 4, 0.0)]
    rates = chart_data(TrendQuery(("channel",), measure=Measure.FAILURE_RATE), points)
    assert rates.known(rates.series[0]) == (0.25, None, 0.0)
    of_causes = chart_data(TrendQuery(measure=Measure.FAILURE_RATE), points)
    assert of_causes.known(of_causes.series[0]) == (0.25, 0.0, 0.0), "the cause did not occur"


def test_the_largest_come_first_and_the_rest_is_one():
    causes = [f"c{n}" for n in range(12)]
    points = [point(0, cause, 20 - n) for n, cause in enumerate(causes)]
    data = chart_data(TrendQuery(), points)
    assert len(data.series) == MOST_SERIES + 1
    assert [series.keys[0] for series in data.series[:3]] == ["c0", "c1", "c2"]
    other = data.series[-1]
    assert other.other and set(other.keys) == set(causes[MOST_SERIES:])
    assert data.behind(MOST_SERIES, 0).expected == sum(range(9, 13))


def test_a_burst_of_one_day_does_not_drown_in_other():
    steady = [point(day, f"c{n}", 10) for n in range(12) for day in range(30)]
    data = chart_data(TrendQuery(), [*steady, point(7, "burst", 90)])
    assert ("burst",) in [series.keys for series in data.series]


def test_a_single_one_too_many_is_shown_as_itself():
    data = chart_data(TrendQuery(), [point(0, f"c{n}", n + 1) for n in range(MOST_SERIES + 1)])
    assert not any(series.other for series in data.series)


def test_behind_a_bar_are_its_time_and_its_values_inside_the_filter():
    where = TrendFilter(MONDAY + timedelta(hours=9), MONDAY + DAY * 3, (("channel", ("h5",)),))
    data = chart_data(TrendQuery(where=where), [point(0, "high_debt", 2), point(2, None, 4, 5)])
    bar = data.behind(0, 2)  # the larger one, which has no cause
    assert (bar.where.start, bar.where.end) == (MONDAY + DAY * 2, MONDAY + DAY * 3)
    assert bar.where.equals == (("channel", ("h5",)), ("cause", (None,)))
    assert (bar.expected, bar.failures_only) == (4, True)
    assert data.behind(1, 0).where.start == where.start, "a bucket cut by the filter stays cut"
    assert data.behind(None, 0).expected == 2
    assert data.behind(0, None).expected == 4


def test_behind_a_count_of_attempts_are_all_attempts():
    query = TrendQuery(("channel",), measure=Measure.ATTEMPTS)
    bar = chart_data(query, [point(0, "h5", 2, 5, 5)]).behind(0, 0)
    assert (bar.expected, bar.failures_only) == (5, False)


def test_rates_of_causes_add_up_and_rates_of_channels_do_not():
    causes = TrendQuery(measure=Measure.FAILURE_RATE)
    points = [point(0, "a", 2, 10, 0.2), point(0, "b", 1, 10, 0.1)]
    data = chart_data(causes, points)
    assert data.stacked and data.whole(0) == pytest.approx(0.3)
    data = chart_data(replace(causes, by=("channel",)), points)
    assert not data.stacked and data.whole(0) == pytest.approx(0.2)


def test_the_rate_of_other_channels_is_their_failures_over_their_attempts():
    query = TrendQuery(("province",), measure=Measure.FAILURE_RATE)
    points = [point(0, f"p{n:02}", 10 - n // 2, 20, (10 - n // 2) / 20) for n in range(12)]
    other = chart_data(query, points).series[-1]
    assert other.values[0] == pytest.approx(sum(p.failures for p in points[8:]) / 80)


@pytest.mark.parametrize(
    ("every", "zh", "en"),
    [
        (Every.DAY, "11月16日", "16 Nov"),
        (Every.WEEK, "11月16日–11月22日", "16 Nov–22 Nov"),
        (Every.HOUR, "11月16日 00:00–01:00", "16 Nov 00:00–01:00"),
    ],
)
def test_a_bucket_is_named_by_its_local_date(every, zh, en):
    assert bucket_label(MONDAY, every, "zh", full=True) == zh
    assert bucket_label(MONDAY, every, "en", full=True) == en


# presenter
@pytest.fixture
def asked():
    return []


@pytest.fixture
def presenter(asked):
    made = TrendsPresenter(asked.append, asked.append)
    made.span(10, datetime(2024, 3, 1), datetime(2026, 11, 22, 16, 30))
    return made


def test_days_are_whole_shanghai_days_and_the_end_is_left_out(presenter, asked):
    presenter.choose_dates(date(2026, 11, 22), date(2026, 11, 20))
    where = asked[-1].where
    assert (where.start, where.end) == (datetime(2026, 11, 19, 16), datetime(2026, 11, 22, 16))


def test_a_period_counts_back_from_the_newest_attempt(presenter, asked):
    presenter.choose_period("7d")
    assert (presenter.start, presenter.end) == (date(2026, 11, 17), date(2026, 11, 23))
    presenter.choose_period("all")
    assert presenter.start == date(2024, 3, 1)


def test_too_many_hours_become_days_and_it_is_said(presenter):
    presenter.choose_period("all")
    presenter.choose(every=Every.HOUR)
    assert presenter.every is Every.DAY and presenter.raised
    presenter.choose_period("1d")
    assert presenter.every is Every.HOUR and not presenter.raised


def test_the_tiles_are_asked_with_the_filter_of_the_chart(presenter, asked):
    presenter.choose_only("channel", ("h5", "app_ios"))
    wheres = {question.where for question in asked[-1].questions().values()}
    assert {where.equals for where in wheres} == {(("channel", ("h5", "app_ios")),)}
    assert len(wheres) == 1
    presenter.choose_only("channel", ())
    assert asked[-1].where.equals == ()


def test_the_rate_leaves_pending_ones_out(presenter):
    presenter.refresh()
    none = dict.fromkeys(presenter.question.questions(), ())
    attempts = [TrendPoint(MONDAY, (), 12, 3, 12)]
    settled = [TrendPoint(MONDAY, (), 0.3, 3, 10)]
    answers = none | {"attempts": attempts, "rate": settled}
    presenter.answer(board(presenter.question, answers, newest=None, now=NOW))
    assert (presenter.tiles.failures, presenter.tiles.attempts) == (3, 12)
    assert presenter.tiles.rate == pytest.approx(0.3)


def test_no_attempts_have_no_rate(presenter):
    none = dict.fromkeys(presenter.question.questions(), ())
    presenter.answer(board(presenter.question, none, newest=None, now=NOW))
    assert presenter.tiles.rate is None


# view
def many():
    """Twelve causes over six days, with successes and pending ones between them."""
    numbers, rows = itertools.count(1), []
    causes = [cause for cause in Cause if cause is not Cause.UNDETERMINED]
    for place, cause in enumerate(causes):
        for n in range(14 - place):
            rows.append(
                attempt_row(
                    next(numbers),
                    occurred_at=NOW - DAY * (n % 6),
                    cause=cause.value,
                    cause_group=GROUP_OF[cause].value,
                    channel="h5" if n % 3 else "app_ios",
                    province=("江苏", "广东")[n % 2],
                )
            )
    for outcome in ("success", "pending"):
        empty = {"cause": None, "cause_group": None, "reason_code": None, "status": "none"}
        rows.append(attempt_row(next(numbers), occurred_at=NOW, outcome=outcome, **empty))
    return rows


@pytest.fixture
def page(qtbot, desk, store):
    store.attempts = many()
    made = TrendsPage(desk)
    made.resize(1250, 640)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    assert desk.tasks.wait_idle()
    return made


def drawn_rows(page):
    return page.drawer.model.rows


@pytest.mark.slow
def test_every_bar_opens_exactly_its_attempts(page, qtbot, desk):
    """'Other' among them: the count on the bar, the count said and the rows are the same."""
    data = page.presenter.data
    assert data.series[-1].other
    for series, bucket in itertools.product(range(len(data.series)), range(len(data.buckets))):
        height = data.series[series].values[bucket]
        if not height:
            continue
        place = page.chart.centre_of(series, bucket).toPoint()
        qtbot.mouseClick(page.chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert desk.tasks.wait_idle()
        assert page.rows_shown() == page.drawer.total == height
        assert {row.cause for row in drawn_rows(page)} <= set(data.series[series].keys)
        assert page.drawer.count.text().startswith(f"{int(height)} ")
        page.close_drawer()


def test_a_click_beside_the_bars_opens_nothing(page, qtbot):
    with qtbot.assertNotEmitted(page.chart.opened):
        qtbot.mouseClick(
            page.chart.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(300, 12).toPoint()
        )
    assert page.rows_shown() == 0


def test_the_tallest_bar_says_how_many_it_opens(page, desk):
    expected = page.open_tallest_bar()
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == expected > 0


def test_the_tiles_and_the_legend_count_the_same_failures(page, store):
    failures = sum(row.outcome == "failed" for row in store.attempts)
    legend = [
        int(page.legend.topLevelItem(n).text(1)) for n in range(page.legend.topLevelItemCount())
    ]
    assert page.tiles["failures"].value.text() == str(failures) == str(sum(legend))
    assert page.tiles["attempts"].value.text() == str(failures + 2)
    assert page.tiles["rate"].value.text() == f"{failures / (failures + 1):.1%}"


def test_arrows_move_over_the_bars_and_enter_opens(page, qtbot, desk):
    chart = page.chart
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert chart.cursor_at == (-1, 0)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    qtbot.keyClick(chart, Qt.Key.Key_Up)
    series, bucket = chart.cursor_at
    assert (series, bucket) == (0, 1)
    assert page.presenter.data.series[0].keys[0] == "thin_credit_history"
    assert chart.accessibleDescription() == page.pointed.text()
    assert "Thin credit history" in page.pointed.text()
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == page.presenter.data.series[0].values[1]
    assert page.drawer.table.hasFocus()


def test_a_whole_bar_opens_all_its_parts(page, qtbot, desk):
    qtbot.keyClick(page.chart, Qt.Key.Key_End)
    qtbot.keyClick(page.chart, Qt.Key.Key_Return)
    assert desk.tasks.wait_idle()
    last = len(page.presenter.data.buckets) - 1
    assert page.rows_shown() == page.presenter.data.whole(last)


def test_up_from_the_top_comes_back_to_the_whole_bar(page, qtbot):
    qtbot.keyClick(page.chart, Qt.Key.Key_Home)
    parts = sum(1 for series in page.presenter.data.series if series.values[0])
    for _ in range(parts):
        qtbot.keyClick(page.chart, Qt.Key.Key_Up)
        assert page.chart.cursor_at[0] >= 0
    qtbot.keyClick(page.chart, Qt.Key.Key_Up)
    assert page.chart.cursor_at == (-1, 0)


def test_the_legend_opens_a_whole_series(page, desk):
    item = page.legend.topLevelItem(0)
    page.legend.itemActivated.emit(item, 0)
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == int(item.text(1)) == 14


def test_enter_on_a_row_opens_its_card_and_escape_goes_back(page, qtbot, desk):
    page.open_tallest_bar()
    assert desk.tasks.wait_idle()
    with qtbot.waitSignal(desk.acts.open_attempt) as said:
        qtbot.keyClick(page.drawer.table, Qt.Key.Key_Return)
    assert said.args == [drawn_rows(page)[0].attempt_id]
    qtbot.keyClick(page.drawer.table, Qt.Key.Key_Escape)
    assert page.drawer.isHidden() and page.chart.hasFocus()


def test_a_filter_holds_for_chart_tiles_and_rows(page, desk, store):
    page.filters["channel"].changed.emit(("app_ios",))
    assert desk.tasks.wait_idle()
    expected = sum(r.channel == "app_ios" and r.outcome == "failed" for r in store.attempts)
    assert page.tiles["failures"].value.text() == str(expected)
    page.open_tallest_bar()
    assert desk.tasks.wait_idle()
    assert {row.channel for row in drawn_rows(page)} == {"app_ios"}


def test_rates_by_channel_are_lines_that_open_their_failures(page, desk, qtbot):
    page.presenter.choose(by="channel", measure=Measure.FAILURE_RATE)
    assert desk.tasks.wait_idle()
    data = page.presenter.data
    assert not data.stacked
    bucket = next(n for n, failures in enumerate(data.series[0].failures) if failures)
    place = page.chart.centre_of(0, bucket).toPoint()
    found = page.chart.bar_at(QPointF(place))
    qtbot.mouseClick(page.chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == data.series[found[0]].failures[bucket] > 0


def test_the_summary_says_the_chart_in_words(page, language, qapp):
    assert page.summary.text() == (
        "17 Nov to 22 Nov: Failures 102. Most: Thin credit history, 14 (14%). Highest: 22 Nov, 22. "
        "The hatched end is not complete yet."
    )
    assert page.summary.text() in page.chart.accessibleName()


def test_the_words_follow_the_language(page, language, qapp):
    language.set("zh")
    qapp.processEvents()
    assert page.legend.topLevelItem(0).text(0) == "信用记录不足"
    assert page.tiles["failures"].name.text() == "失败数"
    assert page.by.currentText() == "根本原因"


def test_the_theme_turns_chart_and_legend(page, theme, qapp):
    def ground():
        qapp.processEvents()
        return QImage(page.chart.grab().toImage()).pixelColor(3, 3)

    light = ground()
    theme.set_mode("dark")
    assert ground() == theme.colour("surface") != light


def test_an_empty_store_offers_an_import(qtbot, desk, store):
    store.attempts = []
    page = TrendsPage(desk)
    qtbot.addWidget(page)
    page.show()
    assert desk.tasks.wait_idle()
    assert page.nothing_yet.isVisible()
    with qtbot.waitSignal(desk.acts.import_requested):
        page.nothing_yet.button.click()


def test_who_may_not_import_is_not_offered_it(qtbot, desk, store):
    store.attempts = []
    desk.session.person = Person("li", "李雷", Role.AGENT)
    page = TrendsPage(desk)
    qtbot.addWidget(page)
    page.show()
    assert desk.tasks.wait_idle()
    assert page.nothing_yet.isVisible() and not page.nothing_yet.button.isVisible()


def test_filters_that_match_nothing_can_be_undone(page, desk):
    page.presenter.choose_dates(date(2020, 1, 1), date(2020, 1, 2))
    assert desk.tasks.wait_idle()
    assert page.no_match.isVisible()
    page.no_match.button.click()
    assert desk.tasks.wait_idle()
    assert page.chart.isVisible() and page.presenter.period == "all"


def test_new_data_are_counted_at_once(page, desk, store):
    store.attempts += [attempt_row(900 + n, occurred_at=NOW) for n in range(5)]
    desk.acts.data_changed.emit()
    assert desk.tasks.wait_idle()
    assert page.tiles["failures"].value.text() == "107"


def test_rows_that_no_longer_match_their_bar_say_so(page, desk, store):
    """Somebody imports while the chart stands: the difference is not hidden."""
    store.attempts.append(attempt_row(990, occurred_at=NOW))
    page.chart.open_bar(0, len(page.presenter.data.buckets) - 1)
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == page.presenter.behind.expected + 1
    assert "changed since" in page.drawer.count.text()


def test_a_failed_count_is_told(page, qtbot, desk, store):
    store.error = StoreFault("disk_full")
    with qtbot.waitSignal(desk.acts.error) as said:
        page.presenter.refresh()
    assert said.args[0].key == "disk_full"


def test_rows_that_cannot_be_fetched_leave_no_list(page, qtbot, desk, store):
    def full() -> None:
        raise StoreFault("disk_full")

    store._fail = full  # whatever is asked, and in whichever order
    with qtbot.waitSignal(desk.acts.error):
        page.open_tallest_bar()
    assert desk.tasks.wait_idle()  # the board that the bar narrows fails, too, and may be the first
    assert page.rows_shown() == 0 and page.drawer.isHidden()


def test_a_long_list_comes_page_by_page(page, desk, monkeypatch):
    monkeypatch.setattr("workbench.ui.pages.trends.view.PAGE", 5)
    page.legend.itemActivated.emit(page.legend.topLevelItem(0), 0)
    assert desk.tasks.wait_idle()
    assert (page.rows_shown(), page.drawer.total) == (5, 14)
    assert "newest 5 shown" in page.drawer.count.text()
    for shown in (10, 14):
        page.drawer.more_wanted.emit()
        assert desk.tasks.wait_idle()
        assert page.rows_shown() == shown
    assert len({row.attempt_id for row in drawn_rows(page)}) == 14


def test_attempts_named_by_another_page_are_listed(page, desk, store):
    page.show_rows(TrendFilter(equals=(("province", ("江苏",)),)))
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == sum(row.province == "江苏" for row in store.attempts)
    assert "changed since" not in page.drawer.count.text()


@pytest.mark.slow
def test_thousands_of_bars_are_a_handful_of_items(page, desk, store):
    """Hourly over 30 days by 8 causes: one item a series, not one a bar."""
    hours = [NOW.replace(minute=0) - timedelta(hours=n) for n in range(720)]
    causes = [cause.value for cause in Cause][: MOST_SERIES + 4]
    store.points = [TrendPoint(h, (c,), 2, 2, 2) for h in hours for c in causes]
    page.presenter.choose(every=Every.HOUR)
    assert desk.tasks.wait_idle()
    assert len(page.presenter.data.buckets) == 723  # to the end of the day
    # 'other', the cursor; days off, and what is not complete: hatched and veiled
    assert len(page.chart.getPlotItem().items) <= MOST_SERIES + 5


# the tick list; popups make the offscreen platform say what it cannot do
offscreen = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def ticks(qtbot, desk):
    made = TickFilter(desk, "channel")
    made.set_values(["app_ios", "h5", "pc_web"])
    qtbot.addWidget(made)
    made.show()
    return made


@offscreen
def test_space_ticks_and_escape_takes_the_choice(ticks, qtbot):
    ticks.showPopup()
    qtbot.keyClick(ticks.list.ticks, Qt.Key.Key_Down)
    qtbot.keyClick(ticks.list.ticks, Qt.Key.Key_Space)
    with qtbot.waitSignal(ticks.changed) as said:
        qtbot.keyClick(ticks.list.ticks, Qt.Key.Key_Escape)
    assert said.args == [("h5",)]
    assert ticks.currentText() == "H5 page"
    assert ticks.accessibleName() == "Channel: H5 page"


@offscreen
def test_a_list_closed_as_it_was_says_nothing(ticks, qtbot):
    with qtbot.assertNotEmitted(ticks.changed):
        ticks.showPopup()
        ticks.hidePopup()
    assert ticks.currentText() == "All"


def test_values_that_are_gone_are_no_longer_ticked(ticks):
    ticks.set_ticked(["h5", "pc_web"])
    assert "2" in ticks.currentText()
    ticks.set_values(["h5"])
    assert ticks.ticked == ("h5",)


# charts that narrow each other
def chosen(page, qtbot, panel, name):
    widget = page.panels[panel]
    place = next(n for n, spot in enumerate(widget.spots) if spot.name == name)
    page.scroll.ensureWidgetVisible(widget)
    qtbot.mouseClick(
        widget, Qt.MouseButton.LeftButton, pos=widget.rect_of(place).center().toPoint()
    )
    assert page._desk.tasks.wait_idle()


def test_a_mark_narrows_the_others_and_lists_its_rows_until_escape(page, qtbot, desk):
    before = page.panels[Panel.CAUSES].spots
    chosen(page, qtbot, Panel.CAUSES, "Overload")
    count = page.rows_shown()
    assert count > 0 and {row.cause for row in drawn_rows(page)} == {"high_concurrency"}
    assert page.tiles["failures"].value.text() == str(count)
    assert page.panels[Panel.CAUSES].spots == before, "its own chart keeps all its marks"
    assert sum(int(s.value) for s in page.panels[Panel.HOURS].spots) == count
    assert sum(map(page.presenter.data.total, page.presenter.data.series)) == count
    [chip] = page.chips.buttons
    assert "Overload" in chip.text() and page.chips.isVisible()
    qtbot.keyClick(page.drawer.table, Qt.Key.Key_Escape)
    assert desk.tasks.wait_idle()
    assert page.drawer.isHidden() and not page.chips.isVisible()
    assert page.tiles["failures"].value.text() == "102"


def test_two_charts_narrow_together_and_each_chip_lets_go_of_its_own(page, qtbot, desk):
    chosen(page, qtbot, Panel.CAUSES, "High debt")
    both = page.rows_shown()
    page.chart.open_bar(0, 0)
    assert desk.tasks.wait_idle()
    assert 0 < page.rows_shown() < both
    assert len(page.chips.buttons) == 2
    page.chips.buttons[1].click()
    assert desk.tasks.wait_idle()
    assert len(page.chips.buttons) == 1
    assert page.tiles["failures"].value.text() == str(both)


def test_the_same_mark_again_lets_go(page, qtbot, desk):
    for shown in (True, False):
        chosen(page, qtbot, Panel.STEPS, "Credit review")
        assert page.drawer.isVisible() is shown is bool(page.chips.buttons)


def test_the_keyboard_reaches_every_mark_and_says_it(page, qtbot, desk):
    for panel, last in ((Panel.CAUSES, 11), (Panel.HOURS, 167), (Panel.STEPS, 6)):
        widget = page.panels[panel]
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_End)
        assert widget.cursor_at == widget.spots[last]
        assert widget.accessibleDescription() == widget.spots[last].words
        assert widget.accessibleName()
    qtbot.keyClick(page.panels[Panel.HOURS], Qt.Key.Key_Up)
    assert page.panels[Panel.HOURS].cursor_at.keys == ("6", "23")
    widget = page.panels[Panel.CAUSES]
    qtbot.keyClick(widget, Qt.Key.Key_Home)
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == 14


def test_what_a_chart_by_another_field_had_chosen_stays_as_a_filter(page, desk):
    page.presenter.choose(by="step")
    assert desk.tasks.wait_idle()
    page.legend.itemActivated.emit(page.legend.topLevelItem(0), 0)
    assert desk.tasks.wait_idle()
    page.presenter.choose(by="cause")
    assert desk.tasks.wait_idle()
    assert page.presenter.only == {"step": ("credit_review",)}
    [chip] = page.chips.buttons
    chip.click()
    assert desk.tasks.wait_idle()
    assert page.presenter.only == {} and not page.chips.buttons


def test_the_row_that_a_card_was_opened_from_has_the_focus_again(page, desk):
    page.open_tallest_bar()
    assert desk.tasks.wait_idle()
    page.chart.setFocus()
    page.focus_first()
    assert page.drawer.table.hasFocus()


def test_tiles_open_what_they_count(page, qtbot, desk, store):
    page.tiles["failures"].opened.emit()
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == 102
    with qtbot.waitSignal(desk.acts.show_complaints) as said:
        page.tiles["breaching"].opened.emit()
    assert said.args == [page.complaints.lists["breaching"]]
    with qtbot.waitSignal(desk.acts.show_complaints) as said:
        qtbot.keyClick(page.panels[None], Qt.Key.Key_Home)
        qtbot.keyClick(page.panels[None], Qt.Key.Key_Return)
    assert said.args == [page.complaints.lists["age_0"]]


def test_a_row_leads_to_the_complaints_of_its_cause(page, qtbot, desk):
    page.open_tallest_bar()
    assert desk.tasks.wait_idle()
    with qtbot.waitSignal(desk.acts.show_complaints) as said:
        page.drawer.complaints_button.click()
    assert said.args[0].causes == (drawn_rows(page)[0].cause,)


def test_customers_and_what_they_cost_are_counted_after_the_charts(page, store):
    assert page.tiles["customers"].value.text() == "1"
    tile = page.tiles["lost_revenue"]
    assert tile.value.text() == "¥240"  # 5000 × 40 % × 12 %
    assert "40% used" in tile.toolTip() and "1 customer" in tile.toolTip()


def test_complaints_past_their_deadline_stand_within_their_age_and_by_themselves(page, desk, qtbot):
    spots_ = {spot.keys: spot for spot in spots.ages(
        ComplaintFigures({"age_0": 4, "late_0": 1, "age_2": 2, "breached": 1}), "en", dark=False)}  # fmt: skip
    assert (spots_[("age_0",)].share, spots_[("age_0",)].part) == (1, 0.25)
    assert spots_[("age_2",)].part == 0 and spots_[("breached",)].value == "1"
    with qtbot.waitSignal(desk.acts.show_complaints) as asked:
        page.panels[None].chosen.emit(("breached",))
    assert asked.args[0].due_before is not None


# what stands around the series
def test_events_days_off_and_what_grows_are_drawn_and_said(page, desk, store, qtbot):
    store.known_events = [DatedEvent("campaign", "周年庆", NOW - DAY)]
    desk.acts.data_changed.emit()
    assert desk.tasks.wait_idle()
    around = page.chart._around
    assert around.growing == {5}, "today"
    assert around.weekend == {4, 5}
    [(at, name)] = around.dated
    assert name == "Campaign 周年庆" and 3.5 < at < 5
    page.chart.setFocus()
    qtbot.keyClick(page.chart, Qt.Key.Key_End)
    assert "not complete yet" in page.pointed.text()
    qtbot.keyClick(page.chart, Qt.Key.Key_Left)
    assert "周年庆" in page.pointed.text()


def test_names_of_events_stand_beside_one_another_or_not_at_all(page, desk, store):
    store.known_events = [
        DatedEvent("campaign", f"周年庆 {n}", NOW - DAY * 4 + timedelta(hours=n)) for n in range(9)
    ]
    desk.acts.data_changed.emit()
    assert desk.tasks.wait_idle()
    labels = page.chart._flags.labels(0, 600)
    shown = [place for _, _, place in labels if place is not None]
    assert len(labels) == 9 and 0 < len(shown) < 9
    assert not any(a.intersects(b) for n, a in enumerate(shown) for b in shown[:n])
    at = page.chart._flags._dated[8][0]
    view = page.chart.getPlotItem().getViewBox()
    named = page.chart._flags.named_near(view.mapViewToScene(QPointF(at, 1)))
    assert "Campaign 周年庆 8" in named, "what has no room is told by the pointer"


@pytest.mark.slow
@pytest.mark.parametrize("kind", [ChartKind.BARS, ChartKind.AREA, ChartKind.LINES])
def test_every_way_to_draw_counts_and_opens_the_same(page, desk, qtbot, kind):
    page._kind_chosen(kind)
    bucket = len(page.presenter.data.buckets) - 1
    place = page.chart.centre_of(0, bucket).toPoint()
    series, found = page.chart.bar_at(QPointF(place))
    assert found == bucket
    qtbot.mouseClick(page.chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.tasks.wait_idle()
    assert page.rows_shown() == page.presenter.data.series[series].values[bucket]


def test_a_comparison_is_a_line_and_a_change_on_the_tile(page, desk, store):
    store.attempts += [attempt_row(500 + n, occurred_at=NOW - DAY * (7 + n % 6)) for n in range(51)]
    page.presenter.choose_dates(date(2026, 11, 16), date(2026, 11, 22))
    page.presenter.compare(Against.PREVIOUS)
    assert desk.tasks.wait_idle()
    assert page.tiles["failures"].change.text() == "+100%"
    assert sum(v or 0 for v in page.chart._around.before) == 51


# layouts and events
def test_a_saved_layout_brings_the_page_back(page, desk):
    page.presenter.only = {"channel": ("h5",)}
    page.presenter.compare(Against.SAME_WEEKDAYS)
    page.presenter.choose(by="province", measure=Measure.ATTEMPTS, every=Every.WEEK)
    assert desk.tasks.wait_idle()
    page.more.save_layout("周报")
    assert desk.tasks.wait_idle()
    page.presenter.use({})
    page.presenter.choose(by="cause", measure=Measure.FAILURES, every=Every.DAY)
    assert desk.tasks.wait_idle()
    page.more.use_layout("周报")
    assert desk.tasks.wait_idle()
    question = page.presenter.question
    assert (question.by, question.every, question.measure) == (
        "province", Every.WEEK, Measure.ATTEMPTS,
    )  # fmt: skip
    assert question.where.equals == (("channel", ("h5",)),)
    assert question.against is Against.SAME_WEEKDAYS and page.by.currentData() == "province"


@pytest.fixture
def undo(desk):
    """What Ctrl+Z would do, and what it is offered for."""
    offered = []
    desk.acts.done.connect(lambda said, back: offered.append((said(), back)))
    return offered


def test_a_layout_that_is_saved_or_deleted_is_taken_back(page, desk, undo):
    def kept():
        assert desk.tasks.wait_idle()
        return {name: desk.board.layout(name)["by"] for name in desk.board.layouts()}

    page.more.save_layout("weekly")
    assert kept() == {"weekly": "cause"}
    page.presenter.choose(by="province")
    page.more.save_layout("weekly")
    assert kept() == {"weekly": "province"}
    undo[-1][1]()
    assert kept() == {"weekly": "cause"}
    page.more.drop_layout("weekly")
    assert kept() == {}
    undo[-1][1]()
    assert kept() == {"weekly": "cause"}
    assert [words for words, _ in undo[-2:]] == [
        "The layout “weekly” is deleted.", "The layout “weekly” is saved.",
    ]  # fmt: skip


def test_an_event_that_is_added_or_removed_is_taken_back(page, desk, store, undo):
    event = DatedEvent("campaign", "Sale", NOW.replace(microsecond=0), None, "channel=h5")
    page.more.add_event(event)
    assert desk.tasks.wait_idle() and store.known_events == [event]
    undo[-1][1]()
    assert desk.tasks.wait_idle() and store.known_events == []
    undo[-1][1]()
    assert desk.tasks.wait_idle() and store.known_events == [event]
    assert undo[0][0].endswith("Sale” counts now.") and undo[1][0].endswith("Sale” is removed.")


def test_a_layout_of_a_newer_version_is_used_as_far_as_it_is_known(page, desk):
    page.presenter.use({"by": "mood", "every": "second", "only": {"mood": ["x"]}, "period": 3})
    assert desk.tasks.wait_idle()
    assert (page.presenter.by, page.presenter.every) == ("cause", Every.DAY)
    assert page.presenter.only == {}


@offscreen
def test_an_event_by_hand_needs_a_name_and_an_order(page, qtbot, desk):
    dialog = EventDialog(desk, page)
    with qtbot.assertNotEmitted(dialog.taken):
        dialog._take()
    dialog.name.setText("周年庆")
    dialog.has_end.setChecked(True)
    dialog.ends.setDateTime(dialog.starts.dateTime())
    with qtbot.assertNotEmitted(dialog.taken):
        dialog._take()
    dialog.has_end.setChecked(False)
    with qtbot.waitSignal(dialog.taken) as said:
        dialog._take()
    assert said.args[0].name == "周年庆" and said.args[0].kind == "campaign"


def test_charts_and_reports_are_saved_from_the_window(page, desk, tmp_path):
    for what, name in (("trend", "t.svg"), ("ages", "a.svg"), ("report", "r.html")):
        page.more.save(what, tmp_path / name)
        assert desk.tasks.wait_idle()
        assert (tmp_path / name).stat().st_size > 500
