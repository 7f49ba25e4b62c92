"""Bureau scores in the store: any order of files, provenance on the card, privacy, faults."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from tests.integration.warehouse.conftest import make_pack, open_store
from workbench.domain.diagnosis import Evidence, Status, Truth
from workbench.domain.errors import BadInput
from workbench.domain.importing import FileKind, Mapping
from workbench.reports.tables import write_batches
from workbench.rules.pack import RulePack
from workbench.services.wording import evidence_line
from workbench.warehouse.bureau import source_name
from workbench.warehouse.engines.duckdb import DuckSession
from workbench.warehouse.store import WarehouseStore

HEADER = (
    "attempt_id,customer_id,customer_name,phone,id_card,occurred_at,outcome,"
    "credit_history_months,external_score,external_source,device"
)
WANG = "c1,王小明,13812345678,110101199003072834"
LI = "c2,李四,13912345678,"
ATTEMPTS = (
    f"A1,{WANG},2026-10-20 08:00:00,failed,,,,华为",
    f"A2,{WANG},2026-11-20 08:00:00,failed,9,700,芝麻,",
    f"A3,{LI},2026-11-20 08:00:00,failed,,,,",
)
BUREAU = "手机号,来源,信用分,评分日期,信用历史（月）,负债率,近半年被查次数"
SCORES = (
    "13812345678,百行征信,612,2026-10-01,3,45.5%,2",
    "13812345678,央行征信,640,2026-10-20 08:00:00,4,40%,3",
    "13812345678,百行征信,100,2026-10-20 08:00:01,99,99%,9",
    "13912345678,百行征信,580,2026-11-01,12,30%,30",
)
RULE = """
name: test
version: "1"
rules:
  - code: Q01
    cause: thin_credit_history
    when: [credit_history_months < 6]
"""
RULES = f"""{RULE}
  - code: Q02
    cause: high_debt
    when: [近半年被查次数 > 10, external_score < 600]
"""
SHOWN = (
    "attempt_id, external_score, external_source, credit_history_months, debt_ratio, reason_code"
)


def table(store: WarehouseStore, columns: str = SHOWN) -> list[tuple]:
    with store.session() as session:
        return session.rows(f"SELECT {columns} FROM attempts ORDER BY attempt_id")


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))


def quarantined(report) -> list[tuple[str, str]]:
    return [(row["line"], row["code"]) for row in read_csv(report.quarantine_file)]


def counts(report) -> tuple[int, int, int, int]:
    assert report.read == report.imported + report.duplicates + report.quarantined
    return report.read, report.imported, report.duplicates, report.quarantined


@pytest.fixture
def pack(tmp_path: Path) -> RulePack:
    return make_pack(tmp_path, RULE)


@pytest.fixture
def attempts(write) -> Path:
    return write(*ATTEMPTS, header=HEADER)


@pytest.fixture
def scores(write):
    def go(*lines: str, header: str = BUREAU, name: str = "scores.csv") -> Path:
        return write(*(lines or SCORES), header=header, name=name)

    return go


EXPECTED = [
    ("A1", 640.0, "央行征信", 4, 0.4, "Q01"),
    ("A2", 700.0, "芝麻", 9, 0.99, None),
    ("A3", 580.0, "百行征信", 12, 0.3, None),
]


@pytest.mark.slow
def test_attempts_get_what_bureaus_knew_at_their_time_and_keep_their_own(
    store, attempts, scores
) -> None:
    report = store.import_files([attempts], scores=[scores()])
    assert counts(report) == (7, 7, 0, 0)
    assert (report.scores.read, report.scores.imported) == (4, 4)
    assert table(store) == EXPECTED


@pytest.mark.slow
def test_the_order_of_files_does_not_matter(attempts, scores, write, pack, tmp_path) -> None:
    files = [
        ("attempts", write(*ATTEMPTS[:1], header=HEADER, name="a1.csv")),
        ("attempts", write(*ATTEMPTS[1:], header=HEADER, name="a2.csv")),
        ("scores", scores(*SCORES[2:], name="s1.csv")),
        ("scores", scores(*SCORES[:2], name="s2.csv")),
    ]
    for places in ((0, 1, 2, 3), (2, 3, 0, 1), (0, 2, 1, 3), (3, 1, 2, 0), (3, 0, 1, 2)):
        order = [files[place] for place in places]
        store = WarehouseStore.ephemeral(pack, write=write_batches)
        for kind, file in order:
            store.import_files([file] if kind == "attempts" else [],
                               scores=[file] if kind == "scores" else [])  # fmt: skip
        assert table(store) == EXPECTED, [file.name for _, file in order]
        assert table(store, "device, 近半年被查次数") == [("华为", 3), (None, 9), (None, 30)]
        store.close()


@pytest.mark.slow
def test_the_same_scores_again_change_nothing(store, attempts, scores) -> None:
    store.import_files([attempts], scores=[scores()])
    before = table(store, "*")
    assert counts(store.import_files([], scores=[scores()])) == (4, 0, 4, 0)
    assert counts(store.import_files([attempts])) == (3, 0, 3, 0), "filled values are not content"
    assert table(store, "*") == before


@pytest.mark.slow
def test_a_newer_score_takes_the_place_of_a_filled_one_not_of_an_own_one(
    store, attempts, scores
) -> None:
    store.import_files([attempts], scores=[scores()])
    late = scores("13812345678,央行征信,655,2026-10-20 08:00:00,,50%,", name="late.csv")
    newer = "13912345678,央行征信,590,2026-11-19,1,,"
    report = store.import_files([], scores=[scores(newer, name="newer.csv"), late])
    assert quarantined(report) == [("2", "score_with_other_content")]
    assert table(store)[2] == ("A3", 590.0, "央行征信", 1, 0.3, "Q01"), "a debt from the older one"


def evidence(store: WarehouseStore, attempt: str, field: str) -> Evidence:
    explained = store.explain(attempt)
    reasons = (*explained.reasons, *explained.possible, *explained.ruled_out)
    return next(e for r in reasons for e in r.evidence if e.field == field)


@pytest.mark.slow
def test_a_question_becomes_true_with_the_bureau_and_its_day_in_both_languages(
    store, attempts, scores
) -> None:
    store.import_files([attempts])
    assert store.explain("A1").status is Status.POSSIBLE
    open_question = evidence(store, "A1", "credit_history_months")
    assert (open_question.outcome, open_question.source_name) == (Truth.UNKNOWN, None)
    assert "?" in evidence_line("zh", open_question)
    store.import_files([], scores=[scores()])
    assert store.explain("A1").status is Status.DETERMINED
    proof = evidence(store, "A1", "credit_history_months")
    assert (proof.outcome, proof.observed) == (Truth.TRUE, "4")
    assert (proof.source_name, proof.source_date) == ("央行征信", date(2026, 10, 20))
    assert evidence_line("zh", proof).startswith("✔")
    assert evidence_line("zh", proof).endswith("[央行征信，2026-10-20]")
    assert evidence_line("en", proof).endswith("[央行征信, 2026-10-20]")
    told = proof.as_json()
    assert (told["source_name"], told["source_date"]) == ("央行征信", "2026-10-20")
    assert "filled_by" not in (store.explain("A1").fields or {})


@pytest.mark.slow
def test_a_question_becomes_false(store, attempts, scores) -> None:
    store.import_files([attempts])
    assert store.explain("A3").status is Status.POSSIBLE
    store.import_files([], scores=[scores()])
    assert store.explain("A3").status is Status.UNDETERMINED
    assert table(store, "status")[2] == ("undetermined",)


@pytest.mark.slow
def test_rules_read_what_only_scores_have(reopen, attempts, scores, tmp_path) -> None:
    store = reopen()
    store.import_files([attempts], scores=[scores()])
    own_score = "  - code: Q03\n    cause: ineligible\n    when: [external_score >= 650]\n"
    store = reopen(make_pack(tmp_path, RULES.replace('"1"', '"2"') + own_score))
    assert [code for *_, code in table(store)] == ["Q01", "Q03", "Q02"]
    proof = evidence(store, "A3", "近半年被查次数")
    assert (proof.observed, proof.source_name) == ("30", "百行征信")
    own = evidence(store, "A2", "external_score")
    assert (own.source_name, own.source_date) == ("芝麻", None)


@pytest.mark.slow
def test_scores_make_an_undetermined_attempt_determined(attempts, scores, tmp_path) -> None:
    pack = make_pack(tmp_path, RULES)
    store = WarehouseStore.ephemeral(pack, write=write_batches)
    store.import_files([attempts], scores=[scores()])
    store.write_diagnoses(tmp_path / "out.csv")
    rows = read_csv(tmp_path / "out.csv")
    assert [(r["reason_code"], r["status"]) for r in rows] == [
        ("Q01", "determined"),
        ("", "undetermined"),
        ("Q02", "determined"),
    ]
    store.close()


@pytest.mark.slow
def test_an_old_score_is_not_used(store, attempts, scores) -> None:
    store.import_files([attempts])
    old = scores("13812345678,百行征信,612,2026-04-01,3,45.5%,2")
    assert counts(store.import_files([], scores=[old])) == (1, 1, 0, 0)
    assert table(store)[0] == ("A1", None, None, None, None, "Q01")
    assert table(store, "filled_by, status")[0] == (None, "possible")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "value"),
    [("customer_id", "C1"), ("id_card", "11010119900307 2834"), ("phone", "+86 138-1234-5678")],
)
def test_a_customer_is_found_by_whichever_key_the_file_has(
    store, attempts, scores, key, value
) -> None:
    file = scores(f"{value},612,2026-10-01", header=f"{key},score,date", name="百行征信.csv")
    store.import_files([attempts], scores=[file])
    assert table(store, "external_score, external_source")[0] == (612.0, "百行征信")


# what is wrong with a row
BAD = {
    "13812345678,百行,612,2026-10-32,3,,": "unreadable_time",
    "13812345678,百行,612,,3,,": "required_missing",
    "13812345678,百行,-1,2026-10-01,3,,": "negative_score",
    "13812345678,百行,很高,2026-10-01,3,,": "not_a_number",
    "13812345678,百行,,2026-10-01,,,": "required_missing",
    ",百行,612,2026-10-01,3,,": "no_customer_named",
    "1.38E+10,百行,612,2026-10-01,3,,": "lost_digits",
}


def test_bad_rows_are_set_aside_each_with_its_reason_and_the_good_one_is_kept(
    store, attempts, scores
) -> None:
    report = store.import_files([attempts], scores=[scores(*BAD, SCORES[0])])
    assert dict(quarantined(report)) == {str(n): code for n, code in enumerate(BAD.values(), 2)}
    assert (report.scores.imported, report.quarantined) == (1, len(BAD))
    assert table(store, "external_score")[0] == (612.0,)


@pytest.mark.slow
def test_a_customer_who_is_not_known_yet_is_kept_for_later(store, attempts, scores) -> None:
    assert counts(store.import_files([], scores=[scores()])) == (4, 4, 0, 0)
    assert table(store) == []
    store.import_files([attempts])
    assert table(store) == EXPECTED


@pytest.mark.slow
def test_sentinels_and_percentages_are_read_as_in_attempts(store, attempts, scores) -> None:
    mapping = Mapping(missing={"信用分": ("-1", "666"), "信用历史（月）": ("999",)})
    file = scores(
        "13812345678,百行,666.0,2026-10-01,999,45.5%,2",
        "13912345678,百行,-1,2026-10-01,999,60%,",
    )
    store.import_files([attempts], scores=[file], mapping=mapping)
    assert table(store)[0] == ("A1", None, None, None, 0.455, "Q01")
    assert table(store)[2] == ("A3", None, None, None, 0.6, "Q01")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "line", "error"),
    [
        ("score,date", "612,2026-10-01", "no_customer_column"),
        ("phone,score", "13812345678,612", "no_score_date_column"),
        ("phone,date", "13812345678,2026-10-01", "no_score_column"),
        ("a,b", "x,y", "no_known_columns"),
        ("phone,score,date", "", "header_only"),
    ],
)
def test_a_file_that_is_no_scores_file_says_what_it_lacks_and_changes_nothing(
    store, attempts, scores, header, line, error
) -> None:
    store.import_files([attempts])
    before = table(store, "*")
    with pytest.raises(BadInput) as caught:
        store.import_files([], scores=[scores(line, header=header)])
    assert caught.value.key == error
    assert table(store, "*") == before


# recognising
def test_the_preview_tells_scores_from_attempts(store, attempts, scores) -> None:
    assert store.preview(attempts).kind is FileKind.ATTEMPTS
    preview = store.preview(scores())
    assert preview.kind is FileKind.SCORES
    assert [(c.field, c.why) for c in preview.columns[:5]] == [
        ("phone", "name"),
        ("external_source", "name"),
        ("external_score", "name"),
        ("occurred_at", "name"),
        ("credit_history_months", "name"),
    ]
    assert preview.rows[0][0] == "138****5678"
    said = store.preview(scores(), kind=FileKind.ATTEMPTS)
    assert said.kind is FileKind.ATTEMPTS


def test_what_only_an_attempt_can_have_is_an_extra_of_a_scores_file(store, scores) -> None:
    file = scores(
        "13812345678,612,2026-10-01,APP,通过,通过,王小明",
        header="手机,评分,查询日期,查询渠道,查询结果,状态,customer_name",
    )
    fields = [c.field for c in store.preview(file, kind=FileKind.SCORES).columns]
    assert fields == ["phone", "external_score", "occurred_at", None, None, None, "customer_name"]


def test_a_mapping_may_name_the_columns_of_scores(store, attempts, scores) -> None:
    file = scores("13812345678,612,2026-10-01,甲", header="p,q,r,s")
    columns = {"p": "phone", "q": "score", "r": "scored_at", "s": "source"}
    store.import_files([attempts], scores=[file], mapping=Mapping(columns=columns))
    assert table(store, "external_score, external_source")[0] == (612.0, "甲")


@pytest.mark.slow
def test_the_source_is_a_column_or_what_is_said_or_the_files_name(store, attempts, scores) -> None:
    header = "phone,score,date,source"
    rows = ("13812345678,612,2026-10-01,甲", "13912345678,600,2026-10-01,")
    store.import_files([attempts], scores=[scores(*rows, header=header)], source="百行征信")
    assert [s for (s,) in table(store, "external_source")] == ["甲", "芝麻", "百行征信"]
    assert source_name(Path("百行征信_2026-11.csv.gz")) == "百行征信"
    assert source_name(Path("百行征信（20261101）.xlsx")) == "百行征信"
    assert source_name(Path("20261101.csv")) == "20261101"
    assert "13812345678" not in source_name(Path("客户13812345678的评分.csv"))


@pytest.mark.slow
def test_a_workbook_and_a_csv_of_the_same_scores_are_the_same(
    store, attempts, scores, tmp_path
) -> None:
    store.import_files([attempts], scores=[scores()])
    with store.session() as session:
        before = session.rows("SELECT * FROM bureau_scores ORDER BY ALL")
    book = xlsxwriter.Workbook(tmp_path / "scores.xlsx")
    sheet = book.add_worksheet()
    for n, line in enumerate((BUREAU, *SCORES)):
        sheet.write_row(n, 0, line.split(","))
    book.close()
    report = store.import_files([], scores=[tmp_path / "scores.xlsx"])
    assert counts(report) == (4, 0, 4, 0)
    with store.session() as session:
        assert session.rows("SELECT * FROM bureau_scores ORDER BY ALL") == before


# privacy
def test_no_identity_of_a_score_is_kept_in_clear(
    store, scores, database, tmp_path, monkeypatch
) -> None:
    header = "phone,id_card,customer_id,customer_name,联系人,备注,score,date"
    line = (
        "13812345678,110101199003072834,KH20260001,欧阳小明,王五五,电话13700001111,612,2026-10-01"
    )
    bad = line.replace("612", "-3")
    report = store.import_files([], scores=[scores(line, bad, header=header)])
    secrets = ("13812345678", "110101199003072834", "KH20260001", "欧阳小明", "王五五",
               "13700001111")  # fmt: skip
    with store.session() as session:
        kept = repr(session.rows("SELECT * FROM bureau_scores"))
    said = report.quarantine_file.read_text("utf-8-sig")
    for secret in secrets:
        assert secret not in kept
        assert secret not in said
    store.close()
    for file in database.parent.rglob("*"):
        if file.is_file() and file != report.quarantine_file:
            assert not [s for s in secrets if s.encode() in file.read_bytes()]


@pytest.mark.slow
def test_the_export_says_what_was_filled_in(store, attempts, scores, tmp_path) -> None:
    store.import_files([attempts], scores=[scores()])
    store.export(tmp_path / "e.csv")
    rows = read_csv(tmp_path / "e.csv")
    assert '"external_score":{"source":"央行征信"' in rows[0]["filled_by"]
    assert "external_score" not in rows[1]["filled_by"]
    assert rows[0]["phone"] == "138****5678"


# faults
@pytest.mark.slow
def test_a_failure_in_mid_import_leaves_the_store_as_it_was(
    store, attempts, scores, monkeypatch
) -> None:
    store.import_files([attempts])
    before = table(store, "*")
    execute = DuckSession.execute

    def fails(self, sql, params=()):
        if sql.startswith("CREATE OR REPLACE TABLE w.attempts"):
            raise RuntimeError
        execute(self, sql, params)

    monkeypatch.setattr(DuckSession, "execute", fails)
    with pytest.raises(RuntimeError):
        store.import_files([], scores=[scores()])
    monkeypatch.undo()
    assert table(store, "*") == before
    with store.session() as session:
        assert session.rows("SELECT count(*) FROM bureau_scores") == [(0,)]
    store.import_files([], scores=[scores()])
    assert table(store) == EXPECTED


@pytest.mark.slow
def test_killed_at_any_statement_the_store_is_as_before_or_after(
    reopen, attempts, scores, database, tmp_path, monkeypatch, pack
) -> None:
    """What a kill leaves is what the files hold by then (see test_killed_import)."""
    store = reopen()
    store.import_files([attempts])
    before = table(store)
    execute, moments = DuckSession.execute, []

    def copied(self, sql, params=()):
        moments.append(shutil.copytree(database.parent, tmp_path / f"cut{len(moments)}"))
        execute(self, sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(DuckSession, "execute", copied)
        store.import_files([], scores=[scores()])
    assert table(store) == EXPECTED
    found = []
    for folder in moments:
        cut = open_store(folder / database.name, pack)
        found.append(table(cut))
        cut.close()
    assert len(moments) > 30
    assert all(rows in (before, EXPECTED) for rows in found)
    assert found[0] == before


@pytest.mark.slow
def test_a_store_of_the_version_before_scores_takes_them(reopen, attempts, scores) -> None:
    store = reopen()
    store.import_files([attempts])
    with store.session() as session:
        session.execute("DROP TABLE bureau_scores")
        session.execute("ALTER TABLE attempts DROP COLUMN filled_by")
        session.execute("UPDATE meta SET value = '1' WHERE key = 'schema_version'")
    store = reopen()
    assert evidence(store, "A1", "credit_history_months").outcome is Truth.UNKNOWN
    store.import_files([], scores=[scores()])
    assert table(store) == EXPECTED
