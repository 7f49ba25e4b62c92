"""A site's ledger in, once and whole; complaints out; totals that match to the last row."""

import csv
import json
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.complaint_desk import KEY, PEOPLE, WITNESS
from workbench.domain.complaint import State
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.importing import Mapping
from workbench.domain.people import Person
from workbench.domain.times import utc_now
from workbench.reports.tables import write_table
from workbench.services.complaint_writing import NoDeadlines, Writing
from workbench.services.ledger import LedgerService
from workbench.services.session import Session
from workbench.storage.records import SqlRecords
from workbench.warehouse.ledgers import LedgerTable, set_aside

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "complaints"
HEADERS = ["投诉编号", "受理时间", "客户姓名", "手机号", "产品", "投诉内容", "省份", "邮编", "状态"]
ROW = ["0001", "2026-11-02", "张三", "13812345678", "白条", "开不了", "广东", "010010", "已办结"]


class Site:
    def __init__(self, folder: Path, person: Person = PEOPLE["li"]) -> None:
        self.records = SqlRecords(folder / "records.db", KEY, WITNESS)
        say = lambda key, **params: f"{key} {params}"  # noqa: E731
        self.ledger = LedgerService(
            Writing(self.records, Session(person), NoDeadlines(), utc_now),
            LedgerTable,
            lambda path, at, rows: set_aside(path, at, rows, say),
            write_table,
        )

    def get(self, number: str):
        with self.records.unit_of_work() as uow:
            return uow.complaints.get(number)


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    yield made
    made.records.close()


def written(path: Path, *rows, headers=HEADERS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([headers, *rows])
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_numbers_dates_and_zeros_stay_and_identities_are_masked(site, tmp_path):
    report = site.ledger.take(written(tmp_path / "a.csv", ROW))
    assert (report.read, report.imported) == (1, 1)
    made = site.get("0001")
    assert (made.state, made.products) == (State.CLOSED, ("白条",))
    assert (made.customer_name, made.phone) == ("张*", "138****5678")
    assert str(made.received_at) == "2026-11-01 16:00:00", "midnight in Shanghai, as UTC"
    assert made.extras["邮编"] == "010010" and made.extras["状态"] == "已办结"
    assert "13812345678" not in str(made.extras) and "张三" not in str(made.extras)


def test_who_it_is_about_is_shown_after_the_audit_row(site, tmp_path):
    site.ledger.take(written(tmp_path / "a.csv", ROW))
    who = site.ledger.identity("0001", "回电核实")
    assert who == {"customer_name": "张三", "phone": "13812345678"}
    last = site.records.audit()[0]
    assert (last.action, last.detail["purpose"]) == ("reveal", "回电核实")


def test_the_same_file_again_adds_nothing_rows_that_say_the_same_included(site, tmp_path):
    headers = ["Date received", "Product"]
    same = ["1/26/2016", "Mortgage"]
    file = written(tmp_path / "a.csv", same, same, ["1/27/2016", "Mortgage"], headers=headers)
    first, again = site.ledger.take(file), site.ledger.take(file)
    assert (first.imported, first.duplicates) == (3, 0), "two alike are two complaints"
    assert (again.imported, again.duplicates) == (0, 3)
    assert site.ledger.totals(["day"]).rows == ((("2016-01-26",), 2), (("2016-01-27",), 1))


def test_a_row_that_says_otherwise_under_a_known_number_is_set_aside(site, tmp_path):
    site.ledger.take(written(tmp_path / "a.csv", ROW))
    other = [*ROW[:5], "别的事", *ROW[6:]]
    report = site.ledger.take(written(tmp_path / "b.csv", other, ROW))
    assert (report.duplicates, report.quarantined) == (1, 1)
    assert site.get("0001").description == "开不了", "nothing was overwritten"
    assert "id_with_other_content" in report.quarantine_file.read_text("utf-8-sig")


def test_two_rows_of_one_number_and_different_words_keep_the_first(site, tmp_path):
    other = [*ROW[:5], "别的事", *ROW[6:]]
    report = site.ledger.take(written(tmp_path / "a.csv", ROW, other))
    assert (report.imported, report.quarantined) == (1, 1)


def test_bad_rows_are_set_aside_and_good_ones_stay(site, tmp_path):
    no_date = ["0002", "", *ROW[2:]]
    report = site.ledger.take(written(tmp_path / "a.csv", ROW, no_date, [*ROW, "one too many"]))
    assert (report.read, report.imported, report.quarantined) == (3, 1, 2)
    lines = table(report.quarantine_file)
    assert [(row["line"], row["code"]) for row in lines] == [
        ("3", "required_missing"), ("4", "ragged")
    ]  # fmt: skip
    assert "13812345678" not in report.quarantine_file.read_text("utf-8-sig")


def test_excel_keeps_leading_zeros_and_whole_numbers(site, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["编号", "受理时间", "邮编", "件数"])
    sheet.append(["0007", "2026-11-02", "010010", 3])
    book.save(tmp_path / "a.xlsx")
    site.ledger.take(tmp_path / "a.xlsx")
    extras = site.get("0007").extras
    assert (extras["邮编"], extras["件数"]) == ("010010", "3")


def test_complaints_without_a_number_get_those_of_their_day(site, tmp_path):
    site.ledger.take(written(tmp_path / "a.csv", ["2/26/2016"], ["2/26/2016"], headers=["Date"]))
    assert site.get("C-20160226-0001") and site.get("C-20160226-0002")


def test_each_complaint_goes_to_the_centre_with_its_first_event(site, tmp_path):
    site.ledger.take(written(tmp_path / "a.csv", ROW, ["0002", *ROW[1:]]))
    from sqlalchemy import select
    from sqlalchemy.orm import Session as Orm

    from workbench.storage.models import DeviceRow, OutboxRow

    with Orm(site.records.engine) as session:
        ops = session.scalars(select(OutboxRow).order_by(OutboxRow.n)).all()
        assert [op.device_seq for op in ops] == [1, 2]
        assert {op.body["number"] for op in ops} == {"0001", "0002"}
        assert all(op.also[0]["body"]["kind"] == "created" for op in ops)
        assert session.scalars(select(DeviceRow.last_seq)).one() == 2
        assert all("13812345678" not in str(op.body) for op in ops)


def test_an_export_has_the_ledgers_columns_and_the_history_one_row_an_event(site, tmp_path):
    site.ledger.take(written(tmp_path / "a.csv", ROW, ["0002", *ROW[1:]]))
    assert site.ledger.export(tmp_path / "out.csv") == 2
    rows = table(tmp_path / "out.csv")
    assert [(r["number"], r["邮编"], r["受理时间"]) for r in rows] == [
        ("0001", "010010", "2026-11-02"), ("0002", "010010", "2026-11-02")
    ]  # fmt: skip
    assert site.ledger.export(tmp_path / "h.csv", history=True) == 2
    events = table(tmp_path / "h.csv")
    assert [(e["number"], e["kind"], e["to_state"]) for e in events] == [
        ("0001", "created", "closed"), ("0002", "created", "closed")
    ]  # fmt: skip


def test_totals_by_state_are_the_customers_where_a_ledger_tells_and_else_the_complaints(
    site, tmp_path
):
    assert site.ledger.totals(["state"]).rows == ()
    site.ledger.take(written(tmp_path / "a.csv", ROW, ["0002", *ROW[1:6], "", *ROW[7:]]))
    assert site.ledger.totals(["state"]).rows == ((("",), 1), (("广东",), 1))
    assert site.ledger.totals(["status", "month"]).rows == ((("closed", "2026-11"), 2),)
    assert site.ledger.totals(["邮编"]).rows == ((("010010",), 2),)
    with pytest.raises(BadInput, match="no_such_total"):
        site.ledger.totals(["nothing"])


def test_an_agent_may_not_import(tmp_path):
    site = Site(tmp_path, PEOPLE["zhang"])
    with pytest.raises(NotPermitted):
        site.ledger.take(written(tmp_path / "a.csv", ROW))
    site.records.close()


def test_a_mapping_says_what_a_column_is(site, tmp_path):
    file = written(tmp_path / "a.csv", ["x1", "3/4/2016"], headers=["ref", "when"])
    mapping = Mapping(columns={"ref": "number", "when": "received_at"}, date_order="dmy")
    assert site.ledger.preview(file, mapping).order == "dmy"
    site.ledger.take(file, mapping)
    assert str(site.get("x1").received_at) == "2016-04-02 16:00:00"


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data beside the project")
@pytest.mark.parametrize(
    "name", [pytest.param("cfpb_2013.csv", marks=pytest.mark.slow), "cfpb_2019_small.csv"]
)
def test_totals_of_real_ledgers_match_to_the_last_row(site, tmp_path, name):
    file = tmp_path / name
    file.write_bytes((SHARED / name).read_bytes())
    rows = table(file)
    report = site.ledger.take(file)
    assert (report.imported, report.quarantined) == (len(rows), 0)

    def month(text: str) -> str:
        if "/" in text:
            first, _, year = text.split("/")
            return f"{year}-{int(first):02}"
        return text[:7]

    want = Counter((month(r["Date received"]), r["Product"], r["State"]) for r in rows)
    assert dict(site.ledger.totals().rows) == want
    site.ledger.export(tmp_path / "out.csv")
    out = table(tmp_path / "out.csv")
    for header in ("ZIP code", "State", "Date received", "Issue"):
        assert Counter(r[header] for r in out) == Counter(r[header] for r in rows), header


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12
).filter(lambda text: text.strip() and text[0] not in "=+-@'\t\r")


@pytest.mark.slow
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_kept_cells_hold_comes_out_again(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("cells")
    site = Site(folder)
    file = folder / "a.json"
    told = [
        {"编号": f"{n:04}", "受理时间": "2026-01-02", "甲": a, "乙": b}
        for n, (a, b) in enumerate(rows)
    ]
    file.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    report = site.ledger.take(file)
    assert report.imported == len(rows)
    site.ledger.export(folder / "out.json")
    out = json.loads((folder / "out.json").read_text("utf-8"))
    site.records.close()
    trimmed = [(a.strip(), b.strip()) for a, b in rows]  # as cells of every file are
    assert [(r["甲"], r["乙"]) for r in out] == trimmed


WORK = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from tests.integration.test_ledgers import Site
    site = Site(Path(sys.argv[1]))
    print("ready", flush=True)
    report = site.ledger.take(Path(sys.argv[2]))
    print("done", report.imported, flush=True)
    """
)


@pytest.mark.slow
@pytest.mark.parametrize("when", [1, 5, 40, 200])
def test_a_kill_in_the_middle_leaves_all_or_nothing(tmp_path, when):
    site = Site(tmp_path)
    site.records.close()
    file = written(tmp_path / "a.csv", *([f"{n:05}", *ROW[1:]] for n in range(3000)))
    command = ["strace", "-f", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
               f"inject=pwrite64:signal=KILL:when={when}", sys.executable, "-c", WORK,
               str(tmp_path), str(file)]  # fmt: skip
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[2]
    )
    assert ran.returncode != 0 and "done" not in ran.stdout, "the kill did not come"
    again = Site(tmp_path)
    assert again.ledger.totals(["year"]).total in (0, 3000)
    assert again.records.verify_audit() >= 0
    assert again.ledger.take(file).imported in (0, 3000)
    assert again.ledger.totals(["year"]).total == 3000
    again.records.close()
