"""Attached files to the centre and from it, a few at a time, after the rows that name them."""

import hashlib
import logging
from dataclasses import dataclass

from workbench.domain.errors import Busy, StoreFault
from workbench.domain.sync import WaitingContent
from workbench.services.ports import Centre, Contents, FileStore

AT_ONCE = 8 << 20  # bytes: then the next round of rows goes first
_log = logging.getLogger(__name__)


@dataclass
class Moved:
    """``more``: others wait that could go in the next turn."""

    given: int = 0
    taken: int = 0
    more: bool = False


class ContentService:
    """What was broken off goes on where it stopped: the centre knows which parts it holds, and a
    file lies here before its row says so."""

    def __init__(self, contents: Contents, files: FileStore) -> None:
        self._contents = contents
        self._files = files

    def forget(self) -> None:
        """After the centre was restored."""
        self._contents.forget_given()

    def run(self, centre: Centre) -> Moved:
        """Raises Busy where the centre is out of reach."""
        done, room = Moved(), AT_ONCE
        for waiting in self._contents.to_give():
            if room <= 0:
                done.more = True
                return done
            if self._give(centre, waiting):
                done.given += 1
                room -= waiting.size
        seen: set[str] = set()
        for waiting in self._contents.to_take():
            if waiting.content in seen:
                continue
            if room <= 0:
                done.more = True
                return done
            seen.add(waiting.content)
            if self._take(centre, waiting):
                done.taken += 1
                room -= waiting.size
        return done

    def _give(self, centre: Centre, waiting: WaitingContent) -> bool:
        try:
            data = self._files.get(waiting.address)
            centre.give_content(waiting.attachment_id, waiting.content, data)
        except StoreFault as fault:  # damaged here, or refused there: the others go on
            _log.warning("the content of %s stays here: %s", waiting.attachment_id, fault.key)
            return False
        self._contents.given(waiting.content)
        return True

    def _take(self, centre: Centre, waiting: WaitingContent) -> bool:
        data = centre.take_content(waiting.content)
        if data is None:  # its desk has not sent all of it yet
            return False
        if hashlib.sha256(data).hexdigest() != waiting.content:
            raise Busy("centre_content_again", place=centre.place)
        self._contents.taken(waiting.content, self._files.put(data))
        return True
