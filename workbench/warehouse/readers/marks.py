"""A batch of texts with what is known of its columns as a whole, so that the cleaning of a column
that is plain already costs nothing. Looked at are bytes, many values at once; what is not marked
takes the thorough path, so a mark may be missing but never wrong."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.warehouse.readers import MARKED, batch_schema

_SPACES = (b" ", b"\t", b"\r", b"\n")
_IS_SPACE = np.isin(np.arange(256), np.frombuffer(b"".join(_SPACES), np.uint8))
# In UTF-8. Spaces that are not ASCII: no-break, ideographic, of no width, byte order mark ...
_ODD = (b"\xc2\xa0", b"\xe3\x80\x80", b"\xe2\x80\x8b", b"\xef\xbb\xbf")
_FULL = (b"\xef\xbc", b"\xef\xbd")  # ... and how the characters of full width begin


def marked_batch(
    columns: Sequence[pa.Array], lines: pa.Array, damaged: pa.Array | None = None
) -> pa.RecordBatch:
    """``columns`` of text as a batch of the shape that ``Source.batches`` yields."""
    count = len(lines)
    plain = narrow = 0
    columns = [column.cast(pa.string()) for column in columns]  # costs nothing where it is so
    for i, column in enumerate(columns[:MARKED]):
        is_plain, is_narrow = _marks(column)
        plain |= is_plain << i
        narrow |= (is_plain and is_narrow) << i
    marks = (pa.repeat(pa.scalar(mark, pa.int64()), count) for mark in (plain, narrow))
    if damaged is None:
        damaged = pa.nulls(count, pa.int16())
    return pa.RecordBatch.from_arrays(
        [*columns, lines, damaged, *marks], schema=batch_schema(len(columns))
    )


def _marks(column: pa.Array) -> tuple[bool, bool]:
    """(no text is empty or has space around it, none holds a character of full width)."""
    if column.null_count == len(column):
        return True, True
    _, places, texts = column.buffers()
    ends = np.frombuffer(places, np.int32)[column.offset : column.offset + len(column) + 1]
    missing = column.null_count or not np.diff(ends).all()
    if missing and not pc.min(pc.binary_length(column)).as_py():
        return False, False
    data = texts.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes()
    if not data.isascii():
        if any(odd in data for odd in _ODD):
            return False, False
        narrow = not any(full in data for full in _FULL)
    else:
        narrow = True
    if any(space in data for space in _SPACES):
        # Where a value is missing these are the bytes of its neighbours, which are looked at too.
        spaced = _IS_SPACE[np.frombuffer(data, np.uint8)]
        starts = np.minimum(ends[:-1] - ends[0], len(data) - 1)
        if spaced[starts].any() or spaced[ends[1:] - ends[0] - 1].any():
            return False, narrow
    return True, narrow
