"""Do two texts of customers ask the same? A linear model whose weights are shipped, on numpy."""

import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from workbench import paths
from workbench.similar.features import (
    Floats,
    Profile,
    Vocabulary,
    dense,
    opposed,
    profile,
    sparse,
    split,
)
from workbench.similar.reading import lexicon

OPPOSED = 3.0  # log odds; set by hand: customers seldom ask both, so labels teach too little of it
_WIDTH = 1 << 20  # more rows than a vocabulary may have; packs a key of two rows into one number


def pack(key: Sequence[int]) -> int:
    """A key of ``features.sparse`` as one number."""
    packed = key[0]
    for row in key[1:]:
        packed = packed * _WIDTH + row
    return packed if len(key) == 3 else packed * _WIDTH + _WIDTH - 1


@dataclass(frozen=True)
class Similarity:
    """A trained model. Immutable: any thread may use it at any time."""

    vocabulary: Vocabulary
    centre: Floats  # of the dense features
    scale: Floats
    weights: Floats
    bias: float
    sparse_weights: Mapping[int, float]
    threshold: float  # from this probability on two texts mean the same

    @classmethod
    def load(cls, path: Path | None = None) -> "Similarity":
        """The shipped model, read once; or that of ``path``."""
        return cls.from_bytes(path.read_bytes()) if path else _shipped()

    def profile(self, text: str) -> Profile:
        """One text, ready to be compared with many."""
        return profile(lexicon().read(text), self.vocabulary)

    def same_meaning(self, a: str, b: str) -> float:
        """Probability (0 to 1) that both texts ask the same; compare with ``threshold``."""
        return self.compare(self.profile(a), [self.profile(b)])[0]

    def is_same(self, a: str, b: str) -> bool:
        return self.same_meaning(a, b) >= self.threshold

    def compare(self, one: Profile, others: Iterable[Profile]) -> list[float]:
        """Probabilities that ``one`` asks the same as each of ``others``, in their order."""
        return [self._probability(one, other) for other in others]

    def _probability(self, a: Profile, b: Profile) -> float:
        if not a.reading.plain or not b.reading.plain:
            return 0.0  # nothing said
        if a.reading.plain == b.reading.plain:
            return 1.0
        parts = split(a, b)
        measured = np.asarray(dense(a, b, parts, self.vocabulary), np.float32)
        weigh = self.sparse_weights.get
        said = sum(weigh(pack(key), 0.0) for key in sparse(a, b, parts, self.vocabulary))
        if opposed(parts):
            said -= OPPOSED
        score = float(((measured - self.centre) / self.scale) @ self.weights) + said + self.bias
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))

    def to_bytes(self) -> bytes:
        """The model as a compressed ``.npz``: n-grams with counts, vectors and weights."""
        words = self.vocabulary
        keys = np.fromiter(sorted(self.sparse_weights), np.int64)
        head = {
            "texts": words.texts,
            "bias": self.bias,
            "threshold": self.threshold,
            "plain": list(words.plain_df),
            "token": list(words.token_df),
            "rows": list(words.tokens),
        }
        out = io.BytesIO()
        np.savez_compressed(
            out,
            head=np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), np.uint8),
            plain_df=np.fromiter(words.plain_df.values(), np.uint16),
            token_df=np.fromiter(words.token_df.values(), np.uint16),
            vectors=words.vectors.astype(np.float16),
            centre=self.centre,
            scale=self.scale,
            weights=self.weights,
            keys=keys,
            values=np.asarray([self.sparse_weights[int(k)] for k in keys], np.float16),
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Similarity":
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            head = json.loads(file["head"].tobytes())
            return cls(
                Vocabulary(
                    texts=head["texts"],
                    plain_df=dict(zip(head["plain"], file["plain_df"].tolist(), strict=True)),
                    token_df=dict(zip(head["token"], file["token_df"].tolist(), strict=True)),
                    tokens={gram: row for row, gram in enumerate(head["rows"])},
                    vectors=file["vectors"].astype(np.float32),
                ),
                centre=file["centre"],
                scale=file["scale"],
                weights=file["weights"],
                bias=head["bias"],
                sparse_weights=dict(
                    zip(file["keys"].tolist(), file["values"].tolist(), strict=True)
                ),
                threshold=head["threshold"],
            )


@lru_cache(maxsize=1)
def _shipped() -> Similarity:
    return Similarity.from_bytes((paths.resources() / "similar" / "model.npz").read_bytes())
