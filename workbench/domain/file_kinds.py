"""Files that people attach: what each is by its bytes, and a name that is safe anywhere."""

import io
import re
import unicodedata
import zipfile

LARGEST = 25 << 20  # bytes
_UNPACKED = 200 << 20
_ENTRIES = 10_000
_SUFFIXES = {"jpeg": ("jpeg", "jpg"), "txt": ("txt", "log", "md"), "m4a": ("m4a", "mp4", "aac")}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def kind_of(data: bytes, name: str) -> str | None:
    """png, jpeg, webp, gif, pdf, docx, xlsx, mp3, wav, amr, m4a, txt or csv; None: not allowed.

    The bytes decide; the name only tells text from a table.
    """
    for kind, magic in (
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("jpeg", b"\xff\xd8\xff"),
        ("gif", b"GIF87a"),
        ("gif", b"GIF89a"),
        ("pdf", b"%PDF-"),
        ("mp3", b"ID3"),
        ("amr", b"#!AMR"),
    ):
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(data[8:12])
    if data[4:8] == b"ftyp":
        return "m4a" if data[8:12] in (b"M4A ", b"mp42", b"isom", b"M4B ") else None
    if data[:4] == b"PK\x03\x04":
        return _office(data)
    if len(data) > 3 and data[0] == 0xFF and data[1] in (0xFB, 0xFA, 0xF3, 0xF2):
        return "mp3" if data[2] >> 4 not in (0, 15) else None
    if _is_text(data):
        return "csv" if name.lower().endswith(".csv") else "txt"
    return None


def safe_name(name: str, kind: str) -> str:
    """The last part of a path, without what can mislead or harm; it ends as its kind does."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    if dot and suffix.lower() in _SUFFIXES.get(kind, (kind,)):
        kept = stem
    else:
        suffix = kind
    kept = kept.strip(" .") or "file"
    if _RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    return f"{kept[:100]}.{suffix.lower()}"


def _office(data: bytes) -> str | None:
    """A Word or Excel file without macros that unpacks to a sane size; the CRCs are not read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return None
    names = {entry.filename for entry in entries}
    if len(entries) > _ENTRIES or sum(entry.file_size for entry in entries) > _UNPACKED:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else None


def _is_text(data: bytes) -> bool:
    """UTF-8 or GB18030 with nothing in it but what a person can read."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return bool(words.strip()) and all(c in "\t\r\n\f" or ord(c) >= 32 for c in words)
    return False
