"""The bar over every page: one search box, and the complaint that can be begun from anywhere."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from workbench.ui.i18n import Retranslates
from workbench.ui.keys import Keys
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4, Theme


class TopBar(Retranslates, QFrame):
    """``searched(term)`` on Enter; ``complaint_wanted`` and ``drafts_wanted`` on their buttons."""

    searched = Signal(str)
    complaint_wanted = Signal()
    drafts_wanted = Signal()

    def __init__(self, theme: Theme, keys: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setObjectName("top")
        self._drafts = 0
        self.search = QLineEdit(self)
        self.search.addAction(
            theme.icon("magnify", "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumHeight(34)
        self.search.setMaximumWidth(620)
        self.search.returnPressed.connect(self._search)
        self.search.installEventFilter(self)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "caption")
        self.drafts_button = QPushButton(self)
        self.drafts_button.setIcon(theme.icon("file-document-edit-outline", "muted"))
        self.drafts_button.clicked.connect(self.drafts_wanted)
        self.drafts_button.hide()
        self.complaint_button = QPushButton(self)
        self.complaint_button.setIcon(theme.icon("message-plus-outline", "text"))
        self.complaint_button.clicked.connect(self.complaint_wanted)

        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_4, SPACE_2, SPACE_4, SPACE_2)
        row.setSpacing(SPACE_2)
        row.addWidget(self.search, 1)
        row.addWidget(self._hint)
        row.addStretch(0)
        row.addSpacing(SPACE_3)
        row.addStretch(1)
        row.addWidget(self.drafts_button)
        row.addWidget(self.complaint_button)
        keys.changed.connect(self.retranslate)
        self.retranslate()

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def set_drafts(self, count: int) -> None:
        """How many unfinished complaints wait; 0 hides the button."""
        self._drafts = count
        self.drafts_button.setVisible(count > 0)
        self.retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.search
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.search.text()
        ):
            self.search.clear()
            return True
        return super().eventFilter(watched, event)

    def retranslate(self) -> None:
        self.search.setPlaceholderText(
            self.tr("Phone, ID card, customer or attempt ID, or name; or what you want to do")
        )
        self._hint.setText(self._keys.text("search"))
        self.search.setAccessibleName(self.tr("Look up a customer or an attempt"))
        self.complaint_button.setText(self.tr("Log complaint"))
        said = self.tr("Log a complaint from the attempt shown (Ctrl+L)")
        self.complaint_button.setToolTip(self._keys.said(said, "log"))
        self.complaint_button.setAccessibleName(self.tr("Log complaint"))
        drafts = self.tr("%Ln unfinished draft(s)", "", self._drafts)
        self.drafts_button.setText(drafts)
        self.drafts_button.setAccessibleName(drafts)

    def _search(self) -> None:
        term = self.search.text().strip()
        if term:
            self.searched.emit(term)
