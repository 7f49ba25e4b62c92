"""All that is done with saved complaints, wired in one place: what the window and CLI ask."""

import os
import secrets
from dataclasses import dataclass

from workbench.domain.complaint_policy import Policy
from workbench.domain.times import utc_now
from workbench.services.complaint_bulk import BulkService
from workbench.services.complaint_joins import JoinService
from workbench.services.complaint_life import LifeService
from workbench.services.complaint_lists import ListService
from workbench.services.complaint_macros import MacroService
from workbench.services.complaint_talk import TalkService
from workbench.services.complaint_undo import ComplaintUndo
from workbench.services.complaint_writing import Writing
from workbench.services.deadlines import Deadlines, DeadlineService
from workbench.services.ports import AttemptStore, Clock, FileStore, Records
from workbench.services.session import Session


@dataclass(frozen=True)
class ComplaintDesk:
    life: LifeService
    talk: TalkService
    lists: ListService
    bulk: BulkService
    joins: JoinService
    macros: MacroService
    deadlines: DeadlineService
    undoing: ComplaintUndo

    @classmethod
    def open(
        cls,
        records: Records,
        session: Session,
        attempts: AttemptStore,
        files: FileStore,
        policy: Policy,
        deadlines: Deadlines,
        *,
        clock: Clock = utc_now,
    ) -> "ComplaintDesk":
        writing = Writing(records, session, deadlines, clock)
        life = LifeService(writing, policy)
        talk = TalkService(writing, attempts, files)
        return cls(
            life,
            talk,
            ListService(writing, f"{os.getpid()}-{secrets.token_hex(4)}"),
            BulkService(writing, life),
            JoinService(writing),
            MacroService(writing, talk.explanation),
            DeadlineService(writing, deadlines),
            ComplaintUndo(writing),
        )
