"""The manual beside the work: sections at the left, searched as one types, the text at the right."""

from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QKeySequence,
    QPixmap,
    QResizeEvent,
    QShortcut,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from workbench import paths
from workbench.ui import manual
from workbench.ui.i18n import Language, Retranslates
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4

_LEFT = 300
_MARGIN = 24  # px, beside a picture


class ManualWindow(Retranslates, QWidget):
    """``show_topic(anchor)`` opens a section; stays where it is when the language turns."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._language = language
        self._anchor = manual.FIRST
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._fill())
        self.search.returnPressed.connect(self._first)
        self.list = QListWidget(self)
        self.list.currentItemChanged.connect(self._chosen)
        self.page = _Page(self)
        self.page.setOpenLinks(False)
        self.page.setSearchPaths([str(paths.docs())])
        self.page.anchorClicked.connect(self._follow)
        left = QVBoxLayout()
        left.setSpacing(SPACE_2)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        side = QWidget(self)
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(_LEFT)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        row.setSpacing(SPACE_3)
        row.addWidget(side)
        row.addWidget(self.page, 1)
        for keys, act in (("Escape", self.close), ("Ctrl+F", self.search.setFocus)):
            QShortcut(QKeySequence(keys), self, act)
        self.resize(1040, 680)
        self.retranslate()

    def show_topic(self, anchor: str) -> None:
        self._anchor = anchor
        self.search.clear()
        self._fill()
        self.show()
        self.raise_()
        self.activateWindow()
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def topic(self) -> str:
        return self._anchor

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Manual"))
        self.search.setPlaceholderText(self.tr("Search the manual"))
        self.search.setAccessibleName(self.tr("Search the manual"))
        self.list.setAccessibleName(self.tr("Sections"))
        self.page.setAccessibleName(self.tr("Text of the section"))
        self._fill()

    def _fill(self) -> None:
        """The sections that were searched; the one that is open stays open."""
        words = self.search.text()
        found = manual.search(self._language.current, words)
        self.list.blockSignals(True)
        self.list.clear()
        for section in found:
            indent = "      " * max(0, section.level - 2) if not words.strip() else ""
            item = QListWidgetItem(f"{indent}{section.title}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, section.anchor)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, section.title)
            if section.anchor == self._anchor:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._show()

    def _first(self) -> None:
        if self.list.count():
            self.list.setCurrentRow(0)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._anchor = item.data(Qt.ItemDataRole.UserRole)
            self._show()

    def _show(self) -> None:
        for section in manual.sections(self._language.current):
            if section.anchor == self._anchor:
                self.page.say(section.text)

    def _follow(self, link: QUrl) -> None:
        """To another section, or out to the browser."""
        if link.hasFragment() and not link.scheme():
            own = link.fragment(QUrl.ComponentFormattingOption.FullyDecoded)
            for section in manual.sections(self._language.current):
                if own in (section.own, section.anchor):
                    self.show_topic(section.anchor)
        elif link.scheme() == "https":
            QDesktopServices.openUrl(link)


class _Page(QTextBrowser):
    """Pictures are as wide as the page at most, also after it was made wider."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures: set[str] = set()

    def say(self, markdown: str) -> None:
        self.setMarkdown(markdown)
        self._fit()

    def loadResource(self, kind: int, name: QUrl) -> Any:
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        self._pictures.add(name.path())
        return self._fitted(name.path())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A document remembers its pictures as they were when it was first shown."""
        image = QTextDocument.ResourceType.ImageResource.value
        for name in self._pictures:
            self.document().addResource(image, QUrl(name), self._fitted(name))
        self.document().markContentsDirty(0, self.document().characterCount())

    def _fitted(self, name: str) -> QPixmap:
        picture = QPixmap(str(paths.docs() / name))
        ratio, room = self.devicePixelRatio(), self.viewport().width() - _MARGIN
        if 0 < room < picture.width() / ratio:
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaledToWidth(round(room * ratio), smooth)
        picture.setDevicePixelRatio(ratio)
        return picture


def topic_of(widget: QWidget | None) -> str | None:
    """The section about the nearest thing around a widget that has one."""
    while widget is not None:
        if type(widget).__name__ in manual.TOPICS:
            return manual.TOPICS[type(widget).__name__]
        widget = widget.parentWidget()
    return None
