"""A batch of texts with what is known of its columns as a whole, so that the cleaning of a column
that is plain already costs nothing. Looked at are bytes, many values at once; what is not marked
takes the thorough path, so a mark may be missing but never wrong."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.warehouse.readers import MARKED, batch_schema

_SPACES = b" \t\r\n"
_IS_SPACE = np.isin(np.arange(256), np.frombuffer(_SPACES, np.uint8))
# In UTF-8. Spaces that are not ASCII: no-break, ideographic, of no width, byte order mark ...
_ODD = (b"\xc2\xa0", b"\xe3\x80\x80", b"\xe2\x80\x8b", b"\xef\xbb\xbf")
_FULL = (b"\xef\xbc", b"\xef\xbd")  # ... and how the characters of full width begin


def marked_batch(
    columns: Sequence[pa.Array],
    lines: pa.Array,
    damaged: pa.Array | None = None,
    *,
    plain: bool = False,
) -> pa.RecordBatch:
    """``columns`` of text as a batch of the shape that ``Source.batches`` yields. ``plain``: that
    no text is empty or has space around it is known already."""
    count = len(lines)
    marked_plain = marked_narrow = 0
    columns = [column.cast(pa.string()) for column in columns]  # costs nothing where it is so
    for i, column in enumerate(columns[:MARKED]):
        is_plain, is_narrow = (True, _is_narrow(column)) if plain else _marks(column)
        marked_plain |= is_plain << i
        marked_narrow |= (is_plain and is_narrow) << i
    marks = (pa.repeat(pa.scalar(m, pa.int64()), count) for m in (marked_plain, marked_narrow))
    if damaged is None:
        damaged = pa.nulls(count, pa.int16())
    return pa.RecordBatch.from_arrays(
        [*columns, lines, damaged, *marks], schema=batch_schema(len(columns))
    )


def is_plain(rows: bytes, delimiter: str) -> bool:
    """Whether no value in these rows of a text table, in UTF-8, has space around it. Rows with
    quotes are not looked at: what stands in quotes may begin with a space, or be empty."""
    if b'"' in rows or _any(_ODD, rows):
        return False
    data = np.frombuffer(rows, np.uint8)
    for space in (b" ", b"\t"):
        if space == delimiter.encode() or space not in rows:
            continue
        at = np.flatnonzero(data == ord(space))
        if at[0] == 0 or at[-1] == len(data) - 1:
            return False
        beside = np.concatenate((data[at - 1], data[at + 1]))
        if any((beside == end).any() for end in f"{delimiter}\r\n".encode()):
            return False
    return True


def _any(sought: Sequence[bytes], data: bytes) -> bool:
    # One byte is found twenty times as fast as three.
    return any(one[:1] in data and one in data for one in sought)


def _bytes(column: pa.Array) -> tuple[bytes, np.ndarray]:
    """The texts, one after the other, and where they end, with the place of the first before."""
    _, places, texts = column.buffers()
    ends = np.frombuffer(places, np.int32)[column.offset : column.offset + len(column) + 1]
    return texts.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes(), ends - ends[0]


def _is_narrow(column: pa.Array) -> bool:
    """No text holds a character of full width."""
    return column.null_count == len(column) or not _any(_FULL, _bytes(column)[0])


def _marks(column: pa.Array) -> tuple[bool, bool]:
    """(no text is empty or has space around it, none holds a character of full width)."""
    if column.null_count == len(column):
        return True, True
    data, ends = _bytes(column)
    missing = column.null_count or not np.diff(ends).all()
    if missing and not pc.min(pc.binary_length(column)).as_py():
        return False, False
    if _any(_ODD, data):
        return False, False
    narrow = not _any(_FULL, data)
    if any(space in data for space in _SPACES):
        # Where a value is missing these are the bytes of its neighbours, which are looked at too.
        spaced = _IS_SPACE[np.frombuffer(data, np.uint8)]
        starts = np.minimum(ends[:-1], len(data) - 1)
        if spaced[starts].any() or spaced[ends[1:] - 1].any():
            return False, narrow
    return True, narrow
