"""In the status bar: what is followed, when something last came, how much; stop and start."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from workbench.domain.following import Followed, FollowNews, FollowState
from workbench.domain.times import to_local
from workbench.ui.following import Following
from workbench.ui.i18n import Language, Retranslates
from workbench.ui.tips import plain_tip


class FollowButton(Retranslates, QPushButton):
    """Hidden where nothing is followed."""

    switched = Signal(object, bool)  # Followed, on
    settings_wanted = Signal()

    def __init__(
        self, following: Following, language: Language, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._following, self._language = following, language
        self.setProperty("role", "link")
        self.clicked.connect(self._open)
        following.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        states = self._following.newest
        self.setVisible(bool(states))
        if not states:
            return
        self.setText(self._sentence(states))
        self.setAccessibleName(self.text())
        self.setToolTip(plain_tip("\n".join(self._line(news) for news in states)))

    def _sentence(self, states: list[FollowNews]) -> str:
        """The worst of the states, then what all of them brought."""
        found = {news.state for news in states}
        if FollowState.TROUBLE in found:
            return self.tr("Following is interrupted")
        if found == {FollowState.STOPPED}:
            return self.tr("Not following")
        if FollowState.FOLLOWING not in found:
            return self.tr("Followed elsewhere")
        last = max((news.last for news in states if news.last), default=None)
        if last is None:
            return self.tr("Following · nothing new yet")
        count = self._language.number(sum(news.new for news in states))
        return (
            self.tr("Following · last %1 · %2 new")
            .replace("%1", f"{to_local(last):%H:%M:%S}")
            .replace("%2", count)
        )

    def _line(self, news: FollowNews) -> str:
        said = news.source.title
        return f"{said}\n{self._language.error(news.error)}" if news.error else said

    def menu_now(self) -> QMenu:
        """A stop or a start for each source, and the way to the settings."""
        menu = QMenu(self)
        for news in self._following.newest:
            runs = self._following.runs(news.source)
            text = self.tr("Stop: %1") if runs else self.tr("Start: %1")
            action = menu.addAction(text.replace("%1", news.source.title.replace("&", "&&")))
            action.triggered.connect(
                lambda _=False, source=news.source, on=not runs: self._switch(source, on)
            )
        menu.addSeparator()
        menu.addAction(self.tr("Settings")).triggered.connect(self.settings_wanted)
        return menu

    def _switch(self, source: Followed, on: bool) -> None:
        self.switched.emit(source, on)

    def _open(self) -> None:
        menu = self.menu_now()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
