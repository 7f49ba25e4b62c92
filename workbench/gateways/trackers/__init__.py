"""Issue trackers behind one Protocol (services.ports.TrackerGateway), by their documented HTTP APIs."""

from workbench.domain.tracker import Tracker, TrackerKind
from workbench.gateways.trackers.github import GitHub
from workbench.gateways.trackers.gitlab import GitLab
from workbench.gateways.trackers.jira import Jira
from workbench.gateways.trackers.roundup import Roundup

_KINDS = {
    TrackerKind.GITHUB: GitHub,
    TrackerKind.GITLAB: GitLab,
    TrackerKind.JIRA: Jira,
    TrackerKind.ROUNDUP: Roundup,
}


def open_tracker(tracker: Tracker, token: str) -> GitHub | GitLab | Jira | Roundup:
    """Nothing is sent before the first call."""
    return _KINDS[tracker.kind](tracker, token)
