"""Bring this installation up to date from a signed release; never to an older one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.release import LIBRARY, ProgramRelease, ReleaseFile, wanted
from workbench.services.ports import ProgramReleases

Installer = Callable[[str, Path], None]


@dataclass(frozen=True)
class Update:
    """``file`` None: there is nothing newer. ``done``: it was installed, not only looked at."""

    installed: str
    version: str
    file: str | None
    done: bool


class UpdateService:
    """``kind``: how this program came here (domain/release.KINDS, or 'source')."""

    def __init__(
        self, releases: ProgramReleases, installed: str, kind: str, install: Installer
    ) -> None:
        self._releases, self._installed, self._kind = releases, installed, kind
        self._install = install

    def look(self) -> Update:
        """What there is, with nothing changed. Raises BadInput, NotPermitted, Usage."""
        release, file = self._found()
        return Update(self._installed, release.version, file.name if file else None, False)

    def update(self, temporary: Path) -> Update:
        """Copy the signed packages into ``temporary``, prove them, install. Raises as ``look``, and
        StoreFault('update_failed')."""
        release, file = self._found()
        if file is None:
            return Update(self._installed, release.version, None, False)
        if self._kind == "wheel":  # it may need libraries that the installed one did not
            for other in release.files:
                if other.kind == LIBRARY:
                    self._releases.take(other, temporary)
        self._install(self._kind, self._releases.take(file, temporary))
        return Update(self._installed, release.version, file.name, True)

    def _found(self) -> tuple[ProgramRelease, ReleaseFile | None]:
        release = self._releases.release()
        return release, wanted(release, self._installed, self._kind)
