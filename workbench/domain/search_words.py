"""How words are searched: texts as tokens, what is typed as tokens, and where a text has them.

Chinese is cut into overlapping pairs, and the last character of a run stands alone: pairs side by
side are an exact substring, one character is the beginning of a pair. Other letters and digits
are words, found by their beginnings. Width and case do not matter; other signs only part words.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_BREAK = "\ue000"  # between fields; no typed word becomes it
_CONTEXT = 8  # characters shown before the first mark
_SHOWN = 120


@dataclass(frozen=True)
class Run:
    """Characters that belong together: Chinese, or a word; ``at`` has each one's place."""

    chinese: bool
    text: str
    at: tuple[int, ...]


@dataclass(frozen=True)
class Snippet:
    """The best of a complaint's texts for what was searched; ``marks`` are (start, length)."""

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]


def _runs(text: str) -> Iterator[Run]:
    kind: bool | None = None
    letters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text):
        for c in unicodedata.normalize("NFKC", original).casefold():
            now = ord(c) >= 0x2E80 if c.isalnum() else None
            if now is not kind and kind is not None:
                yield Run(kind, "".join(letters), tuple(places))
                letters, places = [], []
            kind = now
            if now is not None:
                letters.append(c)
                places.append(place)
    if kind is not None:
        yield Run(kind, "".join(letters), tuple(places))


def _tokens(run: Run) -> list[str]:
    if not run.chinese:
        return [run.text]
    return [run.text[i : i + 2] for i in range(len(run.text))]


def document(texts: Iterable[str | None]) -> str:
    """What the index holds of these texts."""
    found: list[str] = []
    for text in texts:
        if text:
            for run in _runs(text):
                found += _tokens(run)
            found.append(_BREAK)
    return " ".join(found)


def match(typed: str) -> str | None:
    """What to ask of the index: every word. None: nothing was typed that can be found.

    Signs are nothing to it, so that none of them is read as the index's own language.
    """
    asked = []
    for word in typed.split():
        runs = list(_runs(word))
        if not runs:
            continue
        tokens = [token for run in runs[:-1] for token in _tokens(run)]
        last, star = runs[-1], ""
        if last.chinese and len(last.text) > 1:
            tokens += _tokens(last)[:-1]
        else:
            tokens.append(last.text)
            star = "*"
        asked.append(f'"{" ".join(tokens)}"{star}')
    return " AND ".join(asked) or None


def marks(typed: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where the text has the words that were typed, in its own characters; joined if they touch."""
    runs = list(_runs(text))
    hit: set[int] = set()
    for word in typed.split():
        asked = list(_runs(word))
        for n in range(len(runs) - len(asked) + 1 if asked else 0):
            hit.update(_hits(asked, runs[n : n + len(asked)]))
    joined: list[tuple[int, int]] = []
    for place in sorted(hit):
        if joined and sum(joined[-1]) == place:
            joined[-1] = joined[-1][0], joined[-1][1] + 1
        else:
            joined.append((place, 1))
    return tuple(joined)


def _hits(asked: list[Run], runs: list[Run]) -> Iterator[int]:
    if any(a.chinese != r.chinese for a, r in zip(asked, runs, strict=True)):
        return
    if len(asked) == 1:
        a, r = asked[0], runs[0]
        start = r.text.find(a.text)
        while start >= 0 and (a.chinese or start == 0):
            yield from r.at[start : start + len(a.text)]
            start = r.text.find(a.text, start + 1)
        return
    first, last = asked[0], asked[-1]
    begins = runs[0].text.endswith(first.text) if first.chinese else runs[0].text == first.text
    middle = all(a.text == r.text for a, r in zip(asked[1:-1], runs[1:-1], strict=True))
    if begins and middle and runs[-1].text.startswith(last.text):
        yield from runs[0].at[len(runs[0].text) - len(first.text) :]
        for run in runs[1:-1]:
            yield from run.at
        yield from runs[-1].at[: len(last.text)]


def snippet(
    typed: str,
    fields: Iterable[tuple[str, str | None]],
    spelled: Mapping[str, Sequence[str]] | None = None,
) -> Snippet | None:
    """Of the text with most of what was typed, the first at a tie. A text that was found as it is
    ``spelled`` is marked whole."""
    best: tuple[int, str, str, tuple[tuple[int, int], ...]] | None = None
    words = [w.casefold() for w in typed.split()]
    for field, text in fields:
        if not text:
            continue
        found = marks(typed, text)
        spellings = (spelled or {}).get(text, ())
        if not found and any(x.startswith(w) for w in words for x in spellings):
            found = ((0, len(text)),)
        weight = sum(bool(marks(word, text)) for word in words) or bool(found)
        if found and (best is None or weight > best[0]):
            best = weight, field, text, found
    if best is None:
        return None
    _, field, text, found = best
    start = max(0, found[0][0] - _CONTEXT)
    shown = text[start : start + _SHOWN]
    kept = [(at - start, min(size, len(shown) - at + start)) for at, size in found]
    return Snippet(field, shown, tuple((at, size) for at, size in kept if at < len(shown)))
