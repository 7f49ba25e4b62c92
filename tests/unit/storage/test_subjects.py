"""The salts of customers in a file of their own: on the disk at once, and gone without a trace."""

from pathlib import Path

import pytest
import sqlcipher3
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from workbench.domain.errors import StoreFault
from workbench.storage import subjects as storage
from workbench.storage.subjects import DESTROYED, SubjectsFile

KEY = b"k" * 32
CUSTOMERS = [0, 1, 2**63 - 1, 2**63, 2**64 - 1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "subjects.db"


@pytest.fixture
def subjects(path: Path):
    made = SubjectsFile(path, KEY)
    yield made
    made.close()


def test_a_salt_is_made_once_and_found_again(subjects: SubjectsFile, path: Path) -> None:
    first = subjects.ensure(CUSTOMERS[1:])
    assert len({*first}) == 4 and {len(salt) for salt in first} == {16}
    both = subjects.ensure(CUSTOMERS)
    assert both[1:] == first
    other = SubjectsFile(path, KEY)  # as another process sees it
    assert other.find([*CUSTOMERS, 5]) == dict(zip(CUSTOMERS, both, strict=True))
    assert [pair for page in other.pages() for pair in page] == list(
        zip(CUSTOMERS, both, strict=True)
    )
    other.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_comes_from_elsewhere_replaces_and_revives_nothing(subjects: SubjectsFile) -> None:
    [own, _] = subjects.ensure([1, 3])
    subjects.destroy([3])
    subjects.keep({1: b"x" * 16, 2: b"y" * 16, 3: b"z" * 16, 4: DESTROYED})
    assert subjects.find([1, 2, 3, 4]) == {1: own, 2: b"y" * 16}
    assert list(subjects.pages()) == [[(1, own), (2, b"y" * 16)]]
    assert list(subjects.everything()) == [
        [(1, own), (2, b"y" * 16), (3, DESTROYED), (4, DESTROYED)]
    ]
    assert subjects.count() == 2


def test_whoever_comes_again_gets_another_salt(subjects: SubjectsFile) -> None:
    [first] = subjects.ensure([1])
    subjects.destroy([1])
    [again] = subjects.ensure([1])
    assert again not in (first, DESTROYED)
    assert subjects.ensure([1, 2])[0] == again == subjects.find([1])[1]


def test_to_ask_makes_no_file(subjects: SubjectsFile, path: Path) -> None:
    assert subjects.find([1]) == {} and list(subjects.pages()) == []
    assert subjects.count() == 0
    subjects.mend()
    subjects.destroy([])
    assert not path.exists()


def decrypted(file: Path) -> bytes:
    """Every page as SQLite has it: free space of pages, too."""
    whole, clear = file.read_bytes(), b""
    for start in range(0, len(whole), 4096):
        page = whole[start : start + 4096]
        body = page[16 if start == 0 else 0 : -80]
        cipher = Cipher(algorithms.AES(KEY), modes.CBC(page[-80:-64])).decryptor()
        clear += cipher.update(body) + cipher.finalize()
    return clear


@pytest.mark.parametrize("wiped", [True, False])
def test_no_byte_of_a_destroyed_salt_is_left(path: Path, monkeypatch, wiped: bool) -> None:
    """The control: deleted without the wiping, it is still there."""
    subjects = SubjectsFile(path, KEY)
    salts = dict(zip(range(1000), subjects.ensure(range(1000)), strict=True))
    if wiped:
        subjects.destroy([500])
    else:
        with subjects._writing() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = OFF")
            connection.exec_driver_sql(storage._DESTROY, ("[500]",))
        storage.empty_log(subjects._engine())
    assert path.with_name("subjects.db-wal").stat().st_size == 0
    assert subjects.find([499, 500]) == {499: salts[499]}
    left = decrypted(path)
    assert salts[499] in left, "the search can see"
    parts = [salts[500][start : start + 6] for start in range(11)]
    assert any(part in left for part in parts) is not wiped
    assert salts[499] not in path.read_bytes()
    subjects.close()


def test_a_damaged_file_is_told_and_set_aside_for_the_next_import(path: Path) -> None:
    subjects = SubjectsFile(path, KEY)
    subjects.ensure([1])
    subjects.close()
    path.write_bytes(b"damaged" * 2000)
    for ask in (lambda: subjects.find([1]), lambda: list(subjects.pages())):
        with pytest.raises(StoreFault, match="subjects_damaged"):
            ask()
    [salt] = subjects.ensure([2])
    assert subjects.find([1, 2]) == {2: salt}
    aside = path.with_name("subjects.db.damaged")
    assert aside.read_bytes().startswith(b"damaged")
    subjects.destroy([1])  # may be in there
    assert not aside.exists() and subjects.find([2])
    subjects.close()


def test_to_destroy_in_a_damaged_file_destroys_it(path: Path) -> None:
    path.write_bytes(b"damaged" * 2000)
    subjects = SubjectsFile(path, KEY)
    subjects.destroy([1])
    subjects.keep({1: b"x" * 16, 2: b"y" * 16})  # from a keys file
    assert subjects.find([1, 2]) == {2: b"y" * 16}
    subjects.close()
    assert list(path.parent.iterdir()) == [path] and b"damaged" not in path.read_bytes()


def test_another_key_opens_nothing(subjects: SubjectsFile, path: Path) -> None:
    subjects.ensure([1])
    with pytest.raises(StoreFault, match="subjects_damaged"):
        SubjectsFile(path, b"x" * 32).find([1])
    with pytest.raises(sqlcipher3.DatabaseError):
        sqlcipher3.connect(str(path)).execute("SELECT * FROM salts")
