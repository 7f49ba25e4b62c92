"""Known identities, and whether any of them lies in clear in a file, however it is written."""

import base64
import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def forms(secret: str) -> dict[str, bytes]:
    """Every way in which a text is likely to lie in a file."""
    plain = secret.encode()
    found = {
        "utf-8": plain,
        "utf-16-le": secret.encode("utf-16-le"),
        "utf-16-be": secret.encode("utf-16-be"),
        "gb18030": secret.encode("gb18030"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "json": secret.encode("unicode_escape"),
    }
    if secret.isdigit() and len(secret) < 18:
        found["int64"] = struct.pack("<q", int(secret))
        found["int64 be"] = struct.pack(">q", int(secret))
    for ahead in range(3):  # wherever the text begins in the groups of three that base64 takes
        coded = base64.b64encode(bytes(ahead) + plain)
        inner = coded[(ahead * 8 + 5) // 6 : len(coded) - 4 if coded.endswith(b"=") else None]
        found[f"base64 +{ahead}"] = inner
    return found


def leaks(where: Path, secrets: Mapping[str, str]) -> list[str]:
    """'file: which secret, in which form', for every file below ``where`` and what is packed in
    them; the names of the files too."""
    wanted = {(name, form): data for name, s in secrets.items() for form, data in forms(s).items()}
    found = []
    for path in [where] if where.is_file() else sorted(where.rglob("*")):
        for inside, data in _contents(path):
            found += [
                f"{path.name}{inside}: {name} in {form}"
                for (name, form), data_of in wanted.items()
                if data_of in data
            ]
    return found


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    yield " (its name)", path.name.encode()
    if not path.is_file():
        return
    data = path.read_bytes()
    yield "", data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield f"/{name}", packed.read(name)
    if data.startswith(b"\x1f\x8b"):
        yield "/gz", gzip.decompress(data)
    if data.startswith(b"%PDF"):
        for number, stream in enumerate(_STREAM.findall(data)):
            try:
                yield f"/stream {number}", zlib.decompress(stream.rstrip(b"\r\n"))
            except zlib.error:
                continue
    if data.startswith(b"PAR1"):
        import pyarrow.parquet as pq

        yield "/rows", str(pq.read_table(path).to_pylist()).encode()
