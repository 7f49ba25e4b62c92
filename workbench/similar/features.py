"""What two readings have in common and what is left over: the numbers that the model weighs."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workbench.similar.reading import Reading, lexicon

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

_TOKEN = lexicon().token
_ASKING = frozenset(
    _TOKEN[name]
    for name in (
        *("how", "why", "when", "which_day", "which_hour", "how_long", "how_much"),
        *("where", "which", "what", "can", "is_it"),
    )
)
_DENYING = frozenset(
    _TOKEN[name] for name in ("cannot", "fail", "not_have", "no_more", "not_shown", "not")
)
_PRODUCTS = frozenset((_TOKEN["pay_later"], _TOKEN["cash_loan"]))
_EMPTY = frozenset(_TOKEN[name] for name in ("asking", "already", "want", "say", "all_at_once"))
CONCEPTS = frozenset(_TOKEN.values())
_CONTENT = CONCEPTS - _PRODUCTS - _EMPTY
_HOW, _WHY, _CASH_LOAN = _TOKEN["how"], _TOKEN["why"], _TOKEN["cash_loan"]
_TOLD_APART = tuple(
    _TOKEN[name] for name in ("how", "why", "when", "can", "how_much", "is_it", "what", "asking")
)


def grams(text: str, length: int) -> list[str]:
    return [text[i : i + length] for i in range(len(text) - length + 1)]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Counts over the texts that a model was trained on."""

    texts: int
    plain_df: Mapping[str, int]  # n-grams of characters, n = 1 to 3, ^ and $ at the ends
    token_df: Mapping[str, int]  # single tokens
    tokens: Mapping[str, int]  # tokens and pairs of tokens that have weights → their row
    vectors: Floats  # (len(tokens), dimensions): what stands near them, unit length
    rarest: float = field(init=False)  # of what was not seen in training
    plain_rarity: Mapping[str, float] = field(init=False)  # inverse document frequency
    token_rarity: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        def rarity(df: Mapping[str, int]) -> dict[str, float]:
            counts = np.fromiter(df.values(), np.float64, len(df))
            return dict(zip(df, np.log((self.texts + 1) / (counts + 1)).tolist(), strict=True))

        object.__setattr__(self, "rarest", math.log(self.texts + 1))
        object.__setattr__(self, "plain_rarity", rarity(self.plain_df))
        object.__setattr__(self, "token_rarity", rarity(self.token_df))


@dataclass(frozen=True, slots=True)
class Profile:
    """One text, ready to be compared with many."""

    reading: Reading
    rarity: dict[str, float]  # of each token
    vectors: tuple[dict[str, float], ...]  # TF-IDF of 1, 2 and 3 characters, unit length
    asking: frozenset[str]
    denying: frozenset[str]
    meaning: Floats  # what the text's tokens stand near, unit length or zero
    plain_masks: dict[str, int] = field(repr=False)  # where each character stands, as bits
    token_masks: dict[str, int] = field(repr=False)
    bigrams: frozenset[str]


def profile(reading: Reading, vocabulary: Vocabulary) -> Profile:
    plain, tokens = reading.plain, reading.tokens
    weigh, rarest = vocabulary.token_rarity.get, vocabulary.rarest
    rarity = {t: weigh(t, rarest) for t in dict.fromkeys(tokens)}
    row = vocabulary.tokens.get
    known = [(place, rarity[t]) for t in rarity if (place := row(t)) is not None]
    if known:
        rows, weights = zip(*known, strict=True)
        meaning = np.asarray(weights, np.float32) @ vocabulary.vectors[list(rows)]
        meaning /= math.sqrt(meaning @ meaning) or 1.0
    else:
        meaning = np.zeros(vocabulary.vectors.shape[1], np.float32)
    return Profile(
        reading=reading,
        rarity=rarity,
        vectors=tuple(_tfidf(plain, length, vocabulary) for length in (1, 2, 3)),
        asking=_ASKING & rarity.keys(),
        denying=_DENYING & rarity.keys(),
        meaning=meaning,
        plain_masks=_masks(plain),
        token_masks=_masks(tokens),
        bigrams=frozenset(grams(f"^{tokens}$", 2)),
    )


def _tfidf(text: str, length: int, vocabulary: Vocabulary) -> dict[str, float]:
    weigh, rarest = vocabulary.plain_rarity.get, vocabulary.rarest
    counts: dict[str, int] = {}
    for gram in grams(text if length == 1 else f"^{text}$", length):
        counts[gram] = counts.get(gram, 0) + 1
    weights = {
        gram: weigh(gram, rarest) * (1 if count == 1 else 1 + math.log(count))
        for gram, count in counts.items()
    }
    norm = math.sqrt(sum([w * w for w in weights.values()])) or 1.0
    return {gram: weight / norm for gram, weight in weights.items()}


def _masks(text: str) -> dict[str, int]:
    masks: dict[str, int] = {}
    for place, letter in enumerate(text):
        masks[letter] = masks.get(letter, 0) | 1 << place
    return masks


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    if len(a) > len(b):
        a, b = b, a
    return sum([a[gram] * b[gram] for gram in a.keys() & b.keys()])


def common_subsequence(masks: dict[str, int], length: int, other: str) -> int:
    """Length of the longest common subsequence, by Hyyrö's bit-parallel method."""
    full = (1 << length) - 1
    row = full
    for letter in other:
        hit = row & masks.get(letter, 0)
        row = ((row + hit) | (row - hit)) & full
    return length - row.bit_count()


def edit_distance(masks: dict[str, int], length: int, other: str) -> int:
    """Levenshtein distance, by Myers' bit-parallel method."""
    if not length or not other:
        return max(length, len(other))
    full, last = (1 << length) - 1, 1 << (length - 1)
    plus, minus, distance = full, 0, length
    for letter in other:
        equal = masks.get(letter, 0)
        vertical = equal | minus
        horizontal = (((equal & plus) + plus) ^ plus) | equal
        rise = minus | (~(horizontal | plus) & full)
        fall = plus & horizontal
        if rise & last:
            distance += 1
        elif fall & last:
            distance -= 1
        rise = ((rise << 1) | 1) & full
        fall = (fall << 1) & full
        plus = fall | (~(vertical | rise) & full)
        minus = rise & vertical
    return distance


def _low_high(a: float, b: float) -> tuple[float, float]:
    return (a, b) if a <= b else (b, a)


@dataclass(frozen=True, slots=True)
class Split:
    """The tokens of two texts: in both, in the first alone, in the second alone."""

    shared: frozenset[str]
    first: frozenset[str]
    second: frozenset[str]


def split(a: Profile, b: Profile) -> Split:
    first, second = frozenset(a.rarity), frozenset(b.rarity)
    return Split(first & second, first - second, second - first)


def opposed(parts: Split) -> bool:
    """Whether one text has a word where the other has its opposite: 开通 and 关闭."""
    first, second = parts.first, parts.second
    return any(
        (x in first and y in second) or (y in first and x in second) for x, y in lexicon().opposites
    )


def dense(a: Profile, b: Profile, parts: Split, vocabulary: Vocabulary) -> list[float]:
    """The measured numbers of a pair, the same whichever text comes first."""
    row = [_cosine(u, v) for u, v in zip(a.vectors, b.vectors, strict=True)]
    row += _strings(a.reading.plain, a.plain_masks, b.reading.plain)
    row += _strings(a.reading.tokens, a.token_masks, b.reading.tokens)

    shared = sum(a.rarity[t] for t in parts.shared)
    low, high = _low_high(
        sum(a.rarity[t] for t in parts.first), sum(b.rarity[t] for t in parts.second)
    )
    row += (
        (shared + 1e-6) / (shared + low + high + 1e-6),
        (shared + 1e-6) / (shared + low + 1e-6),
        (shared + 1e-6) / (shared + high + 1e-6),
        *(low, high, shared),
        *_low_high(
            max((a.rarity[t] for t in parts.first), default=0),
            max((b.rarity[t] for t in parts.second), default=0),
        ),
        *_low_high(len(parts.first), len(parts.second)),
        max((a.rarity[t] for t in parts.shared), default=0),
    )
    first, second = parts.first & _CONTENT, parts.second & _CONTENT
    both = len(parts.shared & _CONTENT)
    row += (both / max(1, both + len(first) + len(second)), both)
    row += _low_high(len(first), len(second))

    asked = a.asking & b.asking
    row += (len(asked) / max(1, len(a.asking | b.asking)), bool(a.asking) + bool(b.asking))
    row += _low_high(len(a.asking - asked), len(b.asking - asked))
    row += ((token in a.rarity) + (token in b.rarity) for token in _TOLD_APART)
    row += (bool(a.denying) + bool(b.denying), len(a.denying ^ b.denying))
    row.append(_asks_why(a) + _asks_why(b))

    differing = (parts.first | parts.second) & _PRODUCTS
    row += (not differing, len(differing), len(a.reading.brands ^ b.reading.brands))
    row.append((_CASH_LOAN in a.rarity) + (_CASH_LOAN in b.rarity))
    numbers, others = a.reading.numbers, b.reading.numbers
    row += (bool(numbers) + bool(others), numbers == others, abs(len(numbers) - len(others)))

    row.append(float(a.meaning @ b.meaning))
    row.append(_left_over(a, parts.first, b, parts.second, vocabulary))
    return row


def _strings(a: str, masks: dict[str, int], b: str) -> list[float]:
    shorter, longer = sorted((len(a), len(b)))
    shorter, longer = max(1, shorter), max(1, longer)
    common = common_subsequence(masks, len(a), b)
    return [
        common / shorter,
        common / longer,
        edit_distance(masks, len(a), b) / longer,
        *(math.log(shorter), math.log(longer), shorter / longer),
    ]


def _asks_why(a: Profile) -> bool:
    """“怎么还不了” asks why, though 怎么 alone asks how."""
    return _WHY in a.rarity or (_HOW in a.rarity and bool(a.denying))


def _left_over(
    a: Profile, first: Iterable[str], b: Profile, second: Iterable[str], vocabulary: Vocabulary
) -> float:
    """Cosine of what is left on each side: 怎么 against 如何 is near, 开通 against 关闭 is not."""
    u, v = _centre(a, first, vocabulary), _centre(b, second, vocabulary)
    norms = float(np.sqrt((u @ u) * (v @ v)))
    if norms:
        return float(u @ v) / norms
    return float(not u.any() and not v.any())


def _centre(a: Profile, tokens: Iterable[str], vocabulary: Vocabulary) -> Floats:
    known = [(vocabulary.tokens[t], a.rarity[t]) for t in sorted(tokens) if t in vocabulary.tokens]
    if not known:
        return np.zeros(vocabulary.vectors.shape[1], np.float32)
    rows, weights = zip(*known, strict=True)
    centre: Floats = np.asarray(weights, np.float32) @ vocabulary.vectors[list(rows)]
    return centre


def sparse(a: Profile, b: Profile, parts: Split, vocabulary: Vocabulary) -> list[tuple[int, ...]]:
    """Which tokens the pair shares and which take another's place, as keys of weights.

    Keys: ``(kind, token)`` or ``(kind, token, token)`` with the rows of ``vocabulary.tokens``;
    kinds are those of ``KINDS``.
    """
    row = vocabulary.tokens
    shared = sorted(row[t] for t in parts.shared if t in row)
    first = sorted(row[t] for t in parts.first if t in row)
    second = sorted(row[t] for t in parts.second if t in row)
    keys: list[tuple[int, ...]] = [(SHARED, t) for t in shared]
    keys += ((DIFFERING, t) for t in (*first, *second))
    if not parts.first or not parts.second:
        keys += ((ADDED, t) for t in (*first, *second))
    keys += ((REPLACED, min(t, u), max(t, u)) for t in first for u in second)
    concepts = [row[t] for t in parts.shared & CONCEPTS if t in row]
    changed = [row[t] for t in (parts.first | parts.second) & CONCEPTS if t in row]
    keys += ((BESIDE, t, u) for t in changed for u in concepts)
    keys += ((SHARED, row[g]) for g in a.bigrams & b.bigrams if g in row)
    keys += ((DIFFERING, row[g]) for g in a.bigrams ^ b.bigrams if g in row)
    return keys


SHARED, DIFFERING, ADDED, REPLACED, BESIDE = range(5)
KINDS = ("shared", "differing", "added", "replaced", "beside")
