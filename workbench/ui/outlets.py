"""The window's ways out to a customer: the clipboard and paper. Words come from customer_text.

Nothing else in the window touches the clipboard or a printer; a test holds it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication, QPageSize, QTextDocument

from workbench.services.customer_text import CustomerWords, Outlet

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


CLEARED_AFTER_MS = 60_000


def copy(outlet: Outlet, words: CustomerWords) -> None:
    """Plain text to the clipboard, from which it goes after a minute unless something else is there
    by then. ``outlet`` says by which of the known ways it leaves."""
    assert outlet in Outlet
    clipboard = QGuiApplication.clipboard()
    clipboard.setText(words)
    QTimer.singleShot(CLEARED_AFTER_MS, clipboard, lambda: _clear(words))


def _clear(words: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard.text() == words:
        clipboard.clear()


def pasted() -> QMimeData:
    """What is on the clipboard: a way in, and no way out."""
    return QGuiApplication.clipboard().mimeData()


def document(words: CustomerWords) -> QTextDocument:
    """HTML as a document to show or to print."""
    made = QTextDocument()
    made.setHtml(words)
    return made


def print_on(outlet: Outlet, words: CustomerWords, printer: "QPrinter") -> QTextDocument:
    """HTML to a printer; returns what was printed."""
    assert outlet in Outlet
    made = document(words)
    made.print_(printer)
    return made


def printer(pdf: Path | None = None) -> "QPrinter":
    """The default printer, or one that writes the A4 PDF file ``pdf``."""
    from PySide6.QtPrintSupport import QPrinter

    made = QPrinter(QPrinter.PrinterMode.HighResolution)
    if pdf is not None:
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(pdf))
        made.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    return made


def can_print() -> bool:
    """Whether the system knows a printer."""
    from PySide6.QtPrintSupport import QPrinterInfo

    return bool(QPrinterInfo.availablePrinterNames())
