"""YAML with a place for every word, and nothing in it but lists, mappings and plain text.

Built from the parser's events: a tag, an anchor or an alias is refused when it is met, so no
object is made and nothing can grow. The parser is libyaml: a pack is read at every start and at
every pause in typing, and ruamel (``rules/editing.py``, which keeps comments) takes ten times as long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml import MarkedYAMLError, YAMLError, events

from workbench.domain.errors import BadInput

MAX_BYTES = 1_000_000
MAX_DEPTH = 10
MAX_EVENTS = 30_000
_BREAKS = dict.fromkeys(
    map(ord, "\x85\u2028\u2029"), " "
)  # of word processors: no new line in YAML 1.2
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # without libyaml: the same, slowly


@dataclass(frozen=True)
class Node:
    """``value`` is a text, a list of nodes, or (key, value) pairs as a dict of nodes by key.

    ``line`` and ``column`` count from 1; ``plain`` marks an unquoted one-line text, whose
    characters follow one another in the file as in the value; ``quoted`` one in quotes.
    """

    value: "str | list[Node] | dict[str, Node]"
    line: int
    column: int
    plain: bool = False
    quoted: bool = False
    keys: "dict[str, tuple[int, int]] | None" = None


def load(path: Path) -> Node:
    """The one document of a file. Raises BadInput with file, line and column."""
    name = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput("pack_too_big", file=name, limit=MAX_BYTES // 1000)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput("pack_unreadable", file=name) from error
    except UnicodeDecodeError as error:
        raise BadInput("pack_not_utf8", file=name) from error
    return loads(text, name)


def loads(text: str, name: str) -> Node:
    """As ``load``, from a text that messages call ``name``."""
    if len(text) > MAX_BYTES:
        raise BadInput("pack_too_big", file=name, limit=MAX_BYTES // 1000)
    try:
        stream = _counted(yaml.parse(text.translate(_BREAKS), _Parser), name)
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                node = _node(next(stream), stream, name, 0)
                next(stream)  # the end of the document
                if not isinstance(following := next(stream), events.StreamEndEvent):
                    raise _at(following, "pack_yaml_forbidden", name, what="---")
                return node
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise BadInput("pack_yaml_syntax", file=name, line=line, column=column) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise BadInput("pack_yaml_syntax", file=name, line=1, column=1) from error
    raise BadInput("pack_empty", file=name)


def _counted(source: Iterator[events.Event], name: str) -> Iterator[events.Event]:
    for number, event in enumerate(source):
        if number > MAX_EVENTS:
            raise _at(event, "pack_too_long", name, limit=MAX_EVENTS)
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            sign = "*" if isinstance(event, events.AliasEvent) else "&"
            raise _at(event, "pack_yaml_forbidden", name, what=f"{sign}{str(anchor)[:20]}")
        if tag is not None:
            raise _at(event, "pack_yaml_forbidden", name, what=str(tag)[:40])
        yield event


def _at(event: events.Event, key: str, name: str, **params: object) -> BadInput:
    mark = event.start_mark
    return BadInput(key, file=name, line=mark.line + 1, column=mark.column + 1, **params)


def _node(event: events.Event, rest: Iterator[events.Event], name: str, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise _at(event, "pack_too_deep", name, limit=MAX_DEPTH)
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if isinstance(event, events.ScalarEvent):
        one_line = event.end_mark.line == event.start_mark.line
        style = event.style or ""
        quoted = style in ("'", '"') and one_line
        return Node(event.value, line, column, style == "" and one_line, quoted)
    if isinstance(event, events.SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(event := next(rest), events.SequenceEndEvent):
            items.append(_node(event, rest, name, depth + 1))
        return Node(items, line, column)
    pairs: dict[str, Node] = {}
    places: dict[str, tuple[int, int]] = {}
    while not isinstance(event := next(rest), events.MappingEndEvent):
        if not isinstance(event, events.ScalarEvent):
            raise _at(event, "pack_yaml_syntax", name)
        key = event.value
        if key in pairs:
            raise _at(event, "pack_duplicate_key", name, entry=key[:60])
        places[key] = (event.start_mark.line + 1, event.start_mark.column + 1)
        pairs[key] = _node(next(rest), rest, name, depth + 1)
    return Node(pairs, line, column, keys=places)
