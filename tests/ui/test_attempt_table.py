"""Attempts as plain data: what each column says, sorts by and hovers."""

import pytest
from PySide6.QtCore import Qt

from tests.ui.fakes import attempt_row
from workbench.ui.models.attempts import AttemptTable, Column
from workbench.ui.models.table import ROW_ROLE, SORT_ROLE


@pytest.fixture
def table(language, theme):
    model = AttemptTable(language, theme)
    model.show(
        [
            attempt_row(1),
            attempt_row(2, status="possible", occurred_at=None, customer_name=None, phone=None),
            attempt_row(3, outcome="pending", cause="", status="pending", reason_code=None),
            attempt_row(4, outcome="success", cause="", status="none", reason_code=None),
        ]
    )
    return model


def line(model, row):
    return [model.index(row, column).data() for column in Column]


def test_a_row_reads_in_the_language_of_the_moment(table, language):
    english = ["2026-11-22 19:30", "Failed", "Credit review", "Thin credit history", "Q01",
               "Android app", "江苏", "王**  138****5678", "A0001"]  # fmt: skip
    assert line(table, 0) == english
    language.set("zh")
    assert line(table, 0)[1:4] == ["失败", "授信审核", "信用记录不足"]
    assert table.headerData(3, Qt.Orientation.Horizontal) is not None


def test_a_possible_reason_says_so_and_a_pending_attempt_names_no_cause(table):
    causes = [table.index(row, Column.CAUSE).data() for row in range(4)]
    assert causes == [
        "Thin credit history", "Thin credit history (Possible)", "Query first", ""
    ]  # fmt: skip


def test_missing_values_are_empty_and_sort_first(table):
    assert table.index(1, Column.TIME).data() == ""
    assert table.index(1, Column.TIME).data(SORT_ROLE) == ""
    assert table.index(1, Column.CUSTOMER).data() == ""


def test_the_row_itself_can_be_had_from_every_column(table):
    assert {table.index(0, column).data(ROW_ROLE) for column in Column} == {attempt_row(1)}


def test_the_hover_names_the_zone_and_the_whole_reason(table):
    tip = Qt.ItemDataRole.ToolTipRole
    assert table.index(0, Column.TIME).data(tip).endswith("Asia/Shanghai (UTC+8)")
    assert table.index(0, Column.CAUSE).data(tip) == "Review not passed · Thin credit history · Q01"


def test_a_screen_reader_hears_the_whole_row(table):
    said = table.index(0, Column.TIME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "2026-11-22 19:30, Failed, Credit review, Thin credit history"


def test_a_further_page_is_added_below(table, qtbot):
    with qtbot.waitSignal(table.rowsInserted):
        table.append([attempt_row(9)])
    assert table.rowCount() == 5
    assert table.row_of("A0009") == 4
    assert table.row_of("none") is None


def test_colour_follows_the_theme_and_the_cause(table, theme):
    ink = table.index(0, Column.OUTCOME).data(Qt.ItemDataRole.ForegroundRole)
    assert ink == theme.colour("danger")
    decoration = Qt.ItemDataRole.DecorationRole
    assert table.index(0, Column.CAUSE).data(decoration) is not None
    assert table.index(3, Column.CAUSE).data(decoration) is None
