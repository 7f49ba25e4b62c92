"""A profile folder: made once, opened again, its owner's alone."""

import sys
from pathlib import Path

import pytest

from workbench.domain.errors import NotPermitted, StoreFault
from workbench.storage.profile import Profile, login_name

PURPOSES = ("records", "warehouse", "blind", "seal", "journal", "witness")


pytestmark = pytest.mark.usefixtures("machine")


def test_a_profile_opened_again_has_the_same_keys(tmp_path: Path) -> None:
    first = Profile.open(tmp_path / "deep" / "profile")
    again = Profile.open(tmp_path / "deep" / "profile")
    assert [first.key(p) for p in PURPOSES] == [again.key(p) for p in PURPOSES]
    other = Profile.open(tmp_path / "other")
    assert not {first.key(p) for p in PURPOSES} & {other.key(p) for p in PURPOSES}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_its_folders_are_its_owners_alone(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path / "profile")
    folders = [profile.folder, *(f for f in profile.folder.iterdir() if f.is_dir())]
    assert {f.stat().st_mode & 0o777 for f in folders} == {0o700}
    profile.folder.chmod(0o755)
    Profile.open(profile.folder)
    assert profile.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_folder_of_someones_own_files_keeps_its_mode(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o755)
    mine.chmod(0o755)
    (mine / "letter.txt").write_text("")
    Profile.open(mine)
    assert mine.stat().st_mode & 0o777 == 0o755


def test_a_file_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "under"):
        with pytest.raises(StoreFault, match="profile_unusable"):
            Profile.open(place)


def test_from_a_new_passphrase_on_nothing_else_opens_it(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path / "profile")
    profile.set_passphrase("mine")
    with pytest.raises(NotPermitted, match="passphrase_needed"):
        Profile.open(profile.folder)
    again = Profile.open(profile.folder, ask=lambda: "mine")
    assert again.key("records") == profile.key("records")


def test_its_key_is_in_no_text_made_of_it(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path / "profile")
    assert repr(profile._key) not in repr(profile)


def test_a_relative_folder_stays_the_same_when_the_working_folder_changes(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    profile = Profile.open(Path("profile"))
    monkeypatch.chdir("/")
    assert profile.records == tmp_path / "profile" / "records.db"


def test_a_person_without_a_login_name_has_a_name(monkeypatch) -> None:
    def nobody() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nobody)
    monkeypatch.setenv("USERNAME", "zhang")
    assert login_name() == "zhang"
