"""What a person does to the catalogues from the QA page: each act off the GUI thread, in order."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.domain.codes import CatalogueReport, CodeEntry
from workbench.domain.errors import KnownError
from workbench.ui.desk import Desk
from workbench.ui.pages.qa.report import ReportDialog

T = TypeVar("T")


class CodeActs(QObject):
    """``ended`` after each act, well or not; ``changed`` where the catalogues are others now, with
    the row that was written, or None."""

    ended = Signal()
    changed = Signal(object)

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page

    def import_catalogue(self, path: Path | None = None) -> None:
        """Take a site's catalogue: ``path``, or the file that the person names."""
        if path is None:
            name, _ = QFileDialog.getOpenFileName(
                self._page,
                self.tr("Import a code catalogue"),
                self._desk.settings.get("import_folder"),
                self.tr("Catalogues (*.csv)"),
            )
            if not name:
                return
            path = Path(name)
        file = path
        self._write(lambda: self._desk.codes.import_site(file), self._imported)

    def write_template(self, path: Path | None = None) -> None:
        """A catalogue to fill in with the unmapped codes, at ``path`` or where the person says."""
        if path is None:
            name, _ = QFileDialog.getSaveFileName(
                self._page, self.tr("Catalogue to fill in"), "codes.csv", "*.csv"
            )
            if not name:
                return
            path = Path(name)
        file = path
        self._write(
            lambda: self._desk.codes.template(file),
            lambda rows: self._desk.acts.message.emit(
                self.tr("%Ln row(s) to fill in: {file}", "", rows).format(file=file)
            ),
        )

    def classify(self, entry: CodeEntry) -> None:
        codes = self._desk.codes

        def work() -> tuple[CodeEntry, CodeEntry | None]:
            before = {(e.scheme, e.code, e.version): e for e in codes.site()}
            written = codes.classify(entry)
            return written, before.get((written.scheme, written.code, written.version))

        self._write(work, lambda answer: self._classified(*answer))

    def map_source(self, source: str | None, scheme: str) -> None:
        self._write(
            lambda: self._desk.codes.map_source(source, scheme),
            lambda _: self.changed.emit(None),
        )

    def remove(self, entry: CodeEntry) -> None:
        self._write(
            lambda: self._desk.codes.remove(entry.scheme, entry.code, entry.version),
            lambda _: self._removed(entry),
        )

    def _removed(self, entry: CodeEntry) -> None:
        self._desk.acts.done.emit(
            lambda: self.tr("{scheme} {code} has no meaning of this site any more.").format(
                scheme=entry.scheme, code=entry.code
            ),
            lambda: self.classify(entry),
        )
        self.changed.emit(None)

    def _classified(self, entry: CodeEntry, before: CodeEntry | None) -> None:
        self._desk.acts.done.emit(
            lambda: self.tr("{scheme} {code} has a meaning now.").format(
                scheme=entry.scheme, code=entry.code
            ),
            lambda: self.classify(before) if before is not None else self.remove(entry),
        )
        self.changed.emit(entry)

    def _imported(self, report: CatalogueReport) -> None:
        dialog = ReportDialog(report, self._desk.language, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        self.changed.emit(None)

    def _write(self, act: Callable[[], T], done: Callable[[T], None]) -> None:
        def end(answer: T) -> None:
            self.ended.emit()
            done(answer)

        def fail(error: KnownError) -> None:
            self.ended.emit()
            self._desk.acts.error.emit(error)

        self._desk.tasks.run(self, lambda progress, cancel: act(), end, failed=fail, writer="codes")
