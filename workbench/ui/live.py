"""The window and what is followed: started with it, shown in its bars, told to its pages."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from workbench.domain.following import Followed, FollowNews
from workbench.domain.people import Act, may
from workbench.ui.desk import Desk
from workbench.ui.widgets.follow_button import FollowButton
from workbench.ui.widgets.message_bar import MessageBar


class Live(QObject):
    """``settings`` shows the page on which sources are chosen."""

    def __init__(
        self,
        desk: Desk,
        bar: MessageBar,
        button: FollowButton,
        settings: Callable[[], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk, self._bar = desk, bar
        following = desk.live
        following.came.connect(self._came)
        following.troubled.connect(self._troubled)
        following.grew.connect(desk.acts.data_grew)
        desk.acts.follow.connect(self.switch)
        button.switched.connect(self.switch)
        button.settings_wanted.connect(settings)

    def begin(self) -> None:
        """Follow what is kept to be followed, where the role may import."""
        if may(self._desk.session.person, Act.IMPORT):
            self._desk.tasks.run(
                self, lambda *_: self._desk.following.sources(), self._start, channel="sources"
            )

    def _start(self, sources: list[Followed]) -> None:
        for source in sources:
            if source.on:
                self._desk.live.start(source)

    def switch(self, source: Followed, on: bool) -> None:
        """Start or stop it, now and whenever the window opens."""
        following, desk = self._desk.live, self._desk
        if on:
            following.start(source)
        else:
            following.stop(source)
        desk.tasks.run(
            self,
            lambda *_: desk.following.switch(source, on=on),
            lambda _: None,
            writer="records",
        )

    def _came(self, news: FollowNews) -> None:
        batch = news.batch
        assert batch is not None
        error, report = batch.error, batch.report
        if error is not None:
            language = self._desk.language

            def sentence() -> str:
                said = language.error(error)  # most name the file themselves
                named = Path(batch.name).name in said
                return said if named else f"{batch.name}: {said}"

            self._bar.show_text("warning", sentence)
        elif report is not None and report.quarantined:
            file = str(report.quarantine_file)
            count = report.quarantined
            self._bar.show_text(
                "warning",
                lambda: self.tr("{name}: %Ln row(s) set aside in {file}", "", count).format(
                    name=batch.name, file=file
                ),
            )

    def _troubled(self, news: FollowNews) -> None:
        error = news.error
        assert error is not None
        if error.key != "followed_elsewhere":  # the status bar says that
            self._bar.show_error(error)
