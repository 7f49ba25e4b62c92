"""Code catalogues at work: who may, what a site's rows change, what is kept, set aside, audited."""

import csv
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.ui.fakes import NOW, FakeAttemptStore, FakeRecords
from workbench import texts
from workbench.domain.codes import (
    CodeEntry,
    CodeSeen,
    CustomerVisible,
    Failure,
    UnmappedCode,
)
from workbench.domain.errors import BadInput, Busy, KnownError, NotPermitted, StoreFault, Usage
from workbench.domain.people import Person, Role
from workbench.domain.taxonomy import Action, Cause
from workbench.files import lock
from workbench.reports.tables import write_table
from workbench.services.codes import CodeService, CodeShelf
from workbench.services.session import Session

HEADER = "scheme,version,code,meaning_zh,meaning_en,is_failure,owner,action,cause\n"
ENTRY = CodeEntry(
    "gateway", "", "E9999", "上游超时", "", Failure.YES, CustomerVisible.GENERAL_REFUSAL_ONLY
)


def queued(code: str = "E9999", count: int = 3, **changes) -> UnmappedCode:
    seen = CodeSeen("gateway", code, "error_code")
    row = UnmappedCode(seen, ("gateway",), (code,), count, 2, NOW, NOW, 0.5, "未知错误")
    return replace(row, **changes)


@pytest.fixture
def store() -> FakeAttemptStore:
    made = FakeAttemptStore()
    made.unmapped = [queued(), queued("=1+1", 1)]
    return made


@pytest.fixture
def records() -> FakeRecords:
    return FakeRecords()


@pytest.fixture
def service(store, records, tmp_path):
    def make(role: Role = Role.QA) -> CodeService:
        return CodeService(
            store,
            records,
            Session(Person("zhang", "张敏", role)),
            tmp_path,
            write=write_table,
            say=partial(texts.text, "en"),
            clock=lambda: NOW,
        )

    return make


@pytest.fixture
def catalogue(tmp_path):
    def write(body: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        file = tmp_path / "theirs.csv"
        file.write_bytes((header + body).encode(encoding))
        return file

    return write


# rights
@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_see_what_a_code_means(service, role: Role) -> None:
    assert service(role).find("cups 05")
    assert service(role).unmapped().total == 2


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEAD])
def test_only_qa_and_administrators_change_a_catalogue(service, role, catalogue, records) -> None:
    other = service(role)
    for act in (
        lambda: other.import_site(catalogue("S,,1,词,,yes,,,\n")),
        lambda: other.classify(ENTRY),
        lambda: other.remove("gateway", "E9999"),
        lambda: other.map_source("pos", "CUPS_8583"),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert other.site() == () and records.audit() == []


# an attempt's codes
def test_an_attempts_unmapped_codes_are_named_with_their_schemes(service) -> None:
    codes = service()
    fields = {"error_source": "GATEWAY", "error_code": "E9999", "decline_code": "Q9"}
    assert codes.unmapped_of(fields | {"outcome": "failed"}) == (
        CodeSeen("gateway", "E9999", "error_code"),
        CodeSeen("risk", "Q9", "decline_code"),
    )
    assert codes.unmapped_of({"error_source": "gateway", "error_code": "sys_busy"}) == ()
    assert codes.unmapped_of({"error_code": "05"}) == (CodeSeen(None, "05", "error_code"),)


@pytest.mark.parametrize("outcome", ["success", "abandoned"])
def test_what_has_not_failed_has_no_unmapped_code(service, outcome: str) -> None:
    fields = {"outcome": outcome, "error_source": "gateway", "error_code": "E9999"}
    assert service().unmapped_of(fields) == ()


def test_another_schemes_code_is_never_taken(service) -> None:
    codes = service()
    assert codes.resolve("UNIONPAY_ACP", "51") is None
    assert codes.resolve("cups_8583", "51") is not None
    codes.map_source("pos", "CUPS_8583")
    entry = codes.resolve("POS", "51")
    assert entry is not None and entry.scheme == "CUPS_8583"


# classifying
def test_a_classified_code_leaves_the_queue_at_once_and_is_audited(service, records) -> None:
    codes = service()
    written = codes.classify(ENTRY)
    assert [row.seen.code for row in codes.unmapped().rows] == ["=1+1"]
    entry = codes.entry("gateway", "e9999")
    assert entry == written and entry.source == "site: zhang, 2026-11-22"
    (audit,) = records.audit()
    assert (audit.action, audit.subject) == ("codes_classify", "gateway:E9999")


def test_a_query_first_code_takes_no_cause_and_the_refusal_changes_nothing(service) -> None:
    codes = service()
    wrong = replace(ENTRY, is_failure=Failure.QUERY_FIRST, cause=Cause.HIGH_DEBT)
    with pytest.raises(BadInput, match="codes_cause_of_none"):
        codes.classify(wrong)
    assert codes.site() == ()
    good = codes.classify(replace(ENTRY, is_failure=Failure.QUERY_FIRST))
    assert good.action is Action.QUERY_FIRST


def test_another_window_sees_the_change(service) -> None:
    here, there = service(), service(Role.AGENT)
    assert there.resolve("gateway", "E9999") is None
    here.classify(ENTRY)
    assert there.resolve("gateway", "E9999") is not None


def test_a_removed_row_gives_way_to_what_ships(service) -> None:
    codes = service()
    shipped = codes.entry("gateway", "SYS_BUSY")
    codes.classify(replace(shipped, meaning_zh="本行改写", source=""))
    assert codes.entry("gateway", "SYS_BUSY").meaning_zh == "本行改写"
    codes.remove("GATEWAY", "sys_busy", shipped.version)
    assert codes.entry("gateway", "SYS_BUSY") == shipped
    with pytest.raises(BadInput, match="no_such_site_code"):
        codes.remove("gateway", "SYS_BUSY")


def test_nothing_is_written_where_the_audit_cannot_be(service, records, tmp_path) -> None:
    codes = service()
    codes.classify(ENTRY)
    before = (tmp_path / "codes" / "site.csv").read_bytes()
    records.error = StoreFault("records_disk_full", folder="x")
    with pytest.raises(KnownError):
        codes.classify(replace(ENTRY, code="E2"))
    assert (tmp_path / "codes" / "site.csv").read_bytes() == before
    assert codes.entry("gateway", "E2") is None


def test_a_second_writer_is_told_to_wait(service, tmp_path) -> None:
    codes = service()
    codes.classify(ENTRY)
    with (tmp_path / "codes" / ".lock").open("r+") as held:
        lock(held.fileno())
        with pytest.raises(Busy):
            codes.classify(replace(ENTRY, code="E2"))
    codes.classify(replace(ENTRY, code="E2"))
    assert len(codes.site()) == 2


def test_a_persons_broken_edit_of_the_file_is_not_written_over(service, tmp_path) -> None:
    codes = service()
    codes.classify(ENTRY)
    file = tmp_path / "codes" / "site.csv"
    file.write_text(file.read_text("utf-8") + "gateway,,E3,半行\n", "utf-8")
    with pytest.raises(BadInput, match="codes_empty"):
        codes.classify(replace(ENTRY, code="E4"))
    assert "半行" in file.read_text("utf-8")
    assert codes.entry("gateway", "E9999") is not None, "the good rows are used meanwhile"
    assert [problem.key for problem in codes.problems] == ["codes_empty"]


@pytest.mark.parametrize("name", ["", "  ", "a:b", "x" * 41, "a\u202eb"])
def test_a_name_that_no_scheme_can_have_is_refused(service, name: str) -> None:
    with pytest.raises(BadInput, match="bad_scheme_name"):
        service().map_source("pos", name)


# importing
def test_good_rows_are_taken_and_bad_ones_set_aside_with_line_column_and_reason(
    service, catalogue, records
) -> None:
    codes = service()
    report = codes.import_site(
        catalogue(
            "S,,A,好,,yes,bank,,\nS,,,没有代码,,yes,,,\nS,,C,词,,perhaps,banker,,\nS,,D,末,,no,,,\n"
        )
    )
    assert (report.read, report.taken, report.set_aside) == (4, 2, 2)
    assert {entry.code for entry in codes.site()} == {"A", "D"}
    with report.quarantine_file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["file"], row["line"], row["column"]) for row in rows] == [
        ("theirs.csv", "3", "code"),
        ("theirs.csv", "4", "is_failure | owner"),
    ]
    assert "perhaps" in rows[1]["reason"] and "banker" in rows[1]["reason"]
    assert records.audit()[0].detail["set_aside"] == 2


def test_a_second_import_replaces_rows_of_the_same_key_and_keeps_the_others(
    service, catalogue
) -> None:
    codes = service()
    codes.classify(ENTRY)
    codes.import_site(catalogue("S,,A,旧,,yes,,,\nS,,B,留,,yes,,,\n"))
    codes.import_site(catalogue("s,,ａ,新,,yes,,,\n"))
    found = {(e.scheme.lower(), e.code.lower()): e.meaning_zh for e in codes.site()}
    assert found == {("gateway", "e9999"): "上游超时", ("s", "a"): "新", ("s", "b"): "留"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_catalogue_is_read_in_the_encodings_of_chinese_desks(
    service, catalogue, encoding: str
) -> None:
    assert service().import_site(catalogue("S,,A,余额不足,,yes,,,\n", HEADER, encoding)).taken == 1


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"\x00\x01\x02", "codes_not_text"),
        (HEADER.encode("utf-16"), "codes_not_text"),
        (b"\xff\xff\xff", "codes_not_text"),
        (b"", "codes_no_column"),
        (b"scheme,code\n1,2\n", "codes_no_column"),
        (b"x" * 20_000_001, "codes_too_big"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_whole(
    service, tmp_path, records, data: bytes, key: str
) -> None:
    file = tmp_path / "hostile.csv"
    file.write_bytes(data)
    with pytest.raises(BadInput) as raised:
        service().import_site(file)
    assert raised.value.key == key
    assert records.audit() == [] and not (tmp_path / "codes").exists()


def test_huge_cells_and_open_quotes_cost_their_own_rows_only(service, catalogue) -> None:
    body = f'S,,A,好,,yes,,,\nS,,B,{"x" * 200_000},,yes,,,\nS,,C,好,,yes,,,\nS,,D,"半,,yes,,,\n'
    report = service().import_site(catalogue(body))
    assert (report.read, report.taken, report.set_aside) == (4, 2, 2)


def test_a_missing_file_says_so(service, tmp_path) -> None:
    with pytest.raises(BadInput, match="codes_unreadable"):
        service().import_site(tmp_path / "none.csv")


# what goes out
def test_the_template_has_a_row_for_each_unmapped_code_and_runs_nothing(service, tmp_path) -> None:
    codes, file = service(), tmp_path / "fill.csv"
    assert codes.template(file) == 2
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["scheme"], row["code"]) for row in rows] == [
        ("gateway", "E9999"),
        ("gateway", "'=1+1"),
    ]
    assert codes.import_site(file).taken == 0, "nothing is guessed"
    for row in rows:
        row |= {"meaning_zh": "填好", "is_failure": "yes"}
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert codes.import_site(file).taken == 2
    assert codes.unmapped().total == 0, "the code is what it was before the apostrophe"


def test_a_template_that_could_not_be_imported_is_refused(service, tmp_path) -> None:
    with pytest.raises(Usage, match="template_not_csv"):
        service().template(tmp_path / "fill.xlsx")


def test_the_exported_queue_is_inert_and_masked(service, store, tmp_path) -> None:
    store.unmapped = [queued("@SUM(A1)", message="=cmd|' /C calc'!A0")]
    file = tmp_path / "queue.csv"
    assert service().export_unmapped(file) == 1
    with file.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row["code"] == "'@SUM(A1)" and row["message"].startswith("'=")
    assert row["first_seen"] == "2026-11-22 20:30:00"


def test_a_shelf_reads_the_catalogues_without_a_store(tmp_path) -> None:
    shelf = CodeShelf(tmp_path / "nowhere")
    assert len(shelf.entries("cups_8583")) == 51
    assert len(shelf.entries()) > 600
    with pytest.raises(BadInput) as raised:
        shelf.entries("nobody")
    assert "UNIONPAY_ACP" in texts.error_text("zh", raised.value)
