"""Tokens of trackers: in the keyring, or sealed; never in clear, never for another place."""

from pathlib import Path

import keyring
import pytest

from tests.unit.storage.test_keys import MemoryKeyring, everything
from workbench.domain.errors import StoreFault
from workbench.storage.profile import Profile
from workbench.storage.tokens import KeptTokens

pytestmark = pytest.mark.usefixtures("machine")
PLACE, TOKEN = "https://github.example", "tok-3cret"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile.open(tmp_path / "profile", passphrase="a long passphrase")


def test_a_keyring_keeps_the_token_and_the_profile_does_not(profile) -> None:
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    tokens = KeptTokens(profile)
    assert tokens.keep(PLACE, "qa", TOKEN) is True
    assert KeptTokens(profile).read(PLACE, "qa") == TOKEN in ring.kept.values()
    assert TOKEN.encode() not in everything(profile.folder)
    assert not any("github" in name for _, name in ring.kept)
    tokens.forget(PLACE, "qa")
    assert ring.kept == {} and tokens.read(PLACE, "qa") is None


def test_without_a_keyring_it_is_sealed_by_the_profiles_key(profile) -> None:
    tokens = KeptTokens(profile)
    assert tokens.keep(PLACE, "", TOKEN) is False
    assert KeptTokens(profile).read(PLACE, "") == TOKEN
    assert TOKEN.encode() not in everything(profile.folder)
    assert b"github" not in (profile.folder / "tokens.json").read_bytes()


def test_a_token_is_for_one_place_and_one_user(profile) -> None:
    tokens = KeptTokens(profile)
    tokens.keep(PLACE, "qa", TOKEN)
    assert tokens.read("https://github.example:8443", "qa") is None
    assert tokens.read("http://github.example", "qa") is None
    assert tokens.read(PLACE, "other") is None


def test_a_profile_that_came_from_another_machine_asks_for_it_again(profile) -> None:
    keyring.set_keyring(MemoryKeyring())
    KeptTokens(profile).keep(PLACE, "", TOKEN)
    keyring.set_keyring(MemoryKeyring())
    assert KeptTokens(profile).read(PLACE, "") is None


def test_a_file_that_was_tampered_with_is_said(profile) -> None:
    tokens = KeptTokens(profile)
    tokens.keep(PLACE, "", TOKEN)
    file = profile.folder / "tokens.json"
    file.write_text(file.read_text().replace('": "', '": "AAAA'))
    with pytest.raises(StoreFault, match="key_file_damaged"):
        tokens.read(PLACE, "")


def test_a_profile_that_is_wiped_leaves_no_token_in_the_keyring(profile) -> None:
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    KeptTokens(profile).keep(PLACE, "qa", TOKEN)
    profile.wipe()
    assert ring.kept == {}
