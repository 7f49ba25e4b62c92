"""Guidance by group: reading the files, choosing by cause and customer, and putting it on paper.

``resources/guidance/README.md`` says what each key means.
"""

import base64
import difflib
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from html import escape
from pathlib import Path

from workbench import paths, texts
from workbench.domain.errors import BadInput
from workbench.domain.guidance import Guidance, Step
from workbench.domain.taxonomy import Cause
from workbench.rules import yamltree
from workbench.rules.yamltree import Node

MAX_STEPS = 10
MAX_TEXT = 300
MAX_PICTURE = 4 << 20  # bytes
PICTURE_HEIGHT = 100  # px
_PICTURE_KINDS: dict[str, Callable[[bytes], bool]] = {
    "png": lambda raw: raw.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpeg": lambda raw: raw.startswith(b"\xff\xd8\xff"),
    "svg+xml": lambda raw: b"<svg" in raw[:4096],
}
_KEYS = ("id", "order", "title", "for_whom", "when", "causes", "steps")
_STEP_KEYS = (*texts.LANGUAGES, "picture")
_PICTURE = re.compile(r"[\w-]{1,60}\.(png|jpe?g|svg)", re.IGNORECASE | re.ASCII)

# (condition, fields of an attempt) -> True, False, or None where a fact is missing
Holds = Callable[[str, Mapping[str, object]], bool | None]


class Library:
    """The shipped guides, and over them those of a site's folder with the same id; read when
    first asked. ``site`` may not exist. A site's file that is wrong is left out and named in
    ``problems``; the shipped guide of that id stays.
    """

    def __init__(self, site: Path | None = None) -> None:
        self._site = site
        self._guides: dict[str, Guidance] | None = None
        self._problems: list[BadInput] = []

    def all(self) -> tuple[Guidance, ...]:
        """Every guide, in order."""
        return tuple(sorted(self._loaded().values(), key=lambda g: (g.order, g.id)))

    def get(self, guide_id: str) -> Guidance | None:
        return self._loaded().get(guide_id)

    @property
    def problems(self) -> tuple[BadInput, ...]:
        self._loaded()
        return tuple(self._problems)

    def for_cause(
        self, cause: str, fields: Mapping[str, object], holds: Holds
    ) -> tuple[Guidance, ...]:
        """The guides that help with a cause: first those whose ``when`` holds for this attempt,
        then the general ones. A ``when`` that is false or unknown leaves its guide out.

        ``holds`` is asked once for each condition; raises nothing of its own.
        """
        fitting = [
            guide
            for guide in self.all()
            if cause in guide.causes and (guide.when is None or holds(guide.when, fields) is True)
        ]
        return tuple(sorted(fitting, key=lambda guide: guide.when is None))

    def _loaded(self) -> dict[str, Guidance]:
        if self._guides is None:
            guides = {g.id: g for g in map(load, _files(paths.resources() / "guidance"))}
            first: dict[str, str] = {}
            for file in _files(self._site) if self._site else ():
                try:
                    guide = load(file)
                    if guide.id in first:
                        raise BadInput(
                            "guidance_twice", file=file.name, id=guide.id, first=first[guide.id]
                        )
                except BadInput as problem:
                    self._problems.append(problem)
                    continue
                first[guide.id] = file.name
                guides[guide.id] = guide
            self._guides = guides
        return self._guides


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in (".yaml", ".yml"))


# On paper
def as_text(guide: Guidance, lang: str) -> str:
    """Plain text for copying: title, for whom, numbered steps, the closing line."""
    steps = [f"{number}. {step.text[lang]}" for number, step in enumerate(guide.steps, 1)]
    closing = texts.text(lang, "guidance.closing")
    return "\n".join([guide.title[lang], guide.for_whom[lang], "", *steps, "", closing, ""])


def as_html(guide: Guidance, lang: str) -> str:
    """A fragment for printing; every text escaped, pictures only from the guide's own folder and
    only where the file is there."""
    steps = []
    for step in guide.steps:
        picture = ""
        if source := _embedded(step.picture):
            picture = f'<br><img src="{source}" alt="" height="{PICTURE_HEIGHT}">'
        steps.append(f"<li>{escape(step.text[lang])}{picture}</li>")
    return (
        f'<div lang="{escape(lang)}"><h2>{escape(guide.title[lang])}</h2>'
        f"<p>{escape(guide.for_whom[lang])}</p><ol>{''.join(steps)}</ol>"
        f"<p>{escape(texts.text(lang, 'guidance.closing'))}</p></div>"
    )


def _embedded(picture: Path | None) -> str | None:
    """The picture as a data URL, so that a page can be sent on; None where there is none to
    show: a missing, unreadable or oversized one leaves no hole."""
    if picture is None:
        return None
    try:
        if picture.stat().st_size > MAX_PICTURE:
            return None
        raw = picture.read_bytes()
    except OSError:
        return None
    for kind, looks in _PICTURE_KINDS.items():
        if looks(raw):
            return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"
    return None


# Reading one file
def load(path: Path) -> Guidance:
    """The guide of one file. Raises BadInput with file, line, column and what is expected."""
    return _Reader(path).guide(yamltree.load(path))


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def fail(self, key: str, node: Node, **params: object) -> BadInput:
        return BadInput(key, file=self.path.name, line=node.line, column=node.column, **params)

    def guide(self, root: Node) -> Guidance:
        found = self.mapping(root, "guidance", _KEYS, required=("id", "title", "for_whom", "steps"))
        guide_id = self.text(found["id"], "id")
        if not re.fullmatch(r"\w{1,40}", guide_id, re.ASCII):
            raise self.fail("guidance_bad_id", found["id"])
        if "causes" not in found:
            raise self.fail("guidance_missing", root, name="causes")
        causes = tuple(self.cause(node) for node in self.items(found["causes"], "causes"))
        steps = tuple(self.step(node) for node in self.items(found["steps"], "steps"))
        if len(steps) > MAX_STEPS:
            raise self.fail("guidance_too_many", found["steps"], limit=MAX_STEPS)
        when = found.get("when")
        return Guidance(
            id=guide_id,
            title=self.both(found["title"], "title"),
            for_whom=self.both(found["for_whom"], "for_whom"),
            causes=tuple(dict.fromkeys(causes)),
            steps=steps,
            when=None if when is None else self.condition(when),
            order=self.number(found["order"]) if "order" in found else 100,
            file=self.path.name,
            line=when.line if when else 1,
        )

    def mapping(
        self, node: Node, what: str, keys: tuple[str, ...], required: tuple[str, ...]
    ) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            raise self.fail("guidance_not_mapping", node, name=what)
        for key in node.value:
            if key not in keys:
                line, column = (node.keys or {})[key]
                near = difflib.get_close_matches(key, keys, 1, 0.5)
                raise BadInput(
                    "guidance_unknown_key",
                    file=self.path.name,
                    line=line,
                    column=column,
                    name=key[:60],
                    near=near[0] if near else " / ".join(keys),
                )
        for key in required:
            if key not in node.value:
                raise self.fail("guidance_missing", node, name=key)
        return node.value

    def items(self, node: Node, what: str) -> list[Node]:
        if not isinstance(node.value, list) or not node.value:
            raise self.fail("guidance_not_list", node, name=what)
        return node.value

    def text(self, node: Node, what: str) -> str:
        if not isinstance(node.value, str) or not node.value.strip():
            raise self.fail("guidance_not_text", node, name=what)
        value = " ".join(node.value.split())
        if len(value) > MAX_TEXT:
            raise self.fail("guidance_too_long", node, name=what, limit=MAX_TEXT)
        if not value.isprintable():
            raise self.fail("guidance_control", node, name=what)
        return value

    def both(self, node: Node, what: str) -> dict[str, str]:
        found = self.mapping(node, what, texts.LANGUAGES, required=texts.LANGUAGES)
        return {lang: self.text(found[lang], lang) for lang in texts.LANGUAGES}

    def step(self, node: Node) -> Step:
        found = self.mapping(node, "steps", _STEP_KEYS, required=texts.LANGUAGES)
        words = {lang: self.text(found[lang], lang) for lang in texts.LANGUAGES}
        if "picture" not in found:
            return Step(words)
        name = self.text(found["picture"], "picture")
        if not _PICTURE.fullmatch(name):
            raise self.fail("guidance_picture", found["picture"])
        return Step(words, self.path.parent / "pictures" / name)

    def cause(self, node: Node) -> Cause:
        value = self.text(node, "causes")
        allowed: tuple[StrEnum, ...] = tuple(Cause)
        if value not in allowed:
            near = difflib.get_close_matches(value, allowed, 1, 0.5)
            raise self.fail(
                "guidance_bad_cause",
                node,
                value=value[:60],
                allowed=near[0] if near else " / ".join(allowed),
            )
        return Cause(value)

    def number(self, node: Node) -> int:
        value = self.text(node, "order")
        if not re.fullmatch(r"\d{1,4}", value, re.ASCII):
            raise self.fail("guidance_not_number", node, name="order")
        return int(value)

    def condition(self, node: Node) -> str:
        """Checked as a rule's condition is, so that a misspelt field is named here and now."""
        from workbench.rules import language  # sqlglot: not needed to print a guide

        sql = self.text(node, "when")
        try:
            language.check(language.parse(sql), language.readable_fields())
        except language.Refused as refused:
            raise self.fail(refused.key, node, **refused.params) from refused
        return sql
