"""Which encoding a text is in, told by its bytes; and whether it is text at all."""

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO

_CHUNK = 1 << 20
_SAMPLE = 256 << 10
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# NUL and the other characters that no text holds; not ^A, Hive's delimiter, nor tab to return.
_CONTROLS = bytes([0, *range(2, 9), *range(14, 26), *range(28, 32)])


def is_binary(start: bytes) -> bool:
    """More control characters than a stray one; UTF-16 and UTF-32 are text."""
    if _by_mark(start) or _utf16(start):
        return False
    return len(start) - len(start.translate(None, _CONTROLS)) > len(start) // 50


def first_character(start: bytes) -> str:
    """The first that is not space, of text in whatever encoding."""
    name = _by_mark(start) or _utf16(start) or "latin-1"
    return start[: len(start) & ~3 or 3].decode(name, "replace").lstrip("\ufeff \t\r\n\0")[:1]


def _by_mark(start: bytes) -> str | None:
    return next((name for bom, name in BOMS if start.startswith(bom)), None)


def _utf16(start: bytes) -> str | None:
    """UTF-16 without a byte-order mark shows as a NUL beside nearly every ASCII character."""
    sample = start[: len(start) & ~1]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    enough = max(4, len(sample) // 8)
    if odd > enough and even * 8 <= odd:  # 一 is 4E00 and has one too
        name = "utf-16-le"
    elif even > enough and odd * 8 <= even:
        name = "utf-16-be"
    else:
        return None
    text = sample.decode(name, "replace")
    return name if all(c >= " " or c in "\t\r\n" for c in text) else None


def detect_encoding(file: BinaryIO) -> str:
    """Byte-order mark, strict UTF-8, GB18030 and Big5 by how usual their characters are, Latin by
    its lone bytes, then charset-normalizer's opinion."""
    start = file.read(_CHUNK)
    if marked := _by_mark(start):
        return marked
    if b"\0" in start and (utf16 := _utf16(start[:4096])):
        return utf16
    # A file may be plain ASCII for a long way; the first lines that are not tell.
    sample, chunk = b"", start
    while chunk and len(sample) < _CHUNK:
        if not chunk.isascii():
            sample += chunk
        chunk = file.read(_CHUNK)
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    if _decoded(sample, "utf-8") is not None:
        return "utf-8"
    # A stray bad byte must not change the reading of a whole file.
    almost = sample.decode("utf-8", "replace")
    bad = almost.count("\ufffd")
    if bad * 200 < len(sample) and sum(c > "\x7f" for c in almost) > 2 * bad:
        return "utf-8"
    if _usual(sample, "gb18030", "gb2312", _gb_level_1) >= 0.6:
        return "gb18030"
    if _usual(sample, "big5hkscs", "big5", _big5_level_1) >= 0.8:
        return "big5hkscs"
    runs = re.findall(rb"[\x80-\xff]+", sample)
    if sum(len(run) == 1 for run in runs) >= 0.8 * len(runs):  # accents stand alone
        return "cp1252" if _decoded(sample, "cp1252") is not None else "latin-1"
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:_SAMPLE]).best()
    return best.encoding if best else "gb18030"


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(sample, False)
    except UnicodeDecodeError:
        return None


def _usual(sample: bytes, encoding: str, core: str, is_usual: Callable[[int], bool]) -> float:
    """0 to 1: how many of the characters are everyday ones of the encoding. Bytes of another
    encoding decode to rare characters, if they do at all."""
    text = sample[:_SAMPLE].decode(encoding, "replace")
    others = [c for c in text if c > "\x7f"]
    usual = 0
    for character in others:
        code = character.encode(core, "ignore")
        usual += bool(code) and is_usual(code[0])
    return usual / len(others) if others else 0.0


def _gb_level_1(lead: int) -> bool:
    return 0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xD7


def _big5_level_1(lead: int) -> bool:
    return 0xA1 <= lead <= 0xC6
