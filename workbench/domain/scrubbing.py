"""What is cut out of free text before it leaves for people outside: numbers, addresses, names.

Stricter than ``masking.redact``, which keeps a text readable for colleagues: here a number too many
may go. Names have no shape, so every run of words that might be one is asked for among the known
customers; ``known`` answers by a keyed index, and no list of names is needed.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator

from workbench.domain.masking import mask_name

Known = Callable[[Collection[str]], set[str]]  # which of these name a customer

_DIGITS = str.maketrans(
    "零〇○一壹幺二贰貳两兩三叁參四肆五伍六陆陸七柒八捌九玖", "000111222223334455666778899"
)
_RUN = re.compile(
    r"\+?\d(?:[^\S\n]?[-.·・_()（）/,，、\u2010-\u2015]?[^\S\n]?\d){6,}(?:[^\S\n-]?[xX])?"
)
_STOPS = frozenset("，。；：！？（）")  # NFKC would put ASCII in their place
_KEPT = re.compile("([，。；：！？（）])")
_PHONE = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}")
_ID_CARD = re.compile(
    r"[1-9]\d{5}(?:(?:18|19|20)\d{2}|\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dxX]?"
)
_LONG = 12  # digits without a gap: a card, an account, an identity
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HAN = re.compile(r"[\u3400-\u9fff](?:[ \u00b7・*]?[\u3400-\u9fff])+")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_NAME = range(2, 5)  # characters of a Chinese name
_LEAST = 4  # characters of an id, or of a name in letters


def scrub(text: str, known: Known) -> str:
    """``text`` in its plain form (NFKC but for Chinese stops, nothing invisible) with identities
    masked."""
    parts = _KEPT.split(text)
    text = "".join(p if p in _STOPS else unicodedata.normalize("NFKC", p) for p in parts)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    text = _MAIL.sub("***@***", text)
    text = _numbers(text)
    spans = list(_candidates(text))
    found = known({word for _, _, word in spans}) if spans else set()
    return _masked(text, [(start, end) for start, end, word in spans if word in found])


def _numbers(text: str) -> str:
    digits = text.translate(_DIGITS)  # letter for letter: places stay
    hidden: set[int] = set()
    for run in _RUN.finditer(digits):
        places = [at for at in range(*run.span()) if digits[at].isalnum()]
        plain = "".join(digits[at] for at in places)
        for first, at in enumerate(places):
            begins = first == 0 or places[first - 1] != at - 1
            if not begins:
                continue
            phone, card = _PHONE.match(plain, first), _ID_CARD.match(plain, first)
            long = re.match(r"\d+", digits[at : run.end()])
            if phone:
                hidden.update(places[phone.end() - 8 : phone.end() - 4])
            if card:
                hidden.update(places[first + 6 : card.end() - 4])
            elif long and len(long[0]) >= _LONG:
                hidden.update(places[first + 4 : first + len(long[0]) - 2])
    return "".join("*" if at in hidden else c for at, c in enumerate(text))


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, folded) of whatever might be a name, an id or a number."""
    for run in _HAN.finditer(text):
        places = [at for at in range(*run.span()) if "\u3400" <= text[at] <= "\u9fff"]
        for length in _NAME:
            for first in range(len(places) - length + 1):
                own = places[first : first + length]
                yield own[0], own[-1] + 1, "".join(text[at] for at in own)
    words = list(_WORD.finditer(text))
    for first, word in enumerate(words):
        joined, end = "", word.start()
        for nearby in words[first : first + 3]:
            if joined and text[end : nearby.start()] not in (" ", "'", "-", ".", ", ", "  "):
                break
            part = nearby[0].replace("-", "")
            joined, end = joined + part, nearby.end()
            if len(joined) >= _LEAST:
                yield word.start(), end, joined.lower()
                if nearby is not word:  # the surname behind
                    yield word.start(), end, (part + joined[: -len(part)]).lower()
        if len(word[0]) >= _LEAST and "-" in word[0]:
            yield *word.span(), word[0].lower()
    digits = text.translate(_DIGITS)
    for run in _RUN.finditer(digits):
        yield *run.span(), "".join(c for c in digits[slice(*run.span())] if c.isalnum()).lower()


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    """Each span by its first character and stars; of those that overlap, the longer."""
    taken: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda s: s[0] - s[1]):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end))
    for start, end in sorted(taken, reverse=True):
        text = f"{text[:start]}{mask_name(text[start:end])}{text[end:]}"
    return text
