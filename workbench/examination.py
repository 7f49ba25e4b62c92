"""What ``workbench doctor`` looks at, wired for a profile; part of the composition root.

Nothing is changed: no profile is made, no database upgraded, nobody signs in. What is said holds no
personal data.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import __version__, paths, policy
from workbench.domain.errors import Busy
from workbench.domain.health import Finding, Health
from workbench.domain.times import utc_now
from workbench.services.health import examine as examine_all

if TYPE_CHECKING:
    from workbench.storage.profile import Profile

_LEAST, _LITTLE = 200 << 20, 2 << 30  # bytes of disk: an import fails, an import may fail
_RECENT = timedelta(days=7)


class Examination:
    """The checks of one installation and one profile folder."""

    def __init__(
        self, folder: Path, passphrase: str | None = None, ask: Callable[[], str] | None = None
    ) -> None:
        self._folder, self._passphrase, self._ask = folder, passphrase, ask

    def run(self) -> list[Finding]:
        checks = [
            ("program", self._program),
            ("policy", self._policy),
            ("font", self._font),
            ("profile", self._profile_folder),
            ("disk", self._disk),
        ]
        if (self._folder / "key.json").exists():
            checks += [
                ("key", self._key),
                ("records", self._records),
                ("warehouse", self._warehouse),
                ("subjects", self._subjects),
                ("centre", self._centre),
                ("crashes", self._crashes),
            ]
        return examine_all(checks)

    def _program(self) -> Iterator[Finding]:
        try:
            paths.resources(), paths.db()
        except FileNotFoundError:
            yield Finding("program", Health.ILL, "doctor.program_incomplete")
            return
        how = {
            "version": __version__,
            "how": paths.installed_by(),
            "python": sys.version.split()[0],
        }
        yield Finding("program", Health.WELL, "doctor.program", how)

    def _policy(self) -> Iterator[Finding]:
        file = policy.place()
        if file is None:
            yield Finding("policy", Health.WELL, "doctor.no_policy")
            return
        read = policy.read(file)
        told = {"file": str(file), "locked": ", ".join(sorted(read.locked)) or "-"}
        yield Finding("policy", Health.WELL, "doctor.policy", told)

    def _font(self) -> Iterator[Finding]:
        tool = shutil.which("fc-list")
        if not sys.platform.startswith("linux") or tool is None:
            return
        listed = subprocess.run([tool, ":lang=zh", "file"], capture_output=True, check=False)
        there = bool(listed.stdout.strip())
        yield Finding(
            "font",
            Health.WELL if there else Health.WARNING,
            "doctor.font" if there else "doctor.no_font",
        )

    def _profile_folder(self) -> Iterator[Finding]:
        folder = {"folder": str(self._folder)}
        if not (self._folder / "key.json").exists():
            yield Finding("profile", Health.WARNING, "doctor.no_profile", folder)
        elif not os.access(self._folder, os.W_OK):
            yield Finding("profile", Health.ILL, "error.profile_not_writable", folder)
        elif os.name != "nt" and self._folder.stat().st_mode & 0o077:
            yield Finding("profile", Health.WARNING, "doctor.profile_open", folder)
        else:
            yield Finding("profile", Health.WELL, "doctor.profile", folder)

    def _disk(self) -> Iterator[Finding]:
        place = next(p for p in (self._folder, *self._folder.parents) if p.exists())
        free = shutil.disk_usage(place).free
        told = {"free": f"{free / 1e9:.1f}", "folder": str(place)}
        if free < _LEAST:
            yield Finding("disk", Health.ILL, "doctor.disk_full", told)
        elif free < _LITTLE:
            yield Finding("disk", Health.WARNING, "doctor.disk_little", told)
        else:
            yield Finding("disk", Health.WELL, "doctor.disk", told)

    @cached_property
    def _opened(self) -> "Profile":
        from workbench.storage.keys import open_key
        from workbench.storage.profile import Profile

        key = open_key(self._folder, passphrase=self._passphrase, ask=self._ask)
        return Profile(self._folder.absolute(), key)

    def _key(self) -> Iterator[Finding]:
        import json

        _ = self._opened
        kept = json.loads((self._folder / "key.json").read_text("utf-8"))["kept"]
        weak = kept in ("machine", "beside")
        yield Finding("key", Health.WARNING if weak else Health.WELL, f"doctor.key_{kept}")

    def _records(self) -> Iterator[Finding]:
        from workbench.storage.engine import open_engine, plain_errors
        from workbench.storage.migrate import is_current
        from workbench.storage.records import SqlRecords
        from workbench.storage.replica import SqlReplica

        profile = self._opened
        if not profile.records.exists():
            yield Finding("records", Health.WARNING, "doctor.no_records")
            return
        engine = open_engine(profile.records, profile.key("records"))
        try:
            with plain_errors(profile.records):
                current = is_current(engine, profile.records)
        finally:
            engine.dispose()
        if not current:
            yield Finding("records", Health.WARNING, "doctor.records_older")
            return
        records = SqlRecords(profile.records, profile.key("records"), profile.key("witness"))
        with closing(records):
            records.check()
            rows = records.verify_audit()
            told = {"complaints": records.count_complaints(), "rows": rows}
            yield Finding("records", Health.WELL, "doctor.records", told)
            place = SqlReplica(records, profile.records).place()
            if place.unsettled:
                count = {"count": place.unsettled}
                yield Finding("sync", Health.WARNING, "doctor.unsettled", count)

    def _warehouse(self) -> Iterator[Finding]:
        from workbench.warehouse.engines.duckdb import DuckEngine

        profile = self._opened
        if not profile.warehouse.exists():
            yield Finding("warehouse", Health.WELL, "doctor.no_attempts")
            return
        try:
            engine = DuckEngine(profile.warehouse, profile.key("warehouse"))
        except Busy:  # a window has it open, so it can be opened
            yield Finding("warehouse", Health.WELL, "doctor.warehouse_in_use")
            return
        with closing(engine), engine.session() as session:
            count = int(session.rows("SELECT count(*) FROM attempts")[0][0])
        yield Finding("warehouse", Health.WELL, "doctor.warehouse", {"attempts": f"{count:,}"})

    def _subjects(self) -> Iterator[Finding]:
        """Without them nothing is missing but originals."""
        from workbench.storage.subjects import SubjectsFile
        from workbench.warehouse.engines.duckdb import DuckEngine
        from workbench.warehouse.subjects import Seals

        profile = self._opened
        if not profile.warehouse.exists():
            return
        with closing(SubjectsFile(profile.subjects, profile.key("subjects"))) as subjects:
            count, lacking = subjects.count(), 0
            with suppress(Busy):  # open in a window, which says so when an original is asked for
                engine = DuckEngine(profile.warehouse, profile.key("warehouse"))
                with closing(engine), engine.session() as session:
                    lacking = Seals(profile.key("seal"), subjects).unreadable(session)
        if lacking:
            lost = {"customers": lacking, "file": str(profile.subjects)}
            yield Finding("subjects", Health.WARNING, "doctor.subjects_lacking", lost)
        else:
            yield Finding("subjects", Health.WELL, "doctor.subjects", {"customers": count})

    def _centre(self) -> Iterator[Finding]:
        from workbench.storage.centre_place import KeptPlace

        url = KeptPlace(self._opened).read()
        if url is None:
            yield Finding("centre", Health.WELL, "doctor.no_centre")
            return
        from workbench.gateways.centre import PostgresCentre

        centre = PostgresCentre(url, "00000000-0000-0000-0000-000000000000")
        try:
            centre.audit_at(0)
        finally:
            centre.close()
        yield Finding("centre", Health.WELL, "doctor.centre", {"place": centre.place})

    def _crashes(self) -> Iterator[Finding]:
        since = (utc_now() - _RECENT).strftime("crash-%Y%m%d")
        folder = self._folder / "crashes"
        recent = [file for file in folder.glob("crash-*.txt") if file.name >= since]
        if recent:
            told = {"count": len(recent), "folder": str(folder)}
            yield Finding("crashes", Health.WARNING, "doctor.crashes", told)
        else:
            yield Finding("crashes", Health.WELL, "doctor.no_crashes")


def examine(folder: Path, passphrase: str | None, ask: Callable[[], str] | None) -> list[Finding]:
    return Examination(folder, passphrase, ask).run()
