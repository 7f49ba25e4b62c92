"""A guide for a customer, beside the work: to read out, to copy, to print or to save as PDF."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.guidance import Guidance
from workbench.files import unwritable
from workbench.services.customer_text import Outlet, guide_html, guide_text
from workbench.ui import outlets
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.message_bar import MessageBar


class GuideWindow(Retranslates, QDialog):
    """Never modal: the call goes on behind it. ``show_guide`` again shows another one.

    ``copied`` and ``printed`` say that the words are out.
    """

    copied = Signal()
    printed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._guide: Guidance | None = None
        self.setModal(False)
        self.resize(520, 560)
        self.bar = MessageBar(desk.theme, desk.language, self)
        self.page = QTextBrowser(self)
        self.page.setOpenLinks(False)
        # as paper whatever the theme: what is seen is what is printed, dark pictures included
        self.page.setStyleSheet("background: white; color: black;")
        self.copy_button, self.print_button, self.pdf_button, self.close_button = (
            QPushButton(self) for _ in range(4)
        )
        for button, icon, act in (
            (self.copy_button, "content-copy", self.copy),
            (self.print_button, "printer-outline", self.print_out),
            (self.pdf_button, "file-pdf-box", self.save_pdf),
            (self.close_button, "close", self.close),
        ):
            button.setIcon(desk.theme.icon(icon, "text"))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, act=act: act())
        desk.keys.shortcut("print", self, self.print_out, Qt.ShortcutContext.WindowShortcut)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        for button in (self.copy_button, self.print_button, self.pdf_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_3)
        column.addWidget(self.bar)
        column.addWidget(self.page, 1)
        column.addLayout(buttons)
        self.retranslate()

    @property
    def guide(self) -> Guidance | None:
        return self._guide

    def show_guide(self, guide: Guidance) -> None:
        self._guide = guide
        self.bar.hide()
        self.retranslate()
        self.show()
        self.activateWindow()
        self.copy_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # the ways out
    def copy(self) -> None:
        """The whole guide as plain text, in the language shown."""
        if self._guide is not None:
            outlets.copy(Outlet.COPY_GUIDE, guide_text(self._guide, self._lang))
            self.copied.emit()

    def print_out(self) -> None:
        """By the system's print dialog; as a PDF file where there is no printer."""
        if self._guide is None:
            return
        if not outlets.can_print():
            self.save_pdf()
            return
        from PySide6.QtPrintSupport import QPrintDialog

        printer = outlets.printer()
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def send() -> None:
            assert self._guide is not None
            outlets.print_on(Outlet.PRINT_GUIDE, guide_html(self._guide, self._lang), printer)
            self.printed.emit()

        dialog.accepted.connect(send)
        dialog.open()

    def save_pdf(self) -> None:
        """As a PDF file that the person names."""
        if self._guide is None:
            return
        dialog = QFileDialog(self, self.tr("Save the guide as PDF"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{self._guide.title[self._lang]}.pdf")
        dialog.fileSelected.connect(lambda name: self.write_pdf(Path(name)))
        dialog.open()

    def write_pdf(self, path: Path) -> None:
        """Write ``path``, and say so; an error stands in the bar."""
        assert self._guide is not None
        try:
            with path.open("ab"):  # the printer would fail without a word
                pass
        except OSError as error:
            self.bar.show_error(unwritable(error, path))
            return
        outlets.print_on(
            Outlet.PDF_GUIDE, guide_html(self._guide, self._lang), outlets.printer(path)
        )
        self.bar.show_text("success", lambda: self.tr("Saved as {file}").format(file=path.name))
        self.printed.emit()

    # looks
    @property
    def _lang(self) -> str:
        return self._desk.language.current

    def retranslate(self) -> None:
        self.copy_button.setText(self.tr("Copy"))
        self.copy_button.setToolTip(self.tr("Copy the guide as text"))
        self.print_button.setText(self.tr("Print…"))
        said = self.tr("Print the guide (Ctrl+P)")
        self.print_button.setToolTip(self._desk.keys.said(said, "print"))
        self.pdf_button.setText(self.tr("Save as PDF…"))
        self.close_button.setText(self.tr("Close"))
        self.close_button.setToolTip(self.tr("Close (Esc)"))
        for button in (self.copy_button, self.print_button, self.pdf_button, self.close_button):
            button.setAccessibleName(button.toolTip() or button.text())
        if self._guide is not None:
            self.setWindowTitle(
                self.tr("Guide: {title}").format(title=self._guide.title[self._lang])
            )
            self.page.setAccessibleName(self._guide.title[self._lang])
            self.page.setHtml(guide_html(self._guide, self._lang))
