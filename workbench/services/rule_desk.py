"""The rule desk: packs checked, tried on history, and brought to every desk by two people."""

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import UNSETTLED, Complaint, ComplaintFilter
from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.ids import uuid7
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken, ProgressListener, silent
from workbench.domain.rule_desk import BackTest, CaseResult, Finding, RuleUse
from workbench.domain.rule_release import (
    RELEASE_MOVES,
    Release,
    ReleaseState,
    changes,
    in_shadow,
    in_use,
)
from workbench.domain.sync import OpKind
from workbench.domain.times import utc_now
from workbench.domain.trend import TrendFilter
from workbench.services.complaint_writing import as_json
from workbench.services.labelled import ACCEPTED, LabelledCases
from workbench.services.packs import PACK, all_cases, lint, parse_pack, shipped_pack
from workbench.services.ports import AttemptStore, Clock, Records, UnitOfWork
from workbench.services.session import Session

if TYPE_CHECKING:
    from workbench.rules.pack import RulePack

RECENT = timedelta(days=30)  # what live counts look at
_PAGE = 2000
_log = logging.getLogger(__name__)

Shipped = Callable[[], tuple[str, str]]  # the pack that came with the program, and its cases
_SHIPPED = "shipped_rules"  # under which the packs of this and earlier programs are kept


class RuleDesk:
    """``text`` is always a pack as YAML, ``cases`` the file beside it, ``name`` what messages call
    it. What cannot be read raises BadInput with file, line and column."""

    def __init__(
        self,
        records: Records,
        session: Session,
        store: AttemptStore,
        shipped: Shipped,
        known_codes: Callable[[], Collection[str]],
        clock: Clock = utc_now,
    ) -> None:
        """``known_codes``: every code that some catalogue explains."""
        self._records = records
        self._session = session
        self._store = store
        self._shipped = shipped
        self._known_codes = known_codes
        self._clock = clock
        self.labelled = LabelledCases(records, session, store, self.pack_in_use, clock)

    # what there is
    def releases(self) -> list[Release]:
        """Every version that was begun at this site, the newest first."""
        self._session.require(Act.SEE_RULES)
        return self._all()[::-1]

    def release(self, named: str) -> Release:
        """By version or id. Raises BadInput('no_such_release')."""
        self._session.require(Act.SEE_RULES)
        return self._named(named)

    def current(self) -> tuple[str, str]:
        """The pack in use and its cases."""
        self._session.require(Act.SEE_RULES)
        return self._current()

    def current_release(self) -> Release | None:
        """None: the pack in use came with the program."""
        self._session.require(Act.SEE_RULES)
        return in_use(self._all())

    def text_of(self, version: str) -> tuple[str, str]:
        """A version of this site, or one that came with this program or an earlier one. Raises
        BadInput('no_such_release')."""
        self._session.require(Act.SEE_RULES)
        return read_version(self._records, self._shipped, version)

    def pack_of(self, version: str) -> "RulePack":
        """As ``text_of``, read and not checked."""
        return parse_pack(self.text_of(version)[0], version)

    def earlier(self) -> list[tuple[str, datetime | None]]:
        """Versions other than the one in use that were in use here, with when they last came into
        use, or that came with this program or an earlier one (None); the newest first."""
        self._session.require(Act.SEE_RULES)
        shipped = shipped_pack().version
        with self._records.unit_of_work() as uow:
            releases, kept = uow.releases.all(), uow.saved.names(_SHIPPED)
        found: dict[str, datetime | None] = dict.fromkeys((*kept, shipped))
        found |= {version: at for at, version, _ in changes(releases, shipped)}
        current = in_use(releases)
        found.pop(current.version if current else shipped)
        return sorted(found.items(), key=lambda pair: pair[1] or datetime.min, reverse=True)

    def keep_shipped(self) -> None:
        """Remember the pack that comes with this program: a later one may bring another, and what
        was said by this one must be found again."""
        version = shipped_pack().version
        with self._records.unit_of_work() as uow:
            if uow.saved.get(_SHIPPED, version) is None:
                text, cases = self._shipped()
                uow.saved.put(_SHIPPED, version, {"text": text, "cases": cases})
                uow.commit()

    def explain(self, attempt_id: str, version: str) -> Explanation:
        """The diagnosis of an attempt as that version gives it."""
        self._session.require(Act.EXPLAIN)
        return self._store.explain(attempt_id, self.pack_of(version))

    @property
    def shipped_version(self) -> str:
        return shipped_pack().version

    # before it is let loose
    def read(self, text: str, name: str = PACK) -> "RulePack":
        """Its own columns are the store's, too."""
        self._session.require(Act.SEE_RULES)
        return self._store.typed(parse_pack(text, name))

    def lint(self, text: str, name: str = PACK) -> list[Finding]:
        return lint(self.read(text, name), self._known_codes())

    def test(self, text: str, cases: str, name: str = PACK) -> list[CaseResult]:
        """The cases in the pack and beside it."""
        pack = self.read(text, name)
        return self._store.run_cases(pack, all_cases(text, cases, pack))

    def use_of_rules(
        self, text: str | None = None, where: TrendFilter | None = None
    ) -> list[RuleUse]:
        """How every rule fared among the failures (of the last 30 days, unless told); None: of the
        pack in use."""
        self._session.require(Act.SEE_RULES)
        where = where or TrendFilter(start=self._clock() - RECENT)
        return self._store.use_of_rules(parse_pack(text) if text else None, where)

    def back_test(
        self,
        text: str,
        old: str | None = None,
        where: TrendFilter | None = None,
        limit: int = 100,
    ) -> BackTest:
        """What changes if the pack ``text`` takes the place of ``old`` (None: of the one in use), with
        the numbers of the open complaints that are about flipped attempts."""
        self._session.require(Act.SEE_RULES)
        new, before = parse_pack(text), parse_pack(old) if old else None
        found = self._store.back_test(new, before, where or TrendFilter(), limit)
        open_ones: dict[str, str] = {}
        for page in self._open_complaints():
            about = {i: c.number for c in page for i in (c.attempt_id, *c.attempt_ids) if i}
            flipped = self._store.flips_of(new, before, list(about))
            open_ones |= {flip.attempt_id: about[flip.attempt_id] for flip in flipped}
        flips = tuple(replace(f, complaint=open_ones.get(f.attempt_id)) for f in found.flips)
        return replace(found, flips=flips, complaints=tuple(sorted(set(open_ones.values()))))

    def differences(self, named: str | None = None, limit: int = 100) -> BackTest:
        """What a release in the shadow (None: the last that came there) says otherwise than the pack
        in use, of all that came since it is there, whenever it happened: reckoned by what is known
        of them now, as its publication would be. Raises BadInput('none_in_shadow')."""
        release = self.release(named) if named is not None else in_shadow(self.releases())
        if release is None:
            raise BadInput("none_in_shadow")
        since = TrendFilter(came_since=release.shadow_at or release.created_at)
        return self.back_test(release.text, None, since, limit)

    # its way to every desk
    def save(self, text: str, cases: str, note: str = "", named: str | None = None) -> Release:
        """A new draft; with ``named`` that draft, rewritten. Raises BadInput('release_version_taken'):
        a version is one text, for ever."""
        self._session.require(Act.EDIT_RULES)
        pack = self.read(text)
        all_cases(text, cases, pack)
        now, person = self._clock(), self._session.person.person_id
        with self._records.unit_of_work() as uow:
            known = self._named(named, uow) if named else None
            before = uow.releases.to_change(known.release_id) if known else None
            if before and before.state is not ReleaseState.DRAFT:
                raise BadInput("release_not_draft", version=before.version, state=before.state)
            if before and before.author != person:  # else its approver might be its author, too
                raise NotPermitted(
                    "release_of_another", version=before.version, author=before.author
                )
            own = before.release_id if before else None
            taken = {r.version for r in uow.releases.all() if r.release_id != own}
            if pack.version in taken | {shipped_pack().version}:
                raise BadInput("release_version_taken", version=pack.version)
            said: dict[str, object] = {
                "name": pack.name,
                "version": pack.version,
                "text": text,
                "cases": cases,
                "note": note or (before.note if before else ""),
            }
            if before:
                made, kind = before.changed(**said), OpKind.UPDATE
                sent = {n: v for n, v in said.items() if getattr(before, n) != v}
            else:
                blank = Release(str(uuid7()), "", "", ReleaseState.DRAFT, "", "", person, now)
                made, kind = blank.changed(**said), OpKind.CREATE
                sent = {n: as_json(v) for n, v in vars(made).items()}
            if sent:
                self._put(uow, made, kind, sent, "save_rules")
                uow.commit()
        return made

    def shadow(self, named: str) -> Release:
        """From now on it runs beside the pack in use. Raises BadInput('release_not_clean') while lint
        finds what is grave, or one of its cases or of the agents' accepted ones fails."""
        release = self.release(named)
        self._session.require(Act.EDIT_RULES)
        grave = [f for f in self.lint(release.text) if f.grave]
        failed: list[object] = [r for r in self.test(release.text, release.cases) if not r.passed]
        failed += [
            case
            for case in self.labelled.all(parse_pack(release.text))
            if case.status == ACCEPTED and case.right is False
        ]
        if grave or failed:
            raise BadInput(
                "release_not_clean", version=release.version, found=len(grave), failed=len(failed)
            )
        return self._move(named, ReleaseState.SHADOW, Act.EDIT_RULES, shadow_at=self._clock())

    def approve(self, named: str) -> Release:
        """By a second person. Raises NotPermitted('own_release')."""
        self._session.require(Act.RELEASE_RULES)
        person = self._session.person.person_id
        if self._named(named).author == person:
            raise NotPermitted("own_release", version=self._named(named).version)
        changes = {"approved_by": person, "approved_at": self._clock()}
        return self._move(named, ReleaseState.APPROVED, Act.RELEASE_RULES, **changes)

    def publish(self, named: str) -> Release:
        """It is in use here from now on, and at every other desk after its next sync; ``adopt`` has
        the attempts diagnosed anew."""
        changes: dict[str, object] = {
            "published_by": self._session.person.person_id,
            "published_at": self._clock(),
            "serial": max((r.serial for r in self._all()), default=0) + 1,
        }
        return self._move(named, ReleaseState.PUBLISHED, Act.RELEASE_RULES, **changes)

    def withdraw(self, named: str, why: str) -> Release:
        """Give it up, or roll it back: the one that was published before it is in use again."""
        self._session.require(Act.EDIT_RULES)
        if not why.strip():
            raise BadInput("release_why")
        changes = {
            "withdrawn_by": self._session.person.person_id,
            "withdrawn_at": self._clock(),
            "why": why.strip(),
        }
        return self._move(named, ReleaseState.WITHDRAWN, Act.EDIT_RULES, **changes)

    def rollback(self, why: str) -> Release:
        """Withdraw the one in use. Raises BadInput('release_none')."""
        self._session.require(Act.EDIT_RULES)
        current = in_use(self._all())
        if current is None:
            raise BadInput("release_none")
        return self.withdraw(current.release_id, why)

    def adopt(self, progress: ProgressListener = silent, cancel: CancelToken | None = None) -> bool:
        """Have the attempts diagnosed by the pack in use; whether anything was to be done."""
        pack = self.pack_in_use()
        if self._store.rules_version == pack.version:
            return False
        self._store.use(pack, progress=progress, cancel=cancel or CancelToken())
        return True

    def pack_in_use(self) -> "RulePack":
        return read_in_use(self._records)

    def _move(self, named: str, to: ReleaseState, act: Act, **changes: object) -> Release:
        self._session.require(act)
        with self._records.unit_of_work() as uow:
            before = uow.releases.to_change(self._named(named, uow).release_id)
            assert before is not None
            if (before.state, to) not in RELEASE_MOVES:
                raise BadInput("release_move", version=before.version, state=before.state, to=to)
            after = before.changed(state=to, **changes)
            sent = {n: as_json(v) for n, v in {"state": to.value, **changes}.items()}
            self._put(uow, after, OpKind.MOVE, sent, f"{to.value}_rules")
            uow.commit()
        return after

    def _put(
        self, uow: UnitOfWork, release: Release, kind: OpKind, sent: dict[str, object], action: str
    ) -> None:
        uow.releases.put(release)
        uow.record(
            AuditEntry(
                self._clock(),
                self._session.person.person_id,
                action,
                "release",
                release.release_id,
                {"version": release.version},
            )
        )
        uow.enqueue("release", kind, release.release_id, sent)

    def _all(self) -> list[Release]:
        with self._records.unit_of_work() as uow:
            return uow.releases.all()

    def _named(self, named: str, uow: UnitOfWork | None = None) -> Release:
        releases = uow.releases.all() if uow else self._all()
        for release in reversed(releases):
            if named in (release.release_id, release.version):
                return release
        raise BadInput("no_such_release", release=named)

    def _current(self) -> tuple[str, str]:
        release = in_use(self._all())
        return (release.text, release.cases) if release else self._shipped()

    def _open_complaints(self) -> Iterator[list[Complaint]]:
        offset = 0
        while True:
            with self._records.unit_of_work() as uow:
                where = ComplaintFilter(states=UNSETTLED, limit=_PAGE, offset=offset)
                page = list(uow.complaints.find(where).rows)
            if page:
                yield page
            if len(page) < _PAGE:
                return
            offset += _PAGE


def read_version(records: Records, shipped: Shipped, version: str) -> tuple[str, str]:
    """The text of a version and its cases, for a machine's question: whom to tell is the caller's.
    Raises BadInput('no_such_release')."""
    with records.unit_of_work() as uow:
        kept = uow.saved.get(_SHIPPED, version)
        if kept is not None:
            return str(kept["text"]), str(kept["cases"])
        if version == shipped_pack().version:
            return shipped()
        for release in reversed(uow.releases.all()):
            if version in (release.release_id, release.version):
                return release.text, release.cases
    raise BadInput("no_such_release", release=version)


def read_in_use(records: Records) -> "RulePack":
    """The pack in use, not typed yet. One that this version of the program cannot read gives way to
    the shipped one, and the log says so: a desk must open."""
    with records.unit_of_work() as uow:
        release = in_use(uow.releases.all())
    if release is not None:
        try:
            return parse_pack(release.text, f"{release.version}.yaml")
        except BadInput as error:
            _log.error("release %s cannot be read here: %s", release.version, error.key)
    return shipped_pack()
