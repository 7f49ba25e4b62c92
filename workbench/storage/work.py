"""A unit of work's session: what reads, what writes, and texts made fit to be stored."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from workbench.storage.engine import BEGIN
from workbench.storage.search import refresh


class Work:
    """The session of a unit of work, and what a statement needs of its transaction.

    Reading begins a deferred transaction, which sees one state and holds nobody up. The first
    writing ends it and begins an immediate one: from there nobody else writes. What was read
    before may have changed between the two, so a writer relies on what it reads after
    ``writing`` and on constraints, never on an earlier read alone.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._writes = False

    def reading(self) -> Session:
        if not self._session.in_transaction():
            self._begin("DEFERRED")
        return self._session

    def writing(self) -> Session:
        if not self._writes:
            self._session.rollback()
            self._begin("IMMEDIATE")
            self._writes = True
        return self._session

    def commit(self) -> None:
        if self._writes:
            self._session.flush()
            refresh(self._session)
        self._session.commit()
        self._writes = False

    def rollback(self) -> None:
        self._session.rollback()
        self._writes = False

    def _begin(self, how: str) -> None:
        self._session.connection(execution_options={BEGIN: how})


def storable(value: Any) -> Any:
    """The same with every text fit for UTF-8: a file name or a paste may hold half a character."""
    match value:
        case StrEnum() | datetime():
            return value
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {storable(k): storable(v) for k, v in value.items()}
        case list() | tuple():
            return [storable(v) for v in value]
    return value
