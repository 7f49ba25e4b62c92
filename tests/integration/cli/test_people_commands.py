"""People of a profile without a centre, by command line: admitted, signed in, closed."""

import json

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def told(workbench, tmp_path, monkeypatch):
    def run(*words: str, by: str = "", code: int = 0, new: str = ""):
        login, _, password = by.partition(":")
        monkeypatch.setenv("WORKBENCH_LOGIN", login)
        monkeypatch.setenv("WORKBENCH_PASSWORD", password)
        if new:
            file = tmp_path / "password"
            file.write_text(f"{new}\n")
            words = (*words, "--password-file", str(file))
        result = workbench(*words, "--json")
        assert result.exit_code == code, (words, result.stdout, result.stderr)
        return json.loads(result.stdout)

    return run


def test_a_desk_of_several_people(told) -> None:
    [me] = told("people", "list")
    boss = f"{me['person_id']}:ein langes Kennwort"
    told("people", "add", "anna", "--name", "安娜", "--role", "agent", new="annas Kennwort", code=2)
    told("people", "password", new="ein langes Kennwort")
    refused = told("people", "list", code=4)
    assert refused["error"]["key"] == "sign_in_needed"
    told("people", "add", "anna", "--name", "安娜", "--role", "agent", "--team", "east",
         by=boss, new="annas Kennwort")  # fmt: skip
    anna = "anna:annas Kennwort"
    assert told("people", "list", by=anna, code=4)["error"]["key"] == "not_permitted"
    number = told("complaint", "new", "--description", "开不了", "--demand", "explain", by=anna)
    assert told("complaint", "show", number["number"], by=boss)["created_by"] == "anna"
    told("people", "set-role", "anna", "team_lead", by=boss)
    told("people", "list", by="anna:falsch", code=4)
    people = told("people", "list", by=boss)
    assert [(p["person_id"], p["role"], p["team"]) for p in people if p["person_id"] == "anna"] == [
        ("anna", "team_lead", "east")
    ]
    told("people", "disable", "anna", by=boss)
    assert told("lookup", "x", by=anna, code=4)["error"]["key"] == "sign_in_wrong"
    told("people", "enable", "anna", by=boss)
    told("lookup", "x", by=anna)
    told("people", "disable", me["person_id"], by=boss, code=2)
