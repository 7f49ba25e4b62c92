"""The running window's own door: ``workbench open`` and links come in here, one line each."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from workbench import door
from workbench.domain.errors import BadInput
from workbench.domain.pop import Pop

_LARGEST = 1024  # bytes of a line
_PATIENCE_MS = 2000


class WindowDoor(QObject):
    """``came(Pop)``. Only the same person's processes reach it. Without a place to listen (another
    window of the profile has it) ``listening`` is False and nothing comes."""

    came = Signal(object)

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        self._profile = profile
        self.listen()

    def listen(self) -> None:
        """Again once the profile is open: a new one has no folder before."""
        if self.listening:
            return
        try:
            at = door.address(self._profile)
        except OSError:
            return
        if not _answers(at):  # listening would take the name from a window that lives
            QLocalServer.removeServer(at)  # of one that was killed
            self._server.listen(at)

    @property
    def listening(self) -> bool:
        return self._server.isListening()

    def close(self) -> None:
        self._server.close()

    def _greet(self) -> None:
        while (way := self._server.nextPendingConnection()) is not None:
            _Visitor(way, self.came.emit, self._server)


class _Visitor(QObject):
    """One connection: a line, an answer, and it goes; who says nothing goes after a while."""

    def __init__(self, way: QLocalSocket, tell: Callable[[Pop], object], parent: QObject) -> None:
        super().__init__(parent)
        self._way: QLocalSocket | None = way
        self._tell = tell
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._leave)
        self._patience.start(_PATIENCE_MS)
        way.readyRead.connect(self._read)
        way.disconnected.connect(self._leave)
        self._read()

    def _read(self) -> None:
        way = self._way
        if way is None:
            return
        if not way.canReadLine():
            if way.bytesAvailable() > _LARGEST:
                self._leave()
            return
        try:
            asked = Pop.read(bytes(way.readLine(_LARGEST).data()))
        except BadInput:
            self._leave()
            return
        way.write(door.ANSWER)
        way.flush()
        self._tell(asked)
        self._leave()

    def _leave(self) -> None:
        way, self._way = self._way, None
        if way is not None:
            self._patience.stop()
            way.disconnectFromServer()
            way.deleteLater()
            self.deleteLater()


def _answers(at: str) -> bool:
    way = QLocalSocket()
    way.connectToServer(at)
    found = way.waitForConnected(500)
    way.abort()
    return found
