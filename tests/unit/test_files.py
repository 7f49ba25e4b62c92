"""Small files: whole or not at all, whatever the disk says."""

import errno
import os
import sys
from pathlib import Path

import pytest

from workbench import files
from workbench.domain.errors import NotPermitted, StoreFault


def test_a_file_is_replaced_whole_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old and longer")
    files.write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        files.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_who_make_the_same_new_file_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "f"
    files.write_whole(path, b"first", new=True)
    with pytest.raises(FileExistsError):
        files.write_whole(path, b"second", new=True)
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "family", "key"),
    [
        (errno.ENOSPC, StoreFault, "records_disk_full"),
        (errno.EDQUOT, StoreFault, "records_disk_full"),
        (errno.EACCES, NotPermitted, "profile_not_writable"),
        (errno.EROFS, NotPermitted, "profile_not_writable"),
        (errno.ENOTDIR, StoreFault, "profile_unusable"),
    ],
)
def test_what_the_system_refused_is_said_by_its_kind(tmp_path, number, family, key) -> None:
    error = files.refused(OSError(number, os.strerror(number)), tmp_path / "f")
    assert (type(error), error.key) == (family, key)
    assert error.params["folder"] == str(tmp_path)
