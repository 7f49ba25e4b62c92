"""The centre as a desk sees it: where it is, what the login may do, and the site's key."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from workbench.domain.people import Act
from workbench.domain.times import utc_now
from workbench.services.auditing import note
from workbench.services.ports import Clock, Records
from workbench.services.session import Session

Carry = Callable[[Path, str], None]  # (file, its passphrase)


class CentralRole(StrEnum):
    READER = "reader"
    LOADER = "loader"
    OWNER = "owner"


@dataclass(frozen=True)
class Centre:
    """``place`` names host and database: no user, no password."""

    place: str
    role: CentralRole


class SiteKeyService:
    """Carries the key by which all desks of a site find the same customers. An administrator's
    act, in the audit before it is done."""

    def __init__(
        self, records: Records, session: Session, give: Carry, take: Carry, clock: Clock = utc_now
    ) -> None:
        self._records = records
        self._session = session
        self._clock = clock
        self._give, self._take = give, take

    def give(self, file: Path, passphrase: str) -> None:
        """To a new file under ``passphrase``. Raises NotPermitted, BadInput."""
        self._note("site_key_given", file)
        self._give(file, passphrase)

    def take(self, file: Path, passphrase: str) -> None:
        """From a file of another desk. Raises NotPermitted, BadInput."""
        self._note("site_key_taken", file)
        self._take(file, passphrase)

    def _note(self, action: str, file: Path) -> None:
        self._session.require(Act.MANAGE_PEOPLE)
        note(self._records, self._session, self._clock, action, "profile", file.name, {})
