"""The import: a preview with every column guessed, the choices, the progress and the counts."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.errors import KnownError
from workbench.domain.importing import FileKind, ImportPreview, ImportReport, Mapping
from workbench.domain.progress import Progress
from workbench.ui.desk import Desk
from workbench.ui.dialogs.import_form import DATE_ORDERS, LIKELY, SURE, ImportForm, field_names
from workbench.ui.i18n import Retranslates
from workbench.ui.tasks import Task
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4, SPACE_6, set_text_style
from workbench.ui.tips import plain_tip
from workbench.ui.widgets.message_bar import MessageBar
from workbench.ui.widgets.room import Room

_HEADER, _SAMPLES, _FIELD, _SURE = range(4)
_LISTED = 8  # files that could not be used
_LEAST = 360  # px of height; what does not fit scrolls
IMPORT_SIZE = QSize(1080, 660)  # where there is room


class ImportDialog(Retranslates, QDialog):
    """Non-modal: the window goes on answering calls while a file comes in.

    ``report`` is None until an import has ended well.
    """

    def __init__(self, desk: Desk, paths: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._paths = list(paths)
        self._events: Path | None = None
        self._mapping: Mapping | None = None
        self._form: ImportForm | None = None
        self._task: Task | None = None
        self._started = 0.0
        self.report: ImportReport | None = None
        room = self.screen().availableSize()
        self.resize(IMPORT_SIZE.boundedTo(room))
        self.setMinimumSize(QSize(760, 480).boundedTo(room))

        self.bar = MessageBar(desk.theme, desk.language, self)
        self.stack = QStackedWidget(self)
        self.choice = self._choice_page()
        self.running = self._running_page()
        self.result = _ResultPage(desk, self)
        for page in (self.choice, self.running, self.result):
            self.stack.addWidget(page)
        self.stack.setMinimumHeight(_LEAST)
        self.back = QPushButton(self)
        self.back.clicked.connect(self._back)
        self.cancel = QPushButton(self)
        self.cancel.clicked.connect(self._cancel)
        self.go = QPushButton(self)
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.start)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_6, SPACE_4, SPACE_6, SPACE_4)
        column.setSpacing(SPACE_3)
        column.addWidget(self.bar)
        column.addWidget(Room(self.stack, self), 1)
        column.addLayout(buttons)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.start)
        desk.theme.changed.connect(self._show_choices)
        self.retranslate()
        self._load_names()
        self._read(None)

    # what the person chooses
    def set_events(self, path: Path | None) -> None:
        """The events file that goes with this import, or none."""
        self._events = path
        self.retranslate()

    def choose(self, header: str, field: str | None) -> None:
        """This column is that field; None keeps it as an extra."""
        assert self._form is not None
        index = [row.guess.header for row in self._form.rows].index(header)
        self._form = self._form.choose(index, field)
        self._show_choices()

    def save_mapping(self, name: str) -> None:
        """Keep the choices under ``name``, for the next file of this kind."""
        assert self._form is not None
        mapping = self._form.mapping(name)
        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.attempts.save_mapping(mapping),
            lambda _: self._mapping_saved(name),
            failed=self.bar.show_error,
            writer="records",
        )

    # the import
    def start(self) -> None:
        """Import with what the page shows; the store is as before if it is cancelled or fails.
        Once it is done, the same button closes."""
        if self.stack.currentWidget() is self.result:
            self.close()
            return
        if not self.go.isEnabled() or self._form is None or self._task is not None:
            return
        mapping = self._form.mapping() if len(self._paths) == 1 else self._shared_mapping()
        files, events = list(self._paths), self._events
        of_scores = self._form.preview.kind is FileKind.SCORES
        source = self.source.text().strip() or None
        self.bar.dismiss()
        self.progress.setRange(0, 0)
        self.stage.setText("")
        self.rate.setText("")
        self._started = time.monotonic()
        self._task = self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.attempts.import_files(
                [] if of_scores else files,
                mapping=mapping,
                events=None if of_scores else events,
                scores=files if of_scores else [],
                source=source,
                progress=progress,
                cancel=cancel,
            ),
            self._done,
            failed=self._failed,
            progress=self._progressed,
            cancelled=self._cancelled,
            writer=True,
        )
        self.stack.setCurrentWidget(self.running)
        self._show_state()

    def _shared_mapping(self) -> Mapping:
        """Several files: what was changed by hand holds for all, the rest is guessed anew."""
        assert self._form is not None
        changed = {row.guess.header: row.chosen for row in self._form.rows if row.changed}
        columns = self._form.base.columns | changed
        return Mapping(
            columns=columns,
            missing=self._form.base.missing,
            encoding=self._form.base.encoding,
            date_order=self._form.base.date_order,
        )

    def _progressed(self, state: Progress) -> None:
        language = self._desk.language
        self.stage.setText(language.word("stage", state.stage))
        self.progress.setRange(0, state.total or 0)
        self.progress.setValue(state.done)
        seconds = time.monotonic() - self._started
        if state.done and seconds > 0:
            self.rate.setText(
                self.tr("%Ln row(s) · {rate} rows/s", "", state.done).format(
                    rate=language.number(state.done / seconds)
                )
            )

    def _done(self, report: ImportReport) -> None:
        self._task = None
        self.report = report
        self.result.show_report(report)
        self.stack.setCurrentWidget(self.result)
        self._show_state()
        self.go.setFocus()
        self._desk.acts.data_changed.emit()

    def _failed(self, error: KnownError) -> None:
        self._task = None
        self.stack.setCurrentWidget(self.choice)
        self.bar.show_error(error)
        self._show_state()

    def _cancelled(self) -> None:
        self._task = None
        self.stack.setCurrentWidget(self.choice)
        self.bar.show_text("info", lambda: self.tr("Cancelled. The data are as they were before."))
        self._show_state()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
        else:
            self.close()

    def _back(self) -> None:
        self.report = None
        self.stack.setCurrentWidget(self.choice)
        self._show_state()

    def closeEvent(self, event) -> None:
        if self._task is not None:
            self._task.cancel()
        super().closeEvent(event)

    # the preview
    def _read(self, mapping: Mapping | None, kind: FileKind | None = None) -> None:
        path = self._paths[0]
        self._form, self._mapping = None, mapping
        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.attempts.preview(path, mapping, kind),
            lambda preview: self._previewed(preview, mapping),
            failed=self._unreadable,
            channel="preview",
        )
        self._show_state()

    def _previewed(self, preview: ImportPreview, mapping: Mapping | None) -> None:
        self._form = ImportForm.of(preview, mapping)
        self.kind.setCurrentIndex(self.kind.findData(preview.kind.value))
        self._fill_sheets(preview, mapping)
        self._fill_order(preview, mapping)
        if mapping is None:
            self._offer_saved(preview)
        self.preview.setModel(_PreviewModel(preview, self.preview))
        self._fill_table()
        self._show_choices()
        self.table.setFocus()

    def _unreadable(self, error: KnownError) -> None:
        self.bar.show_error(error)
        self._show_state()

    def _fill_sheets(self, preview: ImportPreview, mapping: Mapping | None) -> None:
        self.sheets.blockSignals(True)
        self.sheets.clear()
        self.sheets.addItems(preview.sheets)
        if mapping is not None and mapping.sheet:
            self.sheets.setCurrentText(mapping.sheet)
        self.sheets.blockSignals(False)
        several = len(preview.sheets) > 1
        self.sheets.setVisible(several)
        self.sheet_label.setVisible(several)

    def _fill_order(self, preview: ImportPreview, mapping: Mapping | None) -> None:
        """Only where a date such as 03/10/2026 can be read in two ways."""
        chosen = mapping.date_order if mapping else None
        found = {column.date_order for column in preview.columns} - {None}
        self.order.setCurrentIndex(DATE_ORDERS.index(chosen))
        for widget in (self.order_label, self.order):
            widget.setVisible(bool(found))
        if "?" in found:
            self.bar.show_text(
                "info",
                lambda: self.tr(
                    "The first rows do not tell whether the day or the month stands first. The "
                    "whole file is asked; if it does not tell either, choose the order here."
                ),
            )

    def _order_chosen(self) -> None:
        base = self._mapping or Mapping()
        self._read(replace(base, date_order=self.order.currentData()))

    def _offer_saved(self, preview: ImportPreview) -> None:
        """A mapping that was saved for a file of the same headers is offered, never imposed."""
        headers = [column.header for column in preview.columns]

        def offer(name: str | None) -> None:
            if name is not None:
                self.bar.show_text(
                    "info",
                    lambda: self.tr("The saved mapping “{name}” is of the same columns.").format(
                        name=name
                    ),
                    lambda: self.tr("Use it"),
                    lambda: self.use_saved(name),
                )

        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.attempts.fitting_mapping(headers),
            offer,
            channel="fitting",
        )

    def use_saved(self, name: str) -> None:
        """Read the file by the mapping saved under ``name``."""
        self.saved.setCurrentIndex(self.saved.findData(name))
        self._saved_chosen()

    def _kind_chosen(self) -> None:
        """The person says what the file holds; its columns are read in that light."""
        self._read(self._mapping, FileKind(self.kind.currentData()))

    def _sheet_chosen(self, sheet: str) -> None:
        self._read(Mapping(sheet=sheet))

    def _load_names(self) -> None:
        def show(names: list[str]) -> None:
            chosen = self.saved.currentData()
            self.saved.blockSignals(True)
            self.saved.clear()
            self.saved.addItem(self.tr("Recognised automatically"), None)
            for name in names:
                self.saved.addItem(name, name)
            self.saved.setCurrentIndex(max(0, self.saved.findData(chosen)))
            self.saved.blockSignals(False)

        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.attempts.mapping_names(),
            show,
            channel="names",
        )

    def _saved_chosen(self) -> None:
        name = self.saved.currentData()
        if name is None:
            self._read(None)
            return
        self._desk.tasks.run(
            self,
            lambda progress, cancel: self._desk.attempts.mapping(name),
            self._read,
            failed=self.bar.show_error,
            channel="mapping",
        )

    def _mapping_saved(self, name: str) -> None:
        self.bar.show_text(
            "success", lambda: self.tr("The mapping is saved as “{name}”.").format(name=name)
        )
        self._load_names()

    def _ask_name(self) -> None:
        name, given = QInputDialog.getText(
            self, self.tr("Save the mapping"), self.tr("A name for files of this kind:")
        )
        if given and name.strip():
            self.save_mapping(name.strip())

    def _ask_events(self) -> None:
        if self._events is not None:
            self.set_events(None)
            return
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Events file"), str(self._paths[0].parent), "CSV (*.csv)"
        )
        if name:
            self.set_events(Path(name))

    # what is shown
    def _fill_table(self) -> None:
        assert self._form is not None
        self.table.setRowCount(len(self._form.rows))
        for at, row in enumerate(self._form.rows):
            header = QTableWidgetItem(row.guess.header)
            header.setToolTip(plain_tip(row.guess.header))
            samples = QTableWidgetItem("  ·  ".join(row.guess.samples))
            samples.setToolTip(plain_tip("\n".join(row.guess.samples)))
            self.table.setItem(at, _HEADER, header)
            self.table.setItem(at, _SAMPLES, samples)
            self.table.setItem(at, _SURE, QTableWidgetItem())
            box = QComboBox(self.table)
            box.setEditable(True)  # typing finds a field among thirty
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            box.completer().setFilterMode(Qt.MatchFlag.MatchContains)
            box.setAccessibleName(row.guess.header)
            box.activated.connect(
                lambda _, box=box, header=row.guess.header: self.choose(header, box.currentData())
            )
            self.table.setCellWidget(at, _FIELD, box)

    def _show_choices(self) -> None:
        if self._form is None:
            return
        for at, row in enumerate(self._form.rows):
            box = self.table.cellWidget(at, _FIELD)
            assert isinstance(box, QComboBox)
            box.blockSignals(True)
            box.clear()
            box.addItem(self.tr("Keep as extra: {name}").format(name=row.guess.extra_name), None)
            for name in field_names():
                box.addItem(self._field_word(name), name)
            box.setCurrentIndex(box.findData(row.chosen) if row.chosen else 0)
            box.blockSignals(False)
            self.table.item(at, _SAMPLES).setForeground(self._desk.theme.colour("muted"))
            text, role = self._certainty(row)
            item = self.table.item(at, _SURE)
            item.setText(text)
            item.setForeground(self._desk.theme.colour(role))
        self._show_state()

    def _field_word(self, name: str) -> str:
        of_scores = self._form is not None and self._form.preview.kind is FileKind.SCORES
        name = "scored_at" if of_scores and name == "occurred_at" else name
        return self._desk.language.word("field", name)

    def _certainty(self, row) -> tuple[str, str]:
        if row.changed:
            return self.tr("● chosen by you"), "accent"
        if row.chosen is None:
            return self.tr("○ not a known field"), "muted"
        why = {
            "name": self.tr("by its name"),
            "values": self.tr("by its values"),
            "saved": self.tr("from the saved mapping"),
        }.get(row.guess.why, "")
        reading = {
            "dmy": self.tr("day/month/year"),
            "mdy": self.tr("month/day/year"),
            "?": self.tr("order of day and month open"),
        }.get(row.guess.date_order or "", "")
        if row.guess.scale != 1:
            reading = f"× {row.guess.scale:g}"
        why = f"{why}, {reading}" if reading else why
        if row.guess.sure >= SURE:
            return self.tr("✔ sure, {why}").format(why=why), "success"
        if row.guess.sure >= LIKELY:
            return self.tr("? likely, {why}").format(why=why), "warning"
        return self.tr("? a guess, {why}").format(why=why), "warning"

    def retranslate(self) -> None:
        several = len(self._paths) > 1
        name = self._paths[0].name
        self.setWindowTitle(self.tr("Import"))
        self.file_label.setText(
            self.tr("{file} and %Ln more file(s)", "", len(self._paths) - 1).format(file=name)
            if several
            else name
        )
        self.file_label.setToolTip(plain_tip("\n".join(map(str, self._paths))))
        self.kind_label.setText(self.tr("The file holds"))
        self.kind.setAccessibleName(self.tr("The file holds"))
        for at, kind in enumerate(FileKind):
            self.kind.setItemText(at, self._desk.language.word("filekind", kind.value))
        self.source_label.setText(self.tr("Source"))
        self.source.setAccessibleName(self.tr("Source"))
        self.source.setPlaceholderText(self.tr("the file's name"))
        self.source.setToolTip(
            self.tr("The bureau whose scores these are: shown with every score as its source.")
        )
        self.sheet_label.setText(self.tr("Sheet"))
        self.order_label.setText(self.tr("Dates are"))
        self.order.setAccessibleName(self.tr("Dates are"))
        for at, words in enumerate(
            (self.tr("told by the file"), self.tr("day/month/year"), self.tr("month/day/year"))
        ):
            self.order.setItemText(at, words)
        self.saved_label.setText(self.tr("Column mapping"))
        self.saved.setAccessibleName(self.tr("Column mapping"))
        if self.saved.count():
            self.saved.setItemText(0, self.tr("Recognised automatically"))
        self.save.setText(self.tr("Save mapping…"))
        self.events_label.setText(self.tr("Events"))
        self.events.setText(
            self.tr("{file} (remove)").format(file=self._events.name)
            if self._events
            else self.tr("Add an events file…")
        )
        self.events.setToolTip(
            self.tr("Campaigns, policies, model and app releases: they explain changes.")
        )
        self.table.setHorizontalHeaderLabels(
            [
                self.tr("Column in the file"),
                self.tr("Values"),
                self.tr("Field"),
                self.tr("How sure"),
            ]
        )
        self.table.setAccessibleName(self.tr("Columns and their fields"))
        self.preview.setAccessibleName(self.tr("First rows of the file"))
        self.preview_label.setText(self.tr("First rows of the file (personal details are masked)"))
        self.back.setText(self.tr("Back"))
        self._show_choices()
        self._show_state()

    def _show_state(self) -> None:
        """What may be pressed now, and what is still missing."""
        form, page = self._form, self.stack.currentWidget()
        choosing, running = page is self.choice, page is self.running
        self.back.setVisible(page is self.result)
        self.cancel.setVisible(page is not self.result)
        self.cancel.setText(self.tr("Cancel"))
        self.go.setVisible(not running)
        self.go.setText(self.tr("Import") if choosing else self.tr("Close"))
        self.go.setToolTip(self._desk.language.tip("attempts.import_files") if choosing else "")
        self.go.setEnabled(not choosing or (form is not None and not form.missing))
        self.save.setEnabled(form is not None)
        self.kind.setEnabled(form is not None)
        of_scores = form is not None and form.preview.kind is FileKind.SCORES
        for widget in (self.events_label, self.events):
            widget.setVisible(not of_scores)
        for widget in (self.source_label, self.source):
            widget.setVisible(of_scores and form is not None and not form.names_its_source)
        if form is None:
            self.summary.setText(self.tr("Reading the file…"))
            return
        preview = form.preview
        facts = [
            preview.format.upper(),
            (preview.encoding or "").upper(),
            _delimiter(preview.delimiter),
        ]
        told = [fact for fact in facts if fact]
        told.append(
            self.tr("{known} of %Ln column(s) recognised", "", len(form.rows)).format(
                known=form.recognised
            )
        )
        if form.missing:
            names = [self._desk.language.word("field", name) for name in form.missing]
            told.append(self.tr("still needed: {fields}").format(fields=", ".join(names)))
        self.summary.setText("  ·  ".join(told))
        self.summary.setProperty("role", "danger" if form.missing else "muted")
        self.summary.style().polish(self.summary)

    # the parts
    def _choice_page(self) -> QWidget:
        page = QWidget(self)
        self.file_label = QLabel(page)
        self.file_label.setProperty("role", "title")
        self.summary = QLabel(page)
        self.summary.setProperty("role", "muted")
        self.kind_label, self.kind = QLabel(page), QComboBox(page)
        for kind in FileKind:
            self.kind.addItem("", kind.value)
        self.kind.activated.connect(lambda _: self._kind_chosen())
        self.source_label, self.source = QLabel(page), QLineEdit(page)
        self.source.setMaximumWidth(160)
        self.sheet_label, self.sheets = QLabel(page), QComboBox(page)
        self.sheets.textActivated.connect(self._sheet_chosen)
        self.order_label, self.order = QLabel(page), QComboBox(page)
        for order in DATE_ORDERS:
            self.order.addItem("", order)
        self.order.activated.connect(lambda _: self._order_chosen())
        self.saved_label, self.saved = QLabel(page), QComboBox(page)
        self.saved.setMinimumWidth(220)
        self.saved.activated.connect(lambda _: self._saved_chosen())
        self.save = QPushButton(page)
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self._ask_name)
        self.events_label, self.events = QLabel(page), QPushButton(page)
        self.events.setAutoDefault(False)
        self.events.clicked.connect(self._ask_events)
        options = QHBoxLayout()
        options.setSpacing(SPACE_2)
        for widget in (
            self.kind_label,
            self.kind,
            self.source_label,
            self.source,
            self.sheet_label,
            self.sheets,
            self.order_label,
            self.order,
            self.saved_label,
            self.saved,
            self.save,
        ):
            options.addWidget(widget)
        options.addStretch(1)
        options.addWidget(self.events_label)
        options.addWidget(self.events)

        self.table = QTableWidget(0, 4, page)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(34)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(_SAMPLES, QHeaderView.ResizeMode.Stretch)
        for section, width in ((_HEADER, 190), (_FIELD, 230), (_SURE, 170)):
            self.table.setColumnWidth(section, width)

        self.preview_label = QLabel(page)
        self.preview_label.setProperty("role", "caption")
        self.preview = QTableView(page)
        self.preview.verticalHeader().hide()
        self.preview.horizontalHeader().setDefaultSectionSize(130)
        self.preview.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        below = QWidget(page)
        beneath = QVBoxLayout(below)
        beneath.setContentsMargins(0, 0, 0, 0)
        beneath.setSpacing(SPACE_2)
        beneath.addWidget(self.preview_label)
        beneath.addWidget(self.preview, 1)
        halves = QSplitter(Qt.Orientation.Vertical, page)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.table)
        halves.addWidget(below)
        halves.setSizes([340, 170])

        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.file_label)
        column.addWidget(self.summary)
        column.addSpacing(SPACE_2)
        column.addLayout(options)
        column.addWidget(halves, 1)
        return page

    def _running_page(self) -> QWidget:
        page = QWidget(self)
        self.stage, self.rate = QLabel(page), QLabel(page)
        self.stage.setProperty("role", "heading")
        self.rate.setProperty("role", "muted")
        self.progress = QProgressBar(page)
        self.progress.setTextVisible(False)
        column = QVBoxLayout(page)
        column.setSpacing(SPACE_3)
        column.addStretch(1)
        for widget in (self.stage, self.progress, self.rate):
            column.addWidget(widget)
        column.addStretch(2)
        return page


class _ResultPage(Retranslates, QWidget):
    """The four counts, which add up, and where the rows that were set aside lie."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._report: ImportReport | None = None
        self.title = QLabel(self)
        self.title.setProperty("role", "title")
        self.lines = {
            name: (QLabel(self), QLabel(self))
            for name in ("read", "imported", "duplicates", "quarantined", "flagged")
        }
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_6)
        form.setVerticalSpacing(SPACE_2)
        for label, value in self.lines.values():
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            set_text_style(value, bold=True)
            form.addRow(label, value)
        self.failed = QLabel(self)
        self.failed.setWordWrap(True)
        self.failed.setTextFormat(Qt.TextFormat.PlainText)
        self.failed.setProperty("role", "danger")
        self.advice = QLabel(self)
        self.advice.setWordWrap(True)
        self.advice.setProperty("role", "muted")
        self.folder = QPushButton(self)
        self.folder.setAutoDefault(False)
        self.folder.clicked.connect(self._open_folder)
        card = QFrame(self)
        card.setProperty("role", "card")
        card.setMaximumWidth(620)
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE_6, SPACE_6, SPACE_6, SPACE_6)
        column.setSpacing(SPACE_3)
        column.addWidget(self.title)
        column.addLayout(form)
        column.addWidget(self.failed)
        column.addWidget(self.advice)
        column.addWidget(self.folder, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 6)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addLayout(row)
        whole.addStretch(2)
        self.retranslate()

    def show_report(self, report: ImportReport) -> None:
        self._report = report
        self.retranslate()

    def retranslate(self) -> None:
        report = self._report
        labels = {
            "read": self.tr("Rows read"),
            "imported": self.tr("Imported"),
            "duplicates": self.tr("Already there"),
            "quarantined": self.tr("Set aside"),
            "flagged": self.tr("Imported, with a doubtful phone or ID card"),
        }
        for name, (label, value) in self.lines.items():
            label.setText(labels[name])
            number = getattr(report, name) if report else 0
            value.setText(self._desk.language.number(number))
        for part in self.lines["flagged"]:
            part.setVisible(bool(report and report.flagged))
        aside = report is not None and report.quarantine_file is not None
        self.advice.setVisible(aside)
        self.folder.setVisible(aside)
        self.folder.setText(self.tr("Open its folder"))
        failed = report.failed if report else ()
        self.failed.setVisible(bool(failed))
        if failed:
            told = [self.tr("%Ln file(s) could not be used:", "", len(failed))]
            told += [self._desk.language.error(f.error) for f in failed[:_LISTED] if f.error]
            self.failed.setText("\n".join(told + ["…"] * (len(failed) > _LISTED)))
        if report is not None:
            seconds = self._desk.language.number(report.seconds, 1)
            self.title.setText(self.tr("Done in {seconds} s").format(seconds=seconds))
            self.advice.setText(
                self.tr(
                    "The rows set aside lie in {file}, each with its line, column, value and "
                    "reason. Mend them in the original file and import it again: rows already "
                    "imported are skipped."
                ).format(file=report.quarantine_file)
            )

    def _open_folder(self) -> None:
        assert self._report is not None and self._report.quarantine_file is not None
        folder = self._report.quarantine_file.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class _PreviewModel(QAbstractTableModel):
    """The masked first rows, as the file has them."""

    def __init__(self, preview: ImportPreview, parent: QWidget) -> None:
        super().__init__(parent)
        self._preview = preview

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's)
        return 0 if parent.isValid() else len(self._preview.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's)
        return 0 if parent.isValid() else len(self._preview.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            row = self._preview.rows[index.row()]
            text = row[index.column()] if index.column() < len(row) else ""
            return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        across = orientation == Qt.Orientation.Horizontal
        if across and role == Qt.ItemDataRole.DisplayRole:
            return self._preview.columns[section].header
        return None


def _delimiter(char: str | None) -> str:
    """Worth a word only where it is not the usual comma."""
    return {"\t": "TAB", ",": "", None: ""}.get(char, f"“{char}”")
