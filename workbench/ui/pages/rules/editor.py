"""The text of a pack: line numbers, marks where something is wrong, completion of names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QCompleter, QPlainTextEdit, QTextEdit, QToolTip, QWidget

from workbench.ui.theme import BODY, FONT_FAMILIES, SPACE_1, SPACE_2, Theme
from workbench.ui.tips import plain_tip

_LEAST = 2  # letters typed before names are offered
_WORD = re.compile(r"[\w.]*$")
_ICONS = {True: "✖", False: "▲"}  # colour alone never says which


@dataclass(frozen=True)
class Mark:
    """``line`` and ``column`` count from 1."""

    line: int
    column: int
    grave: bool
    sentence: str


class PackEditor(QPlainTextEdit):
    """F8 goes to the next mark, Ctrl+Space offers names; Tab leaves it, Enter keeps the indent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks: dict[int, list[Mark]] = {}
        self.setFont(_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.gutter = _Gutter(self)
        self._colours = _Highlighter(self.document(), theme)
        self._offered: list[str] = []
        self._names = QStringListModel(self)
        self.completer = QCompleter(self._names, self)
        self.completer.setWidget(self)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.completer.activated.connect(self._insert)
        self.blockCountChanged.connect(lambda _: self._make_room())
        self.updateRequest.connect(self._scrolled)
        theme.changed.connect(self._repaint)
        self._make_room()

    # marks
    @property
    def marks(self) -> list[Mark]:
        return [mark for line in sorted(self._marks) for mark in self._marks[line]]

    def mark(self, marks: Sequence[Mark]) -> None:
        self._marks = {}
        for mark in marks:
            self._marks.setdefault(mark.line, []).append(mark)
        self._repaint()

    def next_mark(self) -> Mark | None:
        """Go to the one after the cursor, or the first."""
        here = self.textCursor().blockNumber() + 1
        after = [line for line in sorted(self._marks) if line > here] or sorted(self._marks)
        if not after:
            return None
        mark = self._marks[after[0]][0]
        self.go_to(mark.line, mark.column)
        return mark

    def go_to(self, line: int, column: int = 1) -> None:
        block = self.document().findBlockByNumber(max(0, line - 1))
        if not block.isValid():
            return
        cursor = QTextCursor(block)
        cursor.movePosition(
            QTextCursor.MoveOperation.Right, n=min(max(0, column - 1), max(0, block.length() - 1))
        )
        self.setTextCursor(cursor)
        self.centerCursor()

    # names
    def offer(self, names: Sequence[str]) -> None:
        self._offered = list(names)

    def complete(self, *, asked: bool = False) -> None:
        """Offer what fits the word before the cursor."""
        prefix = self._prefix()
        popup = self.completer.popup()
        if len(prefix) < (0 if asked else _LEAST):
            popup.hide()
            return
        wanted = prefix.lower()  # names that begin so come first
        fitting = [name for name in self._offered if wanted in name.lower()]
        fitting.sort(key=lambda name: not name.lower().startswith(wanted))
        self._names.setStringList(fitting)
        self.completer.setCompletionPrefix(prefix)
        if not self.completer.completionCount() or (
            not asked and self.completer.currentCompletion() == prefix
        ):
            popup.hide()
            return
        popup.setCurrentIndex(self.completer.completionModel().index(0, 0))
        place = self.cursorRect()
        place.translate(self.viewportMargins().left(), 0)
        place.setWidth(280)
        self.completer.complete(place)

    def _prefix(self) -> str:
        cursor = self.textCursor()
        found = _WORD.search(cursor.block().text()[: cursor.positionInBlock()])
        return found[0] if found else ""

    def _insert(self, name: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(self._prefix())
        )
        cursor.insertText(name)
        self.setTextCursor(cursor)

    # Qt's side
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        if self.completer.popup().isVisible() and key in (
            *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape),
            *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab),
        ):
            event.ignore()  # the list of names takes it
            return
        if key == Qt.Key.Key_F8:
            self.next_mark()
            return
        if key == Qt.Key.Key_Space and held == Qt.KeyboardModifier.ControlModifier:
            self.complete(asked=True)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            line = self.textCursor().block().text()
            self.textCursor().insertText("\n" + line[: len(line) - len(line.lstrip(" "))])
            return
        super().keyPressEvent(event)
        if event.text().strip() or key == Qt.Key.Key_Backspace:
            self.complete()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self.cursorForPosition(self.viewport().mapFrom(self, event.pos()))
            said = [m.sentence for m in self._marks.get(at.blockNumber() + 1, ())]
            QToolTip.showText(event.globalPos(), plain_tip("\n".join(said)) if said else "", self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self.gutter.setGeometry(QRect(inside.topLeft(), QSize(self.gutter.room, inside.height())))

    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter.room, 0, 0, 0)

    def _scrolled(self, rect: QRect, by: int) -> None:
        if by:
            self.gutter.scroll(0, by)
        else:
            self.gutter.update(0, rect.y(), self.gutter.width(), rect.height())

    def _repaint(self) -> None:
        shown = []
        for mark in sorted(self.marks, key=lambda m: m.grave):  # what is grave lies on top
            block = self.document().findBlockByNumber(mark.line - 1)
            if not block.isValid():
                continue
            role = "danger" if mark.grave else "warning"
            whole = QTextEdit.ExtraSelection()
            whole.cursor = QTextCursor(block)  # type: ignore[attr-defined]
            band = QTextCharFormat()
            band.setBackground(self._theme.colour(f"{role}_soft"))
            band.setProperty(QTextFormat.Property.FullWidthSelection, True)
            whole.format = band  # type: ignore[attr-defined]
            part = QTextEdit.ExtraSelection()
            cursor = QTextCursor(block)
            cursor.movePosition(
                QTextCursor.MoveOperation.Right, n=min(mark.column - 1, max(0, block.length() - 2))
            )
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            part.cursor = cursor  # type: ignore[attr-defined]
            wave = QTextCharFormat()
            wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wave.setUnderlineColor(self._theme.colour(role))
            part.format = wave  # type: ignore[attr-defined]
            shown += [whole, part]
        self.setExtraSelections(shown)
        self.gutter.update()


class _Gutter(QWidget):
    """Line numbers, and a sign where a line is marked."""

    def __init__(self, editor: PackEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    @property
    def room(self) -> int:
        digits = len(str(max(999, self._editor.blockCount())))
        metrics = self._editor.fontMetrics()
        return 2 * SPACE_2 + SPACE_1 + metrics.horizontalAdvance("9" * digits + "✖")

    def sizeHint(self) -> QSize:
        return QSize(self.room, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        editor, theme = self._editor, self._editor._theme
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("raised"))
        painter.setFont(editor.font())
        block = editor.firstVisibleBlock()
        top = editor.blockBoundingGeometry(block).translated(editor.contentOffset()).top()
        height = editor.fontMetrics().height()
        width = self.width() - SPACE_2
        while block.isValid() and top <= event.rect().bottom():
            marks = editor._marks.get(block.blockNumber() + 1)
            if marks:
                grave = any(mark.grave for mark in marks)
                painter.setPen(theme.colour("danger" if grave else "warning"))
                painter.drawText(SPACE_1, int(top), width, height, 0, _ICONS[grave])
            else:
                painter.setPen(theme.colour("faint"))
            right = Qt.AlignmentFlag.AlignRight
            painter.drawText(0, int(top), width, height, right, str(block.blockNumber() + 1))
            top += editor.blockBoundingRect(block).height()
            block = block.next()
        painter.end()


class _Highlighter(QSyntaxHighlighter):
    """Keys, quoted texts and comments."""

    _PARTS = (
        (re.compile(r"^\s*(?:- )?[\w.]+(?=:(\s|$))"), "accent"),
        (re.compile(r"'[^']*'|\"[^\"]*\""), "success"),
        (re.compile(r"(?:^|\s)#.*$"), "muted"),
    )

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        theme.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        for pattern, role in self._PARTS:
            colour: QColor = self._theme.colour(role)
            for found in pattern.finditer(text):
                self.setFormat(found.start(), found.end() - found.start(), colour)


def _font() -> QFont:
    """Letters of one width; Chinese in the face of the rest of the window."""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font = QFont()
    font.setFamilies([*fixed.families(), *FONT_FAMILIES])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSize(BODY)
    return font
