"""The stored texts nearest in meaning to one: an inverted index, then the model on the best."""

import math
import threading
from array import array
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from workbench.similar.features import Profile
from workbench.similar.model import Similarity
from workbench.similar.reading import LONGEST, lexicon, shorten

CANDIDATES = 100  # texts that the model weighs at most: 0.25 ms each
LETTERS = 4_000  # of the question and each candidate, in all: fewer candidates where texts are long
POSTINGS = 600_000  # entries read for one question; the rarest words come first
Key = TypeVar("Key", bound=Hashable)
PROFILES = 1_000  # kept ready, the latest used: some 30 kB each


@dataclass(frozen=True, slots=True)
class Match(Generic[Key]):
    """A stored text and the probability (0 to 1) that it asks the same."""

    id: Key
    score: float


class TextIndex(Generic[Key]):
    """Texts by id, searched by meaning. Any thread may call any method at any time.

    Adding or removing one text touches the lists of its own words and nothing else. Of a text,
    only what the model reads is kept: its first ``reading.LONGEST`` characters.
    """

    def __init__(self, similarity: Similarity) -> None:
        self._similarity = similarity
        self._lock = threading.Lock()
        self._slot_of: dict[Key, int] = {}
        self._ids: list[Key | None] = []  # by slot; None: the slot is free
        self._texts: list[str] = []
        self._breadth = array("f")  # by slot: how much a text says, so that long ones do not win
        self._free: list[int] = []
        self._postings: dict[str, array[int]] = {}  # word → slots of the texts that hold it
        self._profiles: OrderedDict[str, Profile] = OrderedDict()

    def __len__(self) -> int:
        return len(self._slot_of)

    def __contains__(self, id: Key) -> bool:
        return id in self._slot_of

    def add(self, id: Key, text: str) -> None:
        """Store a text; one that the id had before is replaced."""
        kept = shorten(text)
        words = _words(kept)
        with self._lock:
            self._drop(id)
            if self._free:
                slot = self._free.pop()
                self._ids[slot], self._texts[slot] = id, kept
                self._breadth[slot] = _breadth(words)
            else:
                slot = len(self._ids)
                self._ids.append(id)
                self._texts.append(kept)
                self._breadth.append(_breadth(words))
            self._slot_of[id] = slot
            for word in words:
                self._postings.setdefault(word, array("i")).append(slot)

    def remove(self, id: Key) -> None:
        """Forget a text; an id that is not stored is no error."""
        with self._lock:
            self._drop(id)

    def _drop(self, id: Key) -> None:
        slot = self._slot_of.pop(id, None)
        if slot is None:
            return
        for word in _words(self._texts[slot]):
            posting = self._postings[word]
            posting.remove(slot)
            if not posting:
                del self._postings[word]
        self._ids[slot], self._texts[slot] = None, ""
        self._free.append(slot)

    def nearest(self, text: str, k: int = 10) -> list[Match[Key]]:
        """At most ``k`` stored texts, the likeliest to ask the same first."""
        words = _words(shorten(text))
        if k <= 0 or not words:
            return []
        with self._lock:
            found = self._candidates(words, max(CANDIDATES, k))
        found = found[: max(k, _affordable(text, found))]
        scores = self._similarity.compare(
            self._similarity.profile(text), [self._profile(stored) for _, stored in found]
        )
        ranked = sorted(zip(scores, range(len(found)), strict=True), key=lambda s: (-s[0], s[1]))
        return [Match(found[place][0], score) for score, place in ranked[:k]]

    def _candidates(self, words: frozenset[str], count: int) -> list[tuple[Key, str]]:
        """Ids and texts that share the weightiest words, best first."""
        stored = len(self._slot_of)
        held = sorted((len(p), word) for word in words if (p := self._postings.get(word)))
        scores = np.zeros(len(self._ids), np.float32)
        read = 0
        for length, word in held:
            if read and read + length > POSTINGS:
                break
            read += length
            slots = np.frombuffer(self._postings[word], np.int32)
            scores[slots] += math.log(1 + (stored - length + 0.5) / (length + 0.5))
            del slots  # an array that is looked at cannot grow
        scores /= np.frombuffer(self._breadth, np.float32)
        count = min(count, len(scores))
        best = np.argpartition(scores, -count)[-count:] if count else np.zeros(0, np.intp)
        best = best[np.argsort(-scores[best], kind="stable")]
        found = []
        for slot in best:
            id = self._ids[slot]
            if scores[slot] > 0 and id is not None:
                found.append((id, self._texts[slot]))
        return found

    def _profile(self, text: str) -> Profile:
        with self._lock:
            ready = self._profiles.get(text)
            if ready is not None:
                self._profiles.move_to_end(text)
                return ready
        ready = self._similarity.profile(text)
        with self._lock:
            self._profiles[text] = ready
            while len(self._profiles) > PROFILES:
                self._profiles.popitem(last=False)
        return ready


def _affordable(text: str, found: Sequence[tuple[object, str]]) -> int:
    """How many of the candidates the model can weigh in time."""
    total = 0
    for count, (_, stored) in enumerate(found):
        total += min(len(text), LONGEST) + len(stored)
        if total > LETTERS:
            return count
    return len(found)


def _words(text: str) -> frozenset[str]:
    """What a text is found by: its tokens and its characters."""
    reading = lexicon().read(text)
    return frozenset(reading.tokens + reading.plain if reading.plain else "")


def _breadth(words: frozenset[str]) -> float:
    return math.sqrt(4 + len(words))
