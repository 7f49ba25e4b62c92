"""GitHub and GitHub Enterprise: REST, version 2022-11-28."""

from datetime import datetime, timedelta
from typing import Any

from workbench.domain.errors import BadInput
from workbench.domain.tracker import IssueBrief, Seen, TicketState, Tracker
from workbench.gateways.trackers import wording
from workbench.gateways.trackers.wire import Wire, link_of, quoted, rows_of, text_of

_PAGE, _PAGES = 100, 10
_LAG = timedelta(hours=1)  # by which GitHub's search may be behind what was written


class GitHub:
    """Satisfies services.ports.TrackerGateway."""

    def __init__(self, tracker: Tracker, token: str) -> None:
        self._tracker = tracker
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._wire = Wire(tracker, tracker.url, headers, token)
        owner, _, name = tracker.project.partition("/")
        self._repository = f"/repos/{quoted(owner)}/{quoted(name)}"

    def check(self) -> str:
        return text_of(self._wire.call("GET", self._repository).body, "full_name")

    def find(self, marker: str, since: datetime) -> Seen | None:
        """The index of the search is written after the ticket: what may be newer is listed."""
        words = f'"{marker}" repo:{self._tracker.project} is:issue'
        query = {"q": words, "sort": "created", "order": "asc", "per_page": 10}
        answer = self._wire.call("GET", "/search/issues", query=query)
        body = answer.body if isinstance(answer.body, dict) else {}
        found = [row for row in rows_of(body.get("items")) if marker in text_of(row, "body")]
        for page in range(1, _PAGES + 1):
            query = {
                "state": "all", "sort": "created", "direction": "desc", "per_page": _PAGE,
                "page": page, "since": f"{since - _LAG:%Y-%m-%dT%H:%M:%SZ}",
            }  # fmt: skip
            answer = self._wire.call("GET", f"{self._repository}/issues", query=query)
            rows = rows_of(answer.body)
            found += [
                row for row in rows if marker in text_of(row, "body") and "pull_request" not in row
            ]
            if 'rel="next"' not in answer.headers.get("link", ""):
                break
        return min(map(self._seen, found), key=lambda seen: int(seen.key), default=None)

    def create(self, brief: IssueBrief, marker: str) -> Seen:
        body = {
            "title": wording.title(brief),
            "body": wording.fenced(brief, marker),
            "labels": wording.labels(brief),
        }
        return self._seen(self._wire.call("POST", f"{self._repository}/issues", body=body).body)

    def read(self, key: str) -> Seen:
        return self._seen(self._wire.call("GET", self._ticket(key)).body)

    def write(self, key: str, *, done: bool) -> Seen:
        found = self.read(key)
        if (found.state is TicketState.CLOSED) == done:
            return found
        body = {"state": "closed" if done else "open"}
        body["state_reason"] = "completed" if done else "reopened"
        return self._seen(self._wire.call("PATCH", self._ticket(key), body=body).body)

    def close(self) -> None:
        self._wire.close()

    def _ticket(self, key: str) -> str:
        return f"{self._repository}/issues/{quoted(key.lstrip('#'))}"

    def _seen(self, row: Any) -> Seen:
        number, state = text_of(row, "number"), text_of(row, "state")
        if not number.isdigit() or state not in ("open", "closed"):
            raise BadInput("tracker_not_there", tracker=self._tracker.name)
        reason = text_of(row, "state_reason")
        native = f"{state} ({reason})" if reason else state
        return Seen(number, link_of(row, "html_url"), TicketState(state), native)
