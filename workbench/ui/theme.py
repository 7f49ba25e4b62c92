"""How it looks: light and dark, one scale of spaces and one of letters, colours by role, icons."""

import importlib.util
import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from workbench import paths
from workbench.domain.colours import CAUSES, GROUPS, SYMPTOMS

Mode = Literal["system", "light", "dark", "contrast"]
MODES: tuple[Mode, ...] = ("system", "light", "dark", "contrast")

# One scale of spaces, in device-independent pixels.
SPACE_1, SPACE_2, SPACE_3, SPACE_4, SPACE_6 = 4, 8, 12, 16, 24

# One scale of letters, in points.
SMALL, BODY, LARGE, TITLE = 9, 10, 12, 15

FONT_FAMILIES = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
)

_ROLES: dict[str, tuple[str, str, str]] = {  # role: (light, dark, high contrast)
    "window": ("#f4f5f7", "#1b1d21", "#000000"),
    "surface": ("#ffffff", "#24272c", "#000000"),
    "raised": ("#fafbfc", "#2b2f35", "#0d0d0d"),
    "rail": ("#eceef1", "#16181b", "#000000"),
    "text": ("#1c2025", "#e6e8eb", "#ffffff"),
    "muted": ("#5c6672", "#a0a8b3", "#e8e8e8"),
    "faint": ("#8a93a0", "#7b8490", "#c8c8c8"),
    "border": ("#d9dde3", "#3a3f47", "#ffffff"),
    "hover": ("#e6eaf0", "#31363d", "#3a3a3a"),
    "accent": ("#1f5fa8", "#75b0f2", "#ffd84d"),
    "on_accent": ("#ffffff", "#0f1822", "#000000"),
    "selected": ("#dbe8f7", "#283d59", "#1d3f7a"),
    "danger": ("#b3261e", "#f28b82", "#ff9d94"),
    "danger_soft": ("#fbe9e7", "#472523", "#3d0000"),
    "warning": ("#8a5300", "#f2bd6b", "#ffd27a"),
    "warning_soft": ("#fdf1dc", "#43351d", "#332000"),
    "success": ("#1b6e3c", "#7ed09b", "#8df0ac"),
    "success_soft": ("#e3f4e9", "#1f3b2a", "#00290f"),
    "info_soft": ("#e5eff9", "#223448", "#001f3d"),
    "neutral_soft": ("#e9ecf0", "#343a42", "#262626"),
}


class Theme(QObject):
    """Light, dark or high contrast, as the system says or as the person chose; ``changed`` when it
    turns.

    Colours are asked for by role or by cause, never written in a widget. Icons repaint
    themselves in the new colours; a widget that drew its own picture listens to ``changed``.
    """

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = "system") -> None:
        super().__init__(app)
        self._app = app
        self._mode: Mode = mode
        self._dark: bool | None = None
        self._contrast = False
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(ui_font())
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._apply)
        hints.accessibility().contrastPreferenceChanged.connect(self._apply)
        self.set_mode(mode)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def dark(self) -> bool:
        return bool(self._dark)

    @property
    def _shade(self) -> int:
        return 2 if self._contrast else int(self.dark)

    def set_mode(self, mode: Mode) -> None:
        """Follow the system, or force light or dark; takes effect at once."""
        self._mode = mode
        hints = QGuiApplication.styleHints()
        if mode == "system":
            hints.unsetColorScheme()
        else:  # also turns the title bar where the system draws it
            wanted = Qt.ColorScheme.Light if mode == "light" else Qt.ColorScheme.Dark
            hints.setColorScheme(wanted)
        self._apply()

    def _apply(self) -> None:
        hints = QGuiApplication.styleHints()
        system = self._mode == "system"
        high = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        contrast = self._mode == "contrast" or (system and high)
        dark = contrast or self._mode == "dark"
        dark = dark or (system and hints.colorScheme() == Qt.ColorScheme.Dark)
        if (dark, contrast) == (self._dark, self._contrast):
            return
        self._dark, self._contrast = dark, contrast
        self._app.setPalette(self._palette())
        self._app.setStyleSheet(self._style_sheet())
        self.changed.emit()

    # colours
    def colour(self, role: str) -> QColor:
        """The colour of a role; KeyError for an unknown one."""
        return QColor(_ROLES[role][self._shade])

    def cause_colour(self, cause: str | None) -> QColor:
        return self._of(CAUSES, cause)

    def group_colour(self, group: str | None) -> QColor:
        return self._of(GROUPS, group)

    def symptom_colour(self, symptom: str | None) -> QColor:
        return self._of(SYMPTOMS, symptom)

    def _of(self, table: dict[str, tuple[str, str]], name: str | None) -> QColor:
        return QColor(table.get(name or "", CAUSES["undetermined"])[self.dark])

    def icon(self, name: str, role: str = "text") -> QIcon:
        """A Material Design icon (its name without prefix), in a role's colour, whatever theme."""
        return QIcon(_GlyphEngine(self, _glyph(name), role))

    def _palette(self) -> QPalette:
        palette = QPalette()
        part = QPalette.ColorRole
        for role, name in (
            (part.Window, "window"),
            (part.WindowText, "text"),
            (part.Base, "surface"),
            (part.AlternateBase, "raised"),
            (part.Text, "text"),
            (part.Button, "surface"),
            (part.ButtonText, "text"),
            (part.BrightText, "danger"),
            (part.ToolTipBase, "surface"),
            (part.ToolTipText, "text"),
            (part.PlaceholderText, "faint"),
            (part.Highlight, "accent"),
            (part.HighlightedText, "on_accent"),
            (part.Accent, "accent"),
            (part.Link, "accent"),
            (part.LinkVisited, "accent"),
            (part.Mid, "border"),
            (part.Midlight, "hover"),
            (part.Light, "raised"),
            (part.Dark, "border"),
            (part.Shadow, "border"),
        ):
            palette.setColor(role, self.colour(name))
        for role in (part.Text, part.WindowText, part.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("faint"))
        palette.setColor(QPalette.ColorGroup.Disabled, part.Highlight, self.colour("border"))
        return palette

    def _style_sheet(self) -> str:
        colours = {role: shades[self._shade] for role, shades in _ROLES.items()}
        sheet = _SHEET
        for role, colour in colours.items():
            sheet = sheet.replace(f"@{role};", f"{colour};")
        shade = "dark" if self.dark else "light"
        for name in ("chevron", "check"):
            picture = paths.resources() / "icons" / f"{name}-{shade}.svg"
            sheet = sheet.replace(f"@{name};", f'"{picture.as_posix()}"')
        return sheet


def ui_font() -> QFont:
    """The system's own face where it has Chinese, the first of our list that exists otherwise."""
    families = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    font = QFont()
    font.setFamilies([f for f in FONT_FAMILIES if f in families] or list(FONT_FAMILIES))
    font.setPointSize(BODY)
    return font


def set_text_style(widget: QWidget, *, size: int = BODY, bold: bool = False) -> None:
    """Put a widget's letters on the type scale."""
    font = widget.font()
    font.setPointSize(size)
    font.setBold(bold)
    widget.setFont(font)


class _GlyphEngine(QIconEngine):
    """Paints one glyph of the icon font in the theme's colour of this moment."""

    def __init__(self, theme: Theme, glyph: str, role: str) -> None:
        super().__init__()
        self._theme = theme
        self._char = glyph
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        role = "faint" if mode == QIcon.Mode.Disabled else self._role
        if state == QIcon.State.On and role != "faint":
            role = "accent"
        font = QFont(_icon_family())
        font.setPixelSize(max(1, round(rect.height() * 0.94)))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._char)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture


def _icon_files() -> tuple[Path, Path]:
    # The package is located and not imported: its import and its six fonts cost 150 ms of
    # start-up, one font file costs 5.
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("qtawesome, which carries the icon font, is not installed")
    fonts = Path(spec.origin).parent / "fonts"
    return (
        next(fonts.glob("materialdesignicons6-webfont-[0-9]*.ttf")),
        next(fonts.glob("materialdesignicons6-webfont-charmap-*.json")),
    )


@lru_cache(maxsize=1)
def _charmap() -> dict[str, str]:
    return json.loads(_icon_files()[1].read_text("utf-8"))


@lru_cache(maxsize=1)
def _icon_family() -> str:
    return QFontDatabase.applicationFontFamilies(
        QFontDatabase.addApplicationFont(str(_icon_files()[0]))
    )[0]


def _glyph(name: str) -> str:
    """The character of an icon; KeyError for a name that the font does not have."""
    return chr(int(_charmap()[name], 16))


_SHEET = """
QToolTip { color: @text; background: @surface; border: 1px solid @border; padding: 4px; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="faint"] { color: @faint; }
QLabel[role="danger"] { color: @danger; }
QLabel[role="title"] { color: @text; font-size: 15pt; font-weight: 600; }
QLabel[role="heading"] { color: @text; font-size: 12pt; font-weight: 600; }
QLabel[role="strong"] { color: @text; font-weight: 600; }
QLabel[role="caption"] { color: @muted; font-size: 9pt; }
QFrame[role="card"] { background: @surface; border: 1px solid @border; border-radius: 6px; }
QFrame[role="well"] { background: @raised; border: 1px solid @border; border-radius: 6px; }
QFrame[role="rule"] { background: @border; border: none; max-height: 1px; min-height: 1px; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QDateEdit, QDateTimeEdit {
    background: @surface; color: @text; border: 1px solid @border; border-radius: 4px;
    padding: 4px 8px; selection-background-color: @accent; selection-color: @on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QDateEdit:focus,
QDateTimeEdit:focus { border: 1px solid @accent; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] {
    border: 1px solid @danger; }
QComboBox::drop-down, QDateEdit::drop-down, QDateTimeEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateEdit::down-arrow, QDateTimeEdit::down-arrow {
    image: url(@chevron;); width: 12px; height: 12px; }
QComboBox:disabled, QLineEdit:disabled { color: @faint; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @border; padding: 4px;
    selection-background-color: @selected; selection-color: @text; outline: 0; }
QPushButton { background: @surface; color: @text; border: 1px solid @border; border-radius: 4px;
    padding: 5px 14px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @neutral_soft; }
QPushButton:focus { border: 1px solid @accent; }
QPushButton:disabled { color: @faint; }
QPushButton[role="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent; }
QPushButton[role="primary"]:disabled { background: @neutral_soft; color: @faint;
    border-color: @border; }
QPushButton[role="primary"]:focus { border: 2px solid @text; padding: 4px 13px; }
QPushButton[role="link"] { background: transparent; border: none; color: @accent; padding: 2px; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 1px solid @accent; border-radius: 4px; padding: 1px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px;
    padding: 4px; }
QToolButton::menu-indicator { image: none; }
QToolButton:hover { background: @hover; }
QToolButton:focus { border: 1px solid @accent; }
QTableView, QListView, QTreeView { background: @surface; color: @text; border: 1px solid @border;
    border-radius: 6px; gridline-color: @border; alternate-background-color: @raised;
    selection-background-color: @selected; selection-color: @text; outline: 0; }
QTableView:focus, QListView:focus, QTreeView:focus { border: 1px solid @accent; }
QTableView::item { padding: 2px 8px; border: none; }
QTableView::item:selected, QListView::item:selected { background: @selected; color: @text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: @muted; border: none;
    border-bottom: 1px solid @border; padding: 6px 11px; font-weight: 600; }
QTableCornerButton::section, QAbstractScrollArea::corner { background: transparent; border: none; }
QTreeView::item { padding: 5px 4px; border: none; }
QTreeView::item:selected { background: @selected; color: @text; }
QTabWidget::pane { border: none; border-top: 1px solid @border; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted; border: none; padding: 6px 6px;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @accent; border-bottom: 2px solid @accent; }
QTabBar::tab:hover:!selected { color: @text; }
QTabBar::tab:focus { color: @accent; background: @hover; }
QRadioButton, QCheckBox { spacing: 6px; padding: 2px; border: 1px solid transparent;
    border-radius: 4px; }
QRadioButton:focus, QCheckBox:focus { border: 1px solid @accent; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @faint; border-radius: 8px;
    background: @surface; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid @accent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @faint; border-radius: 3px;
    background: @surface; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@check;); }
QSplitter::handle { background: transparent; }
QMenuBar { background: @window; color: @text; border-bottom: 1px solid @border; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @surface; color: @text; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: @selected; color: @text; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
QStatusBar { background: @window; color: @muted; border-top: 1px solid @border; }
QStatusBar::item { border: none; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 2px; min-height: 28px;
    min-width: 28px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @neutral_soft; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QFrame#rail { background: @rail; border: none; border-right: 1px solid @border; }
QFrame#rail QToolButton { color: @muted; border-radius: 6px; padding: 6px 2px; }
QFrame#rail QToolButton:checked { background: @selected; color: @accent; font-weight: 600; }
QFrame#rail QToolButton:hover:!checked { background: @hover; }
QFrame#top { background: @window; border: none; border-bottom: 1px solid @border; }
QFrame#palette { background: @surface; border: 1px solid @border; border-radius: 6px; }
QFrame#palette QListWidget { border: none; background: transparent; }
QFrame#sheet { background: @raised; border: none; border-left: 1px solid @border; }
QFrame#spotlight { background: transparent; border: 3px solid @accent; border-radius: 8px; }
QFrame[role="error"] { background: @danger_soft; border: 1px solid @danger; border-radius: 6px; }
QFrame[role="warning"] { background: @warning_soft; border: 1px solid @warning;
    border-radius: 6px; }
QFrame[role="info"] { background: @info_soft; border: 1px solid @accent; border-radius: 6px; }
QFrame[role="success"] { background: @success_soft; border: 1px solid @success;
    border-radius: 6px; }
"""
