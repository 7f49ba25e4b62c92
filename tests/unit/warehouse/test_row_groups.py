"""In what pieces a file's rows reach the engine."""

import pyarrow as pa
import pytest

from workbench.demo.files import write_canonical
from workbench.demo.generator import generate
from workbench.demo.plan import Plan
from workbench.warehouse import loading
from workbench.warehouse.readers import open_source


def batches(*sizes: int) -> list[pa.RecordBatch]:
    """So many rows each, numbered through."""
    whole = pa.record_batch({"n": pa.array(range(sum(sizes)), pa.int64())})
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return [whole.slice(start, size) for start, size in zip(starts, sizes, strict=True)]


@pytest.mark.parametrize(
    ("given", "pieces"),
    [
        ([], []), ([0], []), ([3], [3]), ([4], [4]), ([2, 2], [4]), ([2, 3], [4, 1]),
        ([3, 0, 3, 3], [4, 4, 1]), ([11], [4, 4, 3]), ([1, 11, 1], [4, 4, 4, 1]),
    ],
)  # fmt: skip
def test_rows_come_in_pieces_of_the_engines_own_size_in_their_order(
    monkeypatch, given, pieces
) -> None:
    monkeypatch.setattr(loading, "ROW_GROUP", 4)
    made = list(loading.row_groups(iter(batches(*given))))
    assert [len(piece) for piece in made] == pieces
    assert [n for piece in made for n in piece["n"].to_pylist()] == list(range(sum(given)))


def test_wide_rows_come_in_smaller_pieces(monkeypatch) -> None:
    monkeypatch.setattr(loading, "_MOST", 3 * 8)
    made = list(loading.row_groups(iter(batches(2, 2, 2, 1))))
    assert [len(piece) for piece in made] == [4, 3]


def test_attempts_of_usual_width_come_in_whole_pieces(tmp_path) -> None:
    file = tmp_path / "attempts.csv"
    write_canonical(generate(Plan(rows=2000, seed=5)), file)
    rows = pa.concat_batches(list(open_source(file, None).batches()))
    assert rows.nbytes / len(rows) * loading.ROW_GROUP < loading._MOST


def test_no_more_batches_are_taken_than_a_piece_needs(monkeypatch) -> None:
    monkeypatch.setattr(loading, "ROW_GROUP", 4)
    source = iter(batches(2, 2, 2, 2))
    assert len(next(loading.row_groups(source))) == 4
    assert len(list(source)) == 2
