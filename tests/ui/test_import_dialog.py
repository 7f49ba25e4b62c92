"""The import dialog: guesses shown, choices kept, counts told, nothing done when cancelled."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.domain.errors import BadInput
from workbench.domain.importing import (
    ColumnGuess,
    FileKind,
    FileReport,
    ImportPreview,
    ImportReport,
    Mapping,
)
from workbench.ui.dialogs.import_dialog import ImportDialog
from workbench.ui.dialogs.import_form import ImportForm


def preview(*fields: str | None) -> ImportPreview:
    columns = tuple(
        ColumnGuess(f"H{n}", field, f"h{n}", 1.0 if field else 0.0, "name", (f"v{n}",))
        for n, field in enumerate(fields)
    )
    return ImportPreview(Path("a.csv"), "csv", "gb18030", ",", columns, (("a",) * len(fields),))


# the form
def test_a_field_belongs_to_one_column() -> None:
    form = ImportForm.of(preview("occurred_at", "outcome", None)).choose(2, "outcome")
    assert [row.chosen for row in form.rows] == ["occurred_at", None, "outcome"]
    assert [row.changed for row in form.rows] == [False, True, True]


def test_what_an_attempt_cannot_do_without_is_named() -> None:
    assert ImportForm.of(preview("occurred_at", "phone")).missing == ("outcome",)
    assert ImportForm.of(preview("occurred_at", "outcome")).missing == ()


def test_the_mapping_says_every_choice_and_keeps_the_sentinels() -> None:
    base = Mapping(missing={"*": ("999",)}, encoding="gb18030")
    form = ImportForm.of(preview("occurred_at", None), base).choose(1, "outcome")
    mapping = form.mapping("monthly")
    assert mapping.columns == {"H0": "occurred_at", "H1": "outcome"}
    assert (mapping.name, mapping.missing, mapping.encoding) == (
        "monthly", {"*": ("999",)}, "gb18030",
    )  # fmt: skip


# the dialog
@pytest.fixture
def dialog(desk, qtbot, tmp_path: Path):
    def opened(*names: str) -> ImportDialog:
        made = ImportDialog(desk, [tmp_path / name for name in names or ("a.csv",)])
        qtbot.addWidget(made)
        made.show()
        assert desk.tasks.wait_idle()
        return made

    return opened


def test_every_column_is_shown_with_its_guess(dialog, store) -> None:
    made = dialog()
    guessed = store.preview(Path("a.csv")).columns
    shown = [
        (made.table.item(n, 0).text(), made.table.cellWidget(n, 2).currentData())
        for n in range(made.table.rowCount())
    ]
    assert shown == [(guess.header, guess.field) for guess in guessed]


def test_importing_tells_the_counts_and_the_window(dialog, desk, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(desk.attempts, "preview", lambda *_: preview("occurred_at", "outcome"))
    made = dialog()
    with qtbot.waitSignal(desk.acts.data_changed):
        made.start()
    assert desk.tasks.wait_idle()
    assert made.stack.currentWidget() is made.result
    report = made.report
    assert report.read == report.imported + report.duplicates + report.quarantined
    assert made.result.lines["imported"][1].text() == f"{report.imported:,}"


def test_without_a_needed_field_the_import_waits(dialog, desk, monkeypatch) -> None:
    monkeypatch.setattr(desk.attempts, "preview", lambda *_: preview("occurred_at", None))
    made = dialog()
    assert not made.go.isEnabled()
    assert "Outcome" in made.summary.text()
    made.choose("H1", "outcome")
    assert made.go.isEnabled()


def test_a_file_that_cannot_be_read_is_explained_in_place(dialog, desk, monkeypatch) -> None:
    def refuse(*_):
        raise BadInput("no_such_mapping", mapping="x")

    monkeypatch.setattr(desk.attempts, "preview", refuse)
    made = dialog()
    assert made.bar.isVisible()
    assert not made.go.isEnabled()


def test_cancelling_leaves_the_choices_and_says_so(dialog, desk, monkeypatch) -> None:
    monkeypatch.setattr(desk.attempts, "preview", lambda *_: preview("occurred_at", "outcome"))
    made = dialog()
    running = threading.Event()

    def wait(*_, cancel, **__):
        stopped = threading.Event()
        cancel.on_cancel(stopped.set)
        running.set()
        assert stopped.wait(10)
        cancel.check()

    monkeypatch.setattr(desk.attempts, "import_files", wait)
    changed = []
    desk.acts.data_changed.connect(lambda: changed.append(True))
    made.start()
    assert running.wait(10)
    made.cancel.click()
    assert desk.tasks.wait_idle()
    assert made.stack.currentWidget() is made.choice
    assert "as they were" in made.bar.label.text()
    assert made.report is None
    assert changed == []


def test_a_mapping_is_saved_under_its_name_and_offered_again(dialog, desk) -> None:
    made = dialog()
    made.save_mapping("monthly")
    assert desk.tasks.wait_idle()
    assert desk.attempts.mapping("monthly") is not None
    assert made.saved.findData("monthly") >= 0


def test_the_dialog_changes_language_in_place(dialog, desk, language, qapp, monkeypatch) -> None:
    monkeypatch.setattr(desk.attempts, "preview", lambda *_: preview("occurred_at", "outcome"))
    made = dialog()
    language.set("zh")
    qapp.processEvents()
    assert made.go.text() == "导入"
    assert made.table.horizontalHeaderItem(2).text() == "字段"
    made.start()
    assert desk.tasks.wait_idle()
    assert made.go.text() == "关闭", "not what is done to a complaint"


# bureau scores
def of_scores(*fields: str | None) -> ImportPreview:
    return replace(preview(*fields), kind=FileKind.SCORES)


def test_a_score_needs_a_customer_a_time_and_a_value() -> None:
    assert ImportForm.of(of_scores("occurred_at")).missing == ("customer_key", "external_score")
    assert ImportForm.of(of_scores("phone", "occurred_at", "external_score")).missing == ()


def test_a_file_of_scores_is_said_to_be_one_and_imported_as_one(
    dialog, desk, store, qtbot, monkeypatch
) -> None:
    found = of_scores("phone", "occurred_at", "external_score")
    monkeypatch.setattr(desk.attempts, "preview", lambda *_: found)
    made = dialog("scores.csv")
    assert made.kind.currentText() == "Bureau scores"
    assert made.source.isVisible() and not made.events.isVisible()
    assert "score date" in made.table.cellWidget(1, 2).currentText().lower()
    with qtbot.waitSignal(desk.acts.data_changed):
        made.start()
    assert desk.tasks.wait_idle()
    assert [[path.name for path in paths] for paths in store.scores] == [["scores.csv"]]
    assert store.imported[-1][0] == ()


def test_the_person_may_say_what_a_file_holds(dialog, desk, monkeypatch) -> None:
    asked = []

    def read(_, mapping=None, kind=None):
        asked.append(kind)
        found = preview("occurred_at", "outcome")
        return replace(found, kind=kind or FileKind.ATTEMPTS)

    monkeypatch.setattr(desk.attempts, "preview", read)
    made = dialog()
    assert made.kind.currentData() == "attempts" and made.go.isEnabled()
    made.kind.setCurrentIndex(made.kind.findData("scores"))
    made.kind.activated.emit(made.kind.currentIndex())
    assert desk.tasks.wait_idle()
    assert asked == [None, FileKind.SCORES]
    assert made.kind.currentData() == "scores"
    assert not made.go.isEnabled(), "nothing says whose scores they would be"


def test_a_source_is_asked_for_only_where_no_column_names_it(dialog, desk, monkeypatch) -> None:
    found = of_scores("phone", "occurred_at", "external_score", "external_source")
    monkeypatch.setattr(desk.attempts, "preview", lambda *_: found)
    assert not dialog().source.isVisible()


def test_a_mapping_of_the_same_columns_is_offered_and_used_only_when_asked(dialog, desk) -> None:
    made = dialog()
    made.save_mapping("monthly")
    assert desk.tasks.wait_idle()
    again = dialog()
    assert "monthly" in again.bar.label.text()
    assert again.saved.currentData() is None
    again.bar.button.click()
    assert desk.tasks.wait_idle()
    assert again.saved.currentData() == "monthly"


def test_the_order_of_day_and_month_is_asked_only_where_it_is_open(
    dialog, desk, store, monkeypatch
) -> None:
    assert dialog().order.isHidden()
    seen = []

    def ambiguous(path, mapping=None, kind=None) -> ImportPreview:
        seen.append(mapping)
        found = preview("occurred_at", "outcome")
        order = (mapping.date_order if mapping else None) or "?"
        return replace(
            found, columns=(replace(found.columns[0], date_order=order), found.columns[1])
        )

    monkeypatch.setattr(desk.attempts, "preview", ambiguous)
    made = dialog()
    assert not made.order.isHidden()
    assert not made.bar.isHidden()
    made.order.setCurrentIndex(made.order.findData("dmy"))
    made.order.activated.emit(made.order.currentIndex())
    assert desk.tasks.wait_idle()
    assert seen[-1].date_order == "dmy"
    made.start()
    assert desk.tasks.wait_idle()
    assert store.imported[-1][1].date_order == "dmy"


def test_files_that_could_not_be_used_are_named_in_the_result(dialog, desk, monkeypatch) -> None:
    made = dialog()
    report = ImportReport(
        1, 1, 0, 0, None, 0.1,
        files=(
            FileReport(Path("a.csv"), 1, 1),
            FileReport(Path("b.pdf"), error=BadInput("not_a_table", file="b.pdf", kind="PDF")),
        ),
    )  # fmt: skip
    made.result.show_report(report)
    assert "b.pdf" in made.result.failed.text()
    assert not made.result.failed.isHidden()
    made.result.show_report(replace(report, files=()))
    assert made.result.failed.isHidden()
