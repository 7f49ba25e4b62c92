"""Power cuts: what a program wrote is recorded, and the disk is made as it may look at any moment.

``record`` runs a program under strace. ``Disk`` replays its calls: what was not synced when the
power went is dropped, or kept in part and torn at 512 bytes. A name is on the disk with the file's
first fsync; a file that was renamed stands under its old name until its folder is synced.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

_CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,openat"
_LINE = re.compile(r"^(?:(\d+)\s+)?(\w+)\((.*)\)\s+= (-?\d+)")
_PATH = re.compile(r"^(?:AT_FDCWD(?:<[^>]*>)?|\d+)<?([^>]*)>?")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_SECTOR = 512


@dataclass(frozen=True)
class Call:
    """``what``: write, truncate, sync, unlink, rename, create or said (a line on stdout)."""

    what: str
    path: str = ""
    data: bytes = b""
    at: int = -1  # of a write; -1: at the end
    to: str = ""


def record(program: str, *arguments: str, trace: Path, cwd: Path) -> tuple[list[Call], str]:
    """Run it to its end; what it did to files, in order, and what it said."""
    ran = subprocess.run(
        [
            "strace", "-f", "-y", "-xx", "-s", "400000", "-e", f"trace={_CALLS}", "-e",
            "signal=none", "-o", str(trace), sys.executable, "-c", program, *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=cwd,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    with trace.open(encoding="latin-1") as lines:
        return list(_calls(lines)), ran.stdout


def _calls(lines: Iterator[str]) -> Iterator[Call]:
    begun: dict[str, str] = {}
    for line in _whole(lines, begun):
        found = _LINE.match(line)
        if found is None or int(found[4]) < 0:
            continue
        name, inside, result = found[2], found[3], int(found[4])
        strings = [bytes.fromhex(s.replace("\\x", "")) for s in _STRING.findall(inside)]
        path = _unhex(inside)
        match name:
            case "write" | "pwrite64" if inside.startswith("1<"):
                yield Call("said", data=strings[0])
            case "pwrite64":
                at = int(inside.rsplit(",", 1)[1])
                yield Call("write", path, strings[0][:result], at)
            case "write":
                yield Call("write", path, strings[0][:result])
            case "fsync" | "fdatasync":
                yield Call("sync", path)
            case "ftruncate":
                yield Call("truncate", path, at=int(inside.rsplit(",", 1)[1]))
            case "unlink" | "unlinkat":
                yield Call("unlink", os.fsdecode(strings[-1]))
            case "rename" | "renameat" | "renameat2":
                yield Call("rename", os.fsdecode(strings[0]), to=os.fsdecode(strings[1]))
            case "openat" if "O_CREAT" in inside:
                truncated = "O_TRUNC" in inside
                yield Call("create", os.fsdecode(strings[0]), at=0 if truncated else -1)


def _whole(lines: Iterator[str], begun: dict[str, str]) -> Iterator[str]:
    """Calls that another thread interrupted, put together."""
    for raw in lines:
        line = raw.rstrip("\n")
        pid, _, rest = line.partition(" ")
        rest = rest.lstrip()
        if rest.endswith("<unfinished ...>"):
            begun[pid] = rest.removesuffix("<unfinished ...>")
        elif rest.startswith("<... "):
            yield f"{pid} {begun.pop(pid, '')}{rest.partition(' resumed>')[2].lstrip()}"
        else:
            yield line


def _unhex(inside: str) -> str:
    """The path that -y writes beside the descriptor; -xx writes it in hex as well."""
    found = re.match(r"\d+<([^>]*)>", inside)
    if found is None:
        return ""
    text = found[1]
    if "\\x" in text:
        text = os.fsdecode(bytes.fromhex(text.replace("\\x", "")))
    return text


@dataclass
class _File:
    synced: bytearray | None = None  # None: not on the disk
    loose: list[Call] = field(default_factory=list)  # written since


class Disk:
    """The files below ``root`` as the disk holds them; ``start`` is what was there before."""

    def __init__(self, root: Path, start: dict[str, bytes]) -> None:
        self._root = str(root)
        self._files = {path: _File(bytearray(data)) for path, data in start.items()}
        self._moves: list[Call] = []  # renames and unlinks whose folder is not synced yet
        self._names: dict[str, str] = {}  # name as the program sees it -> the file that it means

    def run(self, call: Call) -> None:
        if not call.path.startswith(self._root):
            return
        name = self._names.get(call.path, call.path)
        match call.what:
            case "write" | "truncate":
                self._files.setdefault(name, _File()).loose.append(call)
            case "create":
                file = self._files.setdefault(name, _File())
                if call.at == 0:
                    file.loose.append(Call("truncate", call.path, at=0))
            case "sync" if call.path in self._folders():
                for move in [m for m in self._moves if str(Path(m.path).parent) == call.path]:
                    self._settle(move)
            case "sync":
                file = self._files.setdefault(name, _File())
                file.synced = _written(file.synced or bytearray(), file.loose)
                file.loose = []
            case "rename":
                self._names[call.to] = name
                self._moves.append(call)
            case "unlink":
                self._moves.append(call)

    def image(self, random: Random | None = None) -> dict[str, bytes]:
        """What is left after the cut. Without ``random`` nothing that was not synced; with it,
        some of it, and of the last some sectors."""
        left: dict[str, bytes] = {}
        for name, file in self._files.items():
            kept = file.loose if random is None else _some(file.loose, random)
            if file.synced is None and (random is None or not kept):
                continue
            left[name] = bytes(_written(file.synced or bytearray(), kept if random else []))
        return left

    def _folders(self) -> set[str]:
        return {str(Path(m.path).parent) for m in self._moves} | {
            str(Path(name).parent) for name in self._files
        }

    def _settle(self, move: Call) -> None:
        self._moves.remove(move)
        if move.what == "rename":
            file = self._files.pop(self._names.get(move.to, move.path), None)
            self._names.pop(move.to, None)
            if file is not None:
                self._files[move.to] = file
        else:
            self._files.pop(move.path, None)


def _some(loose: list[Call], random: Random) -> list[Call]:
    kept: list[Call] = []
    for call in loose:
        if random.random() < 0.5:
            continue
        if call.what == "write" and random.random() < 0.5:
            whole = random.randrange(len(call.data) // _SECTOR + 1) * _SECTOR
            call = Call("write", call.path, call.data[:whole], call.at)
        kept.append(call)
    return kept


def _written(before: bytearray, calls: list[Call]) -> bytearray:
    made = bytearray(before)
    for call in calls:
        if call.what == "truncate":
            del made[call.at :]
            made.extend(bytes(call.at - len(made)))
        else:
            at = len(made) if call.at < 0 else call.at
            made.extend(bytes(max(0, at - len(made))))
            made[at : at + len(call.data)] = call.data
    return made
