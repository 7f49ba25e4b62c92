"""The composition root: the only place that knows every layer and wires them together."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from workbench import paths, texts
from workbench.domain.errors import BadInput, Usage
from workbench.domain.forecast import FEWEST
from workbench.domain.progress import CancelToken, ProgressListener, silent
from workbench.domain.times import local_text, utc_now
from workbench.services.attempts import AttemptService
from workbench.services.auditing import AuditService, Tables
from workbench.services.backup import BackupService
from workbench.services.board import BoardService
from workbench.services.calendars import site_calendar
from workbench.services.central import CentralRole, Centre, SiteKeyService
from workbench.services.centre import CentreService
from workbench.services.change import ChangeService
from workbench.services.codes import CodeService
from workbench.services.complaint_desk import ComplaintDesk
from workbench.services.complaint_writing import Writing
from workbench.services.complaints import ComplaintService
from workbench.services.contents import ContentService
from workbench.services.custody import CustodyService
from workbench.services.deadlines import Deadlines, read_profiles
from workbench.services.following import FollowService
from workbench.services.forecast import ForecastService
from workbench.services.guidance import GuidanceService
from workbench.services.incidents import IncidentService
from workbench.services.insight import Insight
from workbench.services.issue_briefs import BriefsOfIssues
from workbench.services.issue_desk import IssueDesk
from workbench.services.ledger import LedgerService
from workbench.services.market import MarketService
from workbench.services.notices import NoticeService
from workbench.services.people import PeopleService
from workbench.services.ports import Records, TableWriter
from workbench.services.reporting import ReportService
from workbench.services.reproduction import Reproduction, rules_digest
from workbench.services.reviews import ReviewService
from workbench.services.risk_models import RiskModelService
from workbench.services.rule_desk import RuleDesk, read_in_use, read_version
from workbench.services.rule_quality import RuleQuality
from workbench.services.session import Session
from workbench.services.sign_in import SignInService
from workbench.services.softphone import SoftphoneService
from workbench.services.sync import Settling
from workbench.services.tickets import TicketService
from workbench.services.while_typing import TypingService

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.domain.complaint_policy import Policy as ComplaintPolicy
    from workbench.domain.following import Followed
    from workbench.domain.forecast import Backtest, Method, Predicted
    from workbench.domain.health import Finding
    from workbench.domain.importing import Mapping
    from workbench.domain.market import Lexicon
    from workbench.domain.people import Person
    from workbench.domain.review import Scorecard
    from workbench.domain.tracker import Tracker
    from workbench.gateways.centre import PostgresCentre
    from workbench.gateways.softphone import SoftphoneEndpoint
    from workbench.rules.pack import RulePack
    from workbench.services.demo import SampleFiles
    from workbench.services.ports import AttemptStore, Feed, TrackerGateway
    from workbench.services.updating import UpdateService
    from workbench.settings import Settings
    from workbench.similar.index import TextIndex
    from workbench.storage.backup import Backup
    from workbench.storage.files import SealedFiles
    from workbench.storage.profile import Profile
    from workbench.storage.records import SqlRecords
    from workbench.storage.replica import SqlReplica
    from workbench.ui.gallery import Gallery
    from workbench.warehouse.central.store import CentralStore
    from workbench.warehouse.export import WriteBatches
    from workbench.warehouse.lake.store import LakeStore
    from workbench.warehouse.store import WarehouseKeys

Ask = Callable[[], str]  # asks the person for the passphrase
Warn = Callable[..., None]  # (text key, **params): something the person should know, once


_Read = TypeVar("_Read")


@dataclass
class Workbench:
    """One profile with its stores open and its services wired. Close it, or use ``with``."""

    folder: Path
    session: Session
    attempts: AttemptService
    answers: Reproduction
    insight: Insight
    board: BoardService
    reports: ReportService
    custody: CustodyService
    complaints: ComplaintService
    handling: ComplaintDesk
    ledger: LedgerService
    backup: BackupService
    people: PeopleService
    sign_in: SignInService
    audit: AuditService
    typing: TypingService
    guidance: GuidanceService
    codes: CodeService
    rules: RuleDesk
    rule_quality: RuleQuality
    issues: IssueDesk
    settings: "Settings"
    tables: TableWriter
    site_key: SiteKeyService
    sync: CentreService
    settling: Settling
    following: FollowService
    tickets: TicketService
    softphone: SoftphoneService
    reviews: ReviewService
    notices: NoticeService
    centre: Centre | None  # None: the attempts are in the profile
    _open: ExitStack

    def close(self) -> None:
        """Close the stores in the reverse order of their opening; safe to call twice."""
        self._open.close()

    def __enter__(self) -> "Workbench":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_workbench(
    folder: Path | None = None,
    *,
    passphrase_file: Path | None = None,
    ask: Ask | None = None,
    warn: Warn | None = None,
    demo: bool = False,
    lang: str | None = None,
    warehouse: str | None = None,
) -> Workbench:
    """Open a profile (made if there is none) with everything that works on it.

    ``warehouse`` is where the attempts are: postgresql://…, spark://… or '' for the profile; None asks
    ``WORKBENCH_WAREHOUSE``, except for sample data. Complaints and all else stay in the profile.
    ``lang`` words the reasons in quarantine files; the system's language if None.

    Raises NotPermitted, StoreFault, Busy; nothing stays open after a failure.
    """
    from workbench import log
    from workbench.policy import of_this_machine
    from workbench.reports import tables, writing
    from workbench.settings import Settings
    from workbench.storage.backup import ProfileBackup
    from workbench.storage.files import SealedFiles
    from workbench.storage.journal import FileDraftJournal
    from workbench.storage.keys_file import BackupKeys
    from workbench.storage.passwords import digest_of, is_password
    from workbench.storage.profile import Profile
    from workbench.storage.records import SqlRecords
    from workbench.storage.replica import SqlReplica
    from workbench.storage.site import give_site_key, take_site_key
    from workbench.storage.subjects import SubjectsFile
    from workbench.storage.turns import file_turn
    from workbench.warehouse.ledgers import LedgerTable, set_aside
    from workbench.warehouse.shared import SharedStore
    from workbench.warehouse.spikes import band, find_spikes
    from workbench.warehouse.store import WarehouseStore

    folder = folder or paths.default_profile()
    with ExitStack() as opening:
        profile = Profile.open(
            folder, passphrase=passphrase_of(passphrase_file), ask=ask, warn=warn, demo=demo
        )
        opening.callback(log.stop, log.to_file(profile.logs))
        machine = of_this_machine()
        if machine.log_to and not demo:
            opening.callback(log.stop, log.to_system(machine.log_to))
        own = profile.key("records"), profile.key("witness")
        records = SqlRecords(profile.records, *own, tell=warn)
        opening.callback(records.close)
        replica = SqlReplica(records, profile.records)
        session = Session(_person(records, replica.place().person_id, demo=demo))

        def write_batches(path: Path, schema: "pa.Schema", batches: "Iterable[Any]") -> int:
            return tables.write_batches(path, schema, batches, _mark(session))

        def write_table(
            path: Path, columns: Sequence[str], rows: "Iterable[Sequence[object]]"
        ) -> int:
            return tables.write_table(path, columns, rows, _mark(session))

        subjects = SubjectsFile(profile.subjects, profile.key("subjects"))
        opening.callback(subjects.close)
        if warehouse is None:
            named = os.environ.get("WORKBENCH_WAREHOUSE") or machine.warehouse
            warehouse = "" if demo else named
        centre = None
        if warehouse.startswith("spark:"):
            store = _lake(warehouse, profile, read_in_use(records), lang, write_batches)
            centre = Centre(store.place, CentralRole.READER)
        elif warehouse:
            store = _central(warehouse, profile, read_in_use(records), lang, write_batches)
            centre = Centre(store.place, CentralRole(store.role))
        else:

            def open_store() -> WarehouseStore:
                """By the rules in use when it is opened, which may be long after this."""
                return WarehouseStore.open(
                    profile.warehouse,
                    keys=_own_keys(profile),
                    subjects=subjects,
                    pack=read_in_use(records),
                    write=write_batches,
                    say=texts.sayer(lang),
                )

            store = SharedStore(open_store, profile.warehouse_owner, profile.key("sharing"))
        opening.callback(store.close)
        journal = FileDraftJournal(profile.drafts, profile.key("journal"))
        opening.callback(journal.close)
        deadlines = Deadlines(
            read_profiles(profile.folder / "deadlines.json"),
            site_calendar(profile.folder / "calendar.json"),
        )

        def open_feed(source: "Followed", mapping: "Mapping | None") -> "Feed":
            if source.of_table:
                from workbench.warehouse.following.table import TableFeed

                table = TableFeed(source)
                table.check()
                return table
            from workbench.warehouse.following.folder import FolderFeed

            return FolderFeed(source, mapping)

        @contextmanager
        def take_turn(source: "Followed") -> "Iterator[None]":
            with ExitStack() as taken:
                taken.enter_context(file_turn(profile.folder / "following", source))
                if centre is not None:
                    taken.enter_context(store.turn(source))
                yield

        files = SealedFiles(profile.attachments, profile.key("attachments"))
        policy = _complaint_policy(profile.folder)
        handling = ComplaintDesk.open(records, session, store, files, policy, deadlines)
        guidance = GuidanceService(store, session, profile.folder)
        codes = CodeService(
            store, records, session, profile.folder, write=write_table, say=texts.sayer(lang)
        )
        attempts = AttemptService(store, records, session, unmapped_of=codes.unmapped_of)
        out = Tables(records, session, write_table)
        change = ChangeService(
            attempts, session, find_spikes, store.compare, band, store.rate_change, out
        )
        incidents = IncidentService(change, store, records, session, out)
        attempts.incident_of = incidents.behind
        typing = TypingService(
            records,
            session,
            store,
            _texts,
            _symptom,
            guidance.for_attempt,
            incident_of=incidents.behind,
        )
        rules = RuleDesk(records, session, store, _shipped_rules, codes.known)
        rules.keep_shipped()
        sync = _sync(profile, records, replica, session, handling, files, typing)
        opening.callback(sync.close)
        sign_in = SignInService(records, session, digest_of, is_password, sync.prove)
        sync.remember = sign_in.remember
        complaints = ComplaintService(records, journal, session, policy=policy, clocks=deadlines)
        keys = BackupKeys(profile, subjects)
        custody = CustodyService(
            store,
            records,
            session,
            complaints.drop_drafts,
            handling.talk.sweep,
            (lambda: ()) if centre else keys.rewrite,
        )
        sync.erase, sync.sweep = custody.carry_out, handling.talk.sweep
        if sign_in.people():  # whoever it is has yet to say so
            session.person = replace(session.person, active=False)

        def rules_text(version: str) -> str:
            return read_version(records, _shipped_rules, version)[0]

        issues = IssueDesk.open(
            records,
            session,
            store,
            files,
            write_table,
            codes.scheme_of_sources,
            rules_digest=partial(rules_digest, rules_text),
        )
        board = BoardService(store, records, session, policy.lost_revenue)
        settings = Settings(profile.settings, machine)
        return Workbench(
            folder=profile.folder,
            session=session,
            attempts=attempts,
            answers=Reproduction(store, records, session, rules_text),
            custody=custody,
            insight=Insight(
                change,
                incidents,
                RiskModelService(store, records, session, out),
                MarketService(store, records, session, partial(_lexicon, profile.folder), out),
                ForecastService(records, session, _predict, FEWEST, out),
            ),
            board=board,
            reports=ReportService(board, records, session, writing, lambda: store.rules_version),
            complaints=complaints,
            handling=handling,
            typing=typing,
            audit=AuditService(records, session),
            backup=BackupService(
                ProfileBackup(profile, records, store.copy_to, keys, _look), records, session
            ),
            people=PeopleService(session, sign_in, sync),
            sign_in=sign_in,
            ledger=LedgerService(
                Writing(records, session, deadlines, utc_now),
                LedgerTable,
                partial(set_aside, say=texts.sayer(lang)),
                write_table,
                store.known,
            ),
            guidance=guidance,
            codes=codes,
            rules=rules,
            rule_quality=RuleQuality(records, session, store, rules.labelled, codes),
            issues=issues,
            following=FollowService(store, records, session, open_feed, take_turn),
            tickets=_tickets(profile, records, session, store, issues, lang),
            settings=settings,
            softphone=SoftphoneService(settings, _serve_softphones),
            reviews=ReviewService(records, session, _scorecard(profile.folder)),
            notices=NoticeService(
                records,
                session,
                handling.lists,
                handling.deadlines,
                incidents.all,
                issues.board.callbacks,
            ),
            tables=write_table,
            site_key=SiteKeyService(
                records, session, partial(give_site_key, profile), partial(take_site_key, profile)
            ),
            sync=sync,
            settling=Settling(records, replica, session),
            centre=centre,
            _open=opening.pop_all(),
        )


def _look(profile: "Profile") -> tuple[int, int]:
    """How many attempts a profile's warehouse holds, and of how many customers the originals cannot
    be shown: it opens, and its tables can be read."""
    from workbench.storage.subjects import SubjectsFile
    from workbench.warehouse.engines.duckdb import DuckEngine
    from workbench.warehouse.subjects import Seals

    with (
        closing(DuckEngine(profile.warehouse, profile.key("warehouse"))) as engine,
        closing(SubjectsFile(profile.subjects, profile.key("subjects"))) as subjects,
        engine.session() as session,
    ):
        [[attempts]] = session.rows("SELECT count(*) FROM attempts")
        return attempts, Seals(profile.key("seal"), subjects).unreadable(session)


def restore_profile(
    file: Path,
    passphrase: str,
    folder: Path | None,
    *,
    keys: Path | None = None,
    keys_passphrase: str | None = None,
    passphrase_file: Path | None = None,
    warn: Warn | None = None,
) -> tuple["Backup", Path]:
    """``workbench restore``: a profile that was not there; what it holds, and where it is."""
    from workbench.storage.backup import restore

    folder = folder or paths.default_profile()
    own = passphrase_of(passphrase_file)
    found = restore(
        file,
        passphrase,
        folder,
        look=_look,
        keys=keys,
        keys_passphrase=keys_passphrase,
        own_passphrase=own,
        warn=warn,
    )
    return found, folder


def update_service(folder: str | None, key: Path | None) -> "UpdateService":
    """``workbench update``: needs no profile. ``folder`` None: where the machine's policy says.
    Raises Usage('update_from_where')."""
    from workbench import __version__
    from workbench.gateways.releases import ReleaseFolder, install, key_of
    from workbench.policy import of_this_machine
    from workbench.services.updating import UpdateService

    policy = of_this_machine()
    if not (folder or policy.update_from):
        raise Usage("update_from_where")
    keys = [*policy.update_keys, *map(key_of, filter(None, (paths.release_key(), key)))]
    releases = ReleaseFolder(Path(folder or policy.update_from), keys)
    return UpdateService(releases, __version__, paths.installed_by(), install)


def examine(
    folder: Path | None, *, passphrase_file: Path | None = None, ask: Ask | None = None
) -> "list[Finding]":
    """``workbench doctor``: what there is and what is wrong, with nothing changed."""
    from workbench import examination

    folder = folder or paths.default_profile()
    return examination.examine(folder, passphrase_of(passphrase_file), ask)


def _mark(session: Session) -> str:
    """Who takes a file away, and when: for the file itself."""
    return f"{session.person.person_id} {local_text(utc_now())}"


def _own_keys(profile: "Profile") -> "WarehouseKeys":
    from workbench.warehouse.store import WarehouseKeys

    return WarehouseKeys(
        database=profile.key("warehouse"), blind=profile.key("blind"), seal=profile.key("seal")
    )


def _site_keys(profile: "Profile", first: bool) -> "WarehouseKeys":
    from workbench.storage.keys import derive
    from workbench.storage.site import site_key
    from workbench.warehouse.store import WarehouseKeys

    site = site_key(profile, make=first)
    return WarehouseKeys(
        database=os.urandom(32), blind=derive(site, "blind"), seal=derive(site, "seal")
    )


def _shipped_rules() -> tuple[str, str]:
    """The pack that comes with the program, and its cases."""
    folder = paths.resources() / "rules"
    return (
        (folder / "activation.yaml").read_text("utf-8"),
        (folder / "activation.cases.yaml").read_text("utf-8"),
    )


def _lake(
    url: str, profile: "Profile", pack: "RulePack", lang: str | None, write: "WriteBatches"
) -> "LakeStore":
    """A lake was written from the profile itself, or from the centre."""
    from workbench.warehouse.lake.store import LakeStore

    def keys() -> Iterator["WarehouseKeys"]:
        yield _own_keys(profile)
        with suppress(BadInput):  # the profile has no site key
            yield _site_keys(profile, first=False)

    return LakeStore.connect(url, keys=keys(), pack=pack, write=write, say=texts.sayer(lang))


def _central(
    url: str, profile: "Profile", pack: "RulePack", lang: str | None, write: "WriteBatches"
) -> "CentralStore":
    from workbench.warehouse.central.store import CentralStore

    return CentralStore.connect(
        url,
        keys=partial(_site_keys, profile),
        pack=pack,
        write=write,
        quarantine_dir=profile.quarantine,
        say=texts.sayer(lang),
    )


def _complaint_policy(folder: Path | None = None) -> "ComplaintPolicy":
    """The site's own (``complaints.json`` in the profile) if there is one, else the shipped one."""
    import json

    from workbench.domain.complaint_policy import Policy

    own = folder / "complaints.json" if folder else None
    file = own if own and own.exists() else paths.resources() / "complaints" / "policy.json"
    try:
        return Policy.from_json(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise BadInput(
            "bad_complaint_policy", file=str(file), why=f"{type(error).__name__}: {error}"
        ) from None


def _scorecard(folder: Path) -> "Scorecard":
    from workbench.domain.review import Scorecard

    return _own_or_shipped(folder, "reviews/scorecard.json", Scorecard.from_json, "bad_scorecard")


def _lexicon(folder: Path) -> "Lexicon":
    from workbench.domain.market import Lexicon

    return _own_or_shipped(folder, "market/competitors.json", Lexicon.from_json, "bad_lexicon")


def _own_or_shipped(folder: Path, shipped: str, read: Callable[[Any], _Read], error: str) -> _Read:
    """The site's own (of the same name, in the profile) if there is one, else the shipped one.
    Raises BadInput(``error``)."""
    import json

    own = folder / Path(shipped).name
    file = own if own.exists() else paths.resources() / shipped
    try:
        return read(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise BadInput(error, file=str(file), why=f"{type(wrong).__name__}: {wrong}") from None


def with_password(url: str, ask: Ask) -> str:
    """The address of a centre with what ``ask`` says, unless it has a password. Raises Usage."""
    from workbench.gateways.centre import with_password

    return with_password(url, ask)


def passphrase_of(file: Path | None) -> str | None:
    """What stands in the file that the person named; the keys look in the environment."""
    if file is None:
        return None
    try:
        return file.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise Usage("no_passphrase_file", file=str(file)) from None


def _texts() -> "tuple[TextIndex[str], float]":
    """The model is read when the first words are typed."""
    from workbench.similar.index import TextIndex
    from workbench.similar.model import Similarity

    model = Similarity.load()
    return TextIndex(model), model.threshold


def _predict(counts: Sequence[float], days: int) -> "tuple[Predicted, Method, Backtest]":
    """Nothing of arrays is imported before a forecast is asked for."""
    from workbench.warehouse.forecast import predict

    return predict(counts, days)


def _symptom(words: str) -> str | None:
    from workbench.similar.symptoms import suggest_symptom

    return suggest_symptom(words)


def _sync(
    profile: "Profile",
    records: "SqlRecords",
    replica: "SqlReplica",
    session: Session,
    handling: ComplaintDesk,
    files: "SealedFiles",
    typing: TypingService,
) -> CentreService:
    """Nothing of PostgreSQL is imported before it is needed."""
    from workbench import __version__
    from workbench.storage.centre_place import KeptPlace
    from workbench.storage.contents import SqlContents

    def dial(url: str, device_id: str) -> "PostgresCentre":
        from workbench.gateways.centre import PostgresCentre

        return PostgresCentre(url, device_id)

    def address(*args: "str | None") -> str:
        from workbench.gateways import centre

        return centre.address(*args)  # type: ignore[arg-type]

    def set_up(*args: object) -> str:
        from workbench.gateways import central_records

        return central_records.set_up(*args)  # type: ignore[arg-type]

    def admit_first(*args: object) -> None:
        from workbench.gateways import central_records

        central_records.admit_first(*args)  # type: ignore[arg-type]

    def arrived(complaint_ids: list[str]) -> None:
        handling.deadlines.refresh_these(complaint_ids)
        typing.renew(complaint_ids)

    return CentreService(
        records,
        session,
        replica,
        KeptPlace(profile),
        dial,
        set_up,
        admit_first,
        __version__,
        address=address,
        wipe=profile.wipe,
        arrived=arrived,
        contents=ContentService(SqlContents(records, profile.records), files),
    )


def _tickets(
    profile: "Profile",
    records: Records,
    session: Session,
    store: "AttemptStore",
    issues: IssueDesk,
    lang: str | None,
) -> TicketService:
    """Nothing of HTTP is imported before a tracker is spoken to."""
    from workbench.domain.errors import Busy
    from workbench.storage.tokens import KeptTokens
    from workbench.storage.turns import turn

    def open_tracker(tracker: "Tracker", token: str) -> "TrackerGateway":
        from workbench.gateways.trackers import open_tracker

        return open_tracker(tracker, token)

    take_turn = partial(turn, profile.folder / "tickets.turn", Busy("tickets_elsewhere"))
    tokens = KeptTokens(profile)
    briefs = BriefsOfIssues(issues.board, lang or texts.system_language())
    return TicketService(records, session, briefs, store.known, open_tracker, tokens, take_turn)


def _person(records: Records, at_centre: str | None, *, demo: bool) -> "Person":
    """Who is at the desk: ``at_centre`` says who, once it has one; a profile that works alone has
    one person, who may do everything on it.

    A person's id is a login name: what complaints and the audit say is then readable as it is.
    """
    from workbench.domain.people import Person, Role
    from workbench.storage.profile import login_name

    with records.unit_of_work() as uow:
        people = uow.people.all()
        for person in people:
            if at_centre in (None, person.person_id):
                return person
        if at_centre is not None:  # signed in, and nothing pulled yet: no more than everybody may
            return Person(at_centre, at_centre, Role.AGENT)
        login = "zhangmin" if demo else login_name()
        person = Person(login, "张敏" if demo else login, Role.ADMIN)
        uow.people.put(person)
        uow.commit()
    return person


def _serve_softphones(*args: Any) -> "SoftphoneEndpoint":
    """Nothing of HTTP is imported before somebody wants it."""
    from workbench.gateways.softphone import SoftphoneEndpoint

    return SoftphoneEndpoint(*args)


def register_links(*, on: bool) -> str:
    """``workbench open --register``: this program opens ``workbench://`` links from now on."""
    import sys

    from workbench.gateways.links import register

    frozen = getattr(sys, "frozen", False)
    program = [sys.executable] if frozen else [sys.executable, "-m", "workbench"]
    return register([*program, "open"], on=on)


def run_demo_headless(shots: Path, *, profile: Path | None, rows: int) -> list[Path]:
    """The main job through the real window without a screen; returns the pictures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from workbench.launch import window
    from workbench.ui.tour import Tour

    with tempfile.TemporaryDirectory(prefix="activation-workbench-demo-") as temporary:
        samples = make_samples(Path(temporary) / "samples", rows)
        folder = profile or Path(temporary) / "profile"
        opened = window(folder, demo=True, rows=rows)
        try:
            return Tour(opened, samples, shots).walk()
        finally:
            opened.close()


def run_gallery(folder: Path, *, rows: int) -> list[Path]:
    """Every page in every look, size and state, without a screen; returns the pictures."""
    with _gallery(folder, rows) as gallery:
        return gallery.hang()


def run_pictures(folder: Path, *, rows: int = 20_000) -> list[Path]:
    """The pictures of the manual, without a screen."""
    with _gallery(folder, rows) as gallery:
        return gallery.illustrate()


@contextmanager
def _gallery(folder: Path, rows: int) -> Iterator["Gallery"]:
    """On a demo profile that is thrown away."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from workbench.launch import window
    from workbench.ui.gallery import Gallery

    with tempfile.TemporaryDirectory(prefix="activation-workbench-gallery-") as temporary:
        samples = make_samples(Path(temporary) / "samples", rows)
        opened = window(Path(temporary) / "profile", demo=True, rows=rows)
        try:
            yield Gallery(opened, samples, folder)
        finally:
            opened.close()


def fill_with_samples(
    bench: Workbench,
    rows: int,
    progress: ProgressListener = silent,
    cancel: CancelToken | None = None,
) -> None:
    """Generate sample data and bring it in as a person would: by import, and by the telephone."""
    from workbench.services import demo

    with tempfile.TemporaryDirectory(prefix="activation-workbench-demo-") as temporary:
        samples = make_samples(Path(temporary), rows)
        demo.fill(samples, bench.attempts, bench.complaints, progress, cancel or CancelToken())


def make_samples(folder: Path, rows: int) -> "SampleFiles":
    """Invented files of ``rows`` attempts in ``folder``: a call-centre export and its events."""
    from workbench.demo.files import write_samples
    from workbench.services.demo import SampleFiles

    made = write_samples(folder, rows)
    return SampleFiles(made.attempts, made.events, made.caller_phone, made.scores)
