"""What of an issue may leave for a tracker."""

from workbench.domain.errors import BadInput
from workbench.domain.issue import IssueState
from workbench.domain.tracker import IssueBrief
from workbench.services.issue_board import IssueBoard
from workbench.services.issue_words import brief


class BriefsOfIssues:
    """Satisfies services.ports.IssueBriefs; in the language of ``lang``."""

    def __init__(self, board: IssueBoard, lang: str) -> None:
        self._board, self._lang = board, lang

    def brief(self, issue_id: str) -> IssueBrief:
        """Raises BadInput('no_such_issue'), also for failures that nobody made an issue of."""
        group = self._board.group(issue_id)
        if group.issue is None:
            raise BadInput("no_such_issue", issue=issue_id[:80])
        frozen = self._board.evidence(group.issue.issue_id)
        said = brief(self._lang, group, frozen[-1] if frozen else None)
        return IssueBrief(
            group.issue.issue_id,
            said.title,
            tuple(said.body.splitlines()),
            group.issue.severity.value,
            group.standing.state.value,
            done=group.standing.state in (IssueState.FIXED, IssueState.IGNORED),
            labels=said.labels,
        )
