"""``workbench guide``: list, show, a file to send on; no profile is made by reading."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def call(*words: object):
        from workbench.cli.main import workbench as tree

        arguments = ["guide", *map(str, words), "--profile", str(tmp_path / "profile")]
        monkeypatch.setattr("sys.argv", ["workbench", *arguments])
        return CliRunner().invoke(tree, arguments)

    return call


def test_the_list_names_every_guide_and_makes_no_profile(run, tmp_path):
    listed = json.loads(run("list", "--json", "--lang", "en").stdout)
    assert {"freelancers", "students", "poor_network"} <= {guide["id"] for guide in listed}
    assert not (tmp_path / "profile").exists()


def test_a_guide_is_shown_in_the_language_asked_for(run):
    assert run("show", "students", "--lang", "zh").stdout.startswith("在校学生\n")
    assert run("show", "students", "--lang", "en").stdout.startswith("Students")


def test_a_page_to_send_on_has_its_pictures_inside(run, tmp_path):
    file = tmp_path / "指引.html"
    assert run("show", "result_unknown", "--out", file, "--lang", "zh").exit_code == 0
    page = file.read_text("utf-8")
    assert page.startswith("<!doctype html>") and "data:image/svg+xml;base64," in page
    assert "file:" not in page


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "nothing"), 1, "short_record"),
        (("show", "students", "--out", "guide.doc"), 2, "guide.doc"),
        (("show", "students", "--out", "no such folder/guide.txt"), 1, "no such folder"),
    ],
)
def test_what_cannot_be_done_is_said(run, words, code, said):
    result = run(*words, "--lang", "en")
    assert result.exit_code == code
    assert said in result.stderr


def test_a_sites_wrong_file_is_named_and_the_rest_is_listed(run, tmp_path):
    folder = tmp_path / "profile" / "guidance"
    folder.mkdir(parents=True)
    (folder / "wrong.yaml").write_text("id: x\n", "utf-8")
    result = run("list", "--json", "--lang", "en")
    assert result.exit_code == 0 and len(json.loads(result.stdout)) > 10
    assert "wrong.yaml" in result.stderr
