"""All about issues, wired in one place: what the window and CLI ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbench.domain.times import utc_now
from workbench.services.issue_acts import IssueActs
from workbench.services.issue_board import IssueBoard
from workbench.services.issue_grouping import IssueGrouping
from workbench.services.issue_undo import IssueUndo
from workbench.services.issue_waiting import IssueWaiting
from workbench.services.issue_writing import IssueWriting
from workbench.services.ports import AttemptStore, Clock, FileStore, Records, TableWriter
from workbench.services.session import Session


@dataclass(frozen=True)
class IssueDesk:
    board: IssueBoard
    acts: IssueActs
    waiting: IssueWaiting
    grouping: IssueGrouping
    undoing: IssueUndo

    @classmethod
    def open(
        cls,
        records: Records,
        session: Session,
        store: AttemptStore,
        files: FileStore,
        write: TableWriter,
        schemes: Callable[[], Mapping[str, str]],
        *,
        rules_digest: Callable[[str], str | None] = lambda version: None,
        clock: Clock = utc_now,
    ) -> "IssueDesk":
        writing = IssueWriting(records, session, clock)
        grouping = IssueGrouping(writing, store, schemes)
        board = IssueBoard(store, records, session, grouping.current, write, clock)
        acts = IssueActs(writing, board, store, files, rules_digest)
        return cls(board, acts, IssueWaiting(writing), grouping, IssueUndo(writing))
