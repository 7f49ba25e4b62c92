"""What an import holds outside the engine does not grow with the file, whatever is in it."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.integration.warehouse.conftest import HEADER
from workbench.warehouse import identity, loading
from workbench.warehouse.readers import records, text

SMALL = 5_000  # rows
NOTE = "x" * 400
_SLACK = 14 << 20  # bytes: what a few pages more take; to keep the other rows takes more
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰华"


def name(i: int) -> str:
    return SURNAMES[i % 10] + GIVEN[i // 10 % 25] + GIVEN[i // 250 % 25] + GIVEN[i // 6250 % 25]


def row(i: int, people: int = 500) -> list[str]:
    """Of few people, who are looked for and sealed: that takes most of the time."""
    who = i % people
    day, clock = f"2026-{1 + i % 9:02}-{1 + i % 28:02}", f"{i % 24:02}:{i % 60:02}:00"
    return [f"A{i}", f"c{who}", name(who), str(13_000_000_000 + who), "110101199003072834",
            f"{day} {clock}", "h5", "face", "failed"]  # fmt: skip


def csv(file: Path, count: int, line: Callable[[int], str]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER + ",note\n")
        out.writelines(line(i) + "\n" for i in range(count))


def plain(file: Path, count: int) -> None:
    """Every record is another person's."""
    csv(file, count, lambda i: ",".join([*row(i, count), NOTE]))


def quoted(file: Path, count: int) -> None:
    """Every record stands on two lines."""
    csv(file, count, lambda i: ",".join([*row(i), f'"one\n{NOTE}"']))


def ragged(file: Path, count: int) -> None:
    csv(file, count, lambda i: ",".join(row(i) if i % 2 else [*row(i), NOTE]))


def unreadable(file: Path, count: int) -> None:
    csv(file, count, lambda i: ",".join([*row(i), "x"]).replace("failed", "?" if i else "failed"))


def conflicts(file: Path, count: int) -> None:
    csv(file, count, lambda i: ",".join(["A1", *row(i)[1:], "x"]))


def noted(i: int) -> dict[str, str]:
    return dict(zip(HEADER.split(","), row(i), strict=True)) | {"note": NOTE}


def json_lines(file: Path, count: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        for i in range(count):
            out.write(json.dumps(noted(i)) + "\n")


def json_array(file: Path, count: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        for i in range(count):
            out.write("," if i else "[")
            out.write(json.dumps(noted(i), indent=1))
        out.write("]")


def parquet_rows(file: Path, count: int) -> None:
    schema = pa.schema([(column, pa.string()) for column in noted(0)])
    with parquet.ParquetWriter(file, schema) as writer:
        for start in range(0, count, SMALL):
            rows = [noted(i) for i in range(start, min(count, start + SMALL))]
            writer.write_table(pa.Table.from_pylist(rows, schema))


@pytest.fixture
def small_pages(monkeypatch) -> None:
    """Pages so small that even the small file fills them."""
    monkeypatch.setattr(text, "_CHUNK", 1 << 16)
    monkeypatch.setattr(text, "_BLOCK", 1 << 19)
    monkeypatch.setattr(records, "_BATCH", 2048)
    monkeypatch.setattr(identity, "_BATCH", 4096)
    for module in (identity, loading):
        monkeypatch.setattr(module, "ROW_GROUP", 4096)


def held(store, file: Path) -> int:
    """Bytes at most of Python's objects and of Arrow's buffers, while the file comes in."""
    most = 0

    def listen(_: object) -> None:
        nonlocal most
        most = max(most, pa.total_allocated_bytes())

    tracemalloc.start()
    try:
        store.import_files([file], progress=listen)
        return most + tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


FILES = (
    [(write, SMALL, 8) for write in (plain, quoted, json_lines, json_array, parquet_rows)]
    # of rows set aside little is kept, so it takes more of them to be seen
    + [(unreadable, 4 * SMALL, 4), (conflicts, 4 * SMALL, 4), (ragged, 4 * SMALL, 8)]
)


@pytest.mark.slow
@pytest.mark.parametrize(("write", "small", "times"), FILES)
def test_many_times_the_file_needs_no_more_memory(
    tmp_path, reopen, database, small_pages, write, small, times
) -> None:
    peaks = []
    for count in (SMALL // 5, small, times * small):  # the first one warms what is made once
        file = tmp_path / "attempts.dat"
        write(file, count)
        store = reopen()
        peaks.append(held(store, file))
        store.close()
        database.unlink()
    assert peaks[2] < peaks[1] * 1.2 + _SLACK, [f"{peak >> 20} MB" for peak in peaks]
