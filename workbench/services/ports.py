"""What the services need from the layers below, as Protocols that those layers satisfy."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from workbench.domain.attempt import AttemptRow, LookupResult
from workbench.domain.audit import AuditEntry
from workbench.domain.board import Affected
from workbench.domain.codes import UnmappedCodes
from workbench.domain.complaint import Complaint, ComplaintDraft, ComplaintFilter, ComplaintPage
from workbench.domain.complaint_parts import Event, Link, Part, Reminder
from workbench.domain.diagnosis import Explanation
from workbench.domain.driver import Comparison, Driver, Period, RateChange
from workbench.domain.erasure import Rows
from workbench.domain.event import DatedEvent
from workbench.domain.following import Delivery, Followed, Input, Mark
from workbench.domain.hints import Incident
from workbench.domain.importing import FileKind, ImportPreview, ImportReport, Mapping
from workbench.domain.incident import FoundIncident
from workbench.domain.issue import Issue, IssuePart
from workbench.domain.issue_groups import Tally
from workbench.domain.ledger import BadRow
from workbench.domain.people import Person
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.domain.rates import Rate
from workbench.domain.release import ProgramRelease, ReleaseFile
from workbench.domain.reproduction import Kept, Said, Span
from workbench.domain.retention import Compacted, Removed
from workbench.domain.review import Call, Draw, Review, ReviewAnswer
from workbench.domain.risk_model import Bin, Reviewed
from workbench.domain.rule_desk import (
    Answer,
    BackTest,
    Case,
    CaseResult,
    Coverage,
    Flip,
    RuleUse,
)
from workbench.domain.rule_release import Release
from workbench.domain.search_words import Snippet
from workbench.domain.sign_in import Verifier
from workbench.domain.sync import (
    LocalOp,
    OpAnswer,
    Place,
    PulledPage,
    SentOp,
    Standing,
    Upto,
    WaitingContent,
)
from workbench.domain.told import Told
from workbench.domain.tracker import Errand, IssueBrief, Seen, Ticket, Tracker
from workbench.domain.trend import TrendFilter, TrendPoint, TrendQuery
from workbench.domain.work_queue import CauseGroup, ListPage, ListQuery, Measures

if TYPE_CHECKING:
    from workbench.rules.grouping import Grouping  # not needed to open the window
    from workbench.rules.pack import RulePack


class AttemptStore(Protocol):
    """The warehouse. Every method may be called from any thread but the GUI's."""

    def preview(
        self,
        path: Path,
        mapping: Mapping | None = None,
        rows: int = 50,
        kind: FileKind | None = None,
    ) -> ImportPreview:
        """Read the head of a file and guess its columns, and what it is unless ``kind`` says so.
        Raises BadInput."""

    def import_files(
        self,
        paths: Sequence[Input],
        *,
        mapping: Mapping | None = None,
        events: Path | None = None,
        scores: Sequence[Path] = (),
        source: str | None = None,
        quarantine_dir: Path | None = None,
        mark: Mark | None = None,
        progress: ProgressListener,
        cancel: CancelToken,
    ) -> ImportReport:
        """Load, clean, diagnose. ``scores`` are bureaus' scores of customers; ``source`` names the
        bureau where their columns do not. One transaction a file; ``mark`` is noted in that of the
        last one. Raises BadInput, StoreFault, Cancelled."""

    def marks(self, prefix: str) -> dict[str, str]:
        """The notes whose names begin so, by name."""

    def set_mark(self, mark: Mark) -> None: ...

    def lookup(self, term: str, limit: int = 200) -> LookupResult:
        """Customers that the term names (phone, id card, customer id, name) and the attempts,
        newest first: of the customer if just one matches, of all who match otherwise; a term that
        is an attempt id gives its customer and the whole timeline."""

    def known(self, words: Collection[str]) -> set[str]:
        """Which of these (folded, lower case) are a customer's name, in Chinese or in pinyin, id or
        number. Asked by the keyed index: nothing is shown."""

    def timeline(self, customer_ref: str, limit: int = 500) -> list[AttemptRow]:
        """One customer's attempts, newest first."""

    def attempt_keys(self, attempt_ids: Collection[str]) -> list[int]:
        """What says of which attempts something is, alike in every warehouse, without their ids."""

    def customers_of(self, attempt_keys: Collection[int]) -> set[str]:
        """References of the customers whose attempts these are: another warehouse has others."""

    def explain(self, attempt_id: str, pack: "RulePack | None" = None) -> Explanation:
        """By the pack in use, or by ``pack``. Raises BadInput('no_such_attempt')."""

    def kept_answer(self, attempt_id: str, at: datetime) -> Kept:
        """What was said at a time (UTC), and on what. Raises BadInput where the attempt, or an answer
        of that time, is not there."""

    def spans(self, attempt_id: str) -> list[Span]:
        """Every answer of an attempt, the newest first. Raises BadInput('no_such_attempt')."""

    def explain_kept(self, kept: Kept, pack: "RulePack") -> tuple[Explanation, Said]:
        """An answer made again by ``pack`` (read, not checked). Raises BadInput where the pack does
        not fit the inputs."""

    def holds(self, conditions: Sequence[str], attempt_id: str) -> dict[str, bool | None]:
        """Checked conditions of the rule language with their outcome for one attempt; None is
        unknown. Raises BadInput('no_such_attempt')."""

    def trend(self, query: TrendQuery) -> list[TrendPoint]:
        """Points in order of bucket, then keys."""

    def trends(self, queries: Sequence[TrendQuery]) -> list[list[TrendPoint]]:
        """The answers of all questions of one page, of one reading where they can share it."""

    def rows(
        self, where: TrendFilter, *, failures_only: bool, limit: int = 1000, offset: int = 0
    ) -> list[AttemptRow]:
        """Exactly the attempts behind a number of ``trend``, newest first."""

    def count(self, where: TrendFilter, *, failures_only: bool) -> int: ...

    def compare(self, wanted: Comparison, old_pack: "RulePack | None" = None) -> list[Driver]:
        """The slices that explain how failures changed between two periods, best first. Raises
        Usage, and BadInput where one of them has no attempts."""

    def rate_change(self, wanted: Comparison) -> RateChange:
        """As ``compare``, of the failure rate: by mix and by rate."""

    def reviewed(self, field: str) -> list[Reviewed]:
        """What each risk model decided in each group of customers by a slice field."""

    def score_bins(self) -> dict[str, list[Bin]]:
        """By model: its scores in many bins of equal width."""

    def passed_before(self) -> dict[str, int]:
        """By model: declines of sound customers whom a model had approved before."""

    def wrong_declines(
        self, model: str, *, passed: bool, limit: int, offset: int
    ) -> list[AttemptRow]:
        """Declines of sound customers, newest first; ``passed``: approved before."""

    def count_wrong(self, model: str, *, passed: bool) -> int: ...
    def models_of(self, attempt_ids: Sequence[str]) -> dict[str, str]:
        """The model that reviewed each."""

    def exits(self, period: Period) -> list[tuple[str, int]]:
        """Each reason that attempts were left for, with how often."""

    def policy_effect(
        self, event: DatedEvent, before: Period, after: Period
    ) -> tuple[tuple[Rate, Rate], tuple[Rate, Rate], tuple[Rate, Rate]]:
        """Of those it covers failed and declined, of all others failed: before and after."""

    def affected(self, where: TrendFilter) -> Affected:
        """Customers of the failures, and what those without a success asked for."""

    def count_customers(self, where: TrendFilter) -> int:
        """How many people the failures are; those without an identity count as none."""

    def values(self, field: str) -> list[str]:
        """Distinct values of a slice field, most frequent first."""

    def unmapped_codes(
        self, known: Collection[tuple[str, str]], schemes: MappingOf[str, str], limit: int = 1000
    ) -> UnmappedCodes:
        """Codes of failed and pending attempts that are not among ``known`` (folded scheme and
        code), most frequent first; ``schemes`` says which scheme a folded source is of."""

    def tallies(self, grouping: "Grouping") -> list[Tally]:
        """All failures, counted by fingerprint, version of the app and local day."""

    def regrouped(self, before: "Grouping", after: "Grouping") -> list[tuple[str, str, int]]:
        """(fingerprint before, fingerprint after, failures) of all failures."""

    def group_customers(self, grouping: "Grouping", key_of: MappingOf[str, str]) -> dict[str, int]:
        """Distinct customers by group; ``key_of`` names a fingerprint's group where it is not the
        fingerprint itself."""

    def fingerprints(self, grouping: "Grouping", attempt_ids: Collection[str]) -> dict[str, str]:
        """The fingerprint of each of these attempts that is a failure here."""

    def group_rows(
        self, grouping: "Grouping", fingerprints: Sequence[str], limit: int = 200, offset: int = 0
    ) -> list[AttemptRow]:
        """The newest failures of these fingerprints, masked."""

    def witnesses(
        self, grouping: "Grouping", fingerprints: Collection[str], each: int = 20
    ) -> dict[str, list[str]]:
        """The newest failures of every one of these fingerprints, by id."""

    def check_grouping(self, grouping: "Grouping") -> None:
        """Raises BadInput with file, line and column of what this store's attempts do not have."""

    def span(self) -> tuple[int, datetime | None, datetime | None]:
        """How many attempts, the first and the last time (UTC naive)."""

    def export(
        self, path: Path, where: TrendFilter | None = None, *, identities: bool = False
    ) -> int:
        """Write attempts as csv, xlsx, parquet or json by suffix; returns rows. Masked, unless
        ``identities`` asks for the originals."""

    def export_lake(
        self, out: Path, *, overwrite: bool, progress: ProgressListener, cancel: CancelToken
    ) -> int:
        """Write the whole warehouse, sealed originals among it, as folders of Parquet; returns
        attempts."""

    def reveal(self, customer_ref: str) -> list[dict[str, str | None]]:
        """A customer's details in clear."""

    def erase(
        self, customer_ref: str, *, progress: ProgressListener, cancel: CancelToken
    ) -> Removed:
        """Remove every row of one customer, and what shows the originals in older copies."""

    def older(self, before: datetime) -> Removed:
        """What ``drop_older`` would remove."""

    def drop_older(
        self, before: datetime, *, progress: ProgressListener, cancel: CancelToken
    ) -> Removed:
        """Remove attempts and bureau scores of before ``before`` (UTC)."""

    def events(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> list[DatedEvent]:
        """Those that began or were in force between two times (UTC), in order of their start."""

    def drop_event(self, event: DatedEvent) -> None: ...

    def incidents(self, at: datetime) -> list[Incident]:
        """Those under way at a time (UTC)."""

    def compact(self) -> Compacted:
        """Give the disk back what was removed."""

    @property
    def rules_version(self) -> str: ...

    def use(self, pack: "RulePack", *, progress: ProgressListener, cancel: CancelToken) -> None:
        """From now on the attempts are diagnosed by ``pack``; those that are there anew."""

    def typed(self, pack: "RulePack") -> "RulePack":
        """Checked against the attempt's fields and the store's own columns."""

    def run_cases(self, pack: "RulePack", cases: Sequence[Case]) -> list[CaseResult]: ...

    def use_of_rules(self, pack: "RulePack | None", where: TrendFilter) -> list[RuleUse]:
        """How rules fared among the failures; None: those in use."""

    def back_test(
        self, new: "RulePack", old: "RulePack | None", where: TrendFilter, limit: int
    ) -> BackTest:
        """``old`` None: the pack in use; at most ``limit`` flips are named."""

    def flips_of(
        self, new: "RulePack", old: "RulePack | None", attempt_ids: Collection[str]
    ) -> list[Flip]:
        """Those of the named attempts whose answer changes."""

    def answers_of(self, pack: "RulePack", attempt_ids: Collection[str]) -> dict[str, Answer]:
        """What a pack says of the named failures that are here."""

    def coverage(self, where: TrendFilter) -> list[Coverage]:
        """How sure the answers are, by month, oldest first."""

    def close(self) -> None: ...


class Feed(Protocol):
    """A source that is followed. ``settled``: the last look left nothing that is to be looked at
    again before it can be taken."""

    settled: bool

    def look(self, marks: MappingOf[str, str]) -> Iterator[Delivery]:
        """What came since the notes ``marks`` were made. Whoever asks for the next delivery has
        taken the one before it and noted its mark. Raises Busy where the source is out of reach,
        BadInput where it is none."""

    def close(self) -> None: ...


OpenFeed = Callable[[Followed, Mapping | None], Feed]  # raises as ``Feed.look``
TakeTurn = Callable[[Followed], AbstractContextManager[None]]
"""Held by one process and desk at a time; raises Busy('followed_elsewhere')."""


class Complaints(Protocol):
    """Repository inside a unit of work."""

    def add(self, complaint: Complaint) -> None: ...
    def get(self, complaint_id: str) -> Complaint | None:
        """By id or by number."""

    def find(self, where: ComplaintFilter) -> ComplaintPage:
        """Newest first."""

    def page(self, query: ListQuery) -> ListPage: ...
    def count(self, query: ListQuery) -> int: ...
    def measures(self, start: datetime, end: datetime) -> list[Measures]: ...
    def groups(self, since: datetime, least: int) -> list[CauseGroup]:
        """Reasons that at least so many customers complain about, received since, most first."""

    def to_change(self, complaint_id: str) -> Complaint | None:
        """As ``get``, after which nobody else writes until this work ends."""

    def change(self, complaint: Complaint) -> None: ...
    def next_number(self, at: datetime) -> str: ...
    def with_reason(self, since: datetime) -> list[tuple[str, str, int]]:
        """(month as '2026-11', reason code, complaints) of those that came with a reason."""

    def texts(self, since: datetime | None, limit: int, offset: int) -> list[tuple[str, str]]:
        """(id, description) of those written from ``since`` on, or of all, newest first."""

    def told(self, since: datetime | None = None) -> list[Told]:
        """What those received from ``since`` on say, the oldest first; drafts and those merged
        into others are left out."""

    def highlights(self, text: str, complaint_ids: Collection[str]) -> dict[str, Snippet]:
        """Where the complaints of a page have the words that were searched."""


class Issues(Protocol):
    """Repository inside a unit of work."""

    def all(self) -> list[Issue]:
        """Oldest first."""

    def get(self, named: str) -> Issue | None:
        """By id or by number."""

    def to_change(self, named: str) -> Issue | None:
        """As ``get``, after which nobody else writes until this work ends."""

    def put(self, issue: Issue) -> None: ...
    def next_number(self, day: str) -> str: ...
    def complaints_about(self) -> list[tuple[str, str, str | None, str]]:
        """(attempt_id, complaint_id, owner, state) of complaints that name an attempt."""


P = TypeVar("P", bound=Part | IssuePart)


class Parts(Protocol):
    """What hangs on complaints, by kind."""

    def add(self, *parts: Part | IssuePart) -> None: ...
    def put(self, part: Part | IssuePart) -> None:
        """Add, or change the one of the same key."""

    def remove(self, kind: type[Part] | type[IssuePart], **equals: object) -> None: ...
    def of(self, kind: type[P], /, **equals: object) -> list[P]:
        """Those whose fields equal the given values, in the order in which they came."""

    def since(self, kind: type[P], field: str, moment: datetime, **equals: object) -> list[P]: ...
    def due(self, person_id: str, before: datetime) -> list[Reminder]: ...
    def links_of(self, complaint_id: str) -> list[Link]: ...


class Ledger(Protocol):
    """Complaints that came from a site's own ledger."""

    def digests(self, complaint_ids: Iterable[str]) -> dict[str, str]:
        """What those that are here said when they came; '' for one that came otherwise."""

    def taken(self, numbers: Iterable[str]) -> dict[str, str]:
        """Number to complaint_id, of those that are here."""

    def add(
        self,
        complaints: Sequence[Complaint],
        born: Sequence[Event],
        digests: Sequence[str],
        identities: Sequence[MappingOf[str, str]],
    ) -> None: ...
    def identity(self, complaint_id: str) -> dict[str, str]: ...
    def names(self, complaint_ids: Iterable[str]) -> dict[str, str]: ...
    def extras(self) -> list[str]: ...
    def totals(
        self, by: Sequence[str], headers: MappingOf[str, Sequence[str]]
    ) -> list[tuple[tuple[str, ...], int]]: ...


class Incidents(Protocol):
    """Bursts and dips that were found, the newest first."""

    def get(self, incident_id: str) -> FoundIncident | None: ...
    def all(self) -> list[FoundIncident]: ...
    def at(self, moment: datetime) -> list[FoundIncident]:
        """Those under way at a time (UTC), dismissed ones too."""

    def put(self, incident: FoundIncident) -> None:
        """Add, or change the one of the same id."""


class LedgerFile(Protocol):
    """An opened table; ``rejected`` fills while ``rows`` are read."""

    headers: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, tuple[str | None, ...]]]:
        """(line, cells) of every row, each as wide as the headers."""

    @property
    def rejected(self) -> list[BadRow]: ...


class People(Protocol):
    def get(self, person_id: str) -> Person | None: ...
    def all(self) -> list[Person]: ...
    def put(self, person: Person) -> None: ...


class Verifiers(Protocol):
    """What this desk keeps of passwords; it goes nowhere else."""

    def get(self, person_id: str) -> Verifier | None: ...
    def put(self, verifier: Verifier) -> None: ...


class SavedThings(Protocol):
    """Small named JSON documents of the profile: mappings, settings, layouts."""

    def get(self, kind: str, name: str) -> dict[str, object] | None: ...
    def to_change(self, kind: str, name: str) -> dict[str, object] | None:
        """As ``get``, after which nobody else writes until this work ends."""

    def put(self, kind: str, name: str, body: dict[str, object]) -> None: ...
    def names(self, kind: str) -> list[str]: ...
    def delete(self, kind: str, name: str) -> None: ...


class Releases(Protocol):
    """Versions of the rules."""

    def all(self) -> list[Release]:
        """In the order in which they were begun."""

    def to_change(self, release_id: str) -> Release | None:
        """After which nobody else writes until this work ends."""

    def put(self, release: Release) -> None: ...


class Tickets(Protocol):
    """Trackers, the tickets of issues in them, and what waits to be told to them."""

    def hold(self) -> None:
        """Nobody else writes until this work ends: what is read from here on stays so."""

    def trackers(self) -> list[Tracker]: ...
    def tracker(self, name: str) -> Tracker | None: ...
    def put_tracker(self, tracker: Tracker) -> None: ...
    def remove_tracker(self, name: str) -> None: ...
    def get(self, issue_id: str, tracker: str) -> Ticket | None: ...
    def of(self, issue_id: str | None = None, tracker: str | None = None) -> list[Ticket]:
        """The longest not followed first."""

    def put(self, ticket: Ticket) -> None: ...
    def remove(self, issue_id: str, tracker: str) -> None: ...
    def errands(self, tracker: str | None = None) -> list[Errand]:
        """In the order in which they were given."""

    def due(self, now: datetime) -> bool: ...
    def put_errand(self, errand: Errand) -> None: ...
    def drop_errand(self, errand_id: str) -> None: ...


class TrackerGateway(Protocol):
    """One issue tracker. Each call raises Busy where it is out of reach or silent (what it did is
    then not known), RateLimited where it asks for patience, NotPermitted for a token that it does
    not take, BadInput for what it refuses."""

    def check(self) -> str:
        """What the tracker calls the project."""

    def find(self, marker: str, since: datetime) -> Seen | None:
        """The ticket that has the marker, the oldest of several. ``since``: before that (UTC
        naive) nobody may have filed it a moment ago."""

    def create(self, brief: IssueBrief, marker: str) -> Seen: ...
    def read(self, key: str) -> Seen: ...
    def write(self, key: str, *, done: bool) -> Seen:
        """Close it, or open it again; one that is so already is left alone."""

    def close(self) -> None: ...


OpenTracker = Callable[[Tracker, str], TrackerGateway]  # (tracker, token)


class Tokens(Protocol):
    """Secrets of trackers, by place and user; outside the records."""

    def read(self, place: str, user: str) -> str | None: ...
    def keep(self, place: str, user: str, token: str) -> bool:
        """Whether the system's keyring has it."""

    def forget(self, place: str, user: str) -> None: ...


class IssueBriefs(Protocol):
    """What the tickets need of the issues."""

    def brief(self, issue_id: str) -> IssueBrief:
        """Raises BadInput('no_such_issue')."""


class Reviews(Protocol):
    """Draws of calls, their reviews, and what agents answer."""

    def hold(self) -> None: ...
    def calls(self, start: datetime, end: datetime) -> list[Call]:
        """Complaints taken from ``start`` until before ``end``, without drafts and merged ones."""

    def call(self, ref: str) -> Call | None:
        """By complaint_id or number."""

    def put_draw(self, draw: Draw) -> None: ...
    def draws(self) -> list[Draw]:
        """Newest first."""

    def draw(self, draw_id: str) -> Draw | None: ...
    def get(self, review_id: str) -> Review | None: ...
    def of(
        self,
        *,
        agent: str | None = None,
        complaint_ids: Collection[str] | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Review]:
        """By the time at which they were made, newest first."""

    def put(self, review: Review) -> None: ...
    def answers(self, review_ids: Collection[str]) -> list[ReviewAnswer]:
        """In the order in which they were given."""

    def add_answer(self, answer: ReviewAnswer) -> None: ...


class Erasures(Protocol):
    """A customer out of the records; see domain.erasure."""

    def about(
        self,
        customer_ref: str,
        attempt_ids: Collection[str] = (),
        identities: Iterable[MappingOf[str, str | None]] = (),
    ) -> Rows:
        """Every shared row that tells of the customer."""

    def carry_out(self, erasure_id: str, customer_ref: str, rows: Rows) -> set[str]:
        """The rows and ops without the person; addresses of files to go."""

    def finished(self, customer_ref: str) -> list[str]:
        """The attempts are gone too; which complaints were the customer's."""


class UnitOfWork(Protocol):
    """One transaction: commits only when told to, rolls back otherwise."""

    complaints: Complaints
    parts: Parts
    people: People
    verifiers: Verifiers
    saved: SavedThings
    releases: Releases
    ledger: Ledger
    tickets: Tickets
    issues: Issues
    incidents: Incidents
    reviews: Reviews
    erasures: Erasures

    def record(self, entry: AuditEntry) -> None:
        """Append to the audit chain in this transaction."""

    def noted(self, action: str, actor: str, since: datetime) -> int:
        """Rows of the audit chain of this action and person since then."""

    def enqueue(
        self,
        entity: str,
        kind: str,
        entity_id: str,
        values: dict[str, object],
        *,
        root: str | None = None,
        also: Sequence[MappingOf[str, object]] = (),
        revives: bool = False,
    ) -> str:
        """Append an outbox op in this transaction and return its id (docs/sync.md): the base of
        each field is the version that this desk has now. ``root``: the row whose scope the new row
        follows; ``also``: rows that come with it or not at all."""

    def enqueue_born(
        self,
        ops: Sequence[tuple[str, str, dict[str, object], Sequence[MappingOf[str, object]]]],
    ) -> None:
        """``enqueue`` of thousands of new rows: (entity, id, values, what comes with it)."""

    def settle(self, op_id: str, keep: MappingOf[str, object], *, revives: bool) -> None:
        """An op waits no more; ``keep`` goes out again in a new one on the row as it is now."""

    def commit(self) -> None: ...
    def rollback(self) -> None: ...


class Records(Protocol):
    """The records database."""

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]: ...
    def verify_audit(self) -> int:
        """Rows of an unbroken chain; raises StoreFault('audit_broken', row=n)."""

    def audit(self, limit: int = 200) -> list[AuditEntry]:
        """Newest first."""

    def scrub(self) -> None:
        """What was erased goes from the files too."""

    def close(self) -> None: ...


class Replica(Protocol):
    """This desk's side of sync (docs/sync.md). Every method is one transaction."""

    def place(self) -> Place: ...
    def meet(self, standing: Standing) -> None: ...
    def take_new_device(self) -> str: ...
    def unsent(self, limit: int = 500, after: int = 0) -> list[SentOp]: ...
    def bring_up_to_date(self, least: int, held: int, version: int) -> None: ...
    def answered(self, answers: Sequence[OpAnswer]) -> None: ...
    def passed(self, own: Upto) -> None: ...
    def pulled(self, page: PulledPage) -> list[tuple[str, str]]: ...
    def unsettled(self) -> list[LocalOp]: ...
    def row(self, entity: str, entity_id: str) -> dict[str, object] | None:
        """What the desk shows of one row."""

    def erasures(self) -> dict[str, list[int]]: ...
    def dropped(self) -> set[str]: ...
    def unwitnessed(self, limit: int = 500, after: int = 0) -> list[tuple[int, str, str]]: ...
    def witnessed(self, seq: int) -> None: ...
    def purge(self, before: datetime) -> int: ...


class Contents(Protocol):
    """Which attached files have to go to the centre, or come from it."""

    def to_give(self) -> list[WaitingContent]: ...
    def to_take(self) -> list[WaitingContent]: ...
    def given(self, content: str) -> None: ...
    def taken(self, content: str, address: str) -> None: ...
    def forget_given(self) -> None: ...


class Centre(Protocol):
    """The centre as one device sees it. Each call raises Busy where it is out of reach or silent."""

    place: str
    device_id: str

    def hello(self, said: MappingOf[str, object]) -> Standing: ...
    def push(self, ops: Sequence[SentOp]) -> list[OpAnswer]: ...
    def pull(self, cursor: int, scope: int, limit: int = 500) -> PulledPage: ...
    def witness(self, rows: Sequence[tuple[int, str, str]]) -> int: ...
    def give_content(self, attachment_id: str, content: str, data: bytes) -> None: ...
    def take_content(self, content: str) -> bytes | None: ...
    def here(self, complaint_id: str | None) -> list[str]: ...
    def wiped(self) -> None: ...
    def audit_at(self, seq: int) -> tuple[int, str, str | None]: ...
    def cut(self) -> None:
        """Break off what another thread is asking."""

    def close(self) -> None: ...


class CentreAdmin(Centre, Protocol):
    """What an administrator, a team lead or oneself asks of the centre; it refuses others."""

    password: str | None  # of the address

    def status(self) -> dict[str, Any]: ...
    def admit(self, person: Person, login: str, team: str | None, password: str) -> None: ...
    def change_person(
        self,
        person_id: str,
        name: str | None,
        role: str | None,
        team: str | None,
        active: bool | None,
    ) -> None: ...
    def set_password(self, person_id: str, password: str) -> None: ...
    def proved_by(self, password: str) -> str | None: ...
    def change_password(self, password: str) -> str:
        """The caller's own; returns the address with it."""

    def revoke_device(self, device_id: str, *, back: bool) -> None: ...
    def verify_audit(self) -> int: ...


class KeptPlace(Protocol):
    """The address of the centre, sealed in the profile."""

    def read(self) -> str | None: ...
    def keep(self, url: str) -> None: ...
    def forget(self) -> None: ...


class DraftJournal(Protocol):
    """Every keystroke of a draft, on disk before the next one; encrypted, append-only.

    ``write`` returns when the operating system has the bytes (they survive a killed process);
    ``flush`` returns when the disk has them. Safe to call ``write`` on the GUI thread.
    """

    def write(self, draft: ComplaintDraft) -> None: ...
    def flush(self) -> None: ...
    def pending(self) -> list[ComplaintDraft]:
        """Last state of every draft that was neither saved nor discarded."""

    def discard(self, draft_id: str) -> None: ...
    def close(self) -> None: ...


class Clocks(Protocol):
    """The deadlines of a complaint."""

    def next_due(self, complaint: Complaint, history: Sequence[Event]) -> datetime | None:
        """The nearest deadline that is still running (UTC naive), from the whole history."""


class FileStore(Protocol):
    """Attached files of the profile, by what is in them."""

    def put(self, data: bytes) -> str:
        """The address under which they lie; on the disk when this returns."""

    def get(self, address: str) -> bytes:
        """Raises StoreFault('attachment_missing', 'attachment_damaged')."""

    def sweep(self, kept: Collection[str], gone: Collection[str] = ()) -> int: ...


class BackupReport(Protocol):
    """What a backup holds; ``made_at`` in UTC, ``size`` in bytes, ``unreadable``: customers whose
    originals cannot be shown, ``keys``: the keys file beside it."""

    @property
    def made_at(self) -> datetime: ...
    @property
    def files(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def complaints(self) -> int: ...
    @property
    def audit_rows(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def unreadable(self) -> int: ...
    @property
    def keys(self) -> Path | None: ...


class Backups(Protocol):
    def write(self, file: Path, passphrase: str) -> BackupReport:
        """A new file, proven by restoring it."""


class ProgramReleases(Protocol):
    """Where new versions lie; what it gives is proven by its signature."""

    def release(self) -> ProgramRelease: ...

    def take(self, file: ReleaseFile, into: Path) -> Path: ...


class TableWriter(Protocol):
    """Rows to a file whose suffix decides the format; returns how many."""

    def __call__(
        self, path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> int: ...


Clock = Callable[[], datetime]  # UTC, naive
Say = Callable[..., str]  # (text key, **params) -> the sentence in the person's language
