"""A backup of everything at this desk, by an administrator."""

from pathlib import Path

from workbench.domain.people import Act
from workbench.domain.times import utc_now
from workbench.services.auditing import note
from workbench.services.ports import BackupReport, Backups, Clock, Records
from workbench.services.session import Session


class BackupService:
    """Blocks: never on the GUI thread."""

    def __init__(
        self, backups: Backups, records: Records, session: Session, clock: Clock = utc_now
    ) -> None:
        self._backups, self._records = backups, records
        self._session, self._clock = session, clock

    def write(self, file: Path, passphrase: str) -> BackupReport:
        """Everything of the profile into a new file under ``passphrase``, its customers' keys into
        the keys file beside it; proven by restoring both once. Raises BadInput, NotPermitted, StoreFault; then there is no file."""
        self._session.require(Act.BACKUP)
        self._note("backup", file, {})
        report = self._backups.write(file, passphrase)
        self._note("backup_done", file, {"bytes": report.size, "audit_rows": report.audit_rows})
        return report

    def _note(self, action: str, file: Path, detail: dict[str, object]) -> None:
        note(self._records, self._session, self._clock, action, "profile", file.name, detail)
