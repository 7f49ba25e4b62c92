"""A profile folder: what lies where in it, and its keys."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from workbench.files import refused
from workbench.storage.keys import derive, forget_key, open_key, set_passphrase
from workbench.storage.tokens import forget_tokens


@dataclass(frozen=True)
class Profile:
    """``key(purpose)`` gives a 32-byte subkey; folders exist once the profile is open."""

    folder: Path
    _key: bytes = field(repr=False)  # never in a log or a traceback

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        passphrase: str | None = None,
        ask: Callable[[], str] | None = None,
        warn: Callable[..., None] | None = None,
        demo: bool = False,
    ) -> "Profile":
        """Open the profile, making it the first time (readable by its owner alone).

        Raises NotPermitted, StoreFault, and what ``ask`` raises.
        """
        folder = folder.absolute()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if (folder / "key.json").exists() or not any(folder.iterdir()):
                folder.chmod(0o700)  # ours; a folder of someone's own files stays as it is
            for inner in ("drafts", "logs", "quarantine", "temp"):
                (folder / inner).mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise refused(error, folder / "key.json") from error
        key = open_key(folder, passphrase=passphrase, ask=ask, warn=warn, demo=demo)
        return cls(folder, key)

    def set_passphrase(self, passphrase: str) -> None:
        """From now on the profile opens with ``passphrase``, and with nothing else."""
        set_passphrase(self.folder, self._key, passphrase)

    def wipe(self) -> None:
        """Make everything in the profile unreadable for good, at once: its key goes first, then
        the files, as far as the system lets go of them. What is open stays usable until closed."""
        forget_tokens(self.folder)
        forget_key(self.folder)
        for inner in sorted(self.folder.rglob("*"), reverse=True):
            with suppress(OSError):
                inner.rmdir() if inner.is_dir() else inner.unlink()

    @property
    def raw(self) -> bytes:
        """The key itself, for a backup alone."""
        return self._key

    def key(self, purpose: str) -> bytes:
        return derive(self._key, purpose)

    @property
    def records(self) -> Path:
        return self.folder / "records.db"

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def subjects(self) -> Path:
        """The salts without which no sealed original opens."""
        return self.folder / "subjects.db"

    @property
    def warehouse_owner(self) -> Path:
        """Where the process that has the warehouse open can be reached."""
        return self.folder / "warehouse.owner"

    @property
    def drafts(self) -> Path:
        return self.folder / "drafts"

    @property
    def attachments(self) -> Path:
        return self.folder / "attachments"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def quarantine(self) -> Path:
        return self.folder / "quarantine"

    @property
    def settings(self) -> Path:
        return self.folder / "settings.json"


def login_name() -> str:
    """The name that the operating system knows the person by."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return os.environ.get("USERNAME", "local")
