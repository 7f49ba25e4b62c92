"""Chinese and English, switched while the window is open: Qt's catalogues and the shared words."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QObject, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from workbench import paths, texts
from workbench.domain.errors import KnownError
from workbench.domain.times import to_local

LANGUAGES = texts.LANGUAGES
_LOCALES = {
    "zh": QLocale(QLocale.Language.Chinese, QLocale.Country.China),
    "en": QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom),
}


class Language(QObject):
    """The person's language. Labels are English in the code, through ``self.tr(...)``.

    ``set`` installs the catalogues; Qt then posts every widget a LanguageChange, on which
    ``Retranslates`` calls the widget's ``retranslate`` with the next events. ``changed`` is for
    models and other things that are no widgets.
    """

    changed = Signal(str)

    def __init__(self, app: QApplication, lang: str = "zh") -> None:
        super().__init__(app)
        self._app = app
        self._current = ""
        self._installed: list[QTranslator] = []
        self.set(lang)

    @property
    def current(self) -> str:
        """'zh' or 'en'."""
        return self._current

    def set(self, lang: str) -> None:
        """Switch; ValueError for a language that there is not."""
        if lang not in LANGUAGES:
            raise ValueError(f"no language {lang!r}")
        if lang == self._current:
            return
        self._current = lang
        QLocale.setDefault(_LOCALES[lang])
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed = [t for t in self._catalogues(lang) if self._app.installTranslator(t)]
        self.changed.emit(lang)

    def _catalogues(self, lang: str) -> list[QTranslator]:
        """Ours (in English it holds the plurals alone) and Qt's own for its dialogs."""
        files = [paths.resources() / "i18n" / f"workbench_{lang}.qm"]
        if lang == "zh":
            qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            files.append(Path(qt) / "qtbase_zh_CN.qm")
        loaded = []
        for file in files:
            translator = QTranslator(self)
            if translator.load(str(file)):
                loaded.append(translator)
        return loaded

    # words of the domain, shared with the command line
    def word(self, family: str, name: str | None) -> str:
        """The name of a coded value: ``word('cause', 'high_debt')``; '' for None."""
        return texts.word(self._current, family, name)

    words = word

    def label(self, family: str, name: str) -> str:
        """As ``word``, where it stands alone before a field."""
        found = self.word(family, name)
        return found[:1].upper() + found[1:]

    def text(self, key: str, **params: object) -> str:
        """A sentence of resources/texts; KeyError for an unknown key."""
        return texts.text(self._current, key, **params)

    def error(self, error: KnownError) -> str:
        """What happened, where, and what to do."""
        return texts.error_text(self._current, error)

    def final(self, act: str) -> str:
        """Why an act of a service cannot be undone, said before it; '' where it can."""
        return texts.final_words(self._current, act)

    def tip(self, act: str, words: str = "") -> str:
        """The tooltip of what does the act: ``words``, and why it cannot be undone."""
        return "\n".join(filter(None, (words, self.final(act))))

    # numbers and times
    def number(self, value: float, decimals: int = 0) -> str:
        """1,234 in both languages."""
        return f"{value:,.{decimals}f}"

    def percent(self, share: float, decimals: int = 1) -> str:
        """0.123 -> 12.3%."""
        return f"{share:.{decimals}%}"


class Retranslates:
    """Mixed in before a QWidget class: ``retranslate`` is called whenever the language turns."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)  # type: ignore[misc]

    def retranslate(self) -> None:
        """Set every visible text, tooltip and accessible name again."""
        raise NotImplementedError


def local_time(moment: datetime | None, *, seconds: bool = False) -> str:
    """UTC (naive) as Shanghai wall-clock text: 2026-11-22 20:14; '' for None."""
    if moment is None:
        return ""
    return to_local(moment).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def time_tooltip(moment: datetime | None) -> str:
    """The same moment with its zone, for the hover: 2026-11-22 20:14:05 Asia/Shanghai (UTC+8)."""
    if moment is None:
        return ""
    return f"{local_time(moment, seconds=True)} Asia/Shanghai (UTC+8)"
