"""Which attached files the centre still needs from this desk, and which this desk from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from workbench.domain.sync import OpState, WaitingContent
from workbench.storage.engine import plain_errors
from workbench.storage.models import AttachmentRow, GivenRow, OutboxRow
from workbench.storage.records import SqlRecords
from workbench.storage.work import Work


class SqlContents:
    """Satisfies services.ports.Contents. Every method is one transaction."""

    def __init__(self, records: SqlRecords, path: Path) -> None:
        self._engine = records.engine
        self._path = path

    def to_give(self) -> list[WaitingContent]:
        """Oldest first: what lies here, is not known to be whole at the centre, and whose row the
        centre has taken."""
        on_its_way = sa.select(OutboxRow.entity_id).where(
            OutboxRow.entity == "attachment", OutboxRow.state != OpState.APPLIED
        )
        return self._waiting(
            AttachmentRow.address != "",
            AttachmentRow.content.not_in(sa.select(GivenRow.content)),
            AttachmentRow.attachment_id.not_in(on_its_way),
        )

    def to_take(self) -> list[WaitingContent]:
        """Oldest first: what is named here and does not lie here."""
        return self._waiting(AttachmentRow.address == "")

    def given(self, content: str) -> None:
        """The centre holds all of it."""
        with self._writing() as session:
            session.merge(GivenRow(content=content))

    def taken(self, content: str, address: str) -> None:
        """It lies here under ``address``."""
        with self._writing() as session:
            session.merge(GivenRow(content=content))
            session.execute(
                sa.update(AttachmentRow)
                .where(AttachmentRow.content == content, AttachmentRow.address == "")
                .values(address=address)
            )

    def forget_given(self) -> None:
        """The centre is not what it was: ask it about all of them again."""
        with self._writing() as session:
            session.execute(sa.delete(GivenRow))

    def _waiting(self, *where: sa.ColumnElement[bool]) -> list[WaitingContent]:
        query = sa.select(
            AttachmentRow.attachment_id,
            AttachmentRow.content,
            AttachmentRow.address,
            AttachmentRow.size,
        )
        with plain_errors(self._path), Session(self._engine) as session:
            rows = (
                Work(session)
                .reading()
                .execute(
                    query.where(AttachmentRow.content != "", *where).order_by(AttachmentRow.at)
                )
            )
            return [WaitingContent(*row) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with plain_errors(self._path), Session(self._engine) as session:
            work = Work(session)
            yield work.writing()
            work.commit()
