"""The site's key: sealed in a profile, carried under a passphrase, never in clear."""

import json
from pathlib import Path

import pytest

from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.storage.profile import Profile
from workbench.storage.site import give_site_key, site_key, take_site_key


def profile(folder: Path, key: bytes = b"p" * 32) -> Profile:
    folder.mkdir(exist_ok=True)
    return Profile(folder, key)


def test_a_key_is_made_once_and_only_where_that_is_asked(tmp_path: Path) -> None:
    desk = profile(tmp_path)
    with pytest.raises(BadInput, match="central_no_site_key"):
        site_key(desk)
    made = site_key(desk, make=True)
    assert len(made) == 32
    assert site_key(desk) == site_key(desk, make=True) == made
    assert made not in (tmp_path / "site.json").read_bytes()
    assert (tmp_path / "site.json").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_two_desks_share_it_through_a_file_and_its_passphrase(tmp_path: Path) -> None:
    one, two = profile(tmp_path / "1"), profile(tmp_path / "2", b"q" * 32)
    made = site_key(one, make=True)
    file = tmp_path / "site.key"
    with pytest.raises(BadInput, match="passphrase_empty"):
        give_site_key(one, file, " ")
    give_site_key(one, file, "quite a long passphrase")
    with pytest.raises(BadInput, match="central_key_exists"):
        give_site_key(one, file, "quite a long passphrase")
    with pytest.raises(NotPermitted, match="wrong_passphrase"):
        take_site_key(two, file, "another passphrase")
    take_site_key(two, file, "quite a long passphrase")
    assert site_key(two) == made


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"salt": "x"}', "no json"])
def test_a_file_that_is_no_key_is_told_as_that(tmp_path: Path, body: str) -> None:
    file = tmp_path / "site.key"
    file.write_text(body)
    with pytest.raises(BadInput, match="central_no_key_file"):
        take_site_key(profile(tmp_path / "p"), file, "passphrase")
    with pytest.raises(BadInput, match="central_no_key_file"):
        take_site_key(profile(tmp_path / "p"), tmp_path / "absent", "passphrase")


def test_a_damaged_or_foreign_seal_is_a_fault_and_not_a_new_key(tmp_path: Path) -> None:
    desk = profile(tmp_path)
    site_key(desk, make=True)
    with pytest.raises(StoreFault, match="key_file_damaged"):
        site_key(profile(tmp_path, b"q" * 32), make=True)
    (tmp_path / "site.json").write_text(json.dumps({"nonce": "", "sealed": ""}))
    with pytest.raises(StoreFault, match="key_file_damaged"):
        site_key(desk, make=True)
