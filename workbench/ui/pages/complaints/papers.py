"""The files of a complaint: attached by choosing, dropping or pasting; pictures shown in place."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint_parts import Attachment
from workbench.domain.errors import KnownError
from workbench.domain.file_kinds import LARGEST
from workbench.domain.people import Act, may
from workbench.files import unwritable
from workbench.ui.desk import Desk
from workbench.ui.files import dropped
from workbench.ui.i18n import Retranslates, local_time
from workbench.ui.outlets import pasted
from workbench.ui.pages.complaints.dossier import Dossier
from workbench.ui.theme import SPACE_2
from workbench.ui.tips import plain_tip

_PICTURES = {"png", "jpeg", "webp", "gif"}
_PLACE = Qt.ItemDataRole.UserRole + 1


class Papers(Retranslates, QWidget):
    """``attached`` once a file is in. Saving one elsewhere is the person's own act: nothing is
    opened from a temporary copy in clear."""

    attached = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._dossier: Dossier | None = None
        self.setAcceptDrops(True)
        self.list = QListWidget(self)
        self.list.currentItemChanged.connect(self._chosen)
        self.empty = QLabel(self)
        self.empty.setProperty("role", "muted")
        self.empty.setWordWrap(True)
        self.picture = QLabel(self)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumHeight(120)
        self.picture.hide()
        self.attach_button, self.save_button = QPushButton(self), QPushButton(self)
        self.attach_button.setIcon(desk.theme.icon("paperclip", "text"))
        self.attach_button.clicked.connect(self._ask)
        self.save_button.clicked.connect(self._save)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_2)
        foot.addWidget(self.attach_button)
        foot.addWidget(self.save_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.picture, 2)
        column.addLayout(foot)
        self.retranslate()

    def show_dossier(self, dossier: Dossier) -> None:
        same = (
            self._dossier is not None
            and self._dossier.complaint.complaint_id == dossier.complaint.complaint_id
            and self._dossier.attachments == dossier.attachments
        )
        self._dossier = dossier
        self.attach_button.setEnabled(may(self._desk.session.person, Act.COMMENT))
        if same:
            return
        self.list.clear()
        for each in dossier.attachments:
            item = QListWidgetItem(self._named(each))
            item.setToolTip(
                plain_tip(f"{each.name}\n{dossier.name(each.by)} · {local_time(each.at)}")
            )
            item.setData(_PLACE, each)
            self.list.addItem(item)
        self.empty.setVisible(not dossier.attachments)
        self.list.setVisible(bool(dossier.attachments))
        self.picture.hide()
        self.save_button.setEnabled(False)

    def attach(self, paths: list[Path]) -> None:
        dossier = self._dossier
        if dossier is None or not paths:
            return
        own, talk = dossier.complaint.complaint_id, self._desk.handling.talk
        self._run(lambda: [talk.attach(own, path) for path in paths])

    def paste(self) -> None:
        """A picture or files from the clipboard."""
        mime = pasted()
        if paths := dropped(mime):
            self.attach(paths)
            return
        image = QImage(mime.imageData()) if mime.hasImage() else QImage()
        dossier = self._dossier
        if image.isNull() or dossier is None:
            return
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        data = bytes(buffer.data().data())
        own, talk = dossier.complaint.complaint_id, self._desk.handling.talk
        name = self.tr("picture") + ".png"
        self._run(lambda: talk.attach_bytes(own, name, data))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event.mimeData()) and self.attach_button.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.attach(dropped(event.mimeData()))
        event.acceptProposedAction()

    def retranslate(self) -> None:
        self.list.setAccessibleName(self.tr("Files"))
        self.picture.setAccessibleName(self.tr("Picture"))
        self.empty.setText(
            self.tr("No file yet. Attach one, drop it here or paste a picture (Ctrl+V), up to {most} MB.")
            .format(most=LARGEST >> 20)
        )  # fmt: skip
        self.attach_button.setText(self.tr("Attach…"))
        self.attach_button.setToolTip(self._desk.language.tip("handling.talk.attach"))
        self.save_button.setText(self.tr("Save as…"))

    def _named(self, each: Attachment) -> str:
        size = max(1, round(each.size / 1024))
        named = f"{each.name}  ·  {self._desk.language.number(size)} KB"
        return named if each.address else self.tr("{file}  ·  on its way").format(file=named)

    def _ask(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Attach"))
        self.attach([Path(name) for name in names])

    def _run(self, work) -> None:  # type: ignore[no-untyped-def]
        self._desk.tasks.run(
            self,
            lambda *_: work(),
            lambda _: self.attached.emit(),
            failed=self._failed,
            writer="records",
        )

    def _failed(self, error: KnownError) -> None:
        self._desk.acts.error.emit(error)
        self.attached.emit()  # those before the bad one are in

    def _chosen(self, item: QListWidgetItem | None) -> None:
        self.picture.hide()
        self.save_button.setEnabled(item is not None)
        each = item.data(_PLACE) if item is not None else None
        if isinstance(each, Attachment) and each.kind in _PICTURES and each.address:
            talk = self._desk.handling.talk
            self._desk.tasks.run(
                self,
                lambda *_: QImage.fromData(talk.read(each.attachment_id)),
                self._show,
                channel="picture",
            )

    def _show(self, image: QImage) -> None:
        if image.isNull():
            return
        room = self.size()
        self.picture.setPixmap(
            QPixmap.fromImage(image).scaled(
                max(120, room.width() - 8),
                max(120, room.height() // 2),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        self.picture.show()

    def _save(self) -> None:
        item = self.list.currentItem()
        each = item.data(_PLACE) if item is not None else None
        if not isinstance(each, Attachment):
            return
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save as"), each.name)
        if name:
            self.save(each, Path(name))

    def save(self, each: Attachment, path: Path) -> None:
        def work(*_: object) -> None:
            data = self._desk.handling.talk.read(each.attachment_id)
            try:
                path.write_bytes(data)
            except OSError as error:
                raise unwritable(error, path) from None

        said = self.tr("Saved as {file}").format(file=path.name)
        self._desk.tasks.run(self, work, lambda _: self._desk.acts.message.emit(said))
