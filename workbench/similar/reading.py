"""How a customer's text is read: folded, then each known word as one token of its concept."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workbench import paths

LONGEST = 400  # characters read of one text; a question says what it asks long before
_FIRST = 0xE000  # Unicode's private use area: one character stands for one concept
_BLANK = re.compile(r"\s+")
_UNSAID = re.compile(r"[^\w*?]+|_")  # punctuation; '***' hides a number and is kept
_MASK = re.compile(r"\*+|\d+(?:\.\d+)?")
_NUMBER = "\uf000"


@lru_cache(maxsize=1)
def _simplified() -> dict[int, int]:
    file = paths.resources() / "similar" / "traditional.json"
    table = json.loads(file.read_text("utf-8"))
    return str.maketrans(table["from"], table["to"])


def fold(text: str) -> str:
    """Half width, lower case, simplified characters; blanks as one space."""
    text = unicodedata.normalize("NFKC", text[: 4 * LONGEST]).lower().translate(_simplified())
    return _BLANK.sub(" ", text).strip()


def shorten(text: str) -> str:
    """What is read of a text; shortening twice changes nothing."""
    return fold(text)[:LONGEST].rstrip()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the model sees it; ``tokens`` has one character for each concept or letter."""

    plain: str  # folded characters without blanks and punctuation
    tokens: str
    brands: frozenset[str]
    numbers: tuple[str, ...]


class Lexicon:
    """Concepts and products of ``resources/similar/lexicon.json`` as one alternation."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.token: dict[str, str] = {}  # a concept or a product's role → its character
        self._of_word: dict[str, str] = {}
        self._brand_of: dict[str, str] = {}
        for word in data["drop"]:
            self._of_word[word] = ""
        for name, words in data["concepts"].items():
            token = self._new(name)
            self._of_word.update(dict.fromkeys(words, token))
        for role, brands in data["products"].items():
            token = self._new(role)
            for brand, words in brands.items():
                self._of_word.update(dict.fromkeys(words, token))
                self._brand_of.update(dict.fromkeys(words, brand))
        self.opposites = [(self.token[a], self.token[b]) for a, b in data["opposites"]]
        self._patterns = [(re.compile(pattern), said) for pattern, said in data["patterns"]]
        longest_first = sorted(self._of_word, key=len, reverse=True)
        self._words = re.compile("|".join(map(re.escape, longest_first)))

    def _new(self, name: str) -> str:
        return self.token.setdefault(name, chr(_FIRST + len(self.token)))

    def read(self, text: str) -> Reading:
        folded = shorten(text)
        said = plain = _UNSAID.sub("", folded)
        for pattern, clearer in self._patterns:
            said = pattern.sub(clearer, said)
        brands = set()

        def replace(match: re.Match[str]) -> str:
            word = match[0]
            if word in self._brand_of:
                brands.add(self._brand_of[word])
            return self._of_word[word]

        numbers = tuple(sorted(_MASK.findall(folded)))
        tokens = _MASK.sub(_NUMBER, self._words.sub(replace, said))
        return Reading(plain.replace("?", ""), tokens, frozenset(brands), numbers)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    file = paths.resources() / "similar" / "lexicon.json"
    return Lexicon(json.loads(file.read_text("utf-8")))
