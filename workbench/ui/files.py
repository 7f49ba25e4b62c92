"""Files in and out of the window: the import dialog, the export, what is dropped on it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.domain.errors import KnownError
from workbench.ui.desk import Desk
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.message_bar import MessageBar


class Files(QObject):
    """``bar`` says how an export ended, ``busy`` that it runs."""

    def __init__(self, desk: Desk, bar: MessageBar, busy: BusyLine, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._bar, self._busy, self._window = desk, bar, busy, window

    def import_files(self, paths: Sequence[Path]) -> None:
        """Open the import dialog on these files; asks for some where there are none."""
        chosen = list(paths) or self._ask_for_files()
        if chosen:
            from workbench.ui.dialogs.import_dialog import ImportDialog

            dialog = ImportDialog(self._desk, chosen, self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.show()

    def export(self) -> None:
        """Masked attempts to a file that the person names; the suffix says the format."""
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Export attempts"),
            "attempts.xlsx",
            "*.xlsx;;*.csv;;*.parquet;;*.json",
        )
        if not name:
            return
        path, desk = Path(name), self._desk
        task = desk.tasks.run(
            self,
            lambda progress, cancel: desk.attempts.export(path),
            lambda rows: self._exported(rows, path),
            failed=self._failed,
            cancelled=self._busy.done,
        )
        self._busy.watch(task, self.tr("Exporting to {file}…").format(file=path.name))

    def _ask_for_files(self) -> list[Path]:
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            self.tr("Import"),
            self._desk.settings.get("import_folder"),
            self.tr(
                "Tables (*.csv *.tsv *.txt *.xlsx *.xls *.ods *.parquet *.json *.jsonl *.gz *.zip)"
                ";;All files (*)"
            ),
        )
        if names:
            self._desk.settings.set("import_folder", str(Path(names[0]).parent))
        return [Path(name) for name in names]

    def _exported(self, rows: int, path: Path) -> None:
        self._busy.done()
        self._bar.show_text(
            "success",
            lambda: self.tr("%Ln attempt(s) exported to {file}", "", rows).format(file=path),
        )

    def _failed(self, error: KnownError) -> None:
        self._busy.done()
        self._bar.show_error(error)


def dropped(mime: QMimeData) -> list[Path]:
    """The local files of a drag; a link or a text gives none."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
