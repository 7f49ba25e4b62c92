"""Guides for customers: the shipped ones and the site's own, and those that fit an attempt."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.diagnosis import Explanation, Status
from workbench.domain.errors import BadInput
from workbench.domain.guidance import Guidance
from workbench.domain.people import Act
from workbench.domain.taxonomy import Cause
from workbench.services.customer_text import withheld
from workbench.services.ports import AttemptStore
from workbench.services.session import Session

if TYPE_CHECKING:
    from workbench.rules.guidance import Library

FOLDER = "guidance"  # in the profile: the site's own guides, and their pictures/


class GuidanceService:
    """What the card and ``workbench guide`` call. Blocks: never on the GUI thread.

    The site's folder is read anew whenever a file in it changed, so that a guide edited while
    the window is open is the next one shown.
    """

    def __init__(self, store: AttemptStore, session: Session, profile: Path) -> None:
        self._store = store
        self._session = session
        self._shelf = Shelf(profile)

    @property
    def problems(self) -> tuple[BadInput, ...]:
        """The site's files that are wrong and were left out."""
        return self._shelf.library().problems

    def all(self) -> tuple[Guidance, ...]:
        self._session.require(Act.EXPLAIN)
        return self._shelf.library().all()

    def get(self, guide_id: str) -> Guidance:
        self._session.require(Act.EXPLAIN)
        return self._shelf.get(guide_id)

    def fitting(self, explanation: Explanation) -> tuple[Guidance, ...]:
        """The guides for this attempt's customer, best first; none where it succeeded.

        A reason that must not reach the customer brings the guides of an undetermined cause, so
        that they tell nothing; a pending result only those made for it.
        """
        from workbench.rules import language  # sqlglot: not needed to open the window

        self._session.require(Act.EXPLAIN)
        library = self._shelf.library()
        causes = _causes(explanation)
        candidates = [g for g in library.all() if any(c in g.causes for c in causes)]
        if explanation.status is Status.PENDING:
            candidates = [g for g in candidates if g.when and "outcome" in language.names(g.when)]
        conditions = [guide.when for guide in candidates if guide.when is not None]
        outcomes = self._store.holds(conditions, explanation.attempt_id) if conditions else {}
        chosen: dict[str, Guidance] = {}
        for cause in causes:
            for guide in library.for_cause(cause, {}, lambda sql, _: outcomes.get(sql)):
                if guide in candidates:
                    chosen.setdefault(guide.id, guide)
        return tuple(chosen.values())

    def for_attempt(self, attempt_id: str) -> tuple[Guidance, ...]:
        """As ``fitting``, by the attempt's number. Raises BadInput('no_such_attempt')."""
        self._session.require(Act.EXPLAIN)
        return self.fitting(self._store.explain(attempt_id))


class Shelf:
    """The library of a profile; needs neither store nor key."""

    def __init__(self, profile: Path) -> None:
        self._site = profile / FOLDER
        self._read: tuple[object, Library] | None = None

    def library(self) -> "Library":
        from workbench.rules.guidance import Library  # YAML: not needed to open the window

        state = self._look()
        if self._read is None or self._read[0] != state:
            self._read = state, Library(self._site)
        return self._read[1]

    def get(self, guide_id: str) -> Guidance:
        """Raises BadInput('no_such_guide') naming those that there are."""
        library = self.library()
        guide = library.get(guide_id)
        if guide is None:
            ids = ", ".join(each.id for each in library.all())
            raise BadInput("no_such_guide", guide=guide_id, guides=ids)
        return guide

    def _look(self) -> Sequence[tuple[str, int, int]]:
        """Names, sizes and times of the site's files: what changes when one is edited."""
        try:
            files = [file for file in self._site.iterdir() if file.is_file()]
            return sorted((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files)
        except OSError:
            return ()


def _causes(explanation: Explanation) -> tuple[str, ...]:
    """What the guides may be about, the principal cause first."""
    if explanation.status is Status.NONE:
        return ()
    if explanation.status is Status.PENDING or withheld(explanation):
        return (Cause.UNDETERMINED.value,)
    told = [reason.cause for reason in explanation.reasons if not reason.suppressed]
    return tuple(dict.fromkeys([explanation.cause, *told]))
