"""The trends page: filters, tiles, charts that narrow each other, the attempts behind a mark."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.board import Affected, Board, BoardQuery, Panel
from workbench.domain.complaint_figures import ComplaintFigures
from workbench.domain.errors import KnownError
from workbench.domain.people import Act, may
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.domain.report import Chart
from workbench.domain.series import Behind, Series, bucket_label
from workbench.domain.trend import Against, Every, Measure, TrendFilter
from workbench.domain.work_queue import ListQuery
from workbench.services import board_words as words
from workbench.services.reporting import attempt_figures
from workbench.ui.desk import Desk
from workbench.ui.models.table import dot
from workbench.ui.pages.trends import spots
from workbench.ui.pages.trends.chart import Around, TrendChart
from workbench.ui.pages.trends.chips import Chips
from workbench.ui.pages.trends.drawer import Drawer
from workbench.ui.pages.trends.filters import TickFilter
from workbench.ui.pages.trends.more import More
from workbench.ui.pages.trends.panels import BarsPanel, HeatPanel, MarkPanel
from workbench.ui.pages.trends.presenter import (
    BY,
    FILTERS,
    KINDS,
    PERIODS,
    TrendsPresenter,
)
from workbench.ui.pages.trends.tiles import ATTEMPTS, COMPLAINTS, Tiles
from workbench.ui.piecemeal import Piecemeal
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, SPACE_4
from workbench.ui.tips import plain_tip
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState

PAGE = 5000  # rows behind a bar that are fetched at a time
_CONTROL_HEIGHT = 34


class TrendsPage(Piecemeal):
    """``shown``: the charts stand; what takes longer (customers, complaints) is still to come."""

    shown = Signal()
    incident_wanted = Signal(str)  # incident_id

    def _made(self, desk: Desk) -> Iterator[None]:
        self._fetching = self._values_known = False
        self._named: str | None = None  # what the drawer shows; None: what another page named
        self._affected: Affected | None = None
        self.complaints = ComplaintFigures()
        self.presenter = TrendsPresenter(self._ask, self._open)
        yield from self._make_filters()
        yield
        self._stack = QStackedWidget(self)
        self._content = QSplitter(Qt.Orientation.Vertical, self._stack)
        self.scroll = QScrollArea(self._content)
        sections = QWidget(self.scroll.viewport())
        self.tile_row = Tiles(sections)
        self.tile_row.opened.connect(self._open_tile)
        self.tiles = self.tile_row.of
        picture = QFrame(sections)
        self.summary = QLabel(picture)
        self.summary.setProperty("role", "muted")
        self.summary.setWordWrap(True)
        self.news = QPushButton(self)  # attempts that came since, not yet in the picture
        self.news.setProperty("role", "link")
        self.news.clicked.connect(self._load)
        self.news.hide()
        self._newer = 0
        self.pointed = QLabel(picture)
        self.pointed.setProperty("role", "caption")
        yield
        self.chart = TrendChart(desk, picture)
        self.chart.opened.connect(self._open_bar)
        self.chart.pointed.connect(self._show_pointed)
        self.chart.dismissed.connect(self.go_back)
        yield
        self.legend = _Legend(picture)
        self.legend.itemActivated.connect(self._open_series)
        self.legend.itemClicked.connect(self._open_series)
        yield
        self.panels: dict[Panel | None, MarkPanel] = {
            Panel.CAUSES: BarsPanel(desk.theme, sections),
            Panel.HOURS: HeatPanel(desk.theme, sections),
            Panel.STEPS: BarsPanel(desk.theme, sections),
            None: BarsPanel(desk.theme, sections),  # ages of open complaints
        }
        for panel, widget in self.panels.items():
            widget.dismissed.connect(self.go_back)
            if panel is not None:
                widget.chosen.connect(lambda keys, panel=panel: self._open_mark(panel, keys))
        self.panels[None].chosen.connect(lambda keys: self._show_complaints(keys[0]))
        yield
        self.chips = Chips(self)
        self.chips.dropped.connect(self._drop_chip)
        self.chips.cleared.connect(self.go_back)
        self.more = More(desk, self.presenter, self._drawn, self._load, self)
        self.more.incident_wanted.connect(self.incident_wanted)
        yield
        self.drawer = Drawer(desk, self._content)
        self.drawer.complaints_wanted.connect(self._complaints_of)
        self.drawer.opened.connect(desk.acts.open_attempt)
        self.drawer.more_wanted.connect(self._more)
        self.drawer.closed.connect(self.go_back)
        self.drawer.hide()
        yield
        self.busy = BusyLine(desk.theme, desk.language, self)
        may_import = may(desk.session.person, Act.IMPORT)
        self.nothing_yet = EmptyState(
            desk.theme, "chart-bar", self._import if may_import else None, self._stack
        )
        self.no_match = EmptyState(desk.theme, "filter-off-outline", self._clear, self._stack)
        yield
        self._lay_out(sections, picture)
        yield
        desk.acts.data_changed.connect(self._load)
        desk.acts.data_grew.connect(self._grown)
        desk.theme.changed.connect(self._restyle)
        self.retranslate()
        self._load()

    # called by the window
    def focus_first(self) -> None:
        """Back from a card, the row that it was opened from."""
        if not self.drawer.isHidden():
            self.drawer.table.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_rows(self, where: TrendFilter) -> None:
        """The attempts of a filter that another page names."""
        self._named = None
        self.presenter.open_where(where)

    def open_tallest_bar(self) -> int:
        """Open the largest single bar as a click does; returns how many attempts it stands for."""
        tallest = self.presenter.data.tallest
        if tallest is None:
            return 0
        self.chart.open_bar(*tallest)
        assert self.presenter.behind is not None
        return self.presenter.behind.expected

    def rows_shown(self) -> int:
        """Rows in the drawer."""
        return self.drawer.shown if not self.drawer.isHidden() else 0

    def close_drawer(self) -> None:
        """As Escape does: the list goes, and what was chosen in the charts is let go."""
        self.go_back()

    def go_back(self) -> None:
        """From the rows, and from what was chosen, to the whole page."""
        self._hide_drawer()
        self.presenter.let_go()

    def _hide_drawer(self) -> None:
        if not self.drawer.isHidden():
            self.presenter.close()
            self._named = None
            self.drawer.hide()
            self.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)

    # asking and answering
    def _load(self) -> None:
        """What there is, then the question; the values to filter by once its answer is painted."""
        self._newer = 0
        self._show_news(False)
        self._values_known = False
        attempts = self._desk.attempts

        def done(span: tuple[int, datetime | None, datetime | None]) -> None:
            if self.presenter.span(*span):
                self.presenter.refresh()
            else:
                self.busy.done()
                self._stack.setCurrentWidget(self.nothing_yet)

        task = self._desk.tasks.run(
            self, lambda *_: attempts.span(), done, failed=self._failed, channel="load"
        )
        self.busy.watch(task, self.tr("Counting…"))

    def _grown(self, count: int) -> None:
        """Say so; the picture under somebody's eyes and hand stays until they ask for it."""
        if self._stack.currentWidget() is self.nothing_yet:
            self._load()
            return
        self._newer += count
        self._show_news(True)

    def _show_news(self, shown: bool) -> None:
        count = self._newer
        self.news.setText(
            self.tr("%Ln new · refresh", "", count) if count else self.tr("New ones · refresh")
        )
        self.news.setAccessibleName(self.news.text())
        self.news.setVisible(shown)

    def _ask(self, asked: BoardQuery) -> None:
        board, newest = self._desk.board, self.presenter.newest
        task = self._desk.tasks.run(
            self,
            lambda progress, cancel: board.board(asked, newest),
            self._answered,
            failed=self._failed,
            cancelled=self.busy.done,
            channel="trend",
        )
        self.busy.watch(task, self.tr("Counting…"))
        self._show_choices()

    def _answered(self, board: Board) -> None:
        self.busy.done()
        before = self.presenter.board.query
        self.presenter.answer(board)
        if not self.drawer.isHidden() and _other(before, board.query) and self._named is not None:
            self._hide_drawer()  # its mark may be gone
        self._affected = None
        self._show_board()
        self._stack.setCurrentWidget(self._content if board.chart.series else self.no_match)
        self.shown.emit()
        self._desk.tasks.later(self, lambda: self._ask_more(board.query))

    def _ask_more(self, query: BoardQuery) -> None:
        """What takes longer than a chart: different customers; and the complaints' own store."""
        board = self._desk.board
        start, end = query.where.start, query.where.end

        def work(
            progress: ProgressListener, cancel: CancelToken
        ) -> tuple[ComplaintFigures, Affected]:
            complaints = board.complaints(start, end)
            cancel.check()
            return complaints, board.affected(query)

        self._desk.tasks.run(
            self,
            work,
            lambda found: self._more_came(query, *found),
            failed=self._failed,
            channel="more",
        )
        if not self._values_known:
            self._values_known = True
            self._ask_values()

    def _ask_values(self) -> None:
        attempts = self._desk.attempts

        def done(values: dict[str, list[str]]) -> None:
            for field, filter_ in self.filters.items():
                filter_.set_values(values[field])
                filter_.set_ticked(self.presenter.only.get(field, ()))

        self._desk.tasks.run(
            self,
            lambda *_: {field: attempts.values(field) for field in FILTERS},
            done,
            failed=self._failed,
            channel="values",
        )

    def _more_came(
        self, query: BoardQuery, complaints: ComplaintFigures, affected: Affected
    ) -> None:
        if query == self.presenter.board.query:
            self.complaints, self._affected = complaints, affected
            self._show_tiles()
            self._show_ages()

    def _failed(self, error: KnownError) -> None:
        self.busy.done()
        self._desk.acts.error.emit(error)

    # the drawer
    def _open_bar(self, series: int, bucket: int) -> None:
        self._choose_bar(series if series >= 0 else None, bucket)

    def _open_series(self, item: QTreeWidgetItem) -> None:
        self._choose_bar(self.legend.indexOfTopLevelItem(item), None)

    def _choose_bar(self, series: int | None, bucket: int | None) -> None:
        self._named = self._bar_words(series, bucket)
        self.presenter.open_bar(series, bucket)
        self._after_choice()

    def _open_mark(self, panel: Panel, keys: tuple[str | None, ...]) -> None:
        by = {Panel.CAUSES: "cause", Panel.STEPS: "step", Panel.HOURS: "hour_of_week"}[panel]
        key = "-".join(map(str, keys)) if panel is Panel.HOURS else keys[0]
        self._named = words.key_word(self._desk.language.current, by, key)
        self.presenter.open_mark(panel, keys)
        self._after_choice()

    def _after_choice(self) -> None:
        if self.presenter.behind is None:  # the same mark again: it was let go
            self._hide_drawer()

    def _open_tile(self, name: str) -> None:
        if name in COMPLAINTS:
            listed = name if name in self.complaints.lists else "received"
            self._show_complaints(listed)
        else:
            self._named = self._desk.language.word("measure", "failures")
            self.presenter.open_all()

    def _drop_chip(self, place: int) -> None:
        self._hide_drawer()
        self.presenter.let_go(place)

    def _show_complaints(self, name: str | None) -> None:
        query = self.complaints.lists.get(name or "")
        if query is not None:
            self._desk.acts.show_complaints.emit(query)

    def _complaints_of(self, row: AttemptRow) -> None:
        """Complaints about the same cause, from a row of the list."""
        where = self.presenter.where
        self._desk.acts.show_complaints.emit(
            ListQuery(
                causes=(row.cause,) if row.cause else (),
                received_from=where.start,
                received_before=where.end,
            )
        )

    def _open(self, behind: Behind) -> None:
        attempts = self._desk.attempts
        where, only = behind.where, behind.failures_only

        def work(progress: ProgressListener, cancel: CancelToken) -> tuple[list[AttemptRow], int]:
            total = attempts.count(where, failures_only=only)
            cancel.check()
            return attempts.rows(where, failures_only=only, limit=PAGE), total

        self._fetching = True
        self.drawer.wait(self._drawer_title(), behind.expected, failures_only=only)
        self.drawer.show()
        task = self._desk.tasks.run(
            self,
            work,
            lambda found: self._opened(*found),
            failed=self._rows_failed,
            cancelled=self._rows_left,
            channel="rows",
        )
        self.busy.watch(task, self.tr("Fetching the attempts…"))

    def _opened(self, rows: Sequence[AttemptRow], total: int) -> None:
        self.busy.done()
        self._fetching = False
        self.drawer.show_rows(rows, total)
        if self._named is None and self.presenter.behind is not None:
            self.drawer.expect(total)
        self.drawer.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _more(self) -> None:
        behind = self.presenter.behind
        if self._fetching or behind is None:
            return
        attempts, offset = self._desk.attempts, self.drawer.shown

        def done(rows: list[AttemptRow]) -> None:
            self._fetching = False
            self.drawer.add_rows(rows)

        self._fetching = True
        self._desk.tasks.run(
            self,
            lambda progress, cancel: attempts.rows(
                behind.where, failures_only=behind.failures_only, limit=PAGE, offset=offset
            ),
            done,
            failed=self._rows_failed,
            channel="rows",
        )

    def _rows_failed(self, error: KnownError) -> None:
        self._rows_left()
        self._failed(error)

    def _rows_left(self) -> None:
        """Nothing came: better no list than a wrong one."""
        self.busy.done()
        self._fetching = False
        self._hide_drawer()

    def _drawer_title(self) -> str:
        return self.tr("Attempts") if self._named is None else self._named

    def _bar_words(self, series: int | None, bucket: int | None) -> str:
        data = self.presenter.data
        parts = []
        if bucket is not None:
            lang = self._desk.language.current
            parts.append(bucket_label(data.buckets[bucket], data.query.every, lang, full=True))
        if series is not None:
            parts.append(self._label(data.series[series]))
        return " · ".join(parts)

    # words and colours
    def _labels(self) -> list[str]:
        return [self._label(series) for series in self.presenter.data.series]

    def _label(self, series: Series) -> str:
        return words.series_word(self._desk.language.current, self.presenter.data, series)

    def _colours(self) -> list[QColor]:
        data, dark = self.presenter.data, self._desk.theme.dark
        return [
            QColor(words.series_colour(data, place, dark=dark)) for place in range(len(data.series))
        ]

    def _restyle(self) -> None:
        self.chart.recolour(self._colours())
        self._fill_legend()
        self._show_panels()

    # what is drawn
    def _show_board(self) -> None:
        board, lang = self.presenter.board, self._desk.language.current
        dated = tuple((mark.at, mark.name) for mark in words.marks(board, lang))
        around = Around(board.before_line, board.growing, words.weekend(board.chart), dated)
        self.chart.show_data(
            board.chart, self._labels(), self._colours(), self.presenter.kind, around
        )
        self._show_tiles()
        self._fill_legend()
        self._show_sentence()
        self._show_panels()
        self._show_chips()

    def _show_panels(self) -> None:
        board, lang, dark = self.presenter.board, self._desk.language.current, self._desk.theme.dark
        shown = {
            Panel.CAUSES: (spots.causes(board, lang, dark=dark), words.causes_chart(board, lang)),
            Panel.HOURS: (spots.hours(board, lang), words.hours_chart(board, lang)),
            Panel.STEPS: (spots.steps(board, lang, dark=dark), words.steps_chart(board, lang)),
        }
        heat = self.panels[Panel.HOURS]
        assert isinstance(heat, HeatPanel)
        heat.set_names([words.key_word(lang, "weekday", d) for d in words.WEEKDAYS], words.HOURS)
        for panel, (marks, chart) in shown.items():
            mark = self.presenter.picked(panel)
            picked = None if mark is None else tuple(values[0] for _, values in mark.equals)
            self.panels[panel].show_spots(marks, picked, f"{chart.title}. {chart.summary}")
            self._say_panel(panel, chart)
        self._show_ages()

    def _show_ages(self) -> None:
        lang, dark = self._desk.language.current, self._desk.theme.dark
        chart = words.ages_chart(self.complaints, lang)
        marks = spots.ages(self.complaints, lang, dark=dark) if self.complaints.counts else []
        self.panels[None].show_spots(marks, None, f"{chart.title}. {chart.summary}")
        self._say_panel(None, chart)

    def _say_panel(self, panel: Panel | None, chart: Chart) -> None:
        title, summary = self._heads[panel]
        title.setText(chart.title)
        summary.setText(chart.summary)
        summary.setToolTip(plain_tip(chart.summary))

    def _show_chips(self) -> None:
        lang, told = self._desk.language.current, []
        for panel, where in self.presenter.chips:
            parts = []
            if where.start is not None and where.end is not None:
                parts.append(words.period_words(where.start, where.end))
            if panel is Panel.HOURS:
                key = "-".join(str(values[0]) for _, values in where.equals)
                parts.append(words.key_word(lang, "hour_of_week", key))
            elif where.equals:
                parts.append(words.filter_words(where.equals, lang))
            told.append(" · ".join(parts))
        self.chips.show_words(told)

    def _drawn(self, name: str) -> Chart:
        """One of the charts as it is shown, for a file."""
        board, lang = self.presenter.board, self._desk.language.current
        if name == "trend":
            return words.main_chart(board, lang, self.presenter.kind)
        if name == "ages":
            return words.ages_chart(self.complaints, lang)
        made = {
            "causes": words.causes_chart,
            "hours": words.hours_chart,
            "steps": words.steps_chart,
        }
        return made[name](board, lang)

    def _show_pointed(self, words: str) -> None:
        self.pointed.setText(
            words or self.tr("Click a bar, or move with the arrow keys and press Enter")
        )

    # numbers
    def _show_tiles(self) -> None:
        language, lang = self._desk.language, self._desk.language.current
        names, lost = {"rate": "failure_rate"}, self._desk.board.lost_revenue
        figures = attempt_figures(self.presenter.board, self._affected, lost, lang)
        for name, figure in zip(ATTEMPTS, figures, strict=True):
            full = names.get(name, name)
            about = words.definition(lang, full, lost)
            title = figure.name if name == "lost_revenue" else language.word("measure", full)
            if name == "lost_revenue":  # how many they are is no change: it stands with the rest
                self.tiles[name].show_value(title, figure.value, f"{about} {figure.note}".strip())
                continue
            self.tiles[name].show_value(title, figure.value, about, figure.note)
        found = self.complaints
        mean = "—" if found.satisfaction is None else f"{found.satisfaction:.1f} / 5"
        values = {
            **{
                n: language.number(found.counts.get(n, 0))
                for n in ("open", "breaching", "breached")
            },
            "satisfaction": mean,
            "public": language.number(found.public),
        }
        for name, value in values.items():
            note = (
                language.text("figure.rated", count=found.rated)
                if name == "satisfaction" and found.rated
                else ""
            )
            about = language.text(f"definition.{name}")
            self.tiles[name].show_value(language.text(f"figure.{name}"), value, about, note)

    def _show_sentence(self) -> None:
        said = self._sentence()
        self.summary.setText(said)
        self.chart.setWhatsThis(said)
        self.chart.setAccessibleName(self.tr("Chart: {summary}").format(summary=said))

    def _sentence(self) -> str:
        """The chart in words, for everybody and for a screen reader."""
        if not self.presenter.data.series:
            return ""
        return words.main_summary(self.presenter.board, self._desk.language.current)

    def _fill_legend(self) -> None:
        data, language = self.presenter.data, self._desk.language
        while self.legend.topLevelItemCount() > len(data.series):
            self.legend.takeTopLevelItem(self.legend.topLevelItemCount() - 1)
        while self.legend.topLevelItemCount() < len(data.series):
            self.legend.addTopLevelItem(QTreeWidgetItem())
        total = sum(map(data.total, data.series))
        rates = data.query.measure is Measure.FAILURE_RATE
        told = zip(data.series, self._labels(), self._colours(), strict=True)
        for place, (series, label, colour) in enumerate(told):
            count = data.total(series)
            shown = language.percent(self._rate(series)) if rates else language.number(count)
            item = self.legend.topLevelItem(place)
            item.setText(0, label)
            item.setText(1, shown)
            item.setIcon(0, dot(colour))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            share = language.percent(count / total if total else 0)
            item.setToolTip(0, plain_tip(f"{label}: {language.number(count)} ({share})"))
            if series.other:
                parts = [
                    language.word(data.query.by[0], key) for key in series.keys if key is not None
                ]
                item.setToolTip(0, plain_tip(language.text("condition.comma").join(parts)))

    def _rate(self, series: Series) -> float:
        """Over the whole period; parts of one whole are measured against all attempts of it."""
        attempts = sum(series.attempts)
        if self.presenter.data.stacked:
            attempts = self.presenter.settled
        return sum(series.failures) / attempts if attempts else 0.0

    # choices
    def _make_filters(self) -> Iterator[None]:
        desk = self._desk
        self.period, self.every, self.measure, self.by = (QComboBox(self) for _ in range(4))
        self.kind, self.against = QComboBox(self), QComboBox(self)
        for box in (self.period, self.every, self.measure, self.by, self.kind, self.against):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for kind in KINDS:
            self.kind.addItem("", kind)
        self.against.addItem("", None)
        for against in Against:
            self.against.addItem("", against)
        self.kind.activated.connect(lambda n: self._kind_chosen(KINDS[n]))
        self.against.activated.connect(
            lambda n: self.presenter.compare(None if n == 0 else tuple(Against)[n - 1])
        )
        for name in PERIODS:
            self.period.addItem("", name)
        for every in Every:
            self.every.addItem("", every)
        for measure in Measure:
            self.measure.addItem("", measure)
        for field in BY:
            self.by.addItem("", field)
        choose = self.presenter.choose
        self.period.activated.connect(lambda n: self._period_chosen(self.period.itemData(n)))
        self.every.activated.connect(lambda n: choose(every=Every(self.every.itemData(n))))
        self.measure.activated.connect(lambda n: choose(measure=Measure(self.measure.itemData(n))))
        self.by.activated.connect(lambda n: choose(by=self.by.itemData(n)))
        yield
        self.start, self.end = QDateEdit(self), QDateEdit(self)
        for edit in (self.start, self.end):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setMinimumWidth(122)
            edit.setKeyboardTracking(False)
            edit.dateChanged.connect(self._dates_chosen)
        yield
        self.filters = {field: TickFilter(desk, field, self) for field in FILTERS}
        for field, filter_ in self.filters.items():
            filter_.setMinimumWidth(112)
            filter_.changed.connect(
                lambda values, field=field: self.presenter.choose_only(field, values)
            )

    def _kind_chosen(self, kind) -> None:  # type: ignore[no-untyped-def]
        self.presenter.kind = kind
        self._show_board()

    def _period_chosen(self, name: str) -> None:
        self.presenter.choose_period(name)
        if name == "custom":
            self.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _dates_chosen(self) -> None:
        self.presenter.choose_dates(self.start.date().toPython(), self.end.date().toPython())

    def _show_choices(self) -> None:
        """The controls say what is asked, also where the presenter has changed it."""
        presenter = self.presenter
        for box, value in (
            (self.period, presenter.period),
            (self.every, presenter.every),
            (self.measure, presenter.measure),
            (self.by, presenter.by),
            (self.kind, presenter.kind),
            (self.against, presenter.against),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        for edit, day in ((self.start, presenter.start), (self.end, presenter.end)):
            if day is not None:
                with QSignalBlocker(edit):
                    edit.setDate(QDate(day.year, day.month, day.day))
        for field, filter_ in self.filters.items():
            filter_.set_ticked(presenter.only.get(field, ()))
        if presenter.raised:
            self._desk.acts.message.emit(
                self.tr("By the hour for up to 400 days; this period is shown by the day.")
            )

    def _import(self) -> None:
        self._desk.acts.import_requested.emit([])

    def _clear(self) -> None:
        self.presenter.clear_filters()

    def retranslate(self) -> None:
        self._show_news(not self.news.isHidden())
        self.more.retranslate()
        word = self._desk.language.word
        periods = {
            "1d": self.tr("Last day"),
            "7d": self.tr("Last 7 days"),
            "30d": self.tr("Last 30 days"),
            "90d": self.tr("Last 90 days"),
            "all": self.tr("All there is"),
            "custom": self.tr("Own dates"),
        }
        for place, name in enumerate(PERIODS):
            self.period.setItemText(place, periods[name])
        self.period.setToolTip(self.tr("Counted back from the newest attempt"))
        for box, family in ((self.every, "every"), (self.measure, "measure"), (self.by, "field")):
            for place in range(box.count()):
                box.setItemText(place, word(family, box.itemData(place)))
        drawn = {"bars": self.tr("Bars"), "area": self.tr("Area"), "lines": self.tr("Lines")}
        for place, kind in enumerate(KINDS):
            self.kind.setItemText(place, drawn[kind.value])
        self.against.setItemText(0, self.tr("Nothing"))
        for place, against in enumerate(Against, 1):
            self.against.setItemText(place, word("against", against))
        captions = {
            "period": (self.period, self.tr("Period")),
            "start": (self.start, self.tr("From")),
            "end": (self.end, self.tr("To (included)")),
            "every": (self.every, self.tr("Every")),
            "measure": (self.measure, self.tr("Measure")),
            "by": (self.by, self.tr("By")),
            "kind": (self.kind, self.tr("Drawn as")),
            "against": (self.against, self.tr("Compare with")),
        }
        for name, (control, caption) in captions.items():
            self._captions[name].setText(caption)
            control.setAccessibleName(caption)
        for field in FILTERS:
            self._captions[field].setText(word("field", field))
        self.legend.setAccessibleName(self.tr("Legend: Enter opens the attempts of a series"))
        self.nothing_yet.set_texts(
            self.tr("Failures over time, by cause, stand here once attempts have been imported."),
            self.tr("Import attempts…"),
        )
        self.no_match.set_texts(
            self.tr("No attempt matches these filters."), self.tr("Show everything")
        )
        self._show_pointed(self.chart.accessibleDescription())
        self._show_board()
        if not self.drawer.isHidden():
            self.drawer.set_title(self._drawer_title())

    def _lay_out(self, sections: QWidget, picture: QFrame) -> None:
        self._captions: dict[str, QLabel] = {}
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_2)
        controls = {
            "period": self.period,
            "start": self.start,
            "end": self.end,
            "every": self.every,
            "measure": self.measure,
            "by": self.by,
            **self.filters,
        }
        for name, control in controls.items():
            caption = QLabel(self)
            caption.setProperty("role", "caption")
            caption.setBuddy(control)
            self._captions[name] = caption
            pair = QVBoxLayout()
            pair.setSpacing(2)
            pair.addWidget(caption)
            pair.addWidget(control)
            bar.addLayout(pair)
            control.setFixedHeight(_CONTROL_HEIGHT)
        bar.addStretch(1)

        second = QHBoxLayout()
        second.setSpacing(SPACE_2)
        for name in ("kind", "against"):
            caption = QLabel(self)
            caption.setProperty("role", "caption")
            self._captions[name] = caption
            control = getattr(self, name)
            caption.setBuddy(control)
            second.addWidget(caption)
            second.addWidget(control)
        for button in self.more.buttons:
            second.addWidget(button)
        second.addSpacing(SPACE_2)
        second.addWidget(self.chips, 1)
        second.addStretch(1)
        second.addWidget(self.news)

        picture.setProperty("role", "card")
        inside = QHBoxLayout()
        inside.setSpacing(SPACE_3)
        inside.addWidget(self.chart, 1)
        inside.addWidget(self.legend)
        column = QVBoxLayout(picture)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.setSpacing(0)
        column.addWidget(self.summary)
        column.addLayout(inside, 1)
        column.addWidget(self.pointed)
        picture.setMinimumHeight(330)

        grid = QGridLayout(sections)
        grid.setContentsMargins(0, 0, SPACE_1, 0)
        grid.setSpacing(SPACE_2)
        grid.addWidget(self.tile_row, 0, 0, 1, 2)
        grid.addWidget(picture, 1, 0, 1, 2)
        self._heads: dict[Panel | None, tuple[QLabel, QLabel]] = {}
        for n, (panel, widget) in enumerate(self.panels.items()):
            grid.addWidget(self._card(panel, widget, sections), 2 + n // 2, n % 2)
        grid.setRowStretch(1, 3)
        grid.setRowStretch(2, 2)
        grid.setRowStretch(3, 1)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setWidget(sections)

        self._content.setChildrenCollapsible(False)
        self._content.setHandleWidth(SPACE_2)
        self._content.addWidget(self.scroll)
        self._content.addWidget(self.drawer)
        self._content.setStretchFactor(0, 3)
        self._content.setStretchFactor(1, 2)
        self._content.setSizes([320, 260])
        for page in (self._content, self.no_match, self.nothing_yet):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        whole.setSpacing(SPACE_2)
        whole.addLayout(bar)
        whole.addLayout(second)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self.busy)
        policy = self.busy.sizePolicy()
        policy.setRetainSizeWhenHidden(False)  # at the foot it moves nothing but the foot
        self.busy.setSizePolicy(policy)

    def _card(self, panel: Panel | None, widget: MarkPanel, parent: QWidget) -> QFrame:
        card = QFrame(parent)
        card.setProperty("role", "card")
        title, summary = QLabel(card), QLabel(card)
        title.setProperty("role", "heading")
        summary.setProperty("role", "caption")
        summary.setWordWrap(True)
        for label in (title, summary):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._heads[panel] = (title, summary)
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.setSpacing(SPACE_1)
        column.addWidget(title)
        column.addWidget(summary)
        column.addWidget(widget, 1)
        return card


def _other(before: BoardQuery, after: BoardQuery) -> bool:
    """Whether more was changed than what is chosen in the charts."""
    return replace(before, chosen=()) != replace(after, chosen=())


class _Legend(QTreeWidget):
    """Colour, name and count of every series; each opens its attempts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFixedWidth(222)
        self.setStyleSheet("QTreeView { border: none; background: transparent; }")
        self.setIndentation(0)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
