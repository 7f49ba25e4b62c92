"""The trends page: filters, tiles, the chart with its legend, the attempts behind a bar."""

from collections.abc import Sequence

from PySide6.QtCore import QDate, QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.colours import colours_of
from workbench.domain.errors import KnownError
from workbench.domain.people import Act, may
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.domain.series import Behind, Series, bucket_label
from workbench.domain.trend import Every, Measure, TrendFilter
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.table import dot
from workbench.ui.pages.trends.chart import TrendChart
from workbench.ui.pages.trends.drawer import Drawer
from workbench.ui.pages.trends.filters import TickFilter
from workbench.ui.pages.trends.presenter import (
    BY,
    FILTERS,
    PERIODS,
    Answer,
    Asked,
    TrendsPresenter,
)
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, SPACE_4, TITLE, set_text_style
from workbench.ui.tips import plain_tip
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState

PAGE = 5000  # rows behind a bar that are fetched at a time
_CONTROL_HEIGHT = 34


class TrendsPage(Retranslates, QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._fetching = False
        self._origin: tuple[int | None, int | None] | None = None  # what the drawer shows
        self.presenter = TrendsPresenter(self._ask, self._open)
        self._make_filters()
        self.tiles = {name: _Tile(self) for name in ("failures", "attempts", "rate")}
        self.summary = QLabel(self)
        self.summary.setProperty("role", "muted")
        self.summary.setWordWrap(True)
        self.news = QPushButton(self)  # attempts that came since, not yet in the picture
        self.news.setProperty("role", "link")
        self.news.clicked.connect(self._load)
        self.news.hide()
        self._newer = 0
        self.pointed = QLabel(self)
        self.pointed.setProperty("role", "caption")
        self.chart = TrendChart(desk, self)
        self.chart.opened.connect(self._open_bar)
        self.chart.pointed.connect(self._show_pointed)
        self.chart.dismissed.connect(self.close_drawer)
        self.legend = _Legend(self)
        self.legend.itemActivated.connect(self._open_series)
        self.legend.itemClicked.connect(self._open_series)
        self.drawer = Drawer(desk, self)
        self.drawer.opened.connect(desk.acts.open_attempt)
        self.drawer.more_wanted.connect(self._more)
        self.drawer.closed.connect(self.close_drawer)
        self.drawer.hide()
        self.busy = BusyLine(desk.theme, desk.language, self)
        may_import = may(desk.session.person, Act.IMPORT)
        self.nothing_yet = EmptyState(
            desk.theme, "chart-bar", self._import if may_import else None, self
        )
        self.no_match = EmptyState(desk.theme, "filter-off-outline", self._clear, self)
        self._lay_out()
        desk.acts.data_changed.connect(self._load)
        desk.acts.data_grew.connect(self._grown)
        desk.theme.changed.connect(self._restyle)
        self.retranslate()
        self._load()

    # called by the window
    def focus_first(self) -> None:
        self.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_rows(self, where: TrendFilter) -> None:
        """The attempts of a filter that another page names."""
        self._origin = None
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
        if not self.drawer.isHidden():
            self.presenter.close()
            self._origin = None
            self.drawer.hide()
            self.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    # asking and answering
    def _load(self) -> None:
        """What there is: the span, the values to filter by; then the question."""
        self._newer = 0
        self._show_news(False)
        attempts = self._desk.attempts

        def work(progress: ProgressListener, cancel: CancelToken):
            span = attempts.span()
            return span, {field: attempts.values(field) for field in FILTERS}

        def done(answer) -> None:
            span, values = answer
            for field, filter_ in self.filters.items():
                filter_.set_values(values[field])
            if self.presenter.span(*span):
                self.presenter.refresh()
            else:
                self.busy.done()
                self._stack.setCurrentWidget(self.nothing_yet)

        task = self._desk.tasks.run(self, work, done, failed=self._failed, channel="load")
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

    def _ask(self, asked: Asked) -> None:
        attempts = self._desk.attempts

        def work(progress: ProgressListener, cancel: CancelToken) -> Answer:
            chart = attempts.trend(asked.chart)
            cancel.check()
            return Answer(chart, attempts.trend(asked.attempts), attempts.trend(asked.rate))

        task = self._desk.tasks.run(
            self,
            work,
            lambda answer: self._answered(asked, answer),
            failed=self._failed,
            cancelled=self.busy.done,
            channel="trend",
        )
        self.busy.watch(task, self.tr("Counting…"))
        self._show_choices()

    def _answered(self, asked: Asked, answer: Answer) -> None:
        self.busy.done()
        self.presenter.answer(asked, answer)
        if self._origin is not None:
            self.close_drawer()  # its bar may be gone
        data = self.presenter.data
        self.chart.show_data(data, self._labels(), self._colours())
        self._stack.setCurrentWidget(self._content if data.series else self.no_match)
        self._show_numbers()

    def _failed(self, error: KnownError) -> None:
        self.busy.done()
        self._desk.acts.error.emit(error)

    # the drawer
    def _open_bar(self, series: int, bucket: int) -> None:
        self._origin = (series if series >= 0 else None, bucket)
        self.presenter.open_bar(*self._origin)

    def _open_series(self, item: QTreeWidgetItem) -> None:
        self._origin = (self.legend.indexOfTopLevelItem(item), None)
        self.presenter.open_bar(*self._origin)

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
        if self._origin is None and self.presenter.behind is not None:
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
        self.close_drawer()

    def _drawer_title(self) -> str:
        if self._origin is None:
            return self.tr("Attempts")
        series, bucket = self._origin
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
        if series.other:
            return self.tr("Other (%Ln)", "", len(series.keys))
        (key,) = series.keys
        if key is not None:
            return self._desk.language.word(self.presenter.data.query.by[0], key)
        if self.presenter.data.query.by[0] in ("cause", "cause_group"):
            return self.tr("Not failed")
        return self.tr("Not recorded")

    def _colours(self) -> list[QColor]:
        theme, by = self._desk.theme, self.presenter.data.query.by[0]
        colours = []
        for place, series in enumerate(self.presenter.data.series):
            key = series.keys[0]
            if series.other:
                colours.append(theme.colour("muted"))
            elif key is None and by in ("cause", "cause_group", "symptom"):
                colours.append(theme.colour("border"))
            else:
                colours.append(QColor(colours_of(by, key, place)[theme.dark]))
        return colours

    def _restyle(self) -> None:
        self.chart.recolour(self._colours())
        self._fill_legend()

    def _show_pointed(self, words: str) -> None:
        self.pointed.setText(
            words or self.tr("Click a bar, or move with the arrow keys and press Enter")
        )

    # numbers
    def _show_numbers(self) -> None:
        language, tiles = self._desk.language, self.presenter.tiles
        self.tiles["failures"].show_value(
            language.word("measure", "failures"),
            language.number(tiles.failures),
            self.tr("Failed and abandoned attempts; pending ones are not failures"),
        )
        self.tiles["attempts"].show_value(
            language.word("measure", "attempts"),
            language.number(tiles.attempts),
            self.tr("All attempts of the period, pending ones among them"),
        )
        self.tiles["rate"].show_value(
            language.word("measure", "failure_rate"),
            "—" if tiles.rate is None else language.percent(tiles.rate),
            self.tr("Failures over attempts, pending ones left out of both"),
        )
        self._fill_legend()
        self.summary.setText(self._sentence())
        self.chart.setWhatsThis(self.summary.text())
        self.chart.setAccessibleName(self.tr("Chart: {summary}").format(summary=self._sentence()))

    def _sentence(self) -> str:
        """The chart in words, for everybody and for a screen reader."""
        data, language = self.presenter.data, self._desk.language
        if not data.series:
            return ""
        whole = [data.whole(bucket) for bucket in range(len(data.buckets))]
        top = max(range(len(whole)), key=whole.__getitem__)
        largest = max(data.series, key=lambda s: (not s.other, data.total(s)))
        total = sum(map(data.total, data.series))
        first, last = (
            bucket_label(bucket, Every.DAY, language.current)
            for bucket in (data.buckets[0], data.buckets[-1])
        )
        counted = language.word("measure", data.counted)
        rate = data.query.measure is Measure.FAILURE_RATE
        values = {
            "first": first,
            "last": last,
            "counted": counted,
            "total": language.number(total),
            "largest": self._label(largest),
            "most": language.number(data.total(largest)),
            "share": language.percent(data.total(largest) / total if total else 0, 0),
            "peak": bucket_label(data.buckets[top], data.query.every, language.current, full=True),
            "height": language.percent(whole[top]) if rate else language.number(whole[top]),
        }
        return self.tr(
            "{first} to {last}: {counted} {total}. Most: {largest}, {most} ({share}). "
            "Highest: {peak}, {height}."
        ).format(**values)

    def _fill_legend(self) -> None:
        data, language = self.presenter.data, self._desk.language
        self.legend.clear()
        total = sum(map(data.total, data.series))
        rates = data.query.measure is Measure.FAILURE_RATE
        for series, label, colour in zip(data.series, self._labels(), self._colours(), strict=True):
            count = data.total(series)
            shown = language.percent(self._rate(series)) if rates else language.number(count)
            item = QTreeWidgetItem([label, shown])
            item.setIcon(0, dot(colour))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            share = language.percent(count / total if total else 0)
            item.setToolTip(0, plain_tip(f"{label}: {language.number(count)} ({share})"))
            if series.other:
                words = [
                    language.word(data.query.by[0], key) for key in series.keys if key is not None
                ]
                item.setToolTip(0, plain_tip(language.text("condition.comma").join(words)))
            self.legend.addTopLevelItem(item)

    def _rate(self, series: Series) -> float:
        """Over the whole period; parts of one whole are measured against all attempts of it."""
        attempts = sum(series.attempts)
        if self.presenter.data.stacked:
            attempts = self.presenter.settled
        return sum(series.failures) / attempts if attempts else 0.0

    # choices
    def _make_filters(self) -> None:
        desk = self._desk
        self.period, self.every, self.measure, self.by = (QComboBox(self) for _ in range(4))
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
        self.start, self.end = QDateEdit(self), QDateEdit(self)
        for edit in (self.start, self.end):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setMinimumWidth(122)
            edit.setKeyboardTracking(False)
            edit.dateChanged.connect(self._dates_chosen)
        self.filters = {field: TickFilter(desk, field, self) for field in FILTERS}
        for field, filter_ in self.filters.items():
            filter_.setMinimumWidth(112)
            filter_.changed.connect(
                lambda values, field=field: self.presenter.choose_only(field, values)
            )

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
                self.tr("By the hour for up to 62 days; this period is shown by the day.")
            )

    def _import(self) -> None:
        self._desk.acts.import_requested.emit([])

    def _clear(self) -> None:
        self.presenter.clear_filters()

    def retranslate(self) -> None:
        self._show_news(not self.news.isHidden())
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
        captions = {
            "period": (self.period, self.tr("Period")),
            "start": (self.start, self.tr("From")),
            "end": (self.end, self.tr("To (included)")),
            "every": (self.every, self.tr("Every")),
            "measure": (self.measure, self.tr("Measure")),
            "by": (self.by, self.tr("By")),
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
        self._show_numbers()
        self.chart.show_data(self.presenter.data, self._labels(), self._colours())
        if not self.drawer.isHidden():
            self.drawer.set_title(self._drawer_title())

    def _lay_out(self) -> None:
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

        tiles = QHBoxLayout()
        tiles.setSpacing(SPACE_2)
        for tile in self.tiles.values():
            tiles.addWidget(tile)
        tiles.addSpacing(SPACE_2)
        tiles.addWidget(self.summary, 1)
        tiles.addWidget(self.news)

        picture = QFrame(self)
        picture.setProperty("role", "card")
        inside = QHBoxLayout()
        inside.setSpacing(SPACE_3)
        inside.addWidget(self.chart, 1)
        inside.addWidget(self.legend)
        column = QVBoxLayout(picture)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.setSpacing(0)
        column.addLayout(inside, 1)
        column.addWidget(self.pointed)
        picture.setMinimumHeight(200)

        self._content = QSplitter(Qt.Orientation.Vertical, self)
        self._content.setChildrenCollapsible(False)
        self._content.setHandleWidth(SPACE_2)
        self._content.addWidget(picture)
        self._content.addWidget(self.drawer)
        self._content.setStretchFactor(0, 3)
        self._content.setStretchFactor(1, 2)
        self._content.setSizes([320, 260])
        self._stack = QStackedWidget(self)
        for page in (self._content, self.no_match, self.nothing_yet):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        whole.setSpacing(SPACE_2)
        whole.addLayout(bar)
        whole.addLayout(tiles)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self.busy)
        policy = self.busy.sizePolicy()
        policy.setRetainSizeWhenHidden(False)  # at the foot it moves nothing but the foot
        self.busy.setSizePolicy(policy)


class _Tile(QFrame):
    """One number with its name; what it counts on the hover."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.name, self.value = QLabel(self), QLabel(self)
        self.name.setProperty("role", "caption")
        set_text_style(self.value, size=TITLE, bold=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_1, SPACE_4, SPACE_1)
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(self.value)
        self.setMinimumWidth(112)

    def show_value(self, name: str, value: str, about: str) -> None:
        self.name.setText(name)
        self.value.setText(value)
        self.setToolTip(plain_tip(about))
        self.setAccessibleName(f"{name}: {value}")


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
