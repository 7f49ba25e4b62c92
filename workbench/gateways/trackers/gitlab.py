"""GitLab, at gitlab.com or a site's own: REST, version 4."""

from datetime import datetime
from typing import Any

from workbench.domain.errors import BadInput
from workbench.domain.tracker import IssueBrief, Seen, TicketState, Tracker
from workbench.gateways.trackers import wording
from workbench.gateways.trackers.wire import Wire, link_of, quoted, rows_of, text_of

_STATES = {"opened": TicketState.OPEN, "closed": TicketState.CLOSED}


class GitLab:
    """Satisfies services.ports.TrackerGateway."""

    def __init__(self, tracker: Tracker, token: str) -> None:
        self._tracker = tracker
        self._wire = Wire(tracker, f"{tracker.url}/api/v4", {"PRIVATE-TOKEN": token}, token)
        self._project = f"/projects/{quoted(tracker.project)}"

    def check(self) -> str:
        return text_of(self._wire.call("GET", self._project).body, "path_with_namespace")

    def find(self, marker: str, since: datetime) -> Seen | None:
        """GitLab searches its database itself: nothing written is missing."""
        query: dict[str, object] = {
            "search": marker, "in": "description", "scope": "all", "order_by": "created_at",
            "sort": "asc", "per_page": 100,
        }  # fmt: skip
        found: list[Seen] = []
        page = "1"
        while page and not found:
            answer = self._wire.call("GET", f"{self._project}/issues", query=query | {"page": page})
            rows = rows_of(answer.body)
            found = [self._seen(row) for row in rows if marker in text_of(row, "description")]
            page = answer.headers.get("x-next-page", "")
        return min(found, key=lambda seen: int(seen.key), default=None)

    def create(self, brief: IssueBrief, marker: str) -> Seen:
        body = {
            "title": wording.title(brief),
            "description": wording.fenced(brief, marker),
            "labels": ",".join(wording.labels(brief)),
        }
        return self._seen(self._wire.call("POST", f"{self._project}/issues", body=body).body)

    def read(self, key: str) -> Seen:
        return self._seen(self._wire.call("GET", self._ticket(key)).body)

    def write(self, key: str, *, done: bool) -> Seen:
        found = self.read(key)
        if (found.state is TicketState.CLOSED) == done:
            return found
        body = {"state_event": "close" if done else "reopen"}
        return self._seen(self._wire.call("PUT", self._ticket(key), body=body).body)

    def close(self) -> None:
        self._wire.close()

    def _ticket(self, key: str) -> str:
        return f"{self._project}/issues/{quoted(key.lstrip('#'))}"

    def _seen(self, row: Any) -> Seen:
        number, state = text_of(row, "iid"), text_of(row, "state")
        if not number.isdigit() or state not in _STATES:
            raise BadInput("tracker_not_there", tracker=self._tracker.name)
        return Seen(number, link_of(row, "web_url"), _STATES[state], state)
