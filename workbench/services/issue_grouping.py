"""A site's refinements of the fingerprint: kept in the records, shared, checked before they count."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from workbench.domain.errors import BadInput
from workbench.domain.people import Act
from workbench.domain.sync import OpKind
from workbench.services.issue_writing import IssueWriting
from workbench.services.ports import AttemptStore

if TYPE_CHECKING:
    from workbench.rules.grouping import Grouping

_KIND, _NAME = "grouping", "site"


class IssueGrouping:
    """``schemes`` says which scheme a folded source's codes are of, as catalogues have it."""

    def __init__(
        self,
        writing: IssueWriting,
        store: AttemptStore,
        schemes: Callable[[], Mapping[str, str]],
    ) -> None:
        self._w, self._store, self._schemes = writing, store, schemes
        self._read: tuple[str, Grouping] | None = None

    def current(self) -> "Grouping":
        """What failures are grouped by now."""
        self._w.session.require(Act.SEE_ISSUES)
        from workbench.rules.grouping import Grouping, parse_grouping

        text = self.text()
        if self._read is None or self._read[0] != text:
            self._read = text, parse_grouping(text) if text else Grouping()
        found = self._read[1]
        schemes = tuple(sorted(self._schemes().items()))
        return Grouping(found.refinements, found.version, found.file, schemes)

    def text(self) -> str:
        """The site's refinements as they were written; '' for none."""
        self._w.session.require(Act.SEE_ISSUES)
        with self._w.records.unit_of_work() as uow:
            body = uow.saved.get(_KIND, _NAME)
        return _text(body)

    def words(self) -> list[str]:
        """What may stand in a refinement, for completion."""
        self._w.session.require(Act.SEE_ISSUES)
        from workbench.rules.grouping import BY, PARTS
        from workbench.rules.language import FUNCTIONS, readable_fields

        keys = ("version", "refine", "name", "when", "by", "without")
        found = {*readable_fields(None), *BY, *PARTS, *keys, *FUNCTIONS.split(", ")}
        return sorted(found, key=str.lower)

    def meant(self, text: str) -> "Grouping":
        """What a text would group by; '' is the product's fingerprint. Raises as ``check``."""
        self._w.session.require(Act.SEE_ISSUES)
        from workbench.rules.grouping import Grouping

        return self.check(text) if text.strip() else Grouping()

    def check(self, text: str, name: str = "grouping.yaml") -> "Grouping":
        """Raises BadInput with file, line and column."""
        self._w.session.require(Act.SEE_ISSUES)
        from workbench.rules.grouping import parse_grouping  # not needed to open the window

        found = parse_grouping(text, name)
        self._store.check_grouping(found)
        return found

    def put(
        self, text: str, name: str = "grouping.yaml", instead_of: str | None = None
    ) -> "Grouping":
        """From now on failures are grouped so, at every desk; '' : by the product's fingerprint
        alone. What was put into an issue by hand stays in it. ``instead_of`` is the text that this
        one was made from. Raises BadInput('grouping_changed_since') where that holds no more."""
        self._w.session.require(Act.EDIT_GROUPING)
        from workbench.rules.grouping import Grouping

        found = self.check(text, name) if text.strip() else Grouping()
        body: dict[str, object] = {"text": text if text.strip() else ""}
        with self._w.records.unit_of_work() as uow:
            # The audit first: from there on nobody else writes.
            self._w.audit(uow, "grouping", "grouping", _NAME, {"version": found.version})
            known = uow.saved.get(_KIND, _NAME)
            if instead_of is not None and instead_of != _text(known):
                raise BadInput("grouping_changed_since")
            uow.saved.put(_KIND, _NAME, body)
            named = f"{_KIND}/{_NAME}"
            if known is None:
                values: dict[str, object] = {"kind": _KIND, "name": _NAME, "body": body}
                uow.enqueue("grouping", OpKind.CREATE, named, values)
            else:
                uow.enqueue("grouping", OpKind.UPDATE, named, {"body": body})
            uow.commit()
        return found


def _text(body: Mapping[str, object] | None) -> str:
    return str(body.get("text", "")) if body else ""
