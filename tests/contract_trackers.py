"""Small servers that keep to the documented HTTP of GitHub, GitLab and Jira, and to nothing else.

What a real one would refuse is refused here, and remembered in ``violations``: unknown paths, missing
headers, wrong JSON, fields that there are not. ``faults`` are taken one a request.
"""

import base64
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN, USER = "tok-3cret-9f8e7d", "qa@example.invalid"


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    raw: bytes
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Said:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass
class Fault:
    """``said`` instead of an answer; 'drop' ends the line after the work was done, 'stall' says
    nothing until the test ends. ``on``: only for requests of this method."""

    what: str = "say"
    said: Said | None = None
    on: str | None = None


class Contract:
    """One tracker with one project."""

    kind = ""
    project = ""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.tickets: list[dict[str, Any]] = []
        self.url = ""
        self.over = threading.Event()

    def fail(self, what: str = "say", *, on: str | None = None, said: Said | None = None) -> None:
        self.faults.append(Fault(what, said, on))

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    def refuse(self, asked: Asked, why: str, status: int = 404) -> Said:
        self.violations.append(f"{asked}: {why}")
        return Said(status, {"message": why})

    def take_fault(self, asked: Asked) -> Fault | None:
        for fault in self.faults:
            if fault.on in (None, asked.method):
                self.faults.remove(fault)
                return fault
        return None


class GitHubContract(Contract):
    kind, project = "github", "octo/desk"

    def __init__(self) -> None:
        super().__init__()
        self.indexed = True  # whether its search knows of new tickets already

    def answer(self, asked: Asked) -> Said:
        if not asked.headers.get("user-agent"):
            return self.refuse(asked, "no user agent", 403)
        if asked.headers.get("accept") != "application/vnd.github+json":
            return self.refuse(asked, "accept", 415)
        if asked.headers.get("x-github-api-version") != "2022-11-28":
            return self.refuse(asked, "version", 400)
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Said(401, {"message": "Bad credentials"})
        path = asked.path
        if path == "/repos/octo/desk" and asked.method == "GET":
            return Said(200, {"full_name": "octo/desk", "has_issues": True})
        if path == "/search/issues" and asked.method == "GET":
            return self._search(asked)
        if path == "/repos/octo/desk/issues":
            return self._create(asked) if asked.method == "POST" else self._list(asked)
        match = re.fullmatch(r"/repos/octo/desk/issues/(\d+)", path)
        if match:
            return self._one(asked, int(match[1]))
        if path.startswith("/repos/"):
            return Said(404, {"message": "Not Found"})
        return self.refuse(asked, "unknown path")

    def _search(self, asked: Asked) -> Said:
        if set(asked.query) - {"q", "sort", "order", "per_page", "page"}:
            return self.refuse(asked, "unknown parameters", 422)
        match = re.fullmatch(r'"([\w-]+)" repo:octo/desk is:issue', asked.query.get("q", ""))
        if not match:
            return self.refuse(asked, "query", 422)
        found = [t for t in self.tickets if self.indexed and match[1] in t["body"]]
        return Said(200, {"total_count": len(found), "incomplete_results": False, "items": found})

    def _list(self, asked: Asked) -> Said:
        known = {"state", "sort", "direction", "per_page", "page", "since", "labels", "creator"}
        if asked.method != "GET" or set(asked.query) - known:
            return self.refuse(asked, "unknown parameters", 422)
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", asked.query.get("since", "")):
            return self.refuse(asked, "since", 422)
        size, page = int(asked.query.get("per_page", 30)), int(asked.query.get("page", 1))
        if size > 100:
            return self.refuse(asked, "per_page", 422)
        newest = sorted(self.tickets, key=lambda t: -t["number"])
        newest = [t for t in newest if asked.query.get("state") in ("all", t["state"])]
        more = len(newest) > page * size
        headers = {"Link": f'<{self.url}/x?page={page + 1}>; rel="next"'} if more else {}
        return Said(200, newest[(page - 1) * size : page * size], headers)

    def _create(self, asked: Asked) -> Said:
        body = asked.body
        if not isinstance(body, dict) or set(body) - {"title", "body", "labels", "assignees"}:
            return self.refuse(asked, "fields", 422)
        if not isinstance(body.get("title"), str) or not 0 < len(body["title"]) <= 256:
            return self.refuse(asked, "title", 422)
        if not all(isinstance(label, str) for label in body.get("labels", [])):
            return self.refuse(asked, "labels", 422)
        return Said(201, self.add(body["title"], body.get("body", ""), labels=body["labels"]))

    def add(self, title: str, text: str, **more: Any) -> dict[str, Any]:
        number = len(self.tickets) + 1
        made = {
            "number": number, "title": title, "body": text, "state": "open", "state_reason": None,
            "html_url": f"https://github.example/octo/desk/issues/{number}", **more,
        }  # fmt: skip
        self.tickets.append(made)
        return made

    def _one(self, asked: Asked, number: int) -> Said:
        if number > len(self.tickets):
            return Said(404, {"message": "Not Found"})
        ticket = self.tickets[number - 1]
        if asked.method == "PATCH":
            body = asked.body
            if not isinstance(body, dict) or set(body) - {"state", "state_reason", "title", "body"}:
                return self.refuse(asked, "fields", 422)
            if body["state"] not in ("open", "closed"):
                return self.refuse(asked, "state", 422)
            if body.get("state_reason") not in ("completed", "not_planned", "reopened", None):
                return self.refuse(asked, "state_reason", 422)
            ticket |= body
        elif asked.method != "GET":
            return self.refuse(asked, "method", 405)
        return Said(200, ticket)

    def move(self, number: int, *, closed: bool) -> None:
        self.tickets[number - 1]["state"] = "closed" if closed else "open"


class GitLabContract(Contract):
    kind, project = "gitlab", "group/sub/desk"
    _PROJECT = "/api/v4/projects/group%2Fsub%2Fdesk"

    def answer(self, asked: Asked) -> Said:
        if asked.headers.get("private-token") != TOKEN:
            return Said(401, {"message": "401 Unauthorized"})
        if asked.path == self._PROJECT and asked.method == "GET":
            return Said(200, {"id": 7, "path_with_namespace": "group/sub/desk"})
        if asked.path == f"{self._PROJECT}/issues":
            return self._create(asked) if asked.method == "POST" else self._list(asked)
        match = re.fullmatch(rf"{self._PROJECT}/issues/(\d+)", asked.path)
        if match:
            return self._one(asked, int(match[1]))
        if asked.path.startswith("/api/v4/projects/"):
            return Said(404, {"message": "404 Project Not Found"})
        return self.refuse(asked, "unknown path")

    def _list(self, asked: Asked) -> Said:
        known = {"search", "in", "scope", "order_by", "sort", "per_page", "page", "state"}
        if asked.method != "GET" or set(asked.query) - known:
            return self.refuse(asked, "unknown parameters", 400)
        found = [t for t in self.tickets if asked.query["search"] in t["description"]]
        return Said(200, found, {"X-Next-Page": ""})

    def _create(self, asked: Asked) -> Said:
        body = asked.body
        if not isinstance(body, dict) or set(body) - {"title", "description", "labels"}:
            return self.refuse(asked, "fields", 400)
        if not isinstance(body.get("title"), str) or len(body["title"]) > 255:
            return Said(400, {"message": {"title": ["is too long"]}})
        if not isinstance(body.get("labels", ""), str):
            return self.refuse(asked, "labels", 400)
        return Said(201, self.add(body["title"], body.get("description", "")))

    def add(self, title: str, text: str) -> dict[str, Any]:
        number = len(self.tickets) + 1
        made = {
            "id": 1000 + number, "iid": number, "title": title, "description": text,
            "state": "opened", "web_url": f"https://gitlab.example/group/sub/desk/-/issues/{number}",
        }  # fmt: skip
        self.tickets.append(made)
        return made

    def _one(self, asked: Asked, number: int) -> Said:
        if number > len(self.tickets):
            return Said(404, {"message": "404 Not found"})
        if asked.method == "PUT":
            body = asked.body
            if not isinstance(body, dict) or body.get("state_event") not in ("close", "reopen"):
                return self.refuse(asked, "state_event", 400)
            self.move(number, closed=body["state_event"] == "close")
        elif asked.method != "GET":
            return self.refuse(asked, "method", 405)
        return Said(200, self.tickets[number - 1])

    def move(self, number: int, *, closed: bool) -> None:
        self.tickets[number - 1]["state"] = "closed" if closed else "opened"


class JiraContract(Contract):
    """Of the cloud."""

    kind, project = "jira", "DESK"
    cloud = True
    _STATES: Mapping[str, tuple[str, str]] = {
        "11": ("To Do", "new"), "21": ("In Progress", "indeterminate"), "31": ("Done", "done"),
    }  # fmt: skip

    def answer(self, asked: Asked) -> Said:
        basic = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        expected = f"Basic {basic}" if self.cloud else f"Bearer {TOKEN}"
        if asked.headers.get("authorization") != expected:
            return Said(401, {"message": "Client must be authenticated"})
        path, method = asked.path, asked.method
        if path == "/rest/api/2/serverInfo":
            return Said(200, {"deploymentType": "Cloud" if self.cloud else "Server"})
        if path == "/rest/api/2/project/DESK":
            return Said(200, {"key": "DESK", "name": "Service desk"})
        if path == "/rest/api/2/issue" and method == "POST":
            return self._create(asked)
        if path.startswith("/rest/api/2/search") and method == "POST":
            return self._search(asked)
        match = re.fullmatch(r"/rest/api/2/issue/DESK-(\d+)(/transitions)?", path)
        if match and int(match[1]) <= len(self.tickets):
            return self._one(asked, int(match[1]), bool(match[2]))
        if path.startswith(("/rest/api/2/project/", "/rest/api/2/issue/")):
            return Said(404, {"errorMessages": ["does not exist"], "errors": {}})
        return self.refuse(asked, "unknown path")

    def _create(self, asked: Asked) -> Said:
        fields = asked.body.get("fields") if isinstance(asked.body, dict) else None
        known = {"project", "issuetype", "summary", "description", "labels", "priority"}
        if not isinstance(fields, dict) or set(asked.body) != {"fields"} or set(fields) - known:
            return self.refuse(asked, "fields", 400)
        wrong = {}
        if fields["project"] != {"key": "DESK"}:
            wrong["project"] = "valid project is required"
        if fields["issuetype"] != {"name": "Task"}:
            wrong["issuetype"] = "Specify an issue type"
        if any(" " in label for label in fields["labels"]):
            wrong["labels"] = "The label contains spaces which is invalid."
        if not isinstance(fields["description"], str) or not 0 < len(fields["summary"]) <= 255:
            wrong["summary"] = "wrong"
        if wrong:
            return Said(400, {"errorMessages": [], "errors": wrong})
        self.add(fields["summary"], fields["description"], labels=fields["labels"])
        key = f"DESK-{len(self.tickets)}"
        return Said(201, {"id": "1", "key": key, "self": f"{self.url}/rest/api/2/issue/1"})

    def add(self, title: str, text: str, labels: list[str] | None = None) -> dict[str, Any]:
        made = {"summary": title, "description": text, "labels": labels or [], "state": "11"}
        self.tickets.append(made)
        return made

    def _search(self, asked: Asked) -> Said:
        own = "/rest/api/2/search/jql" if self.cloud else "/rest/api/2/search"
        if asked.path != own:
            return Said(410 if self.cloud else 404, {"errorMessages": ["removed"]})
        if not isinstance(asked.body, dict) or set(asked.body) - {"jql", "maxResults", "fields"}:
            return self.refuse(asked, "fields", 400)
        jql = r'project = "DESK" AND labels = "([\w-]+)" ORDER BY created ASC'
        match = re.fullmatch(jql, asked.body["jql"])
        if not match:
            return Said(400, {"errorMessages": ["Error in the JQL Query"], "errors": {}})
        found = [n for n, t in enumerate(self.tickets, 1) if match[1] in t["labels"]]
        return Said(200, {"issues": [self._shown(n) for n in found]})

    def _one(self, asked: Asked, number: int, transitions: bool) -> Said:
        if not transitions:
            return Said(200, self._shown(number))
        if asked.method == "GET":
            return Said(200, {"transitions": [
                {"id": n, "name": name, "to": {"name": name, "statusCategory": {"key": kind}}}
                for n, (name, kind) in self._STATES.items()
            ]})  # fmt: skip
        chosen = (asked.body or {}).get("transition", {}).get("id")
        if chosen not in self._STATES:
            return self.refuse(asked, "transition", 400)
        self.tickets[number - 1]["state"] = chosen
        return Said(204)

    def _shown(self, number: int) -> dict[str, Any]:
        name, kind = self._STATES[self.tickets[number - 1]["state"]]
        status = {"name": name, "statusCategory": {"key": kind}}
        return {"id": str(number), "key": f"DESK-{number}", "fields": {"status": status}}

    def move(self, number: int, *, closed: bool) -> None:
        self.tickets[number - 1]["state"] = "31" if closed else "21"


class JiraServerContract(JiraContract):
    """A site's own, with a personal token."""

    cloud = False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    contract: Contract

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = None
        contract = self.contract
        if raw:
            with suppress(ValueError):
                body = json.loads(raw)
        asked = Asked(self.command, parts.path, query, headers, raw, body)
        contract.asked.append(asked)
        fault = contract.take_fault(asked)
        if fault is not None and fault.what == "stall":
            contract.over.wait(30)
            self.close_connection = True
            return
        if fault is not None and fault.said is not None:
            said = fault.said
        elif raw and headers.get("content-type") != "application/json":
            said = contract.refuse(asked, "content type", 415)
        elif raw and body is None:
            said = contract.refuse(asked, "not JSON", 400)
        else:
            said = contract.answer(asked)
        if fault is not None and fault.what == "drop":  # the work was done, and nobody is told
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self._say(said)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _say(self, said: Said) -> None:
        data = said.raw if said.raw is not None else json.dumps(said.body).encode()
        if said.status == 204:
            data = b""
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(OSError):  # whoever asked may have gone
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:  # a line that was cut is what a test wanted
        pass


@contextmanager
def serving(contract: Contract) -> Iterator[Contract]:
    handler = type("Handler", (_Handler,), {"contract": contract})
    server = _Server(("127.0.0.1", 0), handler)
    contract.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield contract
    finally:
        contract.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


CONTRACTS: dict[str, Callable[[], Contract]] = {
    "github": GitHubContract,
    "gitlab": GitLabContract,
    "jira cloud": JiraContract,
    "jira server": JiraServerContract,
}


def said_in(asked: Asked) -> str:
    """Everything that a request told: line, headers, body."""
    headers = "\n".join(f"{name}: {value}" for name, value in asked.headers.items())
    query = "\n".join(f"{n}={v}" for n, v in asked.query.items())
    return "\n".join((asked.method, unquote(asked.path), query, headers, asked.raw.decode()))
