"""Files of numbers: which columns, which rows are set aside, and why."""

from datetime import datetime
from pathlib import Path

import pytest

from workbench.domain.errors import BadInput, Usage
from workbench.domain.spike import Series
from workbench.domain.trend import Every
from workbench.warehouse.series import aggregated, read_cells, read_series


@pytest.fixture
def write(tmp_path: Path):
    def go(text: str, encoding: str = "utf-8") -> Path:
        file = tmp_path / "series.csv"
        file.write_bytes(text.encode(encoding))
        return file

    return go


def test_rows_come_in_order_of_time_and_times_are_shanghais(write) -> None:
    file = read_series(write("timestamp,value\n2026-03-02 09:00:00,2.5\n2026-03-02 08:00:00,1e3\n"))
    assert file.series.times == [datetime(2026, 3, 2, 0), datetime(2026, 3, 2, 1)]
    assert file.series.values == [1000.0, 2.5]
    assert not file.zoned
    assert file.rejected == []


def test_a_zone_in_the_file_is_kept_in_mind(write) -> None:
    file = read_series(write("timestamp,value\n2026-03-02T09:00:00Z,2\n2026-03-02T10:00:00Z,2\n"))
    assert file.series.times[0] == datetime(2026, 3, 2, 9)
    assert file.zoned


def test_bad_rows_are_set_aside_with_line_and_reason(write) -> None:
    text = (
        "timestamp,value\n2026-03-02 08:00:00,1\nyesterday,2\n2026-03-02 09:00:00,many\n"
        "2026-03-02 08:00:00,4\n\n2026-03-02 10:00:00,\n2026-03-02 11:00:00,nan\n"
        "2026-03-02 12:00:00,5\n"
    )
    file = read_series(write(text))
    assert file.series.values == [1.0, 5.0]
    assert [(r.line, r.code) for r in file.rejected] == [
        (3, "unreadable_time"),
        (4, "not_a_number"),
        (5, "time_twice"),
        (7, "not_a_number"),
        (8, "not_a_number"),
    ]


def test_columns_are_known_by_name_in_any_order_and_in_chinese(write) -> None:
    text = "渠道,数值,时间\nh5,7,2026年3月2日 08:00\nh5,8,2026年3月2日 09:00\n"
    assert read_series(write(text, "gb18030")).series.values == [7.0, 8.0]


def test_without_names_the_first_column_is_the_time_and_no_row_is_lost(write) -> None:
    file = read_series(write("2026-03-02 08:00:00,1\n2026-03-02 09:00:00,2\n"))
    assert file.series.values == [1.0, 2.0]


@pytest.mark.parametrize("text", ["timestamp\n2026-03-02\n", "timestamp,value\nx,y\n"])
def test_a_file_without_a_series_is_refused(write, text: str) -> None:
    with pytest.raises(BadInput, match="no_series"):
        read_series(write(text))


def test_a_day_is_the_mean_of_its_points_from_shanghais_midnight() -> None:
    times = [datetime(2026, 3, 1, 15), datetime(2026, 3, 1, 16), datetime(2026, 3, 2, 15)]
    day = aggregated(Series(times, [1.0, 2.0, 4.0]), Every.DAY)
    assert day == Series([datetime(2026, 2, 28, 16), datetime(2026, 3, 1, 16)], [1.0, 3.0])


def test_hours_begin_on_the_hour_and_weeks_on_mondays() -> None:
    times = [datetime(2026, 3, 1, 15, 59), datetime(2026, 3, 1, 16, 1)]  # Sunday, Monday
    hours = aggregated(Series(times, [1.0, 2.0]), Every.HOUR)
    assert hours.times == [datetime(2026, 3, 1, 15), datetime(2026, 3, 1, 16)]
    weeks = aggregated(Series(times, [1.0, 2.0]), Every.WEEK)
    assert weeks.times == [datetime(2026, 2, 22, 16), datetime(2026, 3, 1, 16)]


def test_cells_keep_missing_values_and_set_bad_numbers_aside(write) -> None:
    text = "real,forecast,province,step\n1,2,江苏,face\n-3,2,,face\nx,2,江苏,face\n5,6,,face\n"
    cells = read_cells(write(text), "real", "forecast", ["province", "step"])
    assert cells.real.tolist() == [1.0, 5.0]
    assert cells.expected.tolist() == [2.0, 6.0]
    assert cells.keys == (["江苏", None], ["face", "face"])
    assert [(r.line, r.column, r.code) for r in cells.rejected] == [
        (3, "real", "not_a_count"),
        (4, "real", "not_a_count"),
    ]


def test_a_column_that_is_not_there_is_named_with_those_that_are(write) -> None:
    with pytest.raises(Usage, match="no_such_column") as refused:
        read_cells(write("real,predict,a\n1,1,x\n"), "real", "expected", ["a"])
    assert refused.value.params["column"] == "expected"
    assert refused.value.params["columns"] == "real, predict, a"


@pytest.mark.parametrize("by", [[], ["real"], ["a", "a"]])
def test_columns_must_differ(write, by: list[str]) -> None:
    with pytest.raises(Usage, match="columns_differ"):
        read_cells(write("real,predict,a\n1,1,x\n"), "real", "predict", by)
