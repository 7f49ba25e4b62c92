"""The words of a ticket: plain text whatever the tracker makes of its markup."""

from workbench.domain.tracker import IssueBrief

_TITLE = 200  # characters; trackers take 255
_TEXT = 30_000  # characters; Jira takes 32 767


def title(brief: IssueBrief) -> str:
    return " ".join(brief.title.split())[:_TITLE]


def lines(brief: IssueBrief) -> list[str]:
    """The body, then what is counted, then how it stands; a body that is too long is cut, and says
    so."""
    counted = [f"{name}: {count}" for name, count in brief.counts.items()]
    body = "\n".join(brief.body)
    body = body if len(body) <= _TEXT else f"{body[:_TEXT]} …"
    blocks = ([body] if body else [], counted, [f"{brief.severity} · {brief.state}"])
    joined: list[str] = []
    for block in blocks:
        if block:
            joined += ["", *block] if joined else block
    return [line.rstrip() for text in joined for line in text.split("\n")]


def fenced(brief: IssueBrief, marker: str) -> str:
    """For GitHub and GitLab: in a fence nobody is mentioned, nothing is linked or commanded."""
    text = "\n".join(lines(brief))
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}\n\n{marker}\n"


def noformat(brief: IssueBrief, marker: str) -> str:
    """For Jira's wiki markup."""
    text = "\n".join(lines(brief)).replace("{noformat", "(noformat")
    return f"{{noformat}}\n{text}\n{{noformat}}\n{marker}"


def plain(brief: IssueBrief, marker: str) -> str:
    return "\n".join([*lines(brief), "", marker])


def labels(brief: IssueBrief) -> list[str]:
    """Without spaces and commas, which part labels in some trackers."""
    found = [*brief.labels, f"severity-{brief.severity}"]
    return ["-".join(label.replace(",", " ").split())[:50] for label in found if label.strip()]
