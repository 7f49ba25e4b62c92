"""Roundup by its REST interface; ``url`` is the tracker's own, without /rest."""

import base64
from datetime import datetime
from typing import Any

from workbench.domain.errors import BadInput
from workbench.domain.tracker import IssueBrief, Seen, TicketState, Tracker
from workbench.gateways.trackers import wording
from workbench.gateways.trackers.wire import Wire, quoted, rows_of, text_of


class Roundup:
    """Satisfies services.ports.TrackerGateway. A ticket is a message, which carries the marker as
    its Message-Id, and an issue that has the message: each is looked for before it is made."""

    def __init__(self, tracker: Tracker, token: str) -> None:
        self._tracker = tracker
        login = base64.b64encode(f"{tracker.user}:{token}".encode()).decode()
        headers = {
            "Authorization": f"Basic {login}",
            "X-Requested-With": "rest",  # Roundup's own defence against forged requests asks
            "Origin": tracker.place,  # for these three
            "Referer": f"{tracker.url}/",
        }
        base = f"{tracker.url}/rest/data"
        self._wire = Wire(tracker, base, headers, token, reset_is_epoch=False)

    def check(self) -> str:
        self._wire.call("GET", f"/{self._class}", query={"@page_size": 1})
        return self._tracker.project

    def find(self, marker: str, since: datetime) -> Seen | None:
        for message in self._messages(marker):
            query: dict[str, object] = {"messages": message, "@fields": "status", "@verbose": 2}
            answer = self._wire.call("GET", f"/{self._class}", query=query)
            keys = [text_of(row, "id") for row in _collection(answer.body)]
            for key in sorted((k for k in keys if k.isdigit()), key=int):
                return self.read(key)
        return None

    def create(self, brief: IssueBrief, marker: str) -> Seen:
        known = self._messages(marker)  # of a filing whose answer was lost between the two
        message = known[0] if known else self._new_message(brief, marker)
        body: dict[str, object] = {"title": wording.title(brief), "messages": [message]}
        if self._tracker.option("priority"):
            body["priority"] = self._tracker.option("priority")
        made = self._wire.call("POST", f"/{self._class}", body=body).body
        return self.read(text_of(made, "data", "id"))

    def read(self, key: str) -> Seen:
        return self._look(key)[0]

    def write(self, key: str, *, done: bool) -> Seen:
        found, etag = self._look(key)
        if (found.state is TicketState.CLOSED) == done:
            return found
        status = self._tracker.option("closed" if done else "open").split(",")[0].strip()
        headers = {"If-Match": etag}
        self._wire.call("PATCH", self._ticket(key), body={"status": status}, headers=headers)
        return self.read(key)

    def close(self) -> None:
        self._wire.close()

    @property
    def _class(self) -> str:
        return quoted(self._tracker.project)

    def _messages(self, marker: str) -> list[str]:
        query = {"messageid:": _message_id(marker)}
        found = _collection(self._wire.call("GET", "/msg", query=query).body)
        return sorted((text_of(row, "id") for row in found), key=int)

    def _new_message(self, brief: IssueBrief, marker: str) -> str:
        body = {
            "content": wording.plain(brief, marker),
            "messageid": _message_id(marker),
            "author": self._tracker.user,
            "date": ".",  # now
        }
        return text_of(self._wire.call("POST", "/msg", body=body).body, "data", "id")

    def _ticket(self, key: str) -> str:
        return f"/{self._class}/{quoted(key.lower().removeprefix(self._class))}"

    def _look(self, key: str) -> tuple[Seen, str]:
        answer = self._wire.call("GET", self._ticket(key), query={"@verbose": 2})
        data = answer.body.get("data") if isinstance(answer.body, dict) else None
        number = text_of(data, "id")
        if not number.isdigit():
            raise BadInput("tracker_not_there", tracker=self._tracker.name)
        status = text_of(data, "attributes", "status", "name")
        closed = [name.strip() for name in self._tracker.option("closed").split(",")]
        state = TicketState.CLOSED if status in closed else TicketState.OPEN
        url = f"{self._tracker.url}/{self._class}{number}"
        return Seen(number, url, state, status), text_of(data, "@etag")


def _message_id(marker: str) -> str:
    return f"<{marker}@activation-workbench>"


def _collection(body: Any) -> list[dict[str, Any]]:
    data = body.get("data") if isinstance(body, dict) else None
    return rows_of(data.get("collection") if isinstance(data, dict) else None)
