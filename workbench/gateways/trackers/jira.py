"""Jira, in the cloud (an e-mail address and an API token) or a site's own (a personal token)."""

import base64
from datetime import datetime
from typing import Any

from workbench.domain.errors import BadInput
from workbench.domain.tracker import IssueBrief, Seen, TicketState, Tracker
from workbench.gateways.trackers import wording
from workbench.gateways.trackers.wire import Wire, quoted, rows_of, text_of

_API = "/rest/api/2"  # of both; its texts are plain, not documents


class Jira:
    """Satisfies services.ports.TrackerGateway."""

    def __init__(self, tracker: Tracker, token: str) -> None:
        self._tracker = tracker
        if tracker.user:
            login = base64.b64encode(f"{tracker.user}:{token}".encode()).decode()
            authorization = f"Basic {login}"
        else:
            authorization = f"Bearer {token}"
        headers = {"Authorization": authorization, "X-Atlassian-Token": "no-check"}
        self._wire = Wire(tracker, tracker.url, headers, token)
        self._cloud: bool | None = None

    def check(self) -> str:
        path = f"{_API}/project/{quoted(self._tracker.project)}"
        return text_of(self._wire.call("GET", path).body, "name")

    def find(self, marker: str, since: datetime) -> Seen | None:
        """By the label that ``create`` gives. The cloud's search is some seconds behind what was
        written; the first retry of a filing comes after a minute."""
        jql = f'project = "{self._tracker.project}" AND labels = "{marker}" ORDER BY created ASC'
        body: dict[str, object] = {"jql": jql, "maxResults": 10, "fields": ["status", "labels"]}
        path = f"{_API}/search/jql" if self._is_cloud() else f"{_API}/search"
        answer = self._wire.call("POST", path, body=body)
        found = answer.body if isinstance(answer.body, dict) else {}
        for row in rows_of(found.get("issues")):
            return self._seen(row)
        return None

    def create(self, brief: IssueBrief, marker: str) -> Seen:
        fields = {
            "project": {"key": self._tracker.project},
            "issuetype": {"name": self._tracker.option("issue_type")},
            "summary": wording.title(brief),
            "description": wording.noformat(brief, marker),
            "labels": [*wording.labels(brief), marker],
        }
        made = self._wire.call("POST", f"{_API}/issue", body={"fields": fields}).body
        return self.read(text_of(made, "key"))

    def read(self, key: str) -> Seen:
        query = {"fields": "status,labels"}
        return self._seen(self._wire.call("GET", self._ticket(key), query=query).body)

    def write(self, key: str, *, done: bool) -> Seen:
        """By a transition that this ticket's workflow allows now."""
        found = self.read(key)
        if (found.state is TicketState.CLOSED) == done:
            return found
        path = f"{self._ticket(key)}/transitions"
        answer = self._wire.call("GET", path).body
        choices = rows_of(answer.get("transitions") if isinstance(answer, dict) else None)
        for choice in choices:
            if (text_of(choice, "to", "statusCategory", "key") == "done") == done:
                body = {"transition": {"id": text_of(choice, "id")}}
                self._wire.call("POST", path, body=body)
                return self.read(key)
        raise BadInput("tracker_no_transition", tracker=self._tracker.name, ticket=found.key)

    def close(self) -> None:
        self._wire.close()

    def _is_cloud(self) -> bool:
        if self._cloud is None:
            told = self._wire.call("GET", f"{_API}/serverInfo").body
            self._cloud = text_of(told, "deploymentType") == "Cloud"
        return self._cloud

    def _ticket(self, key: str) -> str:
        return f"{_API}/issue/{quoted(key)}"

    def _seen(self, row: Any) -> Seen:
        key = text_of(row, "key")
        fields = row.get("fields") if isinstance(row, dict) else None
        native = text_of(fields, "status", "name")
        if not key or not native:
            raise BadInput("tracker_not_there", tracker=self._tracker.name)
        done = text_of(fields, "status", "statusCategory", "key") == "done"
        state = TicketState.CLOSED if done else TicketState.OPEN
        return Seen(key, f"{self._tracker.url}/browse/{key}", state, native)
