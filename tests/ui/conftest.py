"""Fixtures of every UI test: offscreen Qt, a desk over services on in-memory ports."""

import gc
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is imported

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from tests.ui.fakes import (
    NOW,
    FakeAttemptStore,
    FakeFeed,
    FakeJournal,
    FakeRecords,
    FakeSettings,
    NoTexts,
    attempt_row,
    complaint,
)
from workbench import texts
from workbench.bootstrap import _complaint_policy, _shipped_rules
from workbench.domain.calendar import DayTable
from workbench.domain.people import Person, Role
from workbench.reports import writing
from workbench.reports.tables import write_table
from workbench.services.attempts import AttemptService
from workbench.services.board import BoardService
from workbench.services.codes import CodeService
from workbench.services.complaint_desk import ComplaintDesk
from workbench.services.complaints import ComplaintService
from workbench.services.custody import CustodyService
from workbench.services.deadlines import Deadlines
from workbench.services.following import FollowService
from workbench.services.guidance import GuidanceService
from workbench.services.issue_desk import IssueDesk
from workbench.services.reporting import ReportService
from workbench.services.rule_desk import RuleDesk
from workbench.services.rule_quality import RuleQuality
from workbench.services.session import Session
from workbench.services.while_typing import TypingService
from workbench.storage.files import SealedFiles
from workbench.ui.collecting import due
from workbench.ui.desk import Desk
from workbench.ui.i18n import Language
from workbench.ui.tasks import Tasks
from workbench.ui.theme import Theme


def pytest_configure(config: pytest.Config) -> None:
    # Said by the offscreen platform of every window with a minimum size; no fault of ours.
    config.addinivalue_line("qt_log_ignore", "This plugin does not support propagateSizeHints")
    config.addinivalue_line("qt_log_ignore", r"This plugin does not support raise\(\)")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """As the running window has it (``ui.collecting``): no worker lets go what is Qt's, from which
    the process dies now and then."""
    gc.disable()
    yield
    gc.enable()
    if (age := due()) is not None:
        gc.collect(age)


@pytest.fixture(autouse=True)
def unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that the test does not expect fails it; it would be waited for without end."""
    monkeypatch.setattr(QMessageBox, "question", lambda *said: pytest.fail(f"asked: {said[-1]}"))


@pytest.fixture(scope="session")
def _theme(qapp: QApplication) -> Theme:
    return Theme(qapp, "light")


@pytest.fixture
def theme(_theme: Theme) -> Theme:
    """Light at the start of every test."""
    _theme.set_mode("light")
    return _theme


@pytest.fixture(scope="session")
def _language(qapp: QApplication) -> Language:
    return Language(qapp, "en")


@pytest.fixture
def language(_language: Language) -> Iterator[Language]:
    """English at the start of every test, so that expected texts stand in the test."""
    _language.set("en")
    yield _language
    _language.set("en")


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.shut_down(), "work was still running when the test ended"


@pytest.fixture
def store() -> FakeAttemptStore:
    """Three attempts of one customer, newest first."""
    return FakeAttemptStore(
        [
            attempt_row(1),
            attempt_row(
                2,
                symptom="ui_error",
                cause_group="technical",
                cause="high_concurrency",
                reason_code="T01",
                step="activation",
            ),
            attempt_row(
                3,
                outcome="abandoned",
                symptom="abandoned",
                cause_group="undetermined",
                cause="undetermined",
                reason_code=None,
                status="undetermined",
            ),
        ]
    )


@pytest.fixture
def records() -> FakeRecords:
    return FakeRecords()


@pytest.fixture
def journal() -> FakeJournal:
    return FakeJournal()


@pytest.fixture
def person() -> Person:
    return Person("zhang", "张敏", Role.TEAM_LEAD)


@pytest.fixture
def feed() -> FakeFeed:
    return FakeFeed()


@pytest.fixture
def desk(
    store: FakeAttemptStore,
    records: FakeRecords,
    journal: FakeJournal,
    person: Person,
    tasks: Tasks,
    language: Language,
    theme: Theme,
    tmp_path: Path,
    feed: FakeFeed,
) -> Iterator[Desk]:
    """A whole desk: real services, in-memory ports."""
    session = Session(person)
    board = BoardService(store, records, session, _complaint_policy().lost_revenue, lambda: NOW)
    codes = CodeService(
        store,
        records,
        session,
        tmp_path,
        write=write_table,
        say=partial(texts.text, "en"),
        clock=lambda: NOW,
    )
    rules = RuleDesk(records, session, store, _shipped_rules, codes.known, lambda: NOW)
    made = Desk(
        attempts=AttemptService(store, records, session, lambda: NOW),
        board=board,
        reports=ReportService(board, records, session, writing, lambda: "1.0.0", lambda: NOW),
        complaints=ComplaintService(records, journal, session, lambda: NOW),
        handling=ComplaintDesk.open(
            records,
            session,
            store,
            SealedFiles(tmp_path / "attachments", bytes(32)),
            _complaint_policy(),
            Deadlines((), DayTable()),
            clock=lambda: NOW,
        ),
        typing=TypingService(
            records,
            session,
            store,
            lambda: (NoTexts(), 0.5),
            lambda words: None,
            lambda ref: (),
            lambda: NOW,
        ),
        custody=CustodyService(store, records, session, clock=lambda: NOW),
        guidance=GuidanceService(store, session, tmp_path),
        following=FollowService(
            store, records, session, feed.open, lambda _: nullcontext(), lambda: NOW
        ),
        codes=codes,
        rules=rules,
        rule_quality=RuleQuality(records, session, store, rules.labelled, codes, lambda: NOW),
        issues=IssueDesk.open(
            records,
            session,
            store,
            SealedFiles(tmp_path / "attachments", bytes(32)),
            write_table,
            lambda: {},
            clock=lambda: NOW,
        ),
        session=session,
        tasks=tasks,
        language=language,
        theme=theme,
        settings=FakeSettings(),
        profile=tmp_path,
    )
    yield made
    made.live.shut_down()


@pytest.fixture
def open_window(tasks, language, theme, qtbot, desk):
    """Makes the whole window, in front."""
    from workbench.ui.main_window import PAGES, MainWindow

    def go():
        made = MainWindow(tasks, language, theme, PAGES)
        qtbot.addWidget(made)
        made.attach(desk)
        assert tasks.wait_idle()
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        return made

    return go


@pytest.fixture
def window(open_window, records):
    """With one complaint."""
    records.complaints.append(complaint(1))
    return open_window()
