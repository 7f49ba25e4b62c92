"""Reviews of calls on the QA page: draw and score, results, calibration, and one's own calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.errors import KnownError
from workbench.domain.people import Act, may
from workbench.domain.review import MOST, Draw, DrawRule, Stratum
from workbench.domain.times import to_local, utc_now
from workbench.services.reviews import Calibration, Listed, ReviewService, Told
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.reviews import (
    Agreed,
    AgreementTable,
    Called,
    CallTable,
    ResultTable,
    Summed,
)
from workbench.ui.models.table import ROW_ROLE, SORT_ROLE, set_up
from workbench.ui.pages.qa.score_form import ScoreForm, told_lines, words_label
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.code_list import scrolled
from workbench.ui.widgets.empty_state import EmptyState

_ROW_HEIGHT = 30
_DAYS = (7, 30, 90, 365)
_SIZE = 20


@dataclass
class ReviewsPresenter:
    """Which draw and which call of it are in front; knows no widget and calls no service."""

    draw_id: str | None = None  # the newest
    draws: tuple[Draw, ...] = ()
    calls: tuple[Listed, ...] = ()
    chosen: str | None = None  # complaint_id

    def found(self, draws: Sequence[Draw], calls: Sequence[Listed]) -> int:
        """Returns which row to choose: that of before, else the first that is to do; -1: none."""
        self.draws, self.calls = tuple(draws), tuple(calls)
        ids = [row.call.complaint_id for row in calls]
        if self.chosen in ids:
            return ids.index(self.chosen)
        return self.next_to_do()

    def next_to_do(self) -> int:
        for at, row in enumerate(self.calls):
            if row.own is None:
                return at
        return 0 if self.calls else -1

    @property
    def done(self) -> tuple[int, int]:
        """How many the person has reviewed, and of how many."""
        return sum(row.own is not None for row in self.calls), len(self.calls)


class ReviewsTab(Retranslates, QTabWidget):
    """Each part is there for whoever may see it."""

    def __init__(self, desk: Desk, reviews: ReviewService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        person = desk.session.person
        self.scoring = self.results = self.calibration = self.mine = None
        if may(person, Act.REVIEW):
            self.scoring = ScoringPart(desk, reviews, self)
            self.addTab(self.scoring, "")
        if may(person, Act.SEE_REVIEWS):
            self.results = ResultsPart(desk, reviews, self)
            self.addTab(self.results, "")
        if may(person, Act.REVIEW):
            self.calibration = CalibrationPart(desk, reviews, self)
            self.addTab(self.calibration, "")
        if may(person, Act.OWN_REVIEWS):
            self.mine = MinePart(desk, reviews, self)
            self.addTab(self.mine, "")
        self.currentChanged.connect(lambda _: self.refresh())
        self.retranslate()
        self.refresh()

    def refresh(self) -> None:
        """What is in front is asked for anew; nothing else is."""
        part: Any = self.currentWidget()
        if part is not None:
            part.refresh()

    def retranslate(self) -> None:
        for part, name in (
            (self.scoring, self.tr("To review")),
            (self.results, self.tr("Results")),
            (self.calibration, self.tr("Calibration")),
            (self.mine, self.tr("My calls")),
        ):
            if part is not None:
                self.setTabText(self.indexOf(part), name)


class ScoringPart(Retranslates, QWidget):
    """Left what was drawn, right the scorecard of the chosen call."""

    def __init__(self, desk: Desk, reviews: ReviewService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._reviews = desk, reviews
        self.presenter = ReviewsPresenter()
        self.rule, self.stratum, self.days = (_choice(self) for _ in range(3))
        for rule in DrawRule:
            self.rule.addItem("", rule)
        for stratum in Stratum:
            self.stratum.addItem("", stratum)
        for days in _DAYS:
            self.days.addItem("", days)
        self.days.setCurrentIndex(1)
        self.size_box = QSpinBox(self)
        self.size_box.setRange(1, MOST)
        self.size_box.setValue(_SIZE)
        self.seed = QLineEdit(self)
        self.seed.setMaximumWidth(110)
        self.draw_button = QPushButton(self)
        self.draw_button.clicked.connect(self.draw)
        self.draws = _choice(self)
        self._listed: tuple[Draw, ...] = ()
        self.draws.activated.connect(self._draw_chosen)
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")
        self.model = CallTable(desk.language, desk.theme, self)
        widths = {
            Called.NUMBER: 132, Called.AGENT: 76, Called.CAUSE: 136, Called.OWN: 76,
            Called.RISKS: 84, Called.TIME: 128,
        }  # fmt: skip
        self.table, self._sorted = _table(self, self.model, widths, Called.TIME)
        self.table.selectionModel().currentChanged.connect(self._moved)
        self.empty = EmptyState(desk.theme, "clipboard-text-search-outline", self.draw, self)
        self.form = ScoreForm(desk, reviews.card(), self)
        self.form.saved.connect(self._save)
        self.form.opened.connect(desk.acts.open_complaint)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_2)
        for widget in (
            self.rule,
            self.size_box,
            self.stratum,
            self.days,
            self.seed,
            self.draw_button,
        ):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(self.count)
        bar.addWidget(self.draws)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        right = scrolled(self.form)
        right.setMinimumWidth(400)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setSizes([800, 440])
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addLayout(bar)
        column.addWidget(split, 1)

    def refresh(self) -> None:
        service, draw_id = self._reviews, self.presenter.draw_id

        def work(*_: object) -> tuple[list[Draw], list[Listed]]:
            return service.draws(), service.listed(draw_id)

        self._desk.tasks.run(self, work, lambda found: self._found(*found), channel="draws")

    def draw(self) -> None:
        end = utc_now()
        start = end - timedelta(days=self.days.currentData())
        rule, stratum = DrawRule(self.rule.currentData()), Stratum(self.stratum.currentData())
        size, seed = self.size_box.value(), self.seed.text().strip() or None
        service = self._reviews

        def done(made: Draw) -> None:
            self.presenter.draw_id, self.presenter.chosen = made.draw_id, None
            said = self.tr("Drawn: {size} of %Ln call(s); seed {seed}", "", made.population)
            said = said.format(size=len(made.calls), seed=made.seed)
            self._desk.acts.message.emit(said)
            self._changed()

        self._desk.tasks.run(
            self,
            lambda *_: service.sample(rule, size, start, end, stratum=stratum, seed=seed),
            done,
            failed=self._desk.acts.error.emit,
            writer="records",
        )

    def _found(self, draws: Sequence[Draw], calls: Sequence[Listed]) -> None:
        at = self.presenter.found(draws, calls)
        self.model.show(self.presenter.calls)
        self._listed = tuple(draws)
        self.draws.clear()
        for draw in draws:
            self.draws.addItem(self._named(draw), draw.draw_id)
        self.draws.setCurrentIndex(max(0, self.draws.findData(self.presenter.draw_id)))
        self.table.setVisible(bool(calls))
        self.empty.setVisible(not calls)
        if at >= 0:
            self.table.setCurrentIndex(self._sorted.mapFromSource(self.model.index(at, 0)))
        else:
            self.form.show_call(None, (), "")
        self.retranslate()

    def _moved(self, index: QModelIndex) -> None:
        row: Listed | None = index.data(ROW_ROLE) if index.isValid() else None
        if row is None:
            return
        self.presenter.chosen = row.call.complaint_id
        me = self._desk.session.person.person_id
        service = self._reviews
        self._desk.tasks.run(
            self,
            lambda *_: service.of(row.call.complaint_id),
            lambda told: self.form.show_call(row.call, told, me),
            failed=self._desk.acts.error.emit,
            channel="call",
        )

    def _draw_chosen(self) -> None:
        self.presenter.draw_id, self.presenter.chosen = self.draws.currentData(), None
        self.refresh()

    def _save(self, scores: Any, comments: Any, note: str) -> None:
        chosen, draw_id = self.presenter.chosen, self.draws.currentData()
        if chosen is None:
            return
        service = self._reviews
        self.form.save_button.setEnabled(False)

        def done(_: object) -> None:
            self._desk.acts.message.emit(self.tr("The review is kept."))
            self.presenter.chosen = self._after(chosen)
            self._changed()

        def failed(error: KnownError) -> None:
            self.form.save_button.setEnabled(True)
            self._desk.acts.error.emit(error)

        self._desk.tasks.run(
            self,
            lambda *_: service.score(chosen, scores, comments, note=note, draw_id=draw_id),
            done,
            failed=failed,
            writer="records",
        )

    def _after(self, chosen: str) -> str:
        """The next call that is to do; the same one where there is none."""
        for row in self.presenter.calls:
            if row.own is None and row.call.complaint_id != chosen:
                return row.call.complaint_id
        return chosen

    def _changed(self) -> None:
        self.refresh()
        self._desk.acts.complaint_changed.emit()  # it is to be sent

    def _named(self, draw: Draw) -> str:
        rule = self._desk.language.word("drawrule", draw.rule)
        return f"{to_local(draw.at):%m-%d %H:%M} · {rule} · {len(draw.calls)} · {draw.by}"

    def retranslate(self) -> None:
        word = self._desk.language.word
        for at, rule in enumerate(DrawRule):
            self.rule.setItemText(at, word("drawrule", rule))
        for at, stratum in enumerate(Stratum):
            text = self.tr("spread over {what}").format(what=word("stratum", stratum))
            self.stratum.setItemText(at, text)
        for at, days in enumerate(_DAYS):
            self.days.setItemText(at, self.tr("last %Ln days", "", days))
        self.size_box.setSuffix(self.tr(" calls"))
        for widget, name in (
            (self.rule, self.tr("Rule")),
            (self.size_box, self.tr("How many")),
            (self.stratum, self.tr("Spread over")),
            (self.days, self.tr("Since")),
            (self.draws, self.tr("Draws")),
        ):
            widget.setAccessibleName(name)
        self.seed.setPlaceholderText(self.tr("Seed"))
        self.seed.setAccessibleName(self.tr("Seed: the same one draws the same calls"))
        self.draw_button.setText(self.tr("Draw"))
        self.draw_button.setToolTip(self._desk.language.tip("reviews.sample"))
        self.empty.set_texts(
            self.tr("Calls that were drawn for review stand here. Nothing has been drawn yet."),
            self.tr("Draw some"),
        )
        done, of = self.presenter.done
        self.count.setText(
            self.tr("{done} of {of} reviewed").format(done=done, of=of) if of else ""
        )
        for at, draw in enumerate(self._listed):
            self.draws.setItemText(at, self._named(draw))
        self.draws.setVisible(bool(self._listed))


class ResultsPart(Retranslates, QWidget):
    def __init__(self, desk: Desk, reviews: ReviewService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._reviews = desk, reviews
        self.by = _choice(self)
        for stratum in Stratum:
            self.by.addItem("", stratum)
        self.by.currentIndexChanged.connect(lambda _: self.refresh())
        self.model = ResultTable(desk.language, desk.theme, reviews.card(), self)
        widths = {
            Summed.NAME: 180, Summed.MEAN: 80, Summed.REVIEWS: 84, Summed.CALLS: 84,
            Summed.FAILED: 84, Summed.ANSWERS: 90,
        }  # fmt: skip
        self.table, _ = _table(self, self.model, widths, Summed.MEAN)
        self.table.sortByColumn(Summed.MEAN, Qt.SortOrder.AscendingOrder)
        self.about = words_label(self, "muted")
        _stacked(self, self.by, self.about, self.table)
        self.retranslate()

    def refresh(self) -> None:
        by, service = Stratum(self.by.currentData()), self._reviews
        self.model.by_cause = by is Stratum.CAUSE
        self._desk.tasks.run(self, lambda *_: service.results(by), self._found, channel="results")

    def _found(self, rows: Sequence[Any]) -> None:
        self.model.show(rows)
        self.retranslate()

    def retranslate(self) -> None:
        for at, stratum in enumerate(Stratum):
            text = self._desk.language.word("stratum", stratum)
            self.by.setItemText(at, self.tr("by {what}").format(what=text))
        self.by.setAccessibleName(self.tr("Group by"))
        self.about.setText(
            self.tr("Lowest first. Look at calibration before you compare people.")
            if self.model.rows
            else self.tr("Results of reviews stand here once calls have been scored.")
        )


class CalibrationPart(Retranslates, QWidget):
    def __init__(self, desk: Desk, reviews: ReviewService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._reviews = desk, reviews
        self._found: Calibration | None = None
        self.model = AgreementTable(desk.language, desk.theme, reviews.card(), self)
        widths = {
            Agreed.ITEM: 380, Agreed.ALPHA: 96, Agreed.BOUNDS: 120, Agreed.UNITS: 124,
            Agreed.SAME: 80,
        }  # fmt: skip
        self.table, ordered = _table(self, self.model, widths, Agreed.ITEM)
        self.table.setSortingEnabled(False)
        ordered.sort(-1)  # the total, then as the scorecard has them
        self.about = words_label(self, "muted")
        self.pairs = words_label(self)
        _stacked(self, self.about, self.table, self.pairs)
        self.retranslate()

    def refresh(self) -> None:
        service = self._reviews
        self._desk.tasks.run(
            self, lambda *_: service.calibration(), self._show, channel="calibration"
        )

    def _show(self, found: Calibration) -> None:
        self._found = found
        self.model.show([("", found.total), *found.items.items()])
        self.retranslate()

    def retranslate(self) -> None:
        self.about.setText(
            self.tr(
                "How far reviewers agree on calls that two or more of them scored: 1 is fully, 0 is "
                "as by chance. From 0.8 on agents may be compared, from 0.67 on it is a hint."
            )
        )
        found = self._found
        lines = []
        for one, other, n, kappa in found.pairs if found is not None else ():
            value = "—" if kappa is None else f"{kappa:.2f}"
            said = self.tr(
                "{one} and {other}: %Ln score(s) in common, weighted kappa {kappa}", "", n
            )
            lines.append(said.format(one=one, other=other, kappa=value))
        self.pairs.setText("\n".join(lines))
        self.pairs.setVisible(bool(lines))


class MinePart(Retranslates, QWidget):
    """Reviews of the calls that one took oneself, with a place to answer each."""

    def __init__(self, desk: Desk, reviews: ReviewService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._reviews = desk, reviews
        self.cards: list[OwnReview] = []
        self.empty = EmptyState(desk.theme, "account-voice", None, self)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_3)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_2, 0)
        column.addLayout(self._list)
        column.addStretch(1)
        self._area = scrolled(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.addWidget(self._area, 1)
        column.addWidget(self.empty, 1)
        self.retranslate()

    def refresh(self) -> None:
        service = self._reviews
        self._desk.tasks.run(self, lambda *_: service.mine(), self._show, channel="mine")

    def _show(self, told: Sequence[Told]) -> None:
        for card in self.cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [OwnReview(self._desk, self._reviews, one, self.refresh, self) for one in told]
        for card in self.cards:
            self._list.addWidget(card)
        self._area.setVisible(bool(told))
        self.empty.setVisible(not told)

    def retranslate(self) -> None:
        self.empty.set_texts(
            self.tr("Reviews of calls that you took stand here, and you can answer them."), ""
        )


class OwnReview(Retranslates, QFrame):
    def __init__(
        self,
        desk: Desk,
        reviews: ReviewService,
        told: Told,
        answered: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._reviews, self._told, self._answered = desk, reviews, told, answered
        self.setProperty("role", "card")
        self.words = words_label(self)
        self.reply = QLineEdit(self)
        self.reply.returnPressed.connect(self._answer)
        self.reply.textChanged.connect(lambda text: self.button.setEnabled(bool(text.strip())))
        self.button = QPushButton(self)
        self.button.setEnabled(False)
        self.button.clicked.connect(self._answer)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addWidget(self.reply, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addWidget(self.words)
        column.addLayout(row)
        self.retranslate()

    def _answer(self) -> None:
        words, review_id = self.reply.text(), self._told.review.review_id
        if not words.strip():
            return
        service = self._reviews
        self.button.setEnabled(False)

        def done(_: object) -> None:
            self._answered()
            self._desk.acts.complaint_changed.emit()

        self._desk.tasks.run(
            self,
            lambda *_: service.answer(review_id, words),
            done,
            failed=self._desk.acts.error.emit,
            writer="records",
        )

    def retranslate(self) -> None:
        self.words.setText(told_lines(self._told, self._reviews.card(), self._desk))
        self.reply.setPlaceholderText(self.tr("Your answer; it is added and not changed"))
        self.reply.setAccessibleName(self.reply.placeholderText())
        self.button.setText(self.tr("Answer"))
        self.button.setToolTip(self._desk.language.tip("reviews.answer"))


def _table(
    parent: QWidget, model: Any, widths: dict[Any, int], newest_by: int
) -> tuple[QTableView, QSortFilterProxyModel]:
    ordered = QSortFilterProxyModel(parent)
    ordered.setSourceModel(model)
    ordered.setSortRole(SORT_ROLE)
    table = QTableView(parent)
    table.setModel(ordered)
    set_up(table, widths, newest_by=newest_by, row_height=_ROW_HEIGHT)
    return table, ordered


def _choice(parent: QWidget) -> QComboBox:
    """As wide as its longest words, in each language."""
    made = QComboBox(parent)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return made


def _stacked(parent: QWidget, *widgets: QWidget) -> None:
    column = QVBoxLayout(parent)
    column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
    column.setSpacing(SPACE_2)
    for widget in widgets:
        if isinstance(widget, QComboBox):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            column.addWidget(widget, 1 if isinstance(widget, QTableView) else 0)
