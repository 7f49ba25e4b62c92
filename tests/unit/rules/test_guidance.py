"""Guidance: complete in both languages, chosen by cause and customer, and inert on paper."""

import base64
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from workbench import texts
from workbench.domain.errors import BadInput
from workbench.domain.taxonomy import Cause
from workbench.rules.guidance import MAX_PICTURE, Library, as_html, as_text, load

GOOD = """\
id: mine
order: 5
title: {zh: 标题, en: Title}
for_whom: {zh: 给谁, en: For whom}
when: age >= 60
causes: [high_debt]
steps:
  - {zh: 一, en: One}
  - zh: 二
    en: Two
    picture: two.png
"""


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def write(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def nobody(condition: str, fields: Mapping[str, object]) -> bool | None:
    return False


def everybody(condition: str, fields: Mapping[str, object]) -> bool | None:
    return True


# What ships
def test_every_cause_has_guidance_for_everybody(library: Library) -> None:
    def not_pending(condition: str, fields: Mapping[str, object]) -> bool | None:
        return condition == "outcome <> 'pending'"

    without = [cause for cause in Cause if not library.for_cause(cause, {}, not_pending)]
    assert without == []


def test_the_groups_of_the_article_are_there(library: Library) -> None:
    assert {guide.id for guide in library.all()} >= {
        "freelancers",
        "temporary_workers",
        "students",
        "first_time",
        "poor_network",
        "overdue",
        "identity_unverified",
        "high_debt",
        "less_experienced",
        "after_system_failure",
        "after_policy_change",
    }
    assert library.problems == ()


def test_shipped_texts_are_complete_and_in_their_language(library: Library) -> None:
    for guide in library.all():
        for said in (guide.title, guide.for_whom, *(step.text for step in guide.steps)):
            assert set(said) == set(texts.LANGUAGES)
            assert re.search(r"[\u4e00-\u9fff]", said["zh"])
            assert not re.search(r"[\u4e00-\u9fff]", said["en"])


def test_shipped_sentences_are_short(library: Library) -> None:
    long = []
    for guide in library.all():
        for step in guide.steps:
            long += [s for s in re.split(r"[。！？]", step.text["zh"]) if len(s) > 36]
            long += [s for s in re.split(r"[.!?:;]", step.text["en"]) if len(s.split()) > 20]
    assert long == []


@pytest.mark.parametrize(
    "word",
    ["评分", "模型", "风控", "黑名单", "算法", "一定能", "保证通过", "必过", "您的错", "怪您"],
)
def test_shipped_guidance_promises_nothing_and_tells_no_secrets(
    library: Library, word: str
) -> None:
    assert [guide.id for guide in library.all() if word in as_text(guide, "zh")] == []


@pytest.mark.parametrize(
    "word",
    [
        "score",
        "model",
        "risk",
        "algorithm",
        "guarantee",
        "will pass",
        "will be approved",
        "fault of yours",
    ],
)
def test_shipped_guidance_is_as_discreet_in_english(library: Library, word: str) -> None:
    assert [guide.id for guide in library.all() if word in as_text(guide, "en").lower()] == []


def test_every_picture_that_a_shipped_guide_names_is_there(library: Library) -> None:
    pictures = [step.picture for guide in library.all() for step in guide.steps if step.picture]
    assert pictures
    assert [picture.name for picture in pictures if not picture.is_file()] == []


# Choosing
def test_a_guide_for_the_customers_group_stands_before_the_general_one(library: Library) -> None:
    asked: list[tuple[str, object]] = []

    def is_freelance(condition: str, fields: Mapping[str, object]) -> bool | None:
        asked.append((condition, fields["employment_type"]))
        return "'freelance'" in condition

    found = library.for_cause("unstable_income", {"employment_type": "freelance"}, is_freelance)
    assert [guide.id for guide in found] == ["freelancers", "irregular_income"]
    assert {value for _, value in asked} == {"freelance"}


@pytest.mark.parametrize("truth", [False, None])
def test_a_group_that_is_false_or_unknown_is_left_out(library: Library, truth: bool | None) -> None:
    found = library.for_cause("unstable_income", {}, lambda condition, fields: truth)
    assert [guide.id for guide in found] == ["irregular_income"]


def test_a_cause_that_nobody_knows_has_no_guidance(library: Library) -> None:
    assert library.for_cause("no_such_cause", {}, everybody) == ()


def test_a_pending_attempt_is_told_to_wait_first(library: Library) -> None:
    found = library.for_cause("undetermined", {}, lambda c, f: c == "outcome = 'pending'")
    assert [guide.id for guide in found] == ["result_unknown"]


# A site's own
def test_a_sites_guide_replaces_ours_of_the_same_id_and_others_stay(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("id: mine", "id: overdue"))
    site = Library(tmp_path)
    guide = site.get("overdue")
    assert guide is not None and guide.title["zh"] == "标题"
    assert len(site.all()) == len(Library().all())
    assert "overdue" not in [g.id for g in site.for_cause("poor_repayment", {}, nobody)]


def test_a_sites_own_group_joins_ours_in_its_order(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert Library(tmp_path).all()[0].id == "mine"
    assert Library(tmp_path / "none").get("mine") is None


def test_a_sites_wrong_file_is_named_and_ours_stays(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("id: mine", "id: overdue").replace("en: One", "de: Eins"))
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, GOOD, "b.yaml")
    site = Library(tmp_path)
    shipped = Library().get("overdue")
    assert site.get("overdue") == shipped
    assert [(p.key, p.params["file"]) for p in site.problems] == [
        ("guidance_twice", "b.yaml"),
        ("guidance_unknown_key", "mine.yaml"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "column"),
    [
        ("id: mine", "id: a/../b", "guidance_bad_id", 1, 5),
        ("id: mine\n", "", "guidance_missing", 1, 1),
        ("order: 5", "order: soon", "guidance_not_number", 2, 8),
        ("title: {zh: 标题, en: Title}", "title: 标题", "guidance_not_mapping", 3, 8),
        ("zh: 标题, en: Title", "zh: 标题", "guidance_missing", 3, 8),
        ("zh: 标题", "zh: ''", "guidance_not_text", 3, 13),
        ("zh: 标题", 'zh: "标\\u202e题"', "guidance_control", 3, 13),
        ("zh: 标题", "zh: " + "长" * 301, "guidance_too_long", 3, 13),
        ("for_whom", "for_who", "guidance_unknown_key", 4, 1),
        ("when: age >= 60", "when: agee >= 60", "rule_unknown_field", 5, 7),
        ("when: age >= 60", "when: phone = '1'", "rule_identity_field", 5, 7),
        ("[high_debt]", "[high_dept]", "guidance_bad_cause", 6, 10),
        ("[high_debt]", "[]", "guidance_not_list", 6, 9),
        ("two.png", "../../secret.png", "guidance_picture", 11, 14),
        ("two.png", "http://a.b/c.png", "guidance_picture", 11, 14),
        ("two.png", "two.html", "guidance_picture", 11, 14),
    ],
)
def test_a_wrong_guide_says_where(
    tmp_path: Path, old: str, new: str, key: str, line: int, column: int
) -> None:
    assert old in GOOD
    with pytest.raises(BadInput) as refused:
        load(write(tmp_path, GOOD.replace(old, new)))
    error = refused.value
    assert (error.params["file"], error.params["line"]) == ("mine.yaml", line)
    if not key.startswith("rule_"):
        assert (error.key, error.params["column"]) == (key, column)
        for lang in texts.LANGUAGES:
            assert "mine.yaml" in texts.error_text(lang, error)


def test_too_many_steps_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        load(write(tmp_path, GOOD + "  - {zh: 再, en: More}\n" * 9))
    assert refused.value.key == "guidance_too_many"


@pytest.mark.parametrize("text", ["a: &x [1]\nb: *x\n", "!!python/object:os.system {}\n", "[", ""])
def test_yaml_that_is_more_than_plain_text_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput):
        load(write(tmp_path, text))


# On paper
class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_hostile_html_in_a_text_is_inert(tmp_path: Path) -> None:
    hostile = "</li><script>alert(1)</script><img src=x onerror='a()'> & \"q\""
    quoted = "'" + hostile.replace("'", "''") + "'"
    text = GOOD.replace("标题", quoted).replace("Title", quoted).replace("One", quoted)
    text = text.replace("给谁", quoted).replace("For whom", quoted)
    guide = load(write(tmp_path, text))
    for lang in texts.LANGUAGES:
        page = Tags(as_html(guide, lang))
        assert page.seen <= {"div", "h2", "p", "ol", "li"}
        assert page.attributes == [("lang", lang)]
        assert page.words.count(hostile) >= 2
    assert hostile in as_text(guide, "en")


def test_a_picture_beside_the_guide_goes_into_the_page_itself(tmp_path: Path) -> None:
    guide = load(write(tmp_path, GOOD))
    assert "<img" not in as_html(guide, "zh"), "a missing picture leaves no hole"
    (tmp_path / "pictures").mkdir()
    picture = tmp_path / "pictures" / "two.png"
    png = b"\x89PNG\r\n\x1a\n rest"
    picture.write_bytes(png)
    page = Tags(as_html(guide, "zh"))
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    assert ("src", source) in page.attributes


@pytest.mark.parametrize("content", [b"", b"<html>no picture</html>", b"GIF89a"])
def test_a_file_that_is_no_picture_leaves_no_hole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "two.png").write_bytes(content)
    assert "<img" not in as_html(load(write(tmp_path, GOOD)), "zh")


def test_a_picture_too_big_to_send_on_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    big = b"\x89PNG\r\n\x1a\n" + bytes(MAX_PICTURE)
    (tmp_path / "pictures" / "two.png").write_bytes(big)
    assert "<img" not in as_html(load(write(tmp_path, GOOD)), "zh")


def test_the_text_to_copy_is_numbered_and_in_one_language(library: Library) -> None:
    guide = library.get("poor_network")
    assert guide is not None
    lines = as_text(guide, "en").splitlines()
    assert lines[0] == guide.title["en"]
    assert [line for line in lines if re.match(r"\d+\. ", line)] == [
        f"{number}. {step.text['en']}" for number, step in enumerate(guide.steps, 1)
    ]
    assert not re.search(r"[\u4e00-\u9fff]", as_text(guide, "en"))
    assert lines[-1] == texts.text("en", "guidance.closing")
