"""Attempts: leave first, the store next, the audit row last."""

from pathlib import Path

import pytest

from tests.ui.fakes import NOW, FakeAttemptStore, FakeRecords, attempt_row
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.importing import Mapping
from workbench.domain.people import Person, Role
from workbench.domain.trend import TrendFilter, TrendQuery
from workbench.services.attempts import AttemptService, mapping_from_json
from workbench.services.session import Session


class Desk:
    def __init__(self, role: Role = Role.ADMIN) -> None:
        self.store, self.records = FakeAttemptStore([attempt_row()]), FakeRecords()
        session = Session(Person("li", "李", role))
        self.service = AttemptService(self.store, self.records, session, clock=lambda: NOW)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_import_is_audited_with_its_counts(desk: Desk) -> None:
    report = desk.service.import_files([Path("/x/a.csv"), Path("/x/b.xlsx")])
    (entry,) = desk.records.entries
    assert (entry.at, entry.actor, entry.action) == (NOW, "li", "import")
    assert entry.subject == "a.csv,b.xlsx"
    assert entry.detail == report.as_json()


def test_an_import_of_bureau_scores_is_audited_by_their_file(desk: Desk) -> None:
    desk.service.import_files([], scores=[Path("/x/百行征信.csv")])
    (entry,) = desk.records.entries
    assert (entry.action, entry.subject) == ("import", "百行征信.csv")


def test_an_import_that_failed_leaves_no_audit_row(desk: Desk) -> None:
    desk.store.error = BadInput("no_columns", file="a.csv")
    with pytest.raises(BadInput):
        desk.service.import_files([Path("a.csv")])
    assert desk.records.entries == []


def test_an_export_is_audited_before_and_after_with_its_rows(desk: Desk) -> None:
    assert desk.service.export(Path("out.csv")) == 1
    before, after = desk.records.entries
    assert (before.action, before.subject, before.detail) == ("export", "out.csv", {})
    assert (after.action, after.subject, after.detail["rows"]) == ("exported", "out.csv", 1)


def test_a_mapping_comes_back_as_it_was_saved(desk: Desk) -> None:
    mapping = Mapping(
        "呼叫中心", {"手机号": "phone", "备注": None}, {"*": ("-", "无")}, "gb18030", ";", "表1"
    )
    desk.service.save_mapping(mapping)
    assert desk.service.mapping("呼叫中心") == mapping
    assert desk.service.mapping_names() == ["呼叫中心"]
    assert desk.service.mapping("else") is None


def test_a_mapping_file_may_leave_everything_out() -> None:
    assert mapping_from_json("m", {}) == Mapping("m")
    assert mapping_from_json("m", {"columns": None, "missing": None}) == Mapping("m")


CALLS = {
    "preview": lambda s: s.preview(Path("a.csv")),
    "import": lambda s: s.import_files([Path("a.csv")]),
    "save_mapping": lambda s: s.save_mapping(Mapping("m")),
    "lookup": lambda s: s.lookup("A0001"),
    "timeline": lambda s: s.timeline("R1"),
    "explain": lambda s: s.explain("A0001"),
    "trend": lambda s: s.trend(TrendQuery()),
    "rows": lambda s: s.rows(TrendFilter(), failures_only=True),
    "count": lambda s: s.count(TrendFilter(), failures_only=True),
    "values": lambda s: s.values("channel"),
    "export": lambda s: s.export(Path("out.csv")),
}
DENIED = {Role.AGENT: {"preview", "import", "save_mapping", "export"}}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("call", sorted(CALLS))
def test_a_role_is_refused_what_the_table_denies_and_nothing_else(role: Role, call: str) -> None:
    desk = Desk(role)
    if call in DENIED.get(role, set()):
        with pytest.raises(NotPermitted, match="not_permitted"):
            CALLS[call](desk.service)
        assert desk.records.entries == desk.store.imported == desk.store.exported == []
        assert desk.records.saved == {}
    else:
        CALLS[call](desk.service)


def test_a_person_who_was_disabled_is_refused_everything() -> None:
    store = FakeAttemptStore([attempt_row()])
    session = Session(Person("li", "李", Role.ADMIN, active=False))
    service = AttemptService(store, FakeRecords(), session)
    for call in CALLS.values():
        with pytest.raises(NotPermitted):
            call(service)
    assert store.terms == []
