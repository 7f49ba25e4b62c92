"""What is followed: each source with its state and its acts, and how to add a folder or a table."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.errors import KnownError
from workbench.domain.following import Followed, FollowNews, FollowState
from workbench.domain.people import Act, may
from workbench.domain.times import to_local
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4


class FollowCard(Retranslates, QFrame):
    """Shown to whoever may import."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sources: list[Followed] = []
        self._error: KnownError | None = None
        self.setProperty("role", "card")
        self.heading = QLabel(self)
        self.heading.setProperty("role", "heading")
        self.about = QLabel(self)
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.rows: list[_SourceRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_2)
        self.folder_button = QPushButton(self)
        self.folder_button.setIcon(desk.theme.icon("folder-open-outline", "text"))
        self.folder_button.clicked.connect(self._choose_folder)
        self.table_button = QPushButton(self)
        self.table_button.setCheckable(True)
        self.table_button.toggled.connect(self._show_form)
        self.mapping_label = QLabel(self)
        self.mapping_label.setProperty("role", "muted")
        self.mapping = QComboBox(self)
        self.mapping.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.mapping_label.setBuddy(self.mapping)
        acts = QHBoxLayout()
        acts.setSpacing(SPACE_2)
        for widget in (
            self.folder_button,
            self.table_button,
            self.mapping_label,
            self.mapping,
        ):
            acts.addWidget(widget)
        acts.addStretch(1)
        self._make_form()
        self.trouble = QLabel(self)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.trouble.setProperty("role", "error")
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_3)
        column.addWidget(self.heading)
        column.addWidget(self.about)
        column.addLayout(self._list)
        column.addLayout(acts)
        column.addWidget(self.trouble)
        column.addWidget(self.form)
        desk.live.changed.connect(self._show_states)
        self.setVisible(may(desk.session.person, Act.IMPORT))
        self.retranslate()

    def _make_form(self) -> None:
        self.form = QWidget(self)
        self.address, self.table, self.key = (QLineEdit(self.form) for _ in range(3))
        self.follow_button = QPushButton(self.form)
        self.follow_button.clicked.connect(self._add_table)
        self._names = [QLabel(self.form) for _ in range(3)]
        fields = QFormLayout(self.form)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(SPACE_2)
        for name, field in zip(self._names, (self.address, self.table, self.key), strict=True):
            name.setProperty("role", "muted")
            name.setBuddy(field)
            field.returnPressed.connect(self._add_table)
            fields.addRow(name, field)
        fields.addRow("", self.follow_button)
        self.form.hide()

    def refresh(self) -> None:
        """Ask what is kept, and which mappings there are."""
        if not self.isVisibleTo(self.parentWidget()):
            return
        desk = self._desk
        desk.tasks.run(
            self,
            lambda *_: (desk.following.sources(), desk.attempts.mapping_names()),
            lambda answer: self._show(*answer),
            channel="sources",
        )

    def _show(self, sources: list[Followed], mappings: list[str]) -> None:
        chosen = self.mapping.currentData()
        self.mapping.clear()
        self.mapping.addItem(self.tr("Recognised"), "")
        for name in mappings:
            self.mapping.addItem(name, name)
        self.mapping.setCurrentIndex(max(0, self.mapping.findData(chosen)))
        self._sources = sources
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [_SourceRow(self._desk, source, self) for source in sources]
        for row in self.rows:
            row.remove_button.clicked.connect(lambda _=False, s=row.source: self._forget(s))
            self._list.addWidget(row)
        self.retranslate()

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Followed sources"))
        self.about.setText(
            self.tr(
                "New attempts are imported within seconds while the window is open: files put "
                "into a folder, rows added to a log, rows of a database table."
            )
        )
        self.folder_button.setText(self.tr("Follow a folder…"))
        self.table_button.setText(self.tr("Follow a table…"))
        self.mapping_label.setText(self.tr("Columns"))
        self.mapping.setAccessibleName(self.tr("How columns become fields"))
        if self.mapping.count():
            self.mapping.setItemText(0, self.tr("Recognised"))
        texts = (self.tr("Database"), self.tr("Table or view"), self.tr("Growing column"))
        for name, text in zip(self._names, texts, strict=True):
            name.setText(text)
        self.address.setPlaceholderText(self.tr("postgresql://user@host:5432/database"))
        self.table.setPlaceholderText(self.tr("for example public.attempts"))
        self.key.setPlaceholderText(self.tr("for example updated_at"))
        self.address.setToolTip(
            self.tr("Without a password: that stands in ~/.pgpass or PGPASSWORD.")
        )
        self.follow_button.setText(self.tr("Follow"))
        self._show_trouble(self._error)
        self._show_states()

    def _show_states(self) -> None:
        for row in self.rows:
            row.show_state()

    def _show_form(self, shown: bool) -> None:
        self.form.setVisible(shown)
        if shown:
            self.address.setFocus()

    def _choose_folder(self) -> None:
        start = self._desk.settings.get("import_folder")
        folder = QFileDialog.getExistingDirectory(self, self.tr("Follow a folder"), start)
        if folder:
            self.add(Followed(str(Path(folder).absolute()), mapping=self._mapping()))

    def _add_table(self) -> None:
        texts = (field.text().strip() for field in (self.address, self.table, self.key))
        address, table, key = texts
        if not address.startswith(("postgresql://", "postgres://")):
            address = f"postgresql://{address}"
        self.add(Followed(address, table, key, self._mapping()))

    def _mapping(self) -> str:
        return self.mapping.currentData() or ""

    def add(self, source: Followed) -> None:
        """Check it, keep it, follow it; what is wrong is said here."""
        self.follow_button.setEnabled(False)
        self._show_trouble(None)

        def kept(_: None) -> None:
            self.follow_button.setEnabled(True)
            self.table_button.setChecked(False)
            self._desk.live.start(source)
            self.refresh()

        def failed(error: KnownError) -> None:
            self.follow_button.setEnabled(True)
            self._show_trouble(error)

        self._desk.tasks.run(
            self,
            lambda *_: self._desk.following.keep(source),
            kept,
            failed=failed,
            writer="records",
        )

    def _show_trouble(self, error: KnownError | None) -> None:
        self._error = error
        self.trouble.setVisible(error is not None)
        if error is not None:
            self.trouble.setText(self._desk.language.error(error))

    def _forget(self, source: Followed) -> None:
        self._desk.live.forget(source)
        self._desk.tasks.run(
            self,
            lambda *_: self._desk.following.forget(source),
            lambda _: self.refresh(),
            writer="records",
        )


class _SourceRow(Retranslates, QWidget):
    """One source: what it is, how it stands, stop or start, remove."""

    def __init__(self, desk: Desk, source: Followed, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self.source = desk, source
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setToolTip(source.title)
        self.state = QLabel(self)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setProperty("role", "caption")
        self.state.setWordWrap(True)
        self.switch_button = QPushButton(self)
        self.switch_button.clicked.connect(self._switch)
        self.remove_button = QPushButton(self)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        row.addLayout(texts, 1)
        row.addWidget(self.switch_button)
        row.addWidget(self.remove_button)
        self.retranslate()

    def retranslate(self) -> None:
        self.title.setText(self.source.title)
        self.remove_button.setText(self.tr("Remove"))
        self.show_state()

    def show_state(self) -> None:
        news = self._desk.live.states.get(self.source.id)
        runs = self._desk.live.runs(self.source)
        self.switch_button.setText(self.tr("Stop") if runs else self.tr("Start"))
        self.state.setText(self._sentence(news))
        for button in (self.switch_button, self.remove_button):
            button.setAccessibleName(f"{button.text()}: {self.source.title}")

    def _sentence(self, news: FollowNews | None) -> str:
        if news is None or (news.state is FollowState.STOPPED and news.error is None):
            return self.tr("Stopped")
        if news.error is not None:
            return self._desk.language.error(news.error)
        if news.state is FollowState.ELSEWHERE:
            return self.tr("Another window or command follows it")
        if news.last is None:
            return self.tr("Following · nothing new yet")
        return (
            self.tr("Following · last %1 · %2 new")
            .replace("%1", f"{to_local(news.last):%H:%M:%S}")
            .replace("%2", self._desk.language.number(news.new))
        )

    def _switch(self) -> None:
        self._desk.acts.follow.emit(self.source, not self._desk.live.runs(self.source))
