"""The audit chain: each row's hash covers the row and the hash before it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

GENESIS = "0" * 64


@dataclass(frozen=True)
class AuditEntry:
    """``at`` is UTC naive; ``subject`` is an id, never an identity; ``detail`` is JSON-able."""

    at: datetime
    actor: str
    action: str
    entity: str
    subject: str
    detail: dict[str, object]


def canonical(entry: AuditEntry) -> str:
    """The entry in canonical JSON: what is hashed, and what a witness is told."""
    return json.dumps(
        vars(entry) | {"at": entry.at.isoformat()}, sort_keys=True, ensure_ascii=False
    )


def chain_hash(previous: str, entry: AuditEntry) -> str:
    """SHA-256 in hex over the previous hash and the canonical entry."""
    return hashlib.sha256(f"{previous}\n{canonical(entry)}".encode()).hexdigest()
