"""A network that can be spoilt: a small TCP proxy before a server's socket."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Between a port of its own on loopback and ``socket``. Set ``mode``:

    'pass'; 'partition' (nothing passes either way); 'deaf' (what the server says is swallowed);
    'mute' (what the client says is swallowed); 'half_open' (accepts and says nothing);
    'refuse' (closes at once); 'drip' (one byte a time).
    ``latency`` seconds are added to each piece. ``cut_after`` bytes from the client the line is
    reset. ``hits`` counts what the mode did.
    """

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self.mode = "pass"
        self.latency = 0.0
        self.cut_after: int | None = None
        self.hits = 0
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait()

    def cut(self) -> None:
        """Reset every line that is open."""

        def reset() -> None:
            for writer in list(self._writers):
                writer.transport.abort()

        self._loop.call_soon_threadsafe(reset)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self.mode == "refuse":
                self.hits += 1
                return
            if self.mode == "half_open":
                self.hits += 1
                await reader.read()  # until the client is tired of it
                return
            far_reader, far_writer = await asyncio.open_unix_connection(self._socket)
            self._writers.add(far_writer)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._carry(reader, far_writer, from_client=True))
                    both.create_task(self._carry(far_reader, writer, from_client=False))
            finally:
                self._writers.discard(far_writer)
                far_writer.transport.abort()
        except* (OSError, EOFError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_client: bool
    ) -> None:
        swallowed = ("partition", "mute") if from_client else ("partition", "deaf")
        while data := await reader.read(65536):
            if self.mode in swallowed:
                self.hits += 1
                continue
            if from_client and self.cut_after is not None:
                self.cut_after -= len(data)
                if self.cut_after <= 0:
                    writer.write(data[: self.cut_after])
                    await writer.drain()
                    self.cut_after = None
                    self.hits += 1
                    raise EOFError
            if self.latency:
                self.hits += 1
                await asyncio.sleep(self.latency)
            for piece in (
                [data[i : i + 1] for i in range(len(data))] if self.mode == "drip" else [data]
            ):
                writer.write(piece)
                await writer.drain()
                self.hits += self.mode == "drip"
        raise EOFError


@contextmanager
def proxy(socket: str) -> Iterator[Proxy]:
    made = Proxy(socket)
    try:
        yield made
    finally:
        made.close()
