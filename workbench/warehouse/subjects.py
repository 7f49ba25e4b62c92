"""Originals at rest, each customer's under a key of their own: made of the site's key and of a salt
that lies apart from the warehouse. Whoever destroys the salt erases the original from every copy of
the warehouse that there is.
"""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Protocol

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.salts import new_salts
from workbench.warehouse.engines import Session

_NONCE = 12
_PURPOSE = b"subject"

Sealed = tuple[int, int, bytes]  # customer key, identity key, what was sealed
Person = dict[str, str | None]


class Subjects(Protocol):
    """The salts of customers, who are named by keys of 64 bits without a sign."""

    def ensure(self, customers: Sequence[int]) -> list[bytes]:
        """The salt of each, made where there is none, on the disk when this returns. Each customer
        once, in ascending order: ever more of them are then added quickly."""

    def find(self, customers: Collection[int]) -> dict[int, bytes]:
        """Those that there are."""

    def destroy(self, customers: Collection[int]) -> None:
        """For good: when this returns no byte of theirs is left here."""

    def pages(self) -> Iterator[list[tuple[int, bytes]]]:
        """All of them, in order."""

    def mend(self) -> None:
        """Where the place is damaged, begin anew."""


class SubjectsInMemory:
    """Of a store that lasts as long as its process."""

    def __init__(self) -> None:
        self._salts: dict[int, bytes] = {}

    def ensure(self, customers: Sequence[int]) -> list[bytes]:
        drawn = zip(customers, new_salts(len(customers)), strict=True)
        return [self._salts.setdefault(customer, salt) for customer, salt in drawn]

    def find(self, customers: Collection[int]) -> dict[int, bytes]:
        return {c: self._salts[c] for c in customers if c in self._salts}

    def destroy(self, customers: Collection[int]) -> None:
        for customer in customers:
            self._salts.pop(customer, None)

    def pages(self) -> Iterator[list[tuple[int, bytes]]]:
        yield sorted(self._salts.items())

    def mend(self) -> None:
        """Nothing can be."""


class Seals:
    """Seals originals and opens them: ``key`` is the site's."""

    def __init__(self, key: bytes, subjects: Subjects) -> None:
        self._key = key
        # Keyed BLAKE2b is a MAC as HMAC is, at a fifth of the time.
        self._mac = blake2b(digest_size=32, key=key, person=_PURPOSE)
        self.subjects = subjects

    def sealed(self, people: Iterable[tuple[int, bytes, int, bytes]], count: int) -> list[bytes]:
        """Of ``count`` times customer key, salt, identity key and original."""
        nonces = os.urandom(_NONCE * count)
        made = []
        for at, (customer, salt, identity, original) in enumerate(people):
            nonce = nonces[at * _NONCE : (at + 1) * _NONCE]
            cipher = self._cipher(customer, salt)
            made.append(nonce + cipher.encrypt(nonce, original, _bound(identity)))
        return made

    def _cipher(self, customer: int, salt: bytes) -> AESGCM:
        mac = self._mac.copy()
        mac.update(customer.to_bytes(8, "big") + salt)
        return AESGCM(mac.digest())

    def opened(self, rows: Sequence[Sealed]) -> list[Person | None]:
        """The original of each; None where no key is left that opens it."""
        salts = self.subjects.find({customer for customer, _, _ in rows})
        return [self._opened(row, salts.get(row[0])) for row in rows]

    def _opened(self, row: Sealed, salt: bytes | None) -> Person | None:
        customer, identity, sealed = row
        original = None
        if salt is not None:
            original = _decrypted(self._cipher(customer, salt), identity, sealed)
        if original is None:
            original = self.opened_by_site(identity, sealed)
        return None if original is None else json.loads(original)

    def opened_by_site(self, identity: int, sealed: bytes) -> bytes | None:
        """An original that was sealed before customers had keys of their own."""
        return _decrypted(AESGCM(self._key), identity, sealed)

    def unreadable(self, session: Session) -> int:
        """Customers of whom an original can never be shown again: their key is not there."""
        lacking: set[int] = set()
        for batch in session.stream("SELECT customer_key FROM identities"):
            customers = set(map(int, batch["customer_key"].to_pylist()))
            lacking |= customers - self.subjects.find(customers).keys()
        if not lacking:
            return 0
        session.load("told", pa.table({"customer_key": pa.array(lacking, pa.uint64())}))
        session.execute("CREATE OR REPLACE TEMP TABLE lacking AS SELECT * FROM told")
        rows = session.stream(
            "SELECT customer_key, identity_key, sealed FROM identities"
            " WHERE customer_key IN (SELECT customer_key FROM lacking)"
        )
        return len(
            {
                row["customer_key"]
                for batch in rows
                for row in batch.to_pylist()
                if self.opened_by_site(row["identity_key"], row["sealed"]) is None
            }
        )


def _bound(identity: int) -> bytes:
    return identity.to_bytes(8, "big")


def _decrypted(cipher: AESGCM, identity: int, sealed: bytes) -> bytes | None:
    with suppress(InvalidTag):
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(identity))
    return None
