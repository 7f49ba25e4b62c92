"""Comments, files, reminders and templates of a complaint."""

import io
import os
import zipfile

import pytest

from tests.complaint_desk import START, Office, suppressed
from workbench.domain.complaint_parts import Audience, EventKind
from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.domain.file_kinds import LARGEST, kind_of, safe_name

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def office_file(inside: str, *more: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in ("[Content_Types].xml", inside, *more):
            archive.writestr(name, "<x/>")
    return whole.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PNG, "a.exe", "png"),
        (b"\xff\xd8\xff\xe0", "a", "jpeg"),
        (b"GIF89a....", "a.gif", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a", "wav"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "a", None),
        (b"%PDF-1.7", "a.pdf", "pdf"),
        (b"ID3\x04", "a", "mp3"),
        (b"\xff\xfb\x90\x44", "a", "mp3"),
        (b"#!AMR\n", "a", "amr"),
        (b"\x00\x00\x00\x20ftypM4A ", "a", "m4a"),
        (b"\x00\x00\x00\x20ftypqt  ", "a", None),
        ("投诉,时间\n".encode(), "a.csv", "csv"),
        ("投诉".encode("gb18030"), "a.txt", "txt"),
        (office_file("word/document.xml"), "a.docx", "docx"),
        (office_file("xl/workbook.xml"), "a.docx", "xlsx"),
        (office_file("xl/workbook.xml", "xl/vbaProject.bin"), "a.xlsx", None),
        (office_file("evil.sh"), "a.docx", None),
        (b"PK\x03\x04torn", "a.docx", None),
        (b"MZ\x90\x00\x03", "a.png", None),
        (b"\x7fELF\x02", "a.txt", None),
        (b"  \n", "a.txt", None),
    ],
)
def test_the_bytes_decide_what_a_file_is(data: bytes, name: str, kind: str | None) -> None:
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\a\\截图.PNG", "截图.png"),
        ("a\u202egnp.exe", "agnp.exe.png"),
        ("con.png", "_con.png"),
        ("<b>.png", "_b_.png"),
        ("...", "file.png"),
        ("长" * 300 + ".png", "长" * 100 + ".png"),
    ],
)
def test_a_hostile_name_becomes_a_harmless_one(name: str, kept: str) -> None:
    assert safe_name(name, "png") == kept


@pytest.mark.slow
def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", bytes((200 << 20) + 1))
    assert len(whole.getvalue()) < 1 << 20, "the bomb is small"
    assert kind_of(whole.getvalue(), "a.docx") is None


def test_a_file_lies_sealed_and_once_and_comes_back_proven(office: Office, tmp_path) -> None:
    made, other = office.log(), office.log()
    path = tmp_path / "截图.png"
    path.write_bytes(PNG)
    talk = office["zhang"].talk
    kept = talk.attach(made.number, path)
    again = talk.attach_bytes(other.number, "x.png", PNG)
    assert (kept.name, kept.kind, kept.size) == ("截图.png", "png", len(PNG))
    (file,) = (tmp_path / "attachments").iterdir()
    assert kept.address == again.address == file.name
    assert PNG not in file.read_bytes()
    assert talk.read(kept.attachment_id) == PNG
    assert talk.attachments(made.number) == [kept]
    assert office["zhang"].life.history(made.number)[-1].kind is EventKind.ATTACHED


def test_a_damaged_file_is_not_opened_and_is_mended_by_attaching_it_again(office) -> None:
    made, talk = office.log(), office["zhang"].talk
    kept = talk.attach_bytes(made.number, "a.png", PNG)
    (file,) = (office.folder / "attachments").iterdir()
    body = bytearray(file.read_bytes())
    body[20] ^= 1
    file.write_bytes(body)
    with pytest.raises(StoreFault, match="attachment_damaged"):
        talk.read(kept.attachment_id)
    talk.attach_bytes(made.number, "a.png", PNG)
    assert talk.read(kept.attachment_id) == PNG
    file.unlink()
    with pytest.raises(StoreFault, match="attachment_missing"):
        talk.read(kept.attachment_id)


@pytest.mark.parametrize(
    ("data", "key"),
    [(b"", "attachment_empty"), (b"MZ\x00", "attachment_kind"),
     (bytes(LARGEST + 1), "attachment_too_large")],
)  # fmt: skip
def test_a_file_that_may_not_be_attached_leaves_nothing(office, data, key) -> None:
    made = office.log()
    with pytest.raises(BadInput, match=key):
        office["zhang"].talk.attach_bytes(made.number, "a.png", data)
    assert not (office.folder / "attachments").exists()


def test_a_sweep_removes_old_files_that_no_row_names(office: Office) -> None:
    made, talk = office.log(), office["zhang"].talk
    kept = talk.attach_bytes(made.number, "a.png", PNG)
    orphans = [office.files.put(PNG + bytes([n])) for n in (1, 2)]
    folder = office.folder / "attachments"
    for address in (kept.address, orphans[0]):
        os.utime(folder / address, (0, 0))
    assert talk.sweep() == 1, "the new one may belong to a save under way"
    assert {f.name for f in folder.iterdir()} == {kept.address, orphans[1]}


def test_the_first_words_to_the_customer_are_the_first_answer(office: Office) -> None:
    made, talk = office.log(), office["zhang"].talk
    office.wait(hours=1)
    talk.comment(made.number, "查一下")
    assert office.get(made).first_answer_at is None
    talk.comment(made.number, "您好，正在核实。", Audience.CUSTOMER)
    answered = office.now
    office.wait(hours=1)
    talk.comment(made.number, "已核实。", Audience.CUSTOMER)
    assert office.get(made).first_answer_at == answered
    assert [c.words for c in talk.comments(made.number)] == [
        "查一下",
        "您好，正在核实。",
        "已核实。",
    ]
    with pytest.raises(BadInput, match="comment_empty"):
        talk.comment(made.number, "\n ")


def test_what_may_never_be_said_is_not_said_to_the_customer(office: Office) -> None:
    made, talk = office.log(), office["zhang"].talk
    with pytest.raises(BadInput, match="not_for_customers"):
        talk.comment(made.number, "您的 风控 评分太低", Audience.CUSTOMER)
    talk.comment(made.number, "风控评分太低")
    assert [c.audience for c in talk.comments(made.number)] == [Audience.INTERNAL]


@pytest.mark.parametrize("leak", ["Ｑ０１", "信用记录不足", "thin_credit_history"])
def test_a_suppressed_reason_cannot_be_named_to_the_customer(office: Office, leak: str) -> None:
    made, talk = office.log(), office["zhang"].talk
    talk.comment(made.number, f"原因：{leak}", Audience.CUSTOMER)
    office.attempts.explanations["A0001"] = suppressed()
    with pytest.raises(BadInput, match="not_for_customers"):
        talk.comment(made.number, f"原因：{leak}", Audience.CUSTOMER)


def test_a_reminder_comes_up_when_it_is_due_until_it_is_done(office: Office) -> None:
    made, talk = office.log(), office["zhang"].talk
    late = talk.remind(made.number, START.replace(hour=8), "回电")
    soon = talk.remind(made.number, START.replace(hour=6), "查结果")
    assert talk.reminders() == []
    office.wait(hours=5)
    assert talk.reminders() == [soon, late]
    assert office["wang"].talk.reminders() == []
    talk.done(soon.reminder_id)
    assert talk.reminders() == [late]
    with pytest.raises(BadInput, match="no_such_reminder"):
        office["wang"].talk.done(late.reminder_id)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["received", "explained", "waiting", "resolved"])
def test_shipped_templates_are_filled_without_a_brace_left(office, name, lang) -> None:
    made = office.log()
    words = office["zhang"].macros.fill(name, made.number, lang)
    assert made.number in words and "王**" in words
    assert "{" not in words


def test_a_template_tells_a_suppressed_reason_to_nobody(office: Office) -> None:
    made, macros = office.log(), office["zhang"].macros
    assert "信用记录" in macros.fill("explained", made.number, "zh")
    office.attempts.explanations["A0001"] = suppressed()
    words = macros.fill("explained", made.number, "zh")
    assert "信用记录" not in words and "2027" not in words
    office.attempts.error = BadInput("no_such_attempt", attempt="A0001")  # erased since
    assert macros.fill("explained", made.number, "zh") == words, "nor one that is not known"


def test_a_sites_own_template_goes_before_the_shipped_one_until_it_is_deleted(office) -> None:
    made = office.log()
    shipped = office["zhang"].macros.fill("waiting", made.number, "zh")
    office["li"].macros.save("waiting", "{{{number}}} {agent}")
    assert office["zhang"].macros.fill("waiting", made.number, "zh") == f"{{{made.number}}} 张敏"
    office["li"].macros.delete("waiting")
    assert office["zhang"].macros.fill("waiting", made.number, "zh") == shipped
    with pytest.raises(NotPermitted):
        office["zhang"].macros.save("waiting", "x")


@pytest.mark.parametrize(
    ("words", "key"),
    [("{phone}", "macro_variable"), ("{number.__class__}", "macro_variable"),
     ("{number!r}", "macro_variable"), ("{number", "macro_braces"), (" ", "macro_empty")],
)  # fmt: skip
def test_a_template_holds_nothing_but_known_variables(office: Office, words, key) -> None:
    with pytest.raises(BadInput, match=key):
        office["li"].macros.save("mine", words)
