"""What code catalogues say: a list of rows, and one row in full."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.codes import CodeEntry, CustomerVisible
from workbench.ui.desk import Desk
from workbench.ui.i18n import Language, Retranslates
from workbench.ui.models.codes import CodeTable, Column, said_to_customer
from workbench.ui.models.table import ROW_ROLE, SORT_ROLE, set_up
from workbench.ui.theme import LARGE, SPACE_1, SPACE_2, SPACE_3, SPACE_4, set_text_style

_ROW_HEIGHT = 30
_FACTS = ("meaning", "other", "failure", "symptom", "cause", "owner", "action", "customer",
          "version", "source", "sure")  # fmt: skip


class CodeTableView(QTableView):
    """Catalogue rows in the order given until a header is clicked; ``moved`` on a new row."""

    moved = Signal(object)  # CodeEntry or None

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = CodeTable(desk.language, desk.theme, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.rows)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        widths = {
            Column.SCHEME: 126,
            Column.CODE: 124,
            Column.MEANING: 240,
            Column.FAILURE: 116,
            Column.CAUSE: 124,
            Column.OWNER: 76,
            Column.ACTION: 124,
            Column.CUSTOMER: 200,
            Column.VERSION: 84,
            Column.SURE: 100,
        }
        set_up(self, widths, newest_by=Column.SCHEME, row_height=_ROW_HEIGHT)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentChanged.connect(self._moved)

    def show_entries(self, entries: Sequence[CodeEntry], chosen: CodeEntry | None = None) -> None:
        """The row of ``chosen`` is selected, else the first."""
        self.rows.show(entries)
        place = next((n for n, e in enumerate(entries) if _same(e, chosen)), 0)
        if entries:
            index = self._sorted.mapFromSource(self.rows.index(place, 0))
            self.setCurrentIndex(index)
            self.scrollTo(index)
        else:
            self.moved.emit(None)

    def current(self) -> CodeEntry | None:
        return self.currentIndex().data(ROW_ROLE) if self.currentIndex().isValid() else None

    def _moved(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.moved.emit(current.data(ROW_ROLE))


class CodeFacts(Retranslates, QFrame):
    """One catalogue row in full. Every text is plain, whatever a catalogue has in it."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._entry: CodeEntry | None = None
        self.setProperty("role", "card")
        self.head = QLabel(self)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.head.setWordWrap(True)
        set_text_style(self.head, size=LARGE, bold=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_1)
        grid.setColumnStretch(1, 1)
        self.values: dict[str, tuple[QLabel, QLabel]] = {}
        for place, name in enumerate(_FACTS):
            label, value = QLabel(self), QLabel(self)
            label.setProperty("role", "muted")
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
            self.values[name] = (label, value)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addWidget(self.head)
        column.addLayout(grid)
        self.column = column
        column.addStretch(1)
        self.retranslate()

    def show_entry(self, entry: CodeEntry | None) -> None:
        self._entry = entry
        self.retranslate()

    def retranslate(self) -> None:
        for name, text in {
            "meaning": self.tr("Meaning"),
            "other": self.tr("In the other language"),
            "failure": self.tr("Failure?"),
            "symptom": self.tr("Symptom"),
            "cause": self.tr("Cause"),
            "owner": self.tr("Owner"),
            "action": self.tr("What helps"),
            "customer": self.tr("Customer may hear"),
            "version": self.tr("Version"),
            "source": self.tr("Source"),
            "sure": self.tr("How sure"),
        }.items():
            self.values[name][0].setText(text)
        self.setAccessibleName(self.tr("Code"))
        entry = self._entry
        if entry is None:
            return
        word, lang = self._language.word, self._language.current
        meaning = entry.meaning(lang)
        other = entry.meaning("en" if lang == "zh" else "zh")
        self.head.setText(f"{entry.scheme} · {entry.code}")
        hidden = entry.customer_visible is not CustomerVisible.YES
        customer = said_to_customer(self._language, entry)
        if hidden:
            customer = self.tr("Only a general refusal: {said}").format(said=customer)
        for name, text in {
            "meaning": meaning,
            "other": other if other != meaning else "",
            "failure": word("code.failure", entry.is_failure),
            "symptom": word("symptom", entry.symptom),
            "cause": word("cause", entry.cause) or self.tr("The code alone does not decide it"),
            "owner": word("owner", entry.owner),
            "action": word("action", entry.action),
            "customer": customer,
            "version": entry.version,
            "source": entry.source,
            "sure": word("code.sure", entry.sure),
        }.items():
            label, value = self.values[name]
            value.setText(text)
            label.setVisible(bool(text))
            value.setVisible(bool(text))


class CodeList(Retranslates, QWidget):
    """The catalogue rows that a search found, with the one chosen in full beside them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.note = QLabel(self)
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.table = CodeTableView(desk, self)
        for column in (Column.CUSTOMER, Column.VERSION, Column.SURE, Column.SOURCE):
            self.table.setColumnHidden(column, True)
        self.facts = CodeFacts(desk.language, self)
        self.table.moved.connect(self.facts.show_entry)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        split.addWidget(self.table)
        split.addWidget(scrolled(self.facts))
        split.setStretchFactor(0, 1)
        split.setSizes([880, 360])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.title)
        column.addWidget(self.note)
        column.addWidget(split, 1)
        self.setFocusProxy(self.table)
        self.retranslate()

    def show_entries(self, entries: Sequence[CodeEntry]) -> None:
        """Best first; the first one is chosen."""
        self.table.show_entries(entries)
        self.retranslate()

    def retranslate(self) -> None:
        count = self.table.rows.rowCount()
        self.title.setText(self.tr("No customer found, but %Ln code(s)", "", count))
        self.note.setText(
            self.tr("The same code means something else in another scheme: mind whose it is.")
        )
        self.table.setAccessibleName(self.title.text())


def scrolled(widget: QWidget) -> QScrollArea:
    """``widget`` in a frame that scrolls where there is no room for all of it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area


def _same(entry: CodeEntry, other: CodeEntry | None) -> bool:
    return other is not None and (entry.scheme, entry.code, entry.version) == (
        other.scheme,
        other.code,
        other.version,
    )
