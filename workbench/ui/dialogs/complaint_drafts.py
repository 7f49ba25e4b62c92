"""The drafts under the complaint sheet: which one is open, which wait; knows no widget."""

from workbench.domain.attempt import AttemptRow
from workbench.domain.complaint import Complaint, ComplaintDraft
from workbench.services.complaints import ComplaintService


class Drafts:
    """Every change is journalled before ``change`` returns. A draft in which something was typed
    is never dropped or replaced: another complaint begins beside it."""

    def __init__(self, complaints: ComplaintService) -> None:
        self._complaints = complaints
        self._open: dict[str, ComplaintDraft] = {}
        self._touched: set[str] = set()
        self._current: str | None = None

    @property
    def current(self) -> ComplaintDraft | None:
        return self._open.get(self._current) if self._current else None

    @property
    def waiting(self) -> list[ComplaintDraft]:
        """The unfinished ones that are not open, oldest first."""
        return [
            draft
            for key, draft in self._open.items()
            if key != self._current and key in self._touched
        ]

    @property
    def unfinished(self) -> int:
        return len(self._touched)

    def begin(self, attempt: AttemptRow | None) -> ComplaintDraft:
        """The unfinished draft of this attempt if there is one, else a new one.

        Raises NotPermitted.
        """
        ref = attempt.attempt_id if attempt else None
        for key, draft in self._open.items():
            if draft.attempt_id == ref and (ref is not None or key == self._current):
                self._switch(key)
                return draft
        draft = self._complaints.draft_from(attempt)
        self._open[draft.draft_id] = draft
        self._switch(draft.draft_id)
        return draft

    def change(self, **changes: object) -> ComplaintDraft:
        """Change the open draft and journal it. Raises StoreFault; the change is kept anyway."""
        draft = self.current
        assert draft is not None, "no draft is open"
        changed = draft.with_changes(**changes)
        if changed != draft:
            self._open[draft.draft_id] = changed
            self._touched.add(draft.draft_id)
            self._complaints.keep(changed)
        return changed

    def switch(self, draft_id: str) -> ComplaintDraft:
        self._switch(draft_id)
        return self._open[draft_id]

    def discard(self) -> None:
        """Throw the open draft away, from the journal too; the newest waiting one opens."""
        draft = self.current
        if draft is not None:
            if draft.draft_id in self._touched:
                self._complaints.discard(draft.draft_id)
            self._forget(draft.draft_id)

    def save(self, draft: ComplaintDraft) -> Complaint:
        """Blocks: for the pool. Raises BadInput, StoreFault, NotPermitted."""
        return self._complaints.save(draft)

    def saved(self, draft_id: str) -> None:
        self._forget(draft_id)

    def left_over(self) -> list[ComplaintDraft]:
        """Blocks: for the pool. What a crash or a closed window left in the journal."""
        return self._complaints.drafts()

    def recover(self, drafts: list[ComplaintDraft]) -> None:
        """Take over what ``left_over`` found."""
        for draft in drafts:
            self._open.setdefault(draft.draft_id, draft)
            self._touched.add(draft.draft_id)

    def _switch(self, key: str) -> None:
        before = self._current
        if before is not None and before != key and before not in self._touched:
            self._open.pop(before, None)
        self._current = key

    def _forget(self, key: str) -> None:
        self._open.pop(key, None)
        self._touched.discard(key)
        if self._current == key:
            self._current = None
