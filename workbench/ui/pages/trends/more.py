"""The dashboard's menus: saved layouts, events, and files of what is shown."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QToolButton, QWidget

from workbench.domain.errors import KnownError
from workbench.domain.event import DatedEvent
from workbench.domain.people import Act, may
from workbench.domain.report import Chart
from workbench.services import board_words as words
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.trends.presenter import TrendsPresenter


class More(Retranslates, QObject):
    """Three buttons with menus. ``chart`` draws one of the charts that are shown by its name."""

    incident_wanted = Signal(str)  # incident_id
    CHARTS = ("trend", "causes", "hours", "steps", "ages")

    def __init__(
        self,
        desk: Desk,
        presenter: TrendsPresenter,
        chart: Callable[[str], Chart],
        reload: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._desk, self._presenter, self._chart, self._reload = desk, presenter, chart, reload
        self._parent = parent
        self.layouts, self.events, self.files = (QToolButton(parent) for _ in range(3))
        self._names: list[str] = []
        for button in self.buttons:
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setMenu(QMenu(button))
        self.layouts.menu().aboutToShow.connect(self._fill_layouts)
        self.events.menu().aboutToShow.connect(self._fill_events)
        self.files.menu().aboutToShow.connect(self._fill_files)
        self.files.setVisible(may(desk.session.person, Act.EXPORT))
        self.retranslate()
        self.look()

    @property
    def buttons(self) -> tuple[QToolButton, QToolButton, QToolButton]:
        return self.layouts, self.events, self.files

    def look(self) -> None:
        """Which layouts there are; the menu opens without waiting."""
        desk = self._desk
        desk.tasks.run(self._parent, lambda *_: desk.board.layouts(), self._know, channel="layouts")

    def _know(self, names: list[str]) -> None:
        self._names = names

    # layouts
    def _fill_layouts(self) -> None:
        menu = self.layouts.menu()
        menu.clear()
        for name in self._names:
            menu.addAction(name.replace("&", "&&"), lambda name=name: self.use_layout(name))
        menu.addSeparator()
        menu.addAction(self.tr("Save this layout…"), self._ask_name)
        if self._names:
            gone = menu.addMenu(self.tr("Delete"))
            for name in self._names:
                gone.addAction(name.replace("&", "&&"), lambda name=name: self.drop_layout(name))

    def _ask_name(self) -> None:
        name, said = QInputDialog.getText(
            self._parent, self.tr("Save this layout"), self.tr("Name (the whole team sees it)")
        )
        if said and name.strip():
            self.save_layout(name)

    def save_layout(self, name: str) -> None:
        self._keep_layout(name, self._presenter.layout)

    def drop_layout(self, name: str) -> None:
        self._keep_layout(name, None)

    def _keep_layout(self, name: str, body: Mapping[str, object] | None) -> None:
        """The layout under its name, or with None no such layout; taken back by the same."""
        name = name.strip()
        board, acts = self._desk.board, self._desk.acts

        def work(*_: object) -> Mapping[str, object] | None:
            before = board.layout(name) if name in board.layouts() else None
            if body is None:
                board.drop_layout(name)
            else:
                board.save_layout(name, body)
            return before

        def said() -> str:
            kept = self.tr("The layout “{name}” is saved.")
            return (self.tr("The layout “{name}” is deleted.") if body is None else kept).format(
                name=name
            )

        def done(before: Mapping[str, object] | None) -> None:
            self.look()
            acts.done.emit(said, lambda: self._keep_layout(name, before))

        self._desk.tasks.run(self._parent, work, done, failed=acts.error.emit, writer="records")

    def use_layout(self, name: str) -> None:
        desk = self._desk
        desk.tasks.run(
            self._parent, lambda *_: desk.board.layout(name), self._presenter.use,
            failed=desk.acts.error.emit, channel="layout",
        )  # fmt: skip

    # events
    def _fill_events(self) -> None:
        desk, menu = self._desk, self.events.menu()
        lang = desk.language.current
        menu.clear()
        found = self._presenter.board.events
        allowed = may(desk.session.person, Act.IMPORT)
        for one in found[-30:]:
            name = f"{one.starts_at:%m-%d} {words.event_word(lang, one)}".replace("&", "&&")
            if one.record:  # it is known from elsewhere, and changed there
                shown = menu.addAction(name, lambda one=one: self.incident_wanted.emit(one.record))
                shown.setEnabled(one.kind == "incident" and desk.insight is not None)
            elif allowed:
                menu.addMenu(name).addAction(
                    self.tr("Remove this event"), lambda one=one: self.drop_event(one)
                )
            else:
                menu.addAction(name)
        if not found:
            menu.addAction(self.tr("No events in this period")).setEnabled(False)
        menu.addSeparator()
        if allowed:
            menu.addAction(self.tr("Add an event…"), self.ask_event)
            menu.addAction(
                self.tr("Import a file of events…"),
                lambda: self._desk.acts.import_requested.emit([]),
            )

    def ask_event(self) -> None:
        from workbench.ui.dialogs.event_dialog import EventDialog

        dialog = EventDialog(self._desk, self._parent)
        dialog.taken.connect(self.add_event)
        dialog.open()

    def add_event(self, event: DatedEvent) -> None:
        self._with_event(event, there=True)

    def drop_event(self, event: DatedEvent) -> None:
        self._with_event(event, there=False)

    def _with_event(self, event: DatedEvent, *, there: bool) -> None:
        """``there`` from now on or not; taken back by the opposite."""
        board, acts = self._desk.board, self._desk.acts

        def said() -> str:
            name = words.event_word(self._desk.language.current, event)
            added = self.tr("The event “{name}” counts now.")
            return (added if there else self.tr("The event “{name}” is removed.")).format(name=name)

        def done(_: None) -> None:
            self._reload()
            acts.done.emit(said, lambda: self._with_event(event, there=not there))

        acts.message.emit(self.tr("Attempts are reckoned anew with this event…"))
        self._desk.tasks.run(
            self._parent,
            lambda *_: board.add_event(event) if there else board.drop_event(event),
            done,
            failed=acts.error.emit,
            writer="warehouse",
        )

    # files
    def _fill_files(self) -> None:
        menu = self.files.menu()
        menu.clear()
        menu.addAction(
            self.tr("Report (PDF, Excel, HTML)…"), lambda: self._ask_file("report", "pdf xlsx html")
        )
        pictures = menu.addMenu(self.tr("Chart as a picture"))
        for name in self.CHARTS:
            title = self._chart(name).title.replace("&", "&&")
            pictures.addAction(title, lambda name=name: self._ask_file(name, "png svg"))
        menu.addAction(
            self.tr("Attempts of these filters…"),
            lambda: self._ask_file("attempts", "xlsx csv parquet json"),
        )

    def _ask_file(self, what: str, suffixes: str) -> None:
        first, *_ = suffixes.split()
        name, _ = QFileDialog.getSaveFileName(
            self._parent, self.tr("Save"), f"{what}.{first}",
            ";;".join(f"*.{suffix}" for suffix in suffixes.split()),
        )  # fmt: skip
        if name:
            self.save(what, Path(name))

    def save(self, what: str, path: Path) -> None:
        """``what``: report, attempts, or one of CHARTS."""
        desk, query, kind = self._desk, self._presenter.question, self._presenter.kind
        lang = desk.language.current
        if what == "report":
            work: Callable[[], object] = lambda: desk.reports.write(path, query, lang, kind)  # noqa: E731
        elif what == "attempts":
            work = lambda: desk.attempts.export(path, query.narrowed())  # noqa: E731
        else:
            chart = self._chart(what)
            work = lambda: desk.reports.write_chart(path, query, chart)  # noqa: E731
        desk.tasks.run(
            self._parent, lambda *_: work(), lambda _: self._saved(path), failed=self._failed
        )

    def _saved(self, path: Path) -> None:
        self._desk.acts.message.emit(self.tr("Saved: {file}").format(file=path))

    def _failed(self, error: KnownError) -> None:
        self._desk.acts.error.emit(error)

    def retranslate(self) -> None:
        for button, text in (
            (self.layouts, self.tr("Layouts")),
            (self.events, self.tr("Events")),
            (self.files, self.tr("Save as")),
        ):
            button.setText(text + " ▾")
            button.setAccessibleName(text)
