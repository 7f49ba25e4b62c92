"""The centre's functions over PostgreSQL (docs/sync.md): one connection, each call with a deadline."""

import os
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import Jsonb

from workbench.domain.errors import BadInput, Busy, KnownError, NotPermitted, StoreFault, Usage
from workbench.domain.people import Person
from workbench.domain.sync import (
    AsSent,
    AuditForked,
    Contested,
    DeviceCloned,
    DeviceRevoked,
    OpAnswer,
    OpState,
    PulledPage,
    Row,
    SentOp,
    Standing,
    Upto,
    canonical_json,
)

_WAIT = 10  # seconds to connect
_DEADLINE = 30.0  # seconds for one call: a network that swallows answers must not hold the desk
_LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1"})
PART = 262_144  # bytes of one part of an attachment's content


def _refusal(
    state: str | None, said: str | None, detail: str | None, place: str
) -> KnownError | None:
    """What the centre's own error codes mean."""
    match state:
        case "WB001":
            return NotPermitted("centre_not_admitted", place=place)
        case "WB002":
            return DeviceRevoked("centre_device_revoked", place=place)
        case "WB003":
            return NotPermitted("centre_device_of_another", place=place)
        case "WB004":
            return DeviceCloned("centre_device_cloned", place=place)
        case "WB005":
            return StoreFault("centre_gap", place=place, held=detail)
        case "WB006":
            return StoreFault("centre_schema_version", place=place, accepted=detail)
        case "WB009" | "42501":
            return NotPermitted("centre_not_allowed", place=place)
        case "WB010":
            return BadInput(f"centre_{said}", place=place)
        case "WB011":
            row, _, held = (detail or "").partition("/")
            return StoreFault(str(said), row=row, held=held)
        case "WB012":
            return StoreFault("centre_attachment_refused", place=place)
        case "3F000" | "42883" | "42P01":
            return StoreFault("centre_not_set_up", place=place)
        case "53100" | "53200":  # disk full, out of memory: as it was before, later again
            return Busy("centre_full", place=place)
    return None


def target_of(url: str) -> dict[str, Any]:
    """What libpq needs. The server must prove who it is, unless it is this machine. Raises
    Usage."""
    try:
        target = conninfo_to_dict(url)
    except psycopg.Error:
        raise Usage("centre_address") from None
    host = str(target.get("host") or "")
    if not (host in _LOOPBACK or host.startswith("/")):
        if target.setdefault("sslmode", "verify-full") != "verify-full":
            raise Usage("centre_tls", place=place_of(target))
        target.setdefault("sslrootcert", "system")
    return target


def with_password(url: str, ask: Callable[[], str]) -> str:
    """The address with what ``ask`` says, unless it has a password. Raises Usage."""
    target = target_of(url)
    if not target.get("password"):
        target["password"] = ask()
    return make_conninfo(**target)


def address(url: str, login: str | None = None, password: str | None = None) -> str:
    """The address with another login or password. Raises Usage."""
    given = {"user": login, "password": password}
    return make_conninfo(**target_of(url) | {n: v for n, v in given.items() if v is not None})


def scram(connection: psycopg.Connection[Any], login: str, password: str) -> str:
    """What PostgreSQL stores of a password: the password itself is never sent."""
    made = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
    return made.decode()


def place_of(target: Mapping[str, Any]) -> str:
    """Host and database, as messages may say them: no user, no password."""
    port = f":{target['port']}" if target.get("port") else ""
    return f"{target.get('host') or 'localhost'}{port}/{target.get('dbname') or ''}"


class PostgresCentre:
    """Satisfies services.ports.Centre for one device. Every call raises Busy where the centre is
    out of reach or did not answer in time (what was sent may have been done: send it again), and
    NotPermitted, StoreFault for what it refuses."""

    def __init__(self, url: str, device_id: str, *, deadline: float = _DEADLINE) -> None:
        self._target = target_of(url)
        self.place = place_of(self._target)
        self.device_id = device_id
        self.password = str(self._target.get("password") or "") or None
        self._deadline = deadline
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def hello(self, said: Mapping[str, object]) -> Standing:
        """``said``: epoch, cursor, mark, acknowledged, waiting, app_version, schema_version."""
        told = self._call("hello", self.device_id, Jsonb(dict(said)))
        person = told.pop("person")
        return Standing(**told, **person)

    def push(self, ops: Sequence[SentOp]) -> list[OpAnswer]:
        """At most 100 in the order of ``device_seq``: all of them, or none."""
        sent = [
            {
                "op_id": op.op_id,
                "device_seq": op.device_seq,
                "payload": op.payload,
                "body_hash": op.body_hash,
                "schema_version": op.schema_version,
                "device_time": f"{op.device_time.isoformat()}Z",
                "brief": True,
            }
            for op in ops
        ]
        return [_answer(told) for told in self._call("push", self.device_id, _plain(sent))]

    def pull(self, cursor: int, scope: int, limit: int = 500) -> PulledPage:
        told = self._call("pull", self.device_id, cursor, scope, limit)
        if "restart" in told:
            return PulledPage(restart=told["restart"])
        return PulledPage(
            tuple(Row(**row) for row in told["rows"]),
            tuple((entity, entity_id) for entity, entity_id in told["gone"]),
            told["cursor"],
            told["mark"],
            told["more"],
        )

    def witness(self, rows: Sequence[tuple[int, str, str]]) -> int:
        """Audit rows (seq, canonical entry, hash) of this desk; the last seq that is held."""
        sent = [{"seq": seq, "entry": entry, "hash": digest} for seq, entry, digest in rows]
        try:
            return int(self._call("witness", self.device_id, _plain(sent)))
        except StoreFault as fault:
            if fault.key == "audit_broken":
                raise AuditForked("centre_audit_forked", place=self.place) from fault
            raise

    def give_content(self, attachment_id: str, content: str, data: bytes) -> None:
        """Send what of ``data`` the centre does not hold yet; ``content`` is its SHA-256 in hex."""
        parts = max(1, -(-len(data) // PART))
        held = self._call("have_content", content)
        if held["whole"]:
            return
        whole = False
        for part in [n for n in range(parts) if n not in set(held["parts"])] or [0]:
            piece = data[part * PART : (part + 1) * PART]
            whole = self._call(
                "give_content",
                self.device_id,
                attachment_id,
                content,
                len(data),
                parts,
                part,
                piece,
            )
        if not whole:  # a part was damaged: all of them went, and come again
            raise Busy("centre_content_again", place=self.place)

    def take_content(self, content: str) -> bytes | None:
        """None while the centre has no whole content of that name for the caller."""
        held = self._call("have_content", content)
        if not held["whole"]:
            return None
        pieces = [self._call("take_content", content, part) for part in range(held["of"])]
        return None if None in pieces else b"".join(map(bytes, pieces))

    def here(self, complaint_id: str | None) -> list[str]:
        """This desk has it open (None: nothing any more); the people who have it open elsewhere."""
        return [str(person) for person in self._call("here", self.device_id, complaint_id)]

    def wiped(self) -> None:
        self._call("wiped", self.device_id)

    def status(self) -> dict[str, Any]:
        told: dict[str, Any] = self._call("status")
        return told

    def admit(self, person: Person, login: str, team: str | None, password: str) -> None:
        """Raises BadInput where the centre cannot admit it so."""
        with self._connected() as connection:
            verifier = scram(connection, login, password)
        self._call("admit", login, person.person_id, person.name, person.role.value, team, verifier)

    def change_person(
        self,
        person_id: str,
        name: str | None,
        role: str | None,
        team: str | None,
        active: bool | None,
    ) -> None:
        self._call("change_person", person_id, name, role and str(role), team, active)

    def change_password(self, password: str) -> str:
        """The caller's own; returns the address with it."""
        with self._connected() as connection:
            verifier = scram(connection, str(self._target.get("user") or ""), password)
        self._call("my_password", verifier)
        return make_conninfo(**self._target | {"password": password})

    def set_password(self, person_id: str, password: str) -> None:
        """Another's; administrators only."""
        with self._connected() as connection:
            verifier = scram(connection, person_id, password)
        self._call("set_password", person_id, verifier)

    def proved_by(self, password: str) -> str | None:
        """The address with this password if the centre takes it of the login; None if it does not.
        Raises Busy."""
        target = self._target | {"password": password}
        try:
            _connect(target, self.place).close()
        except NotPermitted:
            return None
        return make_conninfo(**target)

    def revoke_device(self, device_id: str, *, back: bool) -> None:
        self._call("revoke_device", device_id, back)

    def audit_at(self, seq: int) -> tuple[int, str, str | None]:
        """The head of the centre's audit (seq, hash), and the hash of row ``seq``."""
        told = self._call("audit_at", seq)
        return int(told["seq"]), told["hash"], told["then"]

    def verify_audit(self) -> int:
        return int(self._call("verify_audit")["rows"])

    def cut(self) -> None:
        """Break off what another thread is asking: it gets Busy."""
        if self._connection is not None:
            _cut(self._connection)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _call(self, function: str, *values: object) -> Any:
        marks = ", ".join(["%s"] * len(values))
        try:
            with self._connected() as connection, _deadline(connection, self._deadline):
                found = connection.execute(
                    f"SELECT records.{function}({marks})".encode(), values
                ).fetchone()
        except psycopg.Error as error:
            known = _refusal(
                error.sqlstate, error.diag.message_primary, error.diag.message_detail, self.place
            )
            if known is not None:
                raise known from None
            if isinstance(error, psycopg.OperationalError):
                self.close()
                raise Busy("centre_unreachable", place=self.place) from None
            raise
        assert found is not None
        return found[0]

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        if self._connection is not None and not _alive(self._connection):
            self.close()  # the server restarted, or a firewall forgot us, while nothing was said
        if self._connection is None:
            self._connection = _connect(self._target, self.place)
        yield self._connection


def _connect(target: Mapping[str, Any], place: str) -> psycopg.Connection[tuple[Any, ...]]:
    defaults = {"connect_timeout": _WAIT, "application_name": "workbench"}
    try:
        return psycopg.connect(**defaults | dict(target), autocommit=True, prepare_threshold=None)
    except psycopg.OperationalError as error:
        said = str(error)
        if "FATAL" in said and ("password" in said or "role" in said or "log in" in said):
            raise NotPermitted("centre_login", place=place) from None
        raise Busy("centre_unreachable", place=place) from None


def _alive(connection: psycopg.Connection[Any]) -> bool:
    """An idle server says nothing; what can be read is its farewell."""
    if connection.closed:
        return False
    readable, _, _ = select.select([connection.fileno()], [], [], 0)
    return not readable


@contextmanager
def _deadline(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Break the connection when the time is over: libpq itself would wait for ever."""

    timer = threading.Timer(seconds, _cut, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: psycopg.Connection[Any]) -> None:
    with suppress(OSError, psycopg.Error), _line(connection) as line:
        line.shutdown(socket.SHUT_RDWR)


def _line(connection: psycopg.Connection[Any]) -> socket.socket:
    return socket.socket(fileno=os.dup(connection.fileno()))


def _plain(sent: list[dict[str, object]]) -> Jsonb:
    """Words as they are: psycopg's own way has six bytes for each of ours, to be read back."""
    return Jsonb(sent, dumps=canonical_json)


def _answer(told: dict[str, Any]) -> OpAnswer:
    contested = {name: Contested(**both) for name, both in (told.get("contested") or {}).items()}
    return OpAnswer(
        told["op_id"],
        OpState(told["result"]),
        told.get("why"),
        contested,
        Row(**told["row"]) if told.get("row") else None,
        bool(told.get("duplicate")),
        AsSent(told["seq"], "team" in told, told.get("team")) if told.get("as_sent") else None,
        Upto(**told["upto"]) if told.get("upto") else None,
    )
