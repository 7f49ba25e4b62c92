"""What every page is given: the services, the tasks, the language, the theme, the settings.

Pages and dialogs are built as ``Page(desk, parent)``; they reach the services through the desk
and through nothing else. Acts that concern another page go through ``desk.acts``, so that no
page knows another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from workbench.ui.keys import Keys

if TYPE_CHECKING:  # a window without data knows none of them: its start is quick
    from workbench.services.attempts import AttemptService
    from workbench.services.board import BoardService
    from workbench.services.centre import CentreService
    from workbench.services.codes import CodeService
    from workbench.services.complaint_desk import ComplaintDesk
    from workbench.services.complaints import ComplaintService
    from workbench.services.custody import CustodyService
    from workbench.services.following import FollowService
    from workbench.services.guidance import GuidanceService
    from workbench.services.insight import Insight
    from workbench.services.issue_desk import IssueDesk
    from workbench.services.notices import NoticeService
    from workbench.services.reporting import ReportService
    from workbench.services.reproduction import Reproduction
    from workbench.services.reviews import ReviewService
    from workbench.services.rule_desk import RuleDesk
    from workbench.services.rule_quality import RuleQuality
    from workbench.services.session import Session
    from workbench.services.sign_in import SignInService
    from workbench.services.softphone import SoftphoneService
    from workbench.services.sync import Settling
    from workbench.services.tickets import TicketService
    from workbench.services.while_typing import TypingService
    from workbench.ui.errands import Errands
    from workbench.ui.following import Following
    from workbench.ui.i18n import Language
    from workbench.ui.rounds import Rounds
    from workbench.ui.tasks import Tasks
    from workbench.ui.theme import Theme


class Settings(Protocol):
    """The options that the window reads and writes (workbench/settings.py holds their table)."""

    def get(self, name: str) -> Any:
        """The value, or the option's default; KeyError for an option that there is not."""

    def set(self, name: str, value: Any) -> None:
        """Written at once."""

    def locked(self, name: str) -> bool:
        """Whether the administrator of the machine decides it."""


class Acts(QObject):
    """Said by a page, done by the window."""

    look_up = Signal(str)  # a term, as typed: show the lookup page and search
    open_attempt = Signal(str)  # attempt_id: show its card on the lookup page
    open_customer = Signal(str)  # customer_ref: show the timeline on the lookup page
    log_complaint = Signal(object)  # AttemptRow, or None for a blank one: open the sheet
    open_issue = Signal(str)  # issue_id: show it on the QA page
    open_complaint = Signal(str)  # complaint_id or number
    show_complaints = Signal(object)  # ListQuery: show these on the complaints page
    show_incidents = Signal()
    show_rows = Signal(object)  # TrendFilter: show the attempts behind a number, on Trends
    import_requested = Signal(object)  # list[Path]; empty asks for files
    show_setting = Signal(str)  # a card of Settings, by its name there
    zoom = Signal(int)  # percent: how large everything is to be
    message = Signal(str)  # one line in the status bar, for a few seconds
    done = Signal(object, object)  # () -> sentence, and what undoes it: told in the window's bar
    follow = Signal(object, bool)  # Followed, on: start or stop it
    error = Signal(object)  # KnownError in the window's bar
    # said by the window, heard by pages
    data_changed = Signal()  # attempts were imported: counts and lists are stale
    data_grew = Signal(int)  # attempts came by themselves: nothing under a hand may move
    complaint_saved = Signal(object)  # Complaint
    complaint_changed = Signal()  # one that was there: it is to be sent
    incidents_changed = Signal()  # some were found
    rules_moved = Signal()  # other rules are in use: have the attempts diagnosed by them
    rules_came = Signal()  # versions came from the centre: lists of them are stale
    codes_wanted = Signal()  # show the queue of unmapped codes
    complaints_came = Signal()  # from the centre: lists are stale, nothing under a hand may move


@dataclass
class Desk:
    attempts: AttemptService
    board: BoardService
    reports: ReportService
    complaints: ComplaintService  # new ones
    handling: ComplaintDesk  # saved ones
    typing: TypingService
    custody: CustodyService
    guidance: GuidanceService
    codes: CodeService
    issues: IssueDesk
    following: FollowService
    session: Session
    tasks: Tasks
    language: Language
    theme: Theme
    settings: Settings
    profile: Path | None = None
    sync: CentreService | None = None
    settling: Settling | None = None
    sign_in: SignInService | None = None
    tickets: TicketService | None = None
    insight: Insight | None = None  # None: no tabs beside the overview of trends
    softphone: SoftphoneService | None = None
    answers: Reproduction | None = None  # former ones
    rules: RuleDesk | None = None
    rule_quality: RuleQuality | None = None
    reviews: ReviewService | None = None
    notices: NoticeService | None = None
    acts: Acts = field(default_factory=Acts)
    keys: Keys = field(default_factory=Keys)  # the window's, once it has the desk
    live: Following = field(init=False)
    rounds: Rounds | None = field(init=False)
    errands: Errands | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        from workbench.ui.following import Following
        from workbench.ui.rounds import Rounds

        self.live = Following(self.following)
        self.rounds = Rounds(self.sync) if self.sync is not None else None
        if self.tickets is not None:
            from workbench.ui.errands import Errands

            self.errands = Errands(self.tickets, self.session, self.tasks)
