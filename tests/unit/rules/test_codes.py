"""Code catalogues: what ships is whole, schemes stay apart, and a site's file is read with care."""

import csv
import re
from pathlib import Path

import pytest

from workbench import paths, texts
from workbench.domain.codes import CustomerVisible, Failure, Sure
from workbench.domain.errors import BadInput
from workbench.domain.taxonomy import Action, Cause, Owner, Symptom
from workbench.rules.codes import COLUMNS, MAX_BYTES, Catalogue, dump, fold, load

SHARED = Path(__file__).parents[4] / "shared" / "data" / "codes"
SHIPPED = sorted((paths.resources() / "codes").glob("*.csv"))
OF_FILE = {
    "alipay": "ALIPAY_TRANSFER",
    "baofoo": "BAOFOO",
    "upay": "UPAY",
    "stripe": "STRIPE",
}

HEADER = "scheme,version,code,meaning_zh,meaning_en,is_failure,owner,action,cause\n"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return Catalogue()


def site(folder: Path, body: str, name: str = "site.csv", header: str = HEADER) -> Path:
    file = folder / name
    file.write_text(header + body, "utf-8")
    return file


# What ships
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_row_is_good_and_its_file_is_named_after_its_scheme(file: Path) -> None:
    loaded = load(file)
    assert [texts.error_text("en", problem) for problem in loaded.problems] == []
    assert {entry.scheme for entry in loaded.entries} == {file.stem}
    with file.open(encoding="utf-8", newline="") as lines:
        assert next(csv.reader(lines)) == list(COLUMNS)


def test_a_shipped_row_is_whole_in_both_languages_with_its_source(shipped: Catalogue) -> None:
    entries = shipped.entries()
    bare = [
        (entry.scheme, entry.code)
        for entry in entries
        if not (entry.meaning_zh and entry.meaning_en and entry.version and entry.source)
        or entry.symptom is None
    ]
    assert bare == []
    unclassified = [
        (entry.scheme, entry.code)
        for entry in entries
        if entry.is_failure is not Failure.NO and (entry.owner is None or entry.action is None)
    ]
    assert unclassified == []


def test_the_english_of_a_shipped_row_is_english(shipped: Catalogue) -> None:
    assert [entry.code for entry in shipped.entries() if not entry.meaning_en.isascii()] == []


def test_the_inputs_are_all_there() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared data are not here")
    catalogue = Catalogue()
    with (SHARED / "response_codes.csv").open(encoding="utf-8", newline="") as lines:
        wanted = [(row["scheme"], row["code"]) for row in csv.DictReader(lines)]
    assert len(wanted) == 202
    for name, scheme in OF_FILE.items():
        with (SHARED / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            wanted += [(scheme, row["code"]) for row in csv.DictReader(lines)]
    assert [key for key in wanted if catalogue.resolve(*key) is None] == []
    assert len(catalogue.entries()) >= len(set(wanted))


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ("UNIONPAY_ACP", "03"),
        ("UNIONPAY_ACP", "04"),
        ("UNIONPAY_ACP", "05"),
        ("ALIPAY_ACQ", "ACQ.SYSTEM_ERROR"),
        ("REAPAL_SIGN", "2001"),
        ("BAOFOO", "0003"),
        ("CUPS_8583", "09"),
    ],
)
def test_a_state_that_nobody_knows_is_to_be_queried_and_has_no_cause(
    shipped: Catalogue, scheme: str, code: str
) -> None:
    entry = shipped.resolve(scheme, code)
    assert entry is not None
    assert entry.is_failure is Failure.QUERY_FIRST
    assert entry.action is Action.QUERY_FIRST
    assert entry.cause is None


def test_what_is_to_be_queried_is_never_a_failure_and_the_other_way_round(
    shipped: Catalogue,
) -> None:
    strangers = [
        (entry.scheme, entry.code)
        for entry in shipped.entries()
        if (entry.is_failure is Failure.QUERY_FIRST) != (entry.action is Action.QUERY_FIRST)
        or (entry.is_failure is not Failure.YES and entry.cause is not None)
    ]
    assert strangers == []


def test_a_result_that_the_meaning_calls_unknown_is_queried_first(shipped: Catalogue) -> None:
    words = ("未知", "未明", "处理中", "正在处理", "先查询", "待查询", "请稍后查询")
    strangers = [
        (entry.scheme, entry.code, entry.meaning_zh)
        for entry in shipped.entries()
        if any(word in entry.meaning_zh for word in words)
        and entry.is_failure is not Failure.QUERY_FIRST
    ]
    assert strangers == [], "a pending result is no failure"


def test_too_little_money_says_nothing_of_a_customers_credit(shipped: Catalogue) -> None:
    short = [
        e for e in shipped.entries() if "余额不足" in e.meaning_zh or "资金不足" in e.meaning_zh
    ]
    assert len(short) >= 10
    assert {entry.cause for entry in short} == {None}
    assert {entry.action for entry in short} == {Action.CHANGE_INSTRUMENT}


def test_lost_stolen_fraud_and_block_lists_are_a_general_refusal_in_every_scheme(
    shipped: Catalogue,
) -> None:
    words = ("挂失", "被窃", "被盗", "作弊", "欺诈", "黑名单", "风控", "被止付", "（止付", "拦截")
    told = [
        (entry.scheme, entry.code)
        for entry in shipped.entries()
        if any(word in entry.meaning_zh for word in words)
        and entry.customer_visible is not CustomerVisible.GENERAL_REFUSAL_ONLY
    ]
    assert told == []


def test_every_code_that_the_shipped_pack_names_has_a_row(shipped: Catalogue) -> None:
    text = (paths.resources() / "rules" / "activation.yaml").read_text("utf-8")
    named = {
        code
        for conditions in re.findall(r"_code, ''\)\s+(?:NOT )?IN\s+\(([^)]*)\)", text)
        for code in re.findall(r"'([^']+)'", conditions)
    }
    assert len(named) > 40
    ours = {entry.code for entry in shipped.entries() if entry.scheme in ("app", "gateway", "risk")}
    assert named - ours == set()


@pytest.mark.parametrize("scheme", ["CUPS_8583", "CUPS_POS_ISO8583"])
def test_05_is_refused_in_cups_and_accepted_in_acp(shipped: Catalogue, scheme: str) -> None:
    refused, accepted = shipped.resolve(scheme, "05"), shipped.resolve("UNIONPAY_ACP", "05")
    assert refused is not None
    assert accepted is not None
    assert refused.is_failure is Failure.YES
    assert accepted.is_failure is Failure.QUERY_FIRST


def test_the_range_of_an_acp_code_tells_its_owner(shipped: Catalogue) -> None:
    strangers = []
    for entry in shipped.entries():
        if entry.scheme != "UNIONPAY_ACP" or not entry.code.isdecimal():
            continue
        number = int(entry.code)
        if 2 <= number <= 29:
            fine = entry.owner is Owner.ENGINEERING
        elif 60 <= number <= 89 and entry.code not in ("74", "75"):  # debited: ours to trace
            fine = entry.owner in (Owner.CUSTOMER, Owner.BANK)
        else:
            continue
        if not fine:
            strangers.append(entry.code)
    assert strangers == []


@pytest.mark.parametrize(
    "code", ["fraudulent", "lost_card", "stolen_card", "pickup_card", "merchant_blacklist"]
)
def test_lost_stolen_and_fraud_reach_a_customer_only_as_a_refusal(
    shipped: Catalogue, code: str
) -> None:
    entry = shipped.resolve("STRIPE", code)
    assert entry is not None
    assert entry.customer_visible is CustomerVisible.GENERAL_REFUSAL_ONLY
    assert entry.meaning_for_customer("zh") is None
    assert entry.meaning_for_customer("en") is None


def test_no_meaning_that_a_customer_may_hear_speaks_of_risk_or_fraud(shipped: Catalogue) -> None:
    said = [
        (entry.scheme, entry.code)
        for entry in shipped.entries()
        for word in ("风控", "风险", "作弊", "欺诈", "黑名单", "挂失", "被盗", "被窃", "拦截")
        if word in (entry.meaning_for_customer("zh") or "")
    ]
    said += [
        (entry.scheme, entry.code)
        for entry in shipped.entries()
        for word in ("risk", "fraud", "block list", "stolen", " lost", "phishing")
        if word in (entry.meaning_for_customer("en") or "").lower()
    ]
    assert said == []


# Looking up
def test_another_schemes_code_is_never_taken(shipped: Catalogue) -> None:
    assert shipped.resolve("UNIONPAY_ACP", "51") is None
    assert shipped.resolve("CUPS_8583", "64") is None
    assert shipped.resolve("NOBODY", "05") is None
    assert shipped.resolve("", "05") is None


def test_a_code_is_found_in_any_case_and_width_but_keeps_its_zeros(shipped: Catalogue) -> None:
    assert shipped.resolve("unionpay_acp", " ０５ ") is shipped.resolve("UNIONPAY_ACP", "05")
    assert shipped.resolve("UNIONPAY_ACP", "5") is None


def test_an_attempt_without_a_source_or_code_has_no_entry(shipped: Catalogue) -> None:
    assert shipped.resolve(None, "05") is None
    assert shipped.resolve("UNIONPAY_ACP", None) is None


def test_a_version_is_kept_to_when_it_is_given(shipped: Catalogue) -> None:
    entry = shipped.resolve("UNIONPAY_ACP", "05")
    assert entry is not None
    assert shipped.resolve("UNIONPAY_ACP", "05", entry.version) is entry
    assert shipped.resolve("UNIONPAY_ACP", "05", "1999") is None


def test_the_newest_version_answers_when_none_is_given(tmp_path: Path) -> None:
    catalogue = Catalogue(
        site(tmp_path, "S,10.0,1,新,,yes,,,\nS,9.0,1,旧,,yes,,,\nS,,1,总,,yes,,,\n")
    )
    newest, old = catalogue.resolve("S", "1"), catalogue.resolve("S", "1", "9.0")
    any_version = catalogue.resolve("S", "1", "3")
    assert newest is not None and newest.meaning_zh == "新"
    assert old is not None and old.meaning_zh == "旧"
    assert any_version is not None and any_version.meaning_zh == "总"


def test_the_search_box_finds_a_code_in_every_scheme(shipped: Catalogue) -> None:
    first = shipped.find("05")[:3]
    assert {(e.scheme, e.code) for e in first} == {
        ("CUPS_8583", "05"),
        ("CUPS_POS_ISO8583", "05"),
        ("UNIONPAY_ACP", "05"),
    }


@pytest.mark.parametrize(
    "text", ["UNIONPAY_ACP:05", "unionpay_acp: 05", "acp 05", "unionpay_acp：05"]
)
def test_the_search_box_reads_scheme_and_code(shipped: Catalogue, text: str) -> None:
    found = shipped.find(text)
    assert (found[0].scheme, found[0].code) == ("UNIONPAY_ACP", "05")


def test_the_search_box_finds_words_in_either_language(shipped: Catalogue) -> None:
    chinese = {(e.scheme, e.code) for e in shipped.find("余额不足")}
    english = {(e.scheme, e.code) for e in shipped.find("NOT enough money")}
    assert ("CUPS_POS_ISO8583", "51") in chinese
    assert ("UNIONPAY_ACP", "64") in english


@pytest.mark.parametrize("text", ["", "   ", "no such words anywhere", "UNIONPAY_ACP:zz"])
def test_the_search_box_finds_nothing_for_nothing(shipped: Catalogue, text: str) -> None:
    assert shipped.find(text) == []


def test_schemes_are_listed_once_each(shipped: Catalogue) -> None:
    names = shipped.schemes()
    assert {"UNIONPAY_ACP", "CUPS_8583", "ALIPAY_ACQ", "STRIPE", "BAOFOO", "UPAY"} <= set(names)
    assert len({fold(name) for name in names}) == len(names) == len(SHIPPED)


def test_known_keys_leave_out_what_nobody_has_mapped(shipped: Catalogue) -> None:
    known = shipped.known()
    assert ("unionpay_acp", "05") in known
    assert (fold("gateway"), fold("E9999")) not in known


# A site's own
def test_what_is_written_is_read_again_and_runs_in_no_spreadsheet(tmp_path: Path) -> None:
    rows = "S,,-1,=HYPERLINK(1),@SUM(A1),yes,bank,contact_issuer,\nS,1,+86,<b>粗</b>,,no,,,\n"
    entries = load(site(tmp_path, rows)).entries
    file = tmp_path / "again.csv"
    file.write_bytes(dump(entries))
    assert load(file).entries == entries
    with file.open(encoding="utf-8-sig", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    formulas = [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert formulas == ["-1", "+86"], "numbers with a sign, which no spreadsheet runs"


def test_a_sites_row_replaces_ours_of_the_same_key_only(tmp_path: Path) -> None:
    ours = Catalogue().resolve("UNIONPAY_ACP", "05")
    assert ours is not None
    site(tmp_path, f"unionpay_acp,{ours.version},05,本行改写,,query_first,,,\n")
    catalogue = Catalogue(tmp_path)
    replaced, other = catalogue.resolve("UNIONPAY_ACP", "05"), catalogue.resolve("CUPS_8583", "05")
    assert replaced is not None and replaced.meaning_zh == "本行改写"
    assert other == Catalogue().resolve("CUPS_8583", "05")
    assert len(catalogue.entries()) == len(Catalogue().entries())
    assert catalogue.problems == ()


def test_good_rows_are_kept_and_each_bad_one_is_named_with_line_and_column(tmp_path: Path) -> None:
    file = site(
        tmp_path,
        "S,1,A,好,good,yes,bank,contact_issuer,\n"
        "S,1,,没有代码,,yes,,,\n"
        "S,1,B,,,yes,,,\n"
        "S,1,C,词,,perhaps,,,\n"
        "S,1,D,词,,yes,banker,,\n"
        "S,1,E,词,,query_first,,retry_now,\n"
        "S,1,F,词,,no,,,high_debt\n"
        "S,1,a,又一个,,yes,,,\n"
        "S,1,G,多,一,yes,,,,,,\n"
        "\n"
        "S,1,H,末行,,query_first,,,\n",
    )
    loaded = load(file)
    assert [entry.code for entry in loaded.entries] == ["A", "H"]
    assert [(p.params["line"], p.params.get("column"), p.key) for p in loaded.problems] == [
        (3, "code", "codes_empty"),
        (4, "meaning_zh", "codes_empty"),
        (5, "is_failure", "codes_bad_value"),
        (6, "owner", "codes_bad_value"),
        (7, "action", "codes_query_first"),
        (8, "cause", "codes_cause_of_none"),
        (9, "code", "codes_duplicate"),
        (10, None, "codes_cells"),
    ]
    said = texts.error_text("en", loaded.problems[3])
    assert "site.csv, line 6" in said and "customer / agent / bank" in said
    assert all(texts.error_text("zh", problem) for problem in loaded.problems)


def test_what_a_site_leaves_empty_is_not_guessed(tmp_path: Path) -> None:
    (entry,) = load(site(tmp_path, "S,,1,词,,yes,,,\n")).entries
    assert (entry.symptom, entry.cause, entry.owner, entry.action) == (None, None, None, None)
    assert entry.customer_visible is CustomerVisible.GENERAL_REFUSAL_ONLY
    assert entry.sure is Sure.UNVERIFIED
    assert entry.meaning("en") == "词"


def test_a_sites_values_are_read_in_any_case(tmp_path: Path) -> None:
    (entry,) = load(site(tmp_path, "S,,1,词,word,YES,Bank,Contact_Issuer,High_Debt\n")).entries
    assert (entry.owner, entry.action) == (Owner.BANK, Action.CONTACT_ISSUER)
    assert entry.cause is Cause.HIGH_DEBT
    assert entry.symptom is None or entry.symptom in Symptom


def test_a_file_from_a_chinese_spreadsheet_is_read(tmp_path: Path) -> None:
    file = tmp_path / "site.csv"
    file.write_bytes(
        (HEADER + "银行,1,０１,余额不足,,yes,,,\r\n").replace("\n", "\r\n").encode("gb18030")
    )
    assert [e.code for e in load(file).entries] == ["01"]
    file.write_bytes(("\ufeff" + HEADER + "S,1,2,词,,yes,,,\n").encode())
    assert [e.scheme for e in load(file).entries] == ["S"]


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    file = site(
        tmp_path, "yes,note,1,word,S\n", header="IS_FAILURE,remark,code,meaning_en,scheme\n"
    )
    (entry,) = load(file).entries
    assert (entry.scheme, entry.code, entry.meaning("zh")) == ("S", "1", "word")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("scheme,code,meaning_zh\n", "codes_no_column"),
        ("scheme,code,is_failure\n", "codes_no_column"),
        ("scheme,code,meaning_zh,is_failur\n", "codes_near_column"),
        ("scheme,code,code,meaning_zh,is_failure\n", "codes_column_twice"),
        ("", "codes_no_column"),
        ('"scheme', "codes_broken_row"),
    ],
)
def test_a_file_without_its_columns_is_refused(tmp_path: Path, header: str, key: str) -> None:
    file = site(tmp_path, "", header=header)
    with pytest.raises(BadInput) as refused:
        load(file)
    assert refused.value.key == key
    for lang in texts.LANGUAGES:
        assert "site.csv" in texts.error_text(lang, refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "site.csv"
    for data in (b"PK\x03\x04\x00\x00", b"\xff\xff\xff\xff"):
        file.write_bytes(data)
        with pytest.raises(BadInput) as refused:
            load(file)
        assert refused.value.key == "codes_not_text"


def test_a_file_that_is_missing_a_folder_or_too_big_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadInput) as refused:
            load(path)
        assert refused.value.key == "codes_unreadable"
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(BadInput) as refused:
        load(big)
    assert refused.value.key == "codes_too_big"


def test_an_open_quote_and_a_huge_cell_cost_their_own_rows_only(tmp_path: Path) -> None:
    huge = "x" * 200_000
    loaded = load(
        site(
            tmp_path, f'S,1,A,词,,yes,,,\nS,1,B,{huge},,yes,,,\nS,1,C,词,,yes,,,\nS,1,D,"词,,yes\n'
        )
    )
    assert [entry.code for entry in loaded.entries] == ["A", "C"]
    assert [(p.key, p.params["line"]) for p in loaded.problems] == [
        ("codes_broken_row", 3),
        ("codes_broken_row", 5),
    ]


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\x1b"])
def test_an_invisible_character_makes_a_row_bad(tmp_path: Path, mark: str) -> None:
    loaded = load(site(tmp_path, f"S,1,A{mark}B,词,,yes,,,\n"))
    assert loaded.entries == ()
    assert [p.key for p in loaded.problems] == ["codes_control"]


def test_a_sites_unreadable_file_stops_no_lookup(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\0")
    site(tmp_path, "S,1,A,词,,yes,,,\n", "b.csv")
    (tmp_path / "notes.txt").write_text("not a catalogue")
    catalogue = Catalogue(tmp_path)
    assert catalogue.resolve("S", "A") is not None
    assert catalogue.resolve("UNIONPAY_ACP", "05") is not None
    assert [problem.key for problem in catalogue.problems] == ["codes_not_text"]


def test_a_site_that_has_no_folder_yet_has_the_shipped_codes(tmp_path: Path) -> None:
    assert len(Catalogue(tmp_path / "none").entries()) == len(Catalogue().entries())


def test_loading_a_sites_file_later_puts_it_over_what_is_there(tmp_path: Path) -> None:
    catalogue = Catalogue()
    assert catalogue.resolve("S", "A") is None
    loaded = catalogue.load_site(site(tmp_path, "S,1,A,词,,yes,,,\nS,1,B,词,,nope,,,\n"))
    assert len(loaded.entries) == len(loaded.problems) == 1
    assert catalogue.resolve("S", "A") is not None
    assert catalogue.problems == loaded.problems
    with pytest.raises(BadInput):
        catalogue.load_site(tmp_path / "none.csv")
    assert catalogue.resolve("S", "A") is not None
