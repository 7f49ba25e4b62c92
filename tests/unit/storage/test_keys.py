"""The profile's key: kept safely, opened only by who may, never in clear."""

import json
import sys
import threading
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.storage import keys as module
from workbench.storage.keys import derive, open_key, set_passphrase


class MemoryKeyring(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service, name):
        return self.kept.get((service, name))

    def set_password(self, service, name, password):
        self.kept[service, name] = password

    def delete_password(self, service, name):
        del self.kept[service, name]


pytestmark = pytest.mark.usefixtures("machine")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "profile"
    place.mkdir()
    return place


def everything(folder: Path) -> bytes:
    return b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())


def forms(key: bytes) -> tuple[bytes, ...]:
    import base64

    return key, key.hex().encode(), base64.b64encode(key)


def test_a_keyring_keeps_the_key_and_the_profile_does_not(folder: Path) -> None:
    keyring.set_keyring(MemoryKeyring())
    key = open_key(folder)
    assert open_key(folder) == key
    assert len(key) == 32
    assert not any(form in everything(folder) for form in forms(key))


@pytest.mark.slow
def test_a_passphrase_opens_and_another_does_not(folder: Path) -> None:
    key = open_key(folder, passphrase="right")
    assert open_key(folder, passphrase="right") == key
    assert open_key(folder, ask=lambda: "right") == key
    with pytest.raises(NotPermitted, match="wrong_passphrase"):
        open_key(folder, passphrase="wrong")
    with pytest.raises(NotPermitted, match="passphrase_needed"):
        open_key(folder)
    assert not any(form in everything(folder) for form in forms(key))


def test_without_either_the_key_is_wrapped_by_a_file_outside_the_profile(folder, tmp_path) -> None:
    told = []
    key = open_key(folder, warn=lambda key, **params: told.append((key, params["place"])))
    assert open_key(folder, warn=pytest.fail) == key
    ((said, place),) = told
    assert said == "warning.machine_key"
    assert folder not in Path(place).parents
    if sys.platform != "win32":
        assert Path(place).stat().st_mode & 0o077 == 0
    assert not any(form in everything(tmp_path) for form in forms(key))


def test_a_copied_profile_does_not_open_where_its_key_is_not(folder: Path, monkeypatch) -> None:
    open_key(folder)
    monkeypatch.setenv("HOME", str(folder.parent / "another home"))
    with pytest.raises(StoreFault, match="key_missing"):
        open_key(folder)


def test_a_new_passphrase_replaces_what_kept_the_key_before(folder: Path, tmp_path) -> None:
    key = open_key(folder)
    set_passphrase(folder, key, "mine")
    assert open_key(folder, passphrase="mine") == key
    assert not [f for f in (tmp_path / "home").rglob("*") if f.is_file()]


@pytest.mark.parametrize("damage", ["", "{", '{"kept": "else"}', '{"kept": "passphrase"}', "[]"])
def test_a_damaged_key_file_is_named_and_left_alone(folder: Path, damage: str) -> None:
    (folder / "key.json").write_text(damage)
    with pytest.raises(StoreFault, match="key_file_damaged"):
        open_key(folder, passphrase="x")
    assert (folder / "key.json").read_text() == damage


def test_the_demo_says_that_its_key_lies_beside(folder: Path) -> None:
    key = open_key(folder, demo=True)
    assert open_key(folder) == key
    assert "sample data" in json.loads((folder / "key.json").read_text())["note"]


def test_subkeys_differ_by_purpose_and_stay_the_same() -> None:
    key = bytes(range(32))
    purposes = ("records", "warehouse", "blind", "seal", "journal", "witness")
    assert len({derive(key, p) for p in purposes}) == len(purposes)
    assert derive(key, "records") == derive(key, "records")


def test_the_environment_may_hold_the_passphrase(folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("WORKBENCH_PASSPHRASE", "mine")
    key = open_key(folder)
    monkeypatch.delenv("WORKBENCH_PASSPHRASE")
    assert open_key(folder, passphrase="mine") == key
    with pytest.raises(NotPermitted, match="passphrase_needed"):
        open_key(folder, ask=lambda: "")


def test_a_passphrase_is_the_same_typed_in_full_width(folder: Path) -> None:
    key = open_key(folder, passphrase="Abc 123")
    assert open_key(folder, passphrase="Ａｂｃ　１２３") == key


def test_a_passphrase_is_stretched_as_rfc_9106_asks(folder: Path) -> None:
    open_key(folder, passphrase="mine")
    kept = json.loads((folder / "key.json").read_text())
    assert (kept["time_cost"], kept["memory_cost"], kept["parallelism"]) == (3, 65536, 4)


def test_an_empty_passphrase_is_refused_and_changes_nothing(folder: Path) -> None:
    key = open_key(folder, passphrase="mine")
    with pytest.raises(BadInput, match="passphrase_empty"):
        set_passphrase(folder, key, "  ")
    assert open_key(folder, passphrase="mine") == key


def test_a_new_passphrase_takes_the_key_out_of_the_keyring(folder: Path) -> None:
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    key = open_key(folder)
    assert len(ring.kept) == 1
    set_passphrase(folder, key, "mine")
    assert ring.kept == {}
    assert open_key(folder, passphrase="mine") == key


class Refusing(MemoryKeyring):
    def set_password(self, service, name, password):
        raise RuntimeError("locked")

    def get_password(self, service, name):
        raise RuntimeError("locked")


class Forgetful(MemoryKeyring):
    def set_password(self, service, name, password):
        pass


class InClear(MemoryKeyring):
    priority = 0.5  # as keyrings.alt.file says of itself


class Hanging(MemoryKeyring):
    def __init__(self) -> None:
        super().__init__()
        self.end = threading.Event()

    def set_password(self, service, name, password):
        self.end.wait()

    get_password = set_password


@pytest.mark.parametrize("ring", [Refusing, Forgetful, InClear, Hanging])
def test_a_keyring_that_is_none_does_not_stop_the_start(folder, ring, monkeypatch) -> None:
    monkeypatch.setattr(module, "_KEYRING_SECONDS", 0.01)
    used = ring()
    keyring.set_keyring(used)
    key = open_key(folder)
    if isinstance(used, Hanging):
        used.end.set()
    keyring.set_keyring(NoKeyring())
    assert open_key(folder) == key
    assert json.loads((folder / "key.json").read_text())["kept"] == "machine"


@pytest.mark.parametrize(
    ("ring", "key"), [(Refusing, "keyring_refused"), (Forgetful, "key_missing")]
)
def test_a_keyring_that_no_longer_gives_the_key_is_named(folder, ring, key) -> None:
    keyring.set_keyring(MemoryKeyring())
    open_key(folder)
    keyring.set_keyring(ring())
    with pytest.raises(StoreFault, match=key):
        open_key(folder)


def test_a_lost_key_file_beside_data_is_not_replaced_by_a_new_key(folder: Path) -> None:
    (folder / "records.db").write_bytes(b"")
    with pytest.raises(StoreFault, match="key_file_missing"):
        open_key(folder)
    assert not (folder / "key.json").exists()


def test_two_that_make_the_same_profile_agree_on_one_key(folder: Path, monkeypatch) -> None:
    real = module._make

    def both(*args):
        monkeypatch.setattr(module, "_make", real)
        both.other = open_key(folder)
        return real(*args)

    monkeypatch.setattr(module, "_make", both)
    assert open_key(folder) == both.other


def test_a_profile_around_its_own_machine_key_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with pytest.raises(BadInput, match="profile_holds_machine_key"):
        open_key(home)
    assert list(home.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"memory_cost": 1 << 40},
        {"time_cost": 0},
        {"parallelism": "many"},
        {"salt": "AA=="},
        {"nonce": ""},
        {"wrapped": 7},
        {"kept": "machine", "name": "../../etc/passwd"},
        {"kept": "machine", "name": None},
        {"kept": "beside", "key": "AAAA"},
    ],
)
def test_a_key_file_with_impossible_values_is_damaged(folder: Path, change) -> None:
    open_key(folder, passphrase="mine")
    file = folder / "key.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(StoreFault, match="key_file_damaged"):
        open_key(folder, passphrase="mine")


def test_a_home_that_cannot_be_written_is_said(folder: Path, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    with pytest.raises(StoreFault, match="profile_unusable"):
        open_key(folder)
    assert not (folder / "key.json").exists()
