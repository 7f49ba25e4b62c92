"""The manual in the window: its sections, and which of them is about what has the keyboard."""

import re
from dataclasses import dataclass
from functools import lru_cache

from workbench import paths

_FILES = {"zh": "manual.zh-CN.md", "en": "manual.md"}
_HEADING = re.compile(r"^(#{1,3}) (.+)$", re.MULTILINE)

# class of a widget: the section about it, by the anchor of its English heading
TOPICS = {
    "LookupPage": "during-a-call",
    "ReasonCard": "during-a-call",
    "CodeList": "code-catalogues",
    "GuideWindow": "guides-for-customers",
    "ComplaintsPage": "the-complaints-page",
    "ComplaintDetail": "the-life-of-a-complaint",
    "ComplaintSheet": "log-a-complaint",
    "TrendsPage": "see-what-rises",
    "QaPage": "code-catalogues",
    "IssuesView": "from-thousands-of-failures-to-one-issue",
    "GroupingTab": "from-thousands-of-failures-to-one-issue",
    "SettingsPage": "what-is-stored-and-where",
    "ImportDialog": "bring-in-attempts",
    "WelcomePage": "bring-in-attempts",
    "FollowCard": "as-they-come-a-folder-a-log-a-table",
    "CentreCard": "people-and-signing-in",
    "SignInDialog": "people-and-signing-in",
    "CustodyCard": "shown-in-clear-erased-kept-for-a-time",
    "NoticesCard": "notices",
    "KeysCard": "the-keyboard",
    "TopBar": "the-keyboard",
    "SoftphoneCard": "the-telephone-brings-the-caller",
}
FIRST = "manual"


@dataclass(frozen=True)
class Section:
    """``anchor`` is the same in every language; ``own`` is that of its own heading."""

    anchor: str
    own: str
    level: int
    title: str
    text: str  # Markdown, with its heading


@lru_cache(maxsize=2)
def sections(lang: str) -> tuple[Section, ...]:
    """In order. Both languages have the same sections, so that a place holds when it turns."""
    return tuple(
        Section(theirs[0], own, level, title, text)
        for theirs, (own, level, title, text) in zip(_read("en"), _read(lang), strict=True)
    )


def search(lang: str, words: str) -> list[Section]:
    """Those that have every word, those with one in the title first."""
    asked = words.casefold().split()
    hits = [s for s in sections(lang) if all(word in s.text.casefold() for word in asked)]
    return sorted(hits, key=lambda s: not any(word in s.title.casefold() for word in asked))


def _read(lang: str) -> list[tuple[str, int, str, str]]:
    whole = (paths.docs() / _FILES[lang]).read_text("utf-8")
    heads = list(_HEADING.finditer(_without_code(whole)))
    ends = [head.start() for head in heads[1:]] + [len(whole)]
    return [
        (
            _anchor(head[2]),
            len(head[1]),
            head[2].replace("`", ""),
            whole[head.start() : end].strip(),
        )
        for head, end in zip(heads, ends, strict=True)
    ]


def _without_code(text: str) -> str:
    """Of the same length: a comment in a shell example is no heading."""
    return re.sub(
        r"^```.*?^```", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.DOTALL | re.MULTILINE
    )


def _anchor(title: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")
