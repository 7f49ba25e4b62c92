"""One warehouse for every process of a profile: the first has the file, the others ask it.

DuckDB gives its file to one process. The process that has it listens on a socket of its own; every
other one sends it each call and gets the answer. When it ends, the next that asks takes its place.
"""

import contextlib
import inspect
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from workbench.domain.errors import Busy, Cancelled, KnownError, StoreFault
from workbench.domain.progress import CancelToken, Progress, ProgressListener
from workbench.files import write_whole
from workbench.warehouse.store import WarehouseStore

_PATIENCE = 20.0  # seconds in which whoever has the file must answer
_PAUSE = 0.05  # seconds between two tries
_CANCEL = "cancel"
_log = logging.getLogger(__name__)


class SharedStore:
    """Every public method and property of ``WarehouseStore``, wherever the file is open.

    ``open_store`` opens the file and raises Busy('store_in_use') where another process has it;
    ``owner_file`` says where that one listens; ``key`` (32 bytes, of the profile) lets in only
    processes that could open the file themselves, which is why they may exchange pickles.

    A call that its owner did not finish, for whatever reason, is made anew by the next owner: an
    import that was committed after all counts its rows as duplicates, so nothing is done twice.
    """

    def __init__(
        self, open_store: Callable[[], WarehouseStore], owner_file: Path, key: bytes
    ) -> None:
        self._open_store = open_store
        self._owner_file = owner_file
        self._key = key
        self._lock = threading.Lock()
        self._store: WarehouseStore | None = None
        self._server: _Server | None = None
        self._closed = False
        self._take_over()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(WarehouseStore, name):
            raise AttributeError(name)
        if isinstance(vars(WarehouseStore).get(name), property):
            return self._call(name, (), {})
        return partial(self._method, name)

    def _method(self, name: str, /, *args: object, **kwargs: object) -> Any:
        return self._call(name, args, kwargs)

    @property
    def owns(self) -> bool:
        """Whether this process has the file."""
        return self._store is not None

    def close(self) -> None:
        """Calls that others have under way are stopped here and made anew by one of them."""
        with self._lock:
            self._closed = True
            if self._server is not None:
                self._server.close()
            if self._store is not None:
                self._store.close()
                if self._server is not None:
                    self._owner_file.unlink(missing_ok=True)
            self._server = self._store = None

    def _call(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> Any:
        until = time.monotonic() + _PATIENCE
        while True:
            if self._store is None and not self._closed:
                with contextlib.suppress(_Gone):
                    return _ask(self._connect(), name, args, kwargs)
            store = self._take_over()
            if store is not None:
                return _answer(store, name, args, kwargs)
            if time.monotonic() > until:
                raise Busy("store_in_use", file=self._owner_file.parent.name)
            time.sleep(_PAUSE)  # whoever has the file is just starting or ending

    def _take_over(self) -> WarehouseStore | None:
        """The store, opened here unless another process has it."""
        with self._lock:
            if self._closed:
                raise StoreFault("store_closed")
            if self._store is None:
                try:
                    self._store = self._open_store()
                except Busy as busy:
                    if busy.key != "store_in_use":
                        raise
                    return None
                self._serve(self._store)
            return self._store

    def _serve(self, store: WarehouseStore) -> None:
        """Without a place to listen the others are told that the file is in use."""
        try:
            self._server = _Server(store, self._key)
            write_whole(self._owner_file, os.fsencode(self._server.address))
        except OSError as error:
            _log.warning("other processes cannot share the attempts: %s", error)

    def _connect(self) -> Connection:
        """To whoever has the file. Raises _Gone."""
        try:
            return Client(os.fsdecode(self._owner_file.read_bytes()), authkey=self._key)
        except (OSError, EOFError, ValueError, AuthenticationError):
            raise _Gone from None


class _Gone(Exception):
    """Whoever had the file ended before it answered."""


def _answer(store: WarehouseStore, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    found = getattr(store, name)
    return found(*args, **kwargs) if callable(found) else found


# asking
def _ask(
    connection: Connection, name: str, args: tuple[object, ...], kwargs: dict[str, object]
) -> Any:
    """Send one call and wait for its answer. A listener and a token stay on this side: what they
    are told and asked goes through the connection."""
    progress: Any = kwargs.pop("progress", None)
    cancel: Any = kwargs.pop("cancel", None)
    try:
        with connection:
            sending = threading.Lock()

            def stop() -> None:
                with contextlib.suppress(OSError), sending:
                    connection.send(_CANCEL)

            call = name, _absolute(args), {key: _absolute(value) for key, value in kwargs.items()}
            with sending:
                connection.send((*call, progress is not None))
            if cancel is not None:
                cancel.on_cancel(stop)
                if cancel.cancelled:
                    stop()
            while True:
                kind, value = connection.recv()
                if kind == "progress":
                    progress(value)
                elif kind == "raised":
                    raise value
                elif kind == "gone":
                    raise _Gone
                else:
                    return value
    except (OSError, EOFError):
        raise _Gone from None
    finally:
        if progress is not None:
            kwargs["progress"] = progress
        if cancel is not None:
            kwargs["cancel"] = cancel


def _absolute(value: Any) -> Any:
    """The same file for a process that stands in another folder."""
    if isinstance(value, Path):
        return value.absolute()
    return type(value)(map(_absolute, value)) if type(value) in (list, tuple) else value


# answering
class _Server:
    """Answers the other processes' calls, each in a thread of its own."""

    def __init__(self, store: WarehouseStore, key: bytes) -> None:
        self._store = store
        self._key = key
        # A folder of this server's own, mode 0700: the one that multiprocessing keeps for a whole
        # process may have been tidied away by the time a long-open window comes to own the file.
        self._folder = None if os.name == "nt" else Path(tempfile.mkdtemp(prefix="workbench-"))
        place = self._folder and str(self._folder / "calls")
        try:
            self._listener = Listener(place, authkey=key, backlog=16)
        except OSError:
            self._drop_folder()
            raise
        self.address = str(self._listener.address)
        self._closing = threading.Event()
        self._tokens: set[CancelToken] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._start(self._accept)

    def close(self) -> None:
        self._closing.set()
        with self._lock:
            tokens, threads = list(self._tokens), list(self._threads)
        for token in tokens:
            token.cancel()
        with contextlib.suppress(OSError, EOFError):
            Client(self._listener.address, authkey=self._key).close()  # wakes the one who accepts
        for thread in threads:
            thread.join()
        self._listener.close()
        self._drop_folder()

    def _drop_folder(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=self._run, args=(work, *args), daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _run(self, work: Callable[..., None], *args: object) -> None:
        try:
            work(*args)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection = self._listener.accept()
            except (AuthenticationError, OSError, EOFError):
                continue  # a stranger, or one who went away at once
            if self._closing.is_set():
                connection.close()
            else:
                self._start(self._converse, connection)

    def _converse(self, connection: Connection) -> None:
        with connection, contextlib.suppress(OSError, EOFError):
            name, args, kwargs, listens = connection.recv()
            token = CancelToken()
            with self._lock:
                self._tokens.add(token)
            sending = threading.Lock()  # progress comes from more than one thread
            if listens:
                kwargs["progress"] = _through(connection, sending)
            if _takes_cancel(name):
                kwargs["cancel"] = token
            # Not among the threads that ``close`` waits for: it ends with the connection.
            threading.Thread(target=_watch, args=(connection, token), daemon=True).start()
            try:
                outcome = self._outcome(name, args, kwargs)
                with sending:
                    connection.send(outcome)
            finally:
                with self._lock:
                    self._tokens.discard(token)

    def _outcome(
        self, name: str, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> tuple[str, Any]:
        try:
            return "value", _answer(self._store, name, args, kwargs)
        except (KnownError, Cancelled) as error:
            if self._closing.is_set():
                return "gone", None
            return "raised", error
        except Exception as error:
            _log.exception("a call of another process failed: %s", name)
            return "raised", RuntimeError(f"{name}: {type(error).__name__}")


def _takes_cancel(name: str) -> bool:
    method = vars(WarehouseStore).get(name)
    return callable(method) and "cancel" in inspect.signature(method).parameters


def _through(connection: Connection, sending: threading.Lock) -> ProgressListener:
    def tell(progress: Progress) -> None:
        with sending:
            connection.send(("progress", progress))

    return tell


def _watch(connection: Connection, token: CancelToken) -> None:
    """Whoever asked says stop, or is gone: either way nobody waits for the answer."""
    with contextlib.suppress(OSError, EOFError):
        connection.recv()
    token.cancel()
